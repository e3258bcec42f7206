"""The risk screen and its cards, the loan's page, the overview's figures and the page of help."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.book import Book
from app.services.risk_room import RiskAnswer
from app.ui.dialogs.help_page import HelpPage, read_page
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.views.loan_detail_chances import LoanChancesCard
from app.ui.views.loans_table import gone
from app.ui.views.overview import OverviewView
from app.ui.views.overview_figures import five_figures
from app.ui.views.overview_risk import nearest_note, reserve_figure, reserve_line, told_figures, week_words
from app.ui.views.risk import RiskView
from tests.fakes.desk import snapshot_of
from tests.fakes.desk_edits import RESOURCES, EditedDesk
from tests.fakes.risk_answers import blind_answer, short_answer, swings, treasury_answer

WAIT = 30_000
HISTORY = swings(500)
SHOWN = Display()


@pytest.fixture
def desk(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EditedDesk]:
    made = EditedDesk(theme, tmp_path)
    monkeypatch.setattr(made.desk, "history", lambda _currency="USD": HISTORY)
    yield made
    made.stop()


def answered(desk: EditedDesk, qtbot: QtBot) -> RiskView:
    view = RiskView(desk.bench)
    qtbot.addWidget(view)
    view.resize(1240, 800)
    view.show()
    desk.bench.risk.start()
    qtbot.waitUntil(lambda: desk.bench.risk.answer is not None and desk.bench.risk.answer.final, timeout=WAIT)
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)
    return view


def words(view: RiskView) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_before_the_first_answer_it_says_so(qtbot: QtBot, desk: EditedDesk) -> None:
    view = RiskView(desk.bench)
    qtbot.addWidget(view)
    view.show()
    assert view.headline.text() == "Reckoning how likely a call is …"
    assert not view.book.isVisible()
    assert not view.reserve.isVisible()
    view.trust.start()
    assert "try again" in view.trust.sentence.text()


def test_an_answer_fills_the_page_and_the_curve(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    assert view.headline.text().startswith("Within 30 days a call is ")
    assert view.basis.text().startswith("Learned from 500 days, ")
    assert "A first answer" not in view.basis.text()
    for card in (view.book, view.curve, view.loans, view.reserve):
        assert card.isVisible()
    picture = view.curve.chart.picture
    assert picture is not None
    assert len(picture.lines) == 3
    assert view.loans.model.rowCount() == 8
    assert view.reserve.promises.model.rowCount() == 4
    assert "Cure each call: " in view.reserve.words.text()
    assert view.reserve.aside.whole == "1,025\u202fBTC free"


def test_a_number_that_is_chosen_is_explained_below(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    cell = view.book._cells[0][2]
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
    assert view.book.words.text().startswith("At least one call within 30 days: ")
    view.loans.table.setCurrentIndex(view.loans.model.index(0, 4))
    assert view.loans.words.text().startswith("Coin revolver, margin call within 30 days: ")
    view.reserve.promises.choose_number(3)
    assert view.reserve.words.text().startswith("Last stand: ")


def test_one_loan_can_be_drawn(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    view.open_item("EUR bridge")
    assert view.curve.choice.currentText() == "EUR bridge"
    picture = view.curve.chart.picture
    assert picture is not None
    assert [line.name for line in picture.lines] == ["margin call", "forced sale"]


def test_entering_a_row_opens_the_loan(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    view.loans.table.opened.emit(view.loans.model.index(0, 0))
    assert desk.went == [("loans", "Coin revolver")]


def test_hidden_amounts_are_in_no_word_of_the_page(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    desk.live.hide_amounts(hidden=True)
    for number in range(4):
        view.reserve.promises.choose_number(number)
        for line in view.book._cells:
            view.book.words.setText(line[0].accessibleDescription())
            for amount in ("513.", "495.", "1,025", "440", "$18", "\u202fM"):
                assert amount not in words(view), amount
    for card in (view.reserve.promises, view.reserve.steps):
        card.table.selectAll()
        text = card.table.rows_text(headings=False)
        assert "440" not in text
        assert "1025" not in text


def test_with_twenty_days_of_history_only_the_reserve_stands(
    qtbot: QtBot, desk: EditedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.desk, "history", lambda _currency="USD": HISTORY[-20:])
    view = answered(desk, qtbot)
    assert view.headline.text().startswith("No probabilities: a probability needs ")
    assert view.basis.text() == ""
    assert not view.book.isVisible()
    assert not view.loans.isVisible()
    assert view.reserve.isVisible()
    view.trust.start()
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)
    assert "needs" in view.trust.sentence.text()


def test_without_a_price_one_sentence_stands(qtbot: QtBot, desk: EditedDesk) -> None:
    desk.lose_prices()
    view = answered(desk, qtbot)
    assert view.headline.text().startswith("No probabilities: there is no price in USD")
    assert not view.reserve.isVisible()


def test_an_empty_book_has_no_line(qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = EditedDesk(theme, tmp_path / "empty", Book("Empty", "USD"))
    monkeypatch.setattr(made.desk, "history", lambda _currency="USD": HISTORY)
    view = answered(made, qtbot)
    assert view.headline.text() == "No loan has a line that a fall of the price could reach."
    assert not view.reserve.isVisible()
    made.stop()


def test_a_price_that_is_lost_takes_the_numbers_away(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    desk.lose_prices()
    qtbot.waitUntil(lambda: view.headline.text().startswith("No probabilities"), timeout=WAIT)
    assert not view.book.isVisible()
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)


def test_the_check_against_the_past_runs_tells_and_can_be_cancelled(
    qtbot: QtBot, desk: EditedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = swings(1300)
    monkeypatch.setattr(desk.desk, "history", lambda _currency="USD": longer)
    view = answered(desk, qtbot)
    view.trust.start()
    assert view.trust.running
    assert view.trust.cancel.isVisible()
    view.trust.stop()
    qtbot.waitUntil(lambda: not view.trust.running, timeout=WAIT)
    assert not view.trust.chart.isVisible()
    assert view.trust.check.isEnabled()
    view.trust.check.click()
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)
    assert view.trust.chart.isVisible()
    assert view.trust.rows.model.rowCount() > 0
    assert "Brier" in view.trust.detail.text()
    assert not view.trust.cancel.isVisible()


def test_more_pledged_than_held_is_told_instead_of_a_reserve(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    positions = treasury_answer().positions
    view.reserve.show_reserve(None, positions, SHOWN)  # type: ignore[arg-type] # the fake answer has positions
    assert view.reserve.nothing.isVisible()
    assert not view.reserve.promises.isVisible()


def test_cards_stand_below_each_other_where_the_window_is_narrow(qtbot: QtBot, desk: EditedDesk) -> None:
    view = answered(desk, qtbot)
    assert view.curve.x() > view.book.x()
    view.resize(800, 700)
    qtbot.waitUntil(lambda: view.curve.y() > view.book.y())
    assert view.curve.x() == view.book.x()


def test_the_loans_page_follows_the_risk_room(qtbot: QtBot, desk: EditedDesk) -> None:
    card = LoanChancesCard(desk.bench.risk)
    qtbot.addWidget(card)
    card.show()
    card.show_loan(0, SHOWN)
    assert card.nothing.text() == "Reckoning how likely a call is …"
    desk.bench.risk.start()
    qtbot.waitUntil(lambda: desk.bench.risk.answer is not None, timeout=WAIT)
    assert card.nothing.text() == ""
    assert "The free bitcoin ends at this loan" in card.notes.text()
    qtbot.waitUntil(lambda: not desk.tasks.under_way, timeout=WAIT)


def test_the_overviews_fifth_figure_is_where_the_reserve_ends() -> None:
    answer, snapshot = treasury_answer(), snapshot_of()
    figure = reserve_figure(answer, SHOWN)
    assert figure is not None
    assert (figure.name, figure.figure) == ("Free BTC holds to", "$54,917")
    assert figure.note == "−22.3\u202f% · last stand $41,900"
    assert "Equipment facility" in figure.detail
    for promise in ("No margin call:", "Cure each call:", "Cure at once:", "Last stand:"):
        assert promise in figure.detail
    assert figure.tone == "text"
    figures = {each.key: each for each in five_figures(snapshot, snapshot.danger, SHOWN)}
    changed = told_figures(figures, answer, snapshot, SHOWN)
    assert changed["cure"] == figure
    assert changed["nearest"].note.endswith("weekly σ · Coin revolver")
    assert "−ln(1 − fall) ÷ σ" in changed["nearest"].detail
    assert changed["nearest"].detail.startswith(figures["nearest"].detail)
    assert week_words(answer).startswith("A call within a week: ")
    line = reserve_line(answer)
    assert line is not None
    assert line.label == "free BTC ends $54,917"
    assert 54_916 < line.price < 54_917


def test_where_the_reserve_has_no_end_or_no_answer_the_old_figure_stays() -> None:
    snapshot = snapshot_of()
    assert reserve_figure(blind_answer(), SHOWN) is None
    assert reserve_line(blind_answer()) is None
    assert nearest_note(blind_answer(), snapshot) == ""
    assert nearest_note(short_answer(), snapshot) == ""
    assert reserve_figure(short_answer(), SHOWN) is not None
    answer = treasury_answer()
    assert answer.reserve is not None
    endless = replace(answer.reserve.cure_each_call, price=None, place=None, loan=None, needs=None, jump=False)
    told = reserve_figure(_with(answer, endless), SHOWN)
    assert told is not None
    assert told.figure == "any price"
    assert reserve_line(_with(answer, endless)) is None
    due = replace(answer.reserve.cure_each_call, already=True, price=Decimal(70_727))
    now = reserve_figure(_with(answer, due), SHOWN)
    assert now is not None
    assert now.note.startswith("due now · last stand ")
    assert now.tone == "sale"


def _with(answer: RiskAnswer, held: object) -> RiskAnswer:
    assert answer.reserve is not None
    return replace(answer, reserve=replace(answer.reserve, cure_each_call=held))  # type: ignore[arg-type] # a ReservePrice


def test_the_overview_shows_the_answer_and_draws_the_reserve(qtbot: QtBot, desk: EditedDesk) -> None:
    view = OverviewView(desk.bench)
    qtbot.addWidget(view)
    view.resize(1240, 800)
    view.show()
    assert view.figures["cure"].name.whole.startswith("Cure after")
    desk.bench.risk.start()
    qtbot.waitUntil(lambda: view._chart is not None and not desk.tasks.under_way, timeout=WAIT)
    assert view.figures["cure"].name.whole == "Free BTC holds to"
    assert view.detail.text().endswith("%.")
    chart = view._chart
    assert chart is not None
    assert chart._plan is not None
    assert chart._plan.reserve is not None
    assert "free BTC ends $54,917" in chart.accessibleDescription()
    assert not chart.grab().isNull()


def test_columns_yield_in_their_order_and_no_more_than_needed() -> None:
    asked = {"loan": 200, "lender": 150, "ltv": 170, "debt": 110, "chance": 90}
    assert gone(asked, 1000, ("lender", "chance")) == ()
    assert gone(asked, 510, ("lender", "chance")) == ("lender",)
    assert gone(asked, 300, ("lender", "chance")) == ("lender", "chance")
    assert gone(asked, 100, ()) == ()


def test_the_page_of_help_is_read_in_the_colours_in_force_and_opens_at_a_heading(qtbot: QtBot, theme: Theme) -> None:
    page = HelpPage(RESOURCES / "help" / "risk.md", theme, heading="Plan")
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.text.textCursor().block().text() == "Plan")
    assert not page.missing.isVisible()
    assert page.text.isReadOnly()
    assert not page.text.openLinks()
    assert not page.text.textInteractionFlags() & Qt.TextInteractionFlag.LinksAccessibleByMouse
    assert "What the risk figures mean" in page.text.toPlainText()
    page.show_heading("Stress")
    assert page.text.textCursor().block().text() == "Stress"
    page.show_heading("Nothing of the kind")
    page.text.moveCursor(QTextCursor.MoveOperation.Start)
    assert page.text.textCursor().block().text() == "What the risk figures mean"


def test_a_missing_page_of_help_says_so(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    page = HelpPage(tmp_path / "none.md", theme)
    qtbot.addWidget(page)
    page.show()
    assert page.missing.isVisible()
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\xff")
    assert read_page(tmp_path / "bad.md") == ""


def test_the_button_opens_the_page(qtbot: QtBot, desk: EditedDesk) -> None:
    view = RiskView(desk.bench)
    qtbot.addWidget(view)
    view.show()
    view.help.click()
    (page,) = view.findChildren(HelpPage)
    assert page.isVisible()
    page.accept()
