from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import EventKind, LoanEvent
from app.domain.figures import LoanState
from app.services import edits
from app.ui.dialogs.event_form import EventForm
from app.ui.formats import Display
from app.ui.views.loan_detail import LoanDetail
from app.ui.views.loan_detail_words import figure_pairs, loan_sentence
from app.ui.views.ltv_gauge import gauge_figures, label_rows
from tests.fakes.desk import NOW, at_price, loan, offline, snapshot_of, treasury, triggers
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk

SHOWN = Display()


def page(desk: EditedDesk, qtbot: QtBot, name: str = "Coin revolver") -> LoanDetail:
    view = LoanDetail(desk.bench)
    qtbot.addWidget(view)
    view.resize(1100, 640)
    desk.live.changed.connect(lambda change: view.refresh(change.snapshot))
    view.show_loan(name)
    view.show()
    return view


def column(view: LoanDetail, key: int) -> list[str]:
    model = view.ways.rows.model
    return [str(model.index(row, key).data()) for row in range(model.rowCount())]


def test_the_sentence_says_what_when_and_how_much() -> None:
    snapshot = snapshot_of()
    told = [loan_sentence(one, (), NOW, SHOWN) for one in snapshot.figures.loans]
    assert told[2] == (
        "Coin revolver is called at $65,307, 7.6 % below now. A fall of 10 % leaves it at 77.0 % LTV (call at 75 %). "
        "You would have 12 h to post 36.02251489 BTC or repay $1,490,442.18 to be back at 65 %."
    )
    assert told[1].startswith("Term loan B is called at $49,325, 30.2 % below now. A fall of 10 % leaves it at")
    assert told[1].endswith("(call at 65 %).")


def test_the_sentence_at_the_call_and_at_the_sale() -> None:
    called = at_price("62000").figures.loans[2]
    sold = at_price("56000").figures.loans[2]
    assert loan_sentence(called, (), NOW, SHOWN).startswith(
        "MARGIN CALL level reached: Coin revolver is at 79.0 % LTV."
    )
    assert loan_sentence(sold, (), NOW, SHOWN).startswith("ACT NOW: Coin revolver is at 87.5 % LTV")


def test_the_sentence_where_nothing_can_be_judged_or_called() -> None:
    silent = offline().figures.loans[2]
    assert loan_sentence(silent, (), NOW, SHOWN) == "Coin revolver cannot be judged: the last price is 21 min old."
    undrawn = loan("Line", "0", "1", triggers(None, "0.75", None, 12, None))
    figures = snapshot_of(treasury((undrawn,))).figures.loans[0]
    assert figures.state is LoanState.UNDRAWN
    assert loan_sentence(figures, (), NOW, SHOWN) == "Line: nothing is drawn, so nothing can be called."


def test_hidden_amounts_are_in_no_word_of_the_page(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    treasury_desk.live.hide_amounts(hidden=True)
    view = page(treasury_desk, qtbot)
    text = " ".join(label.text() for label in view.findChildren(QLabel))
    for card in (view.events, view.terms, view.ways.rows):
        card.table.selectAll()
        text += card.table.rows_text(headings=False)
    for amount in ("36.02", "1,490,442", "1490442", "9,600,000", "9600000", "196", "1,025", "1025"):
        assert amount not in text, amount


def test_the_gauge_tells_the_contracts_levels_in_per_cent_and_price() -> None:
    gauge = gauge_figures(snapshot_of().figures.loans[2])
    assert [mark.words for mark in gauge.marks] == [
        "$69,971 · 1.0\u202f% below", "$65,307 · 7.6\u202f% below", "$57,624 · 18.5\u202f% below",
    ]  # fmt: skip
    assert [mark.title for mark in gauge.marks] == [
        "▲ Early warning 70\u202f%", "◆ Margin call 75\u202f%", "■ Forced sale 85\u202f%",
    ]  # fmt: skip
    assert gauge.sentence.startswith("LTV 69.3\u202f%; 77.0\u202f% after a fall of 10\u202f%; ▲ Early warning 70")
    assert gauge_figures(at_price("40000").figures.loans[2]).most > 1


def test_labels_that_would_touch_take_another_row() -> None:
    assert label_rows([(0, 50), (100, 150), (200, 250)]) == [0, 0, 0]
    assert label_rows([(0, 120), (100, 220), (200, 320)]) == [0, 1, 0]
    assert label_rows([(0, 220), (100, 220), (200, 320)]) == [2, 1, 0]
    assert label_rows([]) == []


def test_the_figures_say_what_they_rest_on() -> None:
    pairs = {pair.name: pair for pair in figure_pairs(snapshot_of().figures.loans[2], SHOWN, NOW)}
    assert pairs["Collateral"].figure == "196\u202fBTC"
    assert pairs["Collateral"].note == "worth $13,862,492"
    assert pairs["Price"].note == "consensus, 4\u202fs ago"
    silent = {pair.name: pair for pair in figure_pairs(offline().figures.loans[2], SHOWN, NOW)}
    assert (silent["Price"].figure, silent["Price"].note) == ("—", "▲ last $70,727, not used")
    assert silent["Collateral"].note == "worth —"


def test_the_page_shows_the_ways_out_and_a_typed_target(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = page(treasury_desk, qtbot)
    assert column(view, 0) == ["Now", "At the margin call", "After a fall of 10\u202f%"]
    assert column(view, 4) == ["$589,380.20", "$1,280,000.00", "$1,490,442.18"]
    QTest.keyClicks(view.ways.target.editor, "60")
    qtbot.waitUntil(lambda: len(column(view, 0)) == 6)
    assert column(view, 2)[3:] == ["60\u202f% (yours)"] * 3
    view.ways.target.set_text("120")
    view.ways._show()
    assert "write 60 for 60 %" in view.ways.target.note.text()
    assert len(column(view, 0)) == 3


def test_a_way_out_becomes_a_draft_and_stores_nothing(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    before, view = treasury_desk.book, page(treasury_desk, qtbot)
    view.ways.rows.choose_number(2)
    view.ways.record_top_up.click()
    form = view.findChild(EventForm)
    assert form is not None
    assert (form.kind.value, form.btc.text, form.account.value) == (EventKind.POST, "36.02251489", "Cold storage")
    assert form.strip.sentence.text() == "LTV 69.3\u202f% → 58.5\u202f%"
    assert treasury_desk.book is before
    form.reject()


def test_esc_goes_back(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = page(treasury_desk, qtbot)
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view, Qt.Key.Key_Escape)


def test_an_event_is_deleted_with_the_key_and_comes_back_with_undo(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    name, view = "Coin revolver", page(treasury_desk, qtbot)
    before = treasury_desk.book
    fee = LoanEvent(NOW - timedelta(hours=1), EventKind.FEE, amount=Decimal(100))
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.run(edits.add_event(name, fee))
    view.events.choose_number(0)
    qtbot.waitUntil(view.isActiveWindow)
    view.events.table.setFocus()
    with qtbot.waitSignal(treasury_desk.messages.told) as told:
        QTest.keyClick(view.events.table, Qt.Key.Key_Delete)
    assert treasury_desk.book == before
    assert told.args is not None
    message = told.args[0]
    assert (message.what, message.action) == ("Delete fee of “Coin revolver”: done.", "Undo")
    qtbot.waitUntil(lambda: not treasury_desk.edits.busy)
    with qtbot.waitSignal(treasury_desk.live.changed):
        message.act()
    assert treasury_desk.book.loan(name).events[-1] == fee
    qtbot.waitUntil(lambda: view.events.model.rowCount() == 3)


def test_a_deletion_that_cannot_be_is_told_and_changes_nothing(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view, before = page(treasury_desk, qtbot), treasury_desk.book
    view.terms.choose_number(0)
    with qtbot.waitSignal(treasury_desk.messages.told) as told:
        view.terms.delete_selected()
    assert told.args is not None
    assert "at least one set of terms" in told.args[0].what
    assert treasury_desk.book is before


def test_a_renamed_loan_is_followed_and_a_deleted_one_closes_the_page(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view, old = page(treasury_desk, qtbot), treasury_desk.book.loan("Coin revolver")
    with qtbot.waitSignal(treasury_desk.live.changed):
        treasury_desk.edits.run(edits.replace_loan(old, replace(old, name="Revolver")))
    assert (view.name, view.heading.whole) == ("Revolver", "Revolver")
    with qtbot.waitSignal(view.closed):
        view.delete.click()


def test_without_a_price_the_page_stands_and_says_why(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = page(treasury_desk, qtbot)
    treasury_desk.lose_prices()
    assert view.sentence.text() == "Coin revolver cannot be judged: no confirmed price."
    assert column(view, 0) == []
    assert not view.ways.record_top_up.isEnabled()
    assert view.events.model.rowCount() == 2


def test_a_read_only_book_can_be_read(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = page(make_desk(readonly=True), qtbot)
    assert not view.add_event.isEnabled()
    assert "reading only" in view.delete.toolTip()
    view.events.choose_number(0)
    assert not any(button is not None and button.isEnabled() for button in (view.events.add, view.events.delete))


def test_rows_are_copied_with_exact_figures(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = page(treasury_desk, qtbot)
    view.events.table.selectAll()
    QTest.keyClick(view.events.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[1] == (
        "2026-02-04T09:00:00+00:00\tTop-up\t\t196.00000000\tCold storage\t\t"
    )


def test_names_are_plain_text_and_every_control_has_a_name(make_desk: MakeDesk, qtbot: QtBot) -> None:
    evil = "<img src=x>&amp;<b>bold</b>"
    view = page(
        make_desk(treasury((loan(evil, "1000", "1", triggers("0.7", "0.75", "0.85", 12, None), lender=evil),))),
        qtbot,
        evil,
    )
    assert view.heading.whole == evil
    for label in view.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    for widget in view.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName() or widget.focusProxy() is not None, widget
