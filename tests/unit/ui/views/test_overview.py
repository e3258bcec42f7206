from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.loans import LoansView, footer_words
from app.ui.views.overview import OverviewView
from app.ui.views.overview_figures import five_figures
from app.ui.views.watch_bar import WatchBar
from tests.fakes.bench import make_bench
from tests.fakes.desk import FakeDesk, at_price, offline, snapshot_of, treasury, treasury_warnings

Made = Callable[[DeskSnapshot], tuple[Workbench, FakeDesk, list[tuple[str, str | None]]]]


@pytest.fixture
def made(theme: Theme) -> Iterator[Made]:
    benches: list[Workbench] = []

    def make(snapshot: DeskSnapshot) -> tuple[Workbench, FakeDesk, list[tuple[str, str | None]]]:
        desk, went = FakeDesk(snapshot), []
        bench = make_bench(snapshot, theme, desk=desk, went=lambda key, name: went.append((key, name)))
        benches.append(bench)
        return bench, desk, went

    yield make
    for bench in benches:
        assert bench.tasks.stop() == []


def test_words_figures_and_rows_are_there_before_the_chart(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of(warnings=treasury_warnings()))
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    assert view._chart is None
    assert view.headline.text().startswith("A 10\u202f% fall calls two loans")
    assert view.figures["free_btc"].figure.whole == "1,025\u202fBTC"
    assert view.table.loans.rowCount() == 4
    assert len(view.warnings.items) == 2
    view.resize(1280, 800)
    view.show()
    qtbot.waitUntil(lambda: view._chart is not None and view._chart.isVisible())


def test_a_row_and_a_column_open_the_loan(qtbot: QtBot, made: Made) -> None:
    bench, _, went = made(snapshot_of())
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    view.table.setCurrentIndex(view.table.loans.index(1, 0))
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert went == [("loans", "Equipment facility")]


def test_a_tick_keeps_the_warnings_buttons_under_the_finger(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of(warnings=treasury_warnings()))
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    before = list(view.warnings.items)
    view.refresh(at_price("70500", warnings=treasury_warnings()))
    assert view.warnings.items == before


def test_acknowledging_goes_to_the_desk_off_the_windows_thread(qtbot: QtBot, made: Made) -> None:
    bench, desk, _ = made(snapshot_of(warnings=treasury_warnings()))
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    QTest.mouseClick(view.warnings.items[0].ack_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.asked == [("acknowledge", treasury_warnings()[0].id)])
    qtbot.waitUntil(lambda: not bench.tasks.under_way)


def test_an_empty_book_invites_and_an_offline_one_is_honest(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of(treasury((), "0")))
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    assert view.headline.text() == "No loans yet."
    assert view.table_card.isHidden()
    view.refresh(offline())
    assert view.headline.text().startswith("No confirmed price since")
    assert view.figures["net_value"].figure.whole == "—"
    assert "blind" in view.warnings.quiet.text()


def test_five_figures_say_where_they_come_from() -> None:
    snapshot = snapshot_of()
    figures = five_figures(snapshot, snapshot.danger, Display())
    told = {figure.key: (figure.figure, figure.note) for figure in figures}
    assert told["net_value"] == ("$200.2\u202fM", "5,321\u202fBTC − $176.2\u202fM debt")
    assert told["nearest"] == ("−7.6\u202f%", "Coin revolver · $65,307")
    assert told["cure"] == ("496.2\u202fBTC", "leaves 528.8\u202fBTC free")
    assert all("5 of 5 sources" in figure.detail for figure in figures if figure.key != "cure")


def test_a_figure_that_cannot_be_trusted_is_a_dash_with_its_reason() -> None:
    snapshot = offline()
    figures = five_figures(snapshot, snapshot.danger, Display())
    dashes = {figure.key: figure.note for figure in figures if figure.figure == "—"}
    assert set(dashes) == {"net_value", "ltv", "nearest", "cure"}
    assert set(dashes.values()) == {"no price in USD: the last price is 21 min old"}


def test_hidden_amounts_appear_nowhere_in_the_figures() -> None:
    snapshot = snapshot_of()
    figures = five_figures(snapshot, snapshot.danger, Display(hidden=True))
    words = " ".join(f"{figure.figure} {figure.note} {figure.detail}" for figure in figures)
    for amount in ("200.2", "1,025", "5,321", "4,296", "496", "176"):
        assert amount not in words


def test_loans_filter_counts_and_tells_what_is_empty(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of())
    view = LoansView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    assert view.footer.whole.startswith("4 loans · 4,296\u202fBTC pledged · $176,121,440 owed in all")
    view.filter.setText("harbour")
    assert view.footer.whole.startswith("2 of 4 loans")
    view.filter.setText("nobody at all")
    assert view._states.currentIndex() == 2
    view._clear_filter()
    assert view.table.loans.rowCount() == 4


def test_copied_rows_are_exact(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of())
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.refresh(bench.live.snapshot)
    view.table.selectRow(0)
    line = view.table.rows_text(headings=False).split("\t")
    assert line[:3] == ["Coin revolver", "9600000.00", "196.00000000"]


def test_a_footer_without_a_price_adds_nothing_up() -> None:
    assert "no total of the debts" in footer_words(offline(), 4, 4, Display())


def test_in_a_low_window_nobody_to_be_woken_is_told_above_the_figures(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(snapshot_of())
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.resize(1112, 600)
    view.show()
    qtbot.waitUntil(view.nobody.isVisible)
    bar = view.nobody.card
    assert isinstance(bar, WatchBar)
    bottom = bar.add.mapTo(view, bar.add.rect().bottomLeft()).y()
    assert bottom < view.height()
    assert not view.watch.isVisible()
    view.resize(1272, 800)
    assert not view.nobody.isVisible()
    qtbot.waitUntil(view.watch.isVisible)


def test_a_chip_has_room_when_where_a_loan_stands_changes(qtbot: QtBot, made: Made) -> None:
    bench, _, _ = made(at_price("90000"))
    view = OverviewView(bench)
    qtbot.addWidget(view)
    view.resize(1112, 600)
    view.refresh(bench.live.snapshot)
    column = view.table.loans.keys().index("state")
    before = view.table.columnWidth(column)
    view.refresh(at_price("60500"))
    assert view.table.columnWidth(column) > before
