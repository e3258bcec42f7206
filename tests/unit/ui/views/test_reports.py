from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.desk import DeskSnapshot
from app.services.report_ports import Format, Paper
from app.services.reports import KINDS, Need
from app.ui.messages import Message
from app.ui.models.report_choices import CHANGED, HIDDEN, year_words, years_offered
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.reports import ReportsView
from tests.fakes.bench import make_bench
from tests.fakes.desk import NOW, at_price, offline, snapshot_of, treasury

Made = Callable[[DeskSnapshot], ReportsView]


@pytest.fixture
def made(qtbot: QtBot, theme: Theme) -> Iterator[Made]:
    benches: list[Workbench] = []

    def make(snapshot: DeskSnapshot) -> ReportsView:
        bench = make_bench(snapshot, theme)
        benches.append(bench)
        view = ReportsView(bench)
        qtbot.addWidget(view)
        view.resize(1200, 780)
        view.show()
        qtbot.waitUntil(lambda: not bench.tasks.under_way and not view.maker.busy, timeout=20_000)
        return view

    yield make
    for bench in benches:
        assert bench.tasks.stop() == []


def test_it_shows_the_first_page_of_the_board_report(made: Made) -> None:
    view = made(snapshot_of())
    assert view.controls.kind.key == "board"
    assert view.made is not None
    assert view.made.report.title == "Board report"
    assert not view.page.pixmap().isNull()
    assert view.page.pixmap().deviceIndependentSize().width() <= view.area.viewport().width()
    assert view.save.isEnabled()
    assert view.state.text() == ""


@pytest.mark.parametrize("form", list(Format))
def test_what_is_shown_is_what_is_saved(qtbot: QtBot, made: Made, tmp_path: Path, form: Format) -> None:
    view = made(snapshot_of())
    assert view.made is not None
    heard: list[Message] = []
    view.bench.messages.told.connect(heard.append)
    path = tmp_path / f"report.{form.value}"
    view.save_to(path, form)
    qtbot.waitUntil(path.exists, timeout=20_000)
    qtbot.waitUntil(lambda: not view.bench.tasks.under_way)
    assert path.read_bytes() == view.bench.reports.write(view.made.report, form, Paper.A4)
    assert [f"saved as {path.name}" in one.what for one in heard] == [True]


def test_a_place_that_cannot_be_written_is_told(qtbot: QtBot, made: Made, tmp_path: Path) -> None:
    view = made(snapshot_of())
    with qtbot.waitSignal(view.bench.tasks.failed, timeout=20_000) as told:
        view.save_to(tmp_path / "no folder" / "report.csv", Format.CSV)
    assert "cannot be written there" in str(told.args[0] if told.args else "")


def test_other_paper_is_drawn_anew_from_the_same_report(qtbot: QtBot, made: Made) -> None:
    view = made(snapshot_of())
    assert view.made is not None
    before, tall = view.made.report, view.page.pixmap().height()
    view.controls.paper.choose(Paper.LETTER)
    qtbot.waitUntil(lambda: view.made is not None and view.made.wish.paper is Paper.LETTER, timeout=20_000)
    assert view.made.report is before
    assert view.page.pixmap().height() < tall


def test_paper_is_asked_for_a_pdf_alone(made: Made) -> None:
    view = made(snapshot_of())
    assert view.controls.paper.isVisible()
    view.controls.form.choose(Format.CSV)
    assert not view.controls.paper.isVisible()


def test_without_a_price_the_page_says_so_and_so_does_the_screen(made: Made) -> None:
    view = made(offline())
    assert view.made is not None
    assert view.state.text().startswith("No price to rely on in USD")


def test_a_book_without_loans_has_a_report_all_the_same(made: Made) -> None:
    view = made(snapshot_of(treasury(())))
    assert view.made is not None
    assert view.save.isEnabled()


def test_a_newer_price_is_told_and_taken_when_asked(qtbot: QtBot, made: Made) -> None:
    view = made(snapshot_of())
    before = view.made
    view.bench.live.take(at_price("60000"))
    assert view.made is before
    assert CHANGED in view.state.text()
    QTest.mouseClick(view.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.made is not None and view.made is not before, timeout=20_000)
    assert view.state.text() == ""


def test_hidden_amounts_hide_the_page(made: Made) -> None:
    view = made(snapshot_of())
    assert not view.page.pixmap().isNull()
    view.bench.live.hide_amounts(hidden=True)
    assert view.bench.display.hidden
    assert view.page.pixmap().isNull()
    assert view.state.text() == HIDDEN
    assert view.save.isEnabled()


def test_fields_are_those_that_the_report_takes(made: Made) -> None:
    view = made(snapshot_of())
    for kind in KINDS:
        view.controls.choose(kind.key)
        assert view.controls.loan.isVisible() is (Need.LOAN in kind.takes)
        assert view.controls.start.isVisible() is (Need.PERIOD in kind.takes)
        assert view.controls.year.isVisible() is bool(kind.takes & {Need.YEAR, Need.MAYBE_YEAR})
        assert view.controls.kind is kind


def test_years_reach_back_to_the_first_entry() -> None:
    book = treasury()
    assert years_offered(book, NOW.date()) == (2025,)
    assert years_offered(treasury(()), NOW.date()) == (2025,)
    assert list(year_words(KINDS[0], book, NOW.date())) == [2025]


def test_nothing_is_asked_of_a_screen_that_nobody_sees(made: Made) -> None:
    view = made(snapshot_of())
    view.hide()
    view.bench.live.take(at_price("60000"))
    assert view.state.text() == ""
