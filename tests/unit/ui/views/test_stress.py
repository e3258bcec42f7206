from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.scenario import ScenarioKind
from app.risk.stress_result import Policy
from app.services.desk import DeskSnapshot
from app.ui.application import Program
from app.ui.charts.pointed import pointed
from app.ui.models.stress_asked import Asked
from app.ui.models.stress_saved import scenario_of
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.overview import OverviewView
from app.ui.views.stress import StressView
from app.ui.views.stress_reckoner import Answer, StressReckoner, is_light
from app.ui.views.stress_tables import ENDS
from tests.fakes.bench import make_bench
from tests.fakes.desk import NOW, at_price, loan, many_loans, offline, snapshot_of, treasury

Made = Callable[[DeskSnapshot], StressView]


@pytest.fixture
def went() -> list[tuple[str, str | None]]:
    return []


@pytest.fixture
def made(qtbot: QtBot, theme: Theme, went: list[tuple[str, str | None]]) -> Iterator[Made]:
    benches: list[Workbench] = []

    def make(snapshot: DeskSnapshot) -> StressView:
        bench = make_bench(snapshot, theme, went=lambda key, name: went.append((key, name)))
        benches.append(bench)
        view = StressView(bench)
        qtbot.addWidget(view)
        view.resize(1280, 800)
        view.show()
        view.activateWindow()
        qtbot.waitUntil(lambda: view.isActiveWindow() and not bench.tasks.under_way)
        return view

    yield make
    for bench in benches:
        assert bench.tasks.stop() == []


def test_it_opens_with_the_settings_fall(made: Made) -> None:
    view = made(snapshot_of())
    assert view.asked.drop == Decimal("0.10")
    assert view.headline.text().startswith("At −10\u202f% two loans are called")
    assert view.detail.text().startswith("Deadlines aside, forced sale begins at ")
    assert view.frame.word.text() == "WHAT-IF"
    assert [button.isChecked() for button in view.controls.preset_buttons] == [False, False, True, False, False]
    assert view.tables.events_model.rowCount() == 4


def test_esc_goes_back_to_now_and_nothing_is_tinted_then(made: Made) -> None:
    view = made(snapshot_of())
    view.controls.fall.setFocus()
    QTest.keyClick(view.controls.fall, Qt.Key.Key_Escape)
    assert view.asked == Asked()
    assert view.headline.text() == "At today's price no loan is called."
    assert view.frame.word.text() == "NOW"
    assert not view.frame.tinted
    assert not view.save.isEnabled()


def test_the_slider_the_field_and_the_line_say_the_same(qtbot: QtBot, made: Made) -> None:
    view = made(snapshot_of())
    view.controls.fall.setValue(200)
    assert view.controls.comes_to.text() == "−20\u202f% → $56,582"
    assert view.headline.text().startswith("At −20\u202f% three loans")
    view.controls.typed.setText("56k")
    view.controls.typed.setModified(True)
    QTest.keyClick(view.controls.typed, Qt.Key.Key_Return)
    assert view.headline.text().startswith("At $56,000 three loans")
    assert view.controls.fall.value() == 208
    QTest.keyClick(view.pictures.curves, Qt.Key.Key_Home)
    assert view.asked.drop == 0
    view.pictures.price_moved.emit(pointed(49_508.9))
    assert view.asked.drop == Decimal("0.300")


def test_what_cannot_be_read_is_told_at_the_field_and_changes_nothing(made: Made) -> None:
    view = made(snapshot_of())
    before = view.headline.text()
    view.controls.typed.setText("90k")
    QTest.keyClick(view.controls.typed, Qt.Key.Key_Return)
    assert "above today's $70,727" in view.controls.wrong.text()
    assert view.controls.typed.property("wrong")
    assert view.headline.text() == before
    view.controls.preset_buttons[0].click()
    assert view.controls.wrong.text() == ""


def test_no_top_ups_and_no_days_change_the_answer(made: Made) -> None:
    view = made(snapshot_of())
    view.open_item("-25 %")
    view.controls.idle.click()
    assert view.asked.policy is Policy.NONE
    assert "sold" in view.headline.text()
    assert view.tables.aside.whole == ""
    view.controls.cure.click()
    assert view.controls.cure.isChecked()
    assert not view.controls.idle.isChecked()
    view.controls.days.setValue(0)
    assert view.controls.over.text() == "at once"
    view.controls.interest.setChecked(False)
    assert view.controls.accrued.text() == "left out"


def test_a_past_fall_is_replayed_from_its_menu_and_from_the_picture(made: Made) -> None:
    view = made(snapshot_of())
    menu = view.controls.replay.menu()
    action = next(action for action in menu.actions() if action.text().startswith("March 2020"))
    action.trigger()
    assert view.headline.text().startswith("If “March 2020")
    assert "37 days" in view.controls.over.text()
    assert not view.controls.days.isEnabled()
    view.pictures.episode_chosen.emit("may-2021")
    assert view.asked.path is not None
    assert view.asked.path.key == "may-2021"
    view.open_item("-5 %")
    assert view.controls.days.isEnabled()


def test_which_past_falls_are_shown_can_be_chosen_up_to_eight(made: Made) -> None:
    view = made(snapshot_of())
    view.pictures.show_falls(())
    assert view.pictures.which.text() == "0 of 24 shown"
    for action in view.pictures.which.menu().actions():
        if action.isEnabled():
            action.setChecked(True)
    assert view.pictures.which.text() == "8 of 24 shown"


def test_an_own_path_is_understood_while_it_is_typed(made: Made) -> None:
    view = made(snapshot_of())
    view.controls.own.click()
    assert view.own.isVisible()
    view.own.text.setPlainText("3 65k\n7 soon")
    assert view.own.echo.text().startswith("Line 2")
    assert not view.own.take.isEnabled()
    view.own.text.setPlainText("3 65k\n7 -20 %")
    assert view.own.echo.text().startswith("2 points over 7 days")
    view.own.take.click()
    assert view.headline.text().startswith("On your own path (−20.0")
    view.back_to_now()
    assert view.own.isHidden()
    assert view.asked.hypothetical
    view.back_to_now()
    assert not view.asked.hypothetical


def test_a_row_explains_itself_is_copied_and_opens_its_loan(made: Made, went: list[tuple[str, str | None]]) -> None:
    view = made(snapshot_of())
    tables = view.tables
    tables.events.selectRow(0)
    assert "LTV = E ÷ (C · P)" in tables.why.toPlainText()
    tables.events.setFocus()
    QTest.keyClick(tables.events, Qt.Key.Key_E)
    assert tables.why.hasFocus()
    tables.events.setFocus()
    QTest.keyClick(tables.events, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Coin revolver\t" in QGuiApplication.clipboard().text()
    QTest.keyClick(tables.events, Qt.Key.Key_Return)
    assert went == [("loans", "Coin revolver")]
    tables.tabs.setCurrentIndex(ENDS)
    tables.ends.selectRow(0)
    assert "With no action" in tables.why.toPlainText()


def test_hidden_amounts_are_masked_in_words_too(made: Made) -> None:
    view = made(snapshot_of())
    view.tables.events.selectRow(0)
    view.bench.live.hide_amounts(hidden=True)
    said = (view.headline.text(), view.detail.text(), view.tables.aside.whole, view.tables.why.toPlainText())
    words = f"{' '.join(said)} {view.controls.accrued.text()}"
    assert "•••" in words
    assert not any(amount in words for amount in ("470", "1,025", "30.1", "9,600,000", "2,008"))


@pytest.mark.parametrize(
    ("snapshot", "part"),
    [
        (offline(), "the last price is 21 min old"),
        (offline(None), "no source has answered yet"),
        (snapshot_of(treasury((loan("Plain", "1000000", "30", ()),))), "Plain"),
    ],
)
def test_where_nothing_can_be_reckoned_a_sentence_says_why(made: Made, snapshot: DeskSnapshot, part: str) -> None:
    view = made(snapshot)
    assert part in view.detail.text()
    assert view.controls.comes_to.text() == "—"
    assert view.tables.isHidden()
    assert not view.controls.fall.isEnabled()
    assert not view.frame.tinted


def test_an_empty_book_offers_a_loan(made: Made) -> None:
    view = made(snapshot_of(treasury((), "0")))
    assert view._pages.currentIndex() == 0


def test_without_free_bitcoin_nothing_is_posted_first(made: Made) -> None:
    view = made(snapshot_of(treasury(free_btc="0")))
    view.open_item("-8 %")
    assert "nothing cures" in view.headline.text() or "sold" in view.headline.text()
    assert view.detail.text().endswith("no free bitcoin moves that.")


def test_a_price_tick_reckons_the_same_fall_anew(qtbot: QtBot, made: Made) -> None:
    view = made(snapshot_of())
    view.bench.live.take(at_price("64000"))
    qtbot.waitUntil(lambda: not view.bench.tasks.under_way)
    assert view.asked.drop == Decimal("0.10")
    assert view.controls.comes_to.text() == "−10\u202f% → $57,600"


def test_what_is_saved_stands_in_the_book_and_can_be_asked_again(made: Made) -> None:
    snapshot = snapshot_of()
    asked = Asked(days=30).fall(Decimal("0.35"))
    kept = scenario_of(asked, "Deep & slow", NOW)
    assert kept.kind is ScenarioKind.STRESS
    book = replace(snapshot.book, scenarios=(kept,))
    view = made(replace(snapshot, book=book))
    assert view.saved.text() == "Saved (1)"
    view.saved.menu().actions()[0].trigger()
    assert view.asked == asked


def test_a_read_only_book_keeps_nothing(made: Made) -> None:
    view = made(replace(snapshot_of(), read_only=True))
    assert not view.save.isEnabled()


def test_a_large_book_is_reckoned_beside_the_window_and_the_newest_question_wins(qtbot: QtBot, theme: Theme) -> None:
    snapshot = snapshot_of(treasury(many_loans(400)))
    bench = make_bench(snapshot, theme)
    reckoner = StressReckoner(bench.tasks)
    answers: list[Answer] = []
    pending: list[bool] = []
    reckoner.answered.connect(answers.append)
    reckoner.pending_changed.connect(pending.append)
    for tenths in range(1, 6):
        reckoner.ask(snapshot.figures, Asked().fall(Decimal(tenths) / 10))
    assert reckoner.pending
    assert answers == []
    qtbot.waitUntil(lambda: not reckoner.pending)
    assert [answer.asked.drop for answer in answers] == [Decimal("0.1"), Decimal("0.5")]
    assert pending[0]
    assert not pending[-1]
    assert bench.tasks.stop() == []


def test_another_book_drops_what_is_under_way(qtbot: QtBot, theme: Theme) -> None:
    first, second = snapshot_of(treasury(many_loans(400))), snapshot_of()
    bench = make_bench(first, theme)
    reckoner = StressReckoner(bench.tasks)
    answers: list[Answer] = []
    reckoner.answered.connect(answers.append)
    reckoner.ask(first.figures, Asked().fall(Decimal("0.2")))
    reckoner.ask(second.figures, Asked().fall(Decimal("0.2")))
    qtbot.waitUntil(lambda: not bench.tasks.under_way)
    assert [answer.figures for answer in answers] == [second.figures]
    assert not reckoner.pending
    assert bench.tasks.stop() == []


def test_a_price_that_is_asked_for_before_the_book_is_read_is_not_forgotten(qtbot: QtBot, theme: Theme) -> None:
    bench = make_bench(snapshot_of(treasury(many_loans(400))), theme)
    view = StressView(bench)
    qtbot.addWidget(view)
    view.show()
    view.open_item("56000")
    qtbot.waitUntil(lambda: not bench.tasks.under_way)
    assert view.asked.to_price == 56_000
    assert view.headline.text().startswith("At $56,000")
    assert bench.tasks.stop() == []


def test_light_questions_are_those_that_fit_into_a_picture(made: Made) -> None:
    view = made(snapshot_of(treasury(many_loans(100))))
    positions = view._positions
    assert positions is not None
    assert is_light(positions, Asked().fall(Decimal("0.4")))
    assert not is_light(positions, Asked().fall(Decimal("0.9")))


def test_dark_is_painted_anew(made: Made) -> None:
    from app.services.settings import Theme as Choice

    view = made(snapshot_of())
    light = view.pictures.grab().toImage()
    view.bench.theme.choose(Choice.DARK)
    assert view.pictures.grab().toImage() != light


def test_what_is_asked_is_saved_in_the_book_and_can_be_undone(qtbot: QtBot, program: Program) -> None:
    program.start()
    session = program.session
    assert session is not None
    window = session.window
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    window.go("stress", "-20 %")
    view = window.views["stress"]
    assert isinstance(view, StressView)
    view.save.click()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert [one.name for one in session.live.snapshot.book.scenarios] == ["−20 % over 7 days"]
    assert view.saved.isVisible()
    session.edits.undo()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert session.live.snapshot.book.scenarios == ()
    assert view.saved.isHidden()


def test_the_overviews_line_opens_the_screen_at_its_price(qtbot: QtBot, program: Program) -> None:
    program.start()
    session = program.session
    assert session is not None
    window = session.window
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    overview = window.views["overview"]
    assert isinstance(overview, OverviewView)
    overview._stress(pointed(56_000.4))
    view = window.views["stress"]
    assert isinstance(view, StressView)
    assert window.stack.currentWidget() is view
    assert view.asked.to_price == 56_000
