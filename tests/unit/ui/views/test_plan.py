"""The plan screen: live results, numbers by hand, two plans, saving, and that nothing else touches the book."""

from decimal import Decimal

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.book import Book
from app.risk.plan_request import Objective, SellFrom
from app.ui.dialogs.plan_events import EnterPlanForm
from app.ui.dialogs.plan_name import SavePlanForm
from app.ui.dialogs.plan_sheet import SheetDialog
from app.ui.messages import Message
from app.ui.models.plan_rows import Amendment
from app.ui.views.overview_warnings import WarningItem
from app.ui.views.plan import PlanView
from app.ui.views.plan_frame import FlowGrid
from tests.fakes.desk import many_loans, treasury, treasury_warnings
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk
from tests.unit.ui.conftest import unnamed


def screen(desk: EditedDesk, qtbot: QtBot) -> PlanView:
    view = PlanView(desk.bench)
    qtbot.addWidget(view)
    view.resize(1110, 640)
    view.show()
    settle(view, qtbot)
    return view


def settle(view: PlanView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.reckoner.pending and not view.bench.tasks.under_way)


def ask(view: PlanView, qtbot: QtBot) -> None:
    """Let the keys rest and the answer come."""
    with qtbot.waitSignal(view.controls.edited):
        view.controls.btc.edited.emit()
    settle(view, qtbot)


def texts(view: PlanView, key: str) -> list[str]:
    place = next(n for n in range(view.model.columnCount()) if view.model.key_of(n) == key)
    model = view.model
    return [str(model.index(row, place).data()).replace("\u202f", " ") for row in range(model.rowCount())]


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_a_first_visit_shows_the_last_stand(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert plain(view.headline.text()) == (
        "Posting 1,025 BTC to four loans moves the first forced sale from $57,624 to $41,900."
    )
    assert "would take 733.3357 BTC" in plain(view.detail.text())
    assert texts(view, "post")[-1] == "1,025 BTC"
    assert view.enter.isEnabled()
    assert treasury_desk.keeper.book == treasury()


def test_results_follow_what_is_typed(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.controls.choose(Objective.CHEAPEST)
    view.controls.target.set_text("−10 %")
    ask(view, qtbot)
    assert texts(view, "post") == ["460.0787 BTC", "–", "36.0226 BTC", "–", "496.1012 BTC"]
    assert view.controls.target.note.text().replace("\u202f", " ") == "$63,655, 10.0 % below now"
    view.controls.cash["USD"].set_text("10m")
    view.controls.btc.set_text("0")
    ask(view, qtbot)
    assert "repaying" in view.headline.text().lower()
    assert view._plan is not None
    assert view._plan.totals.cash_used == {"USD": Decimal(10_000_000)}


def test_what_cannot_be_read_is_said_and_there_is_no_plan(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.controls.btc.set_text("much")
    ask(view, qtbot)
    assert view.headline.text() == "This cannot be planned."
    assert "“much” is not an amount" in view.detail.text()
    assert not view.enter.isEnabled()
    assert view.model.rowCount() == 0
    view.controls.btc.set_text("")
    ask(view, qtbot)
    assert view.enter.isEnabled()


def test_selling_has_fields_and_columns_only_where_it_is_allowed(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert not view.controls.selling.isVisible()
    view.controls.choose(Objective.CHEAPEST)
    assert view.controls.selling.isVisible()
    assert not view.controls.fee.isVisible()
    view.controls.selling.choose(SellFrom.COLLATERAL)
    view.controls.ltv.set_text("50 %")
    view.controls.btc.set_text("0")
    ask(view, qtbot)
    assert view.controls.fee.isVisible()
    shown = [view.model.key_of(n) for n in range(view.model.columnCount()) if not view.rows.table.isColumnHidden(n)]
    assert "sell_pledged" in shown
    assert "sell_free" not in shown
    assert view._plan is not None
    assert view._plan.totals.sold_collateral_sats > 0


def test_numbers_by_hand_are_carried_out_and_taken_back(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert not view.reset.isVisible()
    post = view.model.index(0, 1)
    assert view.model.setData(post, "100")
    settle(view, qtbot)
    assert texts(view, "post")[0] == "100 BTC"
    assert view.detail.text().startswith("Your own numbers")
    assert view.reset.isVisible()
    view.reset.click()
    settle(view, qtbot)
    assert texts(view, "post")[0] == "892.2827 BTC"


def test_the_keyboard_alone_changes_an_amount_and_copies_a_row(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    table = view.rows.table
    table.setFocus()
    table.setCurrentIndex(view.model.index(1, 1))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.width() > table.columnWidth(1)
    QTest.keyClicks(editor, "100")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(view, "post")[1] == "100 BTC")
    table.setCurrentIndex(view.model.index(1, 1))
    assert table.rows_text(headings=False).split("\t")[:2] == ["Term loan B", "100.00000000"]


def test_enter_edits_an_amount_and_opens_a_loan(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    table = view.rows.table
    table.opened.emit(view.model.index(1, 0))
    assert treasury_desk.went == [("loans", "Term loan B")]
    table.opened.emit(view.model.index(1, 1))
    assert table.state() is table.State.EditingState
    table.opened.emit(view.model.index(4, 0))
    assert len(treasury_desk.went) == 1


def test_fields_take_as_many_columns_as_fit(qtbot: QtBot) -> None:
    grid = FlowGrid(100, 3)
    qtbot.addWidget(grid)
    labels = [QLabel(str(number)) for number in range(5)]
    grid.show_items(labels)
    grid.show()

    def across(width: int) -> int:
        grid.resize(width, 300)
        QCoreApplication.processEvents()
        return len({label.x() for label in labels if not label.isHidden()})

    assert (across(110), across(230), across(900)) == (1, 2, 3)
    grid.show_items(labels[:2])
    assert labels[4].isHidden()


def test_impossible_numbers_leave_the_plan_as_it_was(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    told: list[Message] = []
    treasury_desk.messages.told.connect(told.append)
    view._amend(Amendment(2, "repay", Decimal(20_000_000)))
    settle(view, qtbot)
    assert "more than is owed" in told[-1].what
    assert texts(view, "post")[0] == "892.2827 BTC"
    assert not view.reset.isVisible()
    view.model.setData(view.model.index(0, 1), "much")
    assert "“much” is not an amount" in told[-1].what


def test_another_question_sets_numbers_by_hand_aside_and_offers_them_back(
    treasury_desk: EditedDesk, qtbot: QtBot
) -> None:
    view = screen(treasury_desk, qtbot)
    told: list[Message] = []
    treasury_desk.messages.told.connect(told.append)
    view._amend(Amendment(0, "post", 10_000_000_000))
    settle(view, qtbot)
    view.controls.btc.set_text("500")
    ask(view, qtbot)
    assert texts(view, "post")[-1] == "500 BTC"
    assert told[-1].act is not None
    told[-1].act()
    settle(view, qtbot)
    assert texts(view, "post")[0] == "100 BTC"


def test_two_plans_side_by_side(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert not view.compare.isVisible()
    view.keep.click()
    view.controls.btc.set_text("500")
    ask(view, qtbot)
    assert view.compare.isVisible()
    assert view.compare.sentence.text().startswith("Plan A holds longer")
    view.compare.forget.click()
    assert not view.compare.isVisible()


def test_a_plan_is_saved_opened_and_deleted(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.controls.choose(Objective.CHEAPEST)
    view.controls.ltv.set_text("50 %")
    ask(view, qtbot)
    view.save.click()
    form = view.findChild(SavePlanForm)
    assert form is not None
    form.scenario_name.set_text("To a half")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    settle(view, qtbot)
    assert [one.name for one in treasury_desk.book.scenarios] == ["To a half"]
    view.controls.choose(Objective.LAST_STAND)
    ask(view, qtbot)
    (row,) = view.saved.model.all_rows
    assert view.saved.edit is not None
    assert view.saved.edit.text() == "Open"
    view.saved.choose(row)
    view.saved.edit_current()
    settle(view, qtbot)
    assert view.controls.objective is Objective.CHEAPEST
    assert texts(view, "ltv")[0] == "63.5 % → 50.0 %"
    view.saved._delete_saved((row,))
    settle(view, qtbot)
    assert [one.name for one in treasury_desk.book.scenarios] == []
    treasury_desk.edits.undo()
    settle(view, qtbot)
    assert [one.name for one in treasury_desk.book.scenarios] == ["To a half"]


def test_entering_lists_each_entry_and_is_one_undo(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    before = treasury_desk.book
    view.enter.click()
    form = view.findChild(EnterPlanForm)
    assert form is not None
    assert form.rows.rowCount() == 4
    assert not form.sold_in.isVisible()
    assert treasury_desk.book == before
    with qtbot.waitSignal(form.accepted):
        form.submit()
    settle(view, qtbot)
    assert [len(loan.events) for loan in treasury_desk.book.loans] == [3, 3, 3, 3]
    assert not view.enter.isEnabled()
    treasury_desk.edits.undo()
    settle(view, qtbot)
    assert treasury_desk.book == before


def test_the_sheet_shows_and_writes_the_plan(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.sheet.click()
    dialog = view.findChild(SheetDialog)
    assert dialog is not None
    assert "892.28266445 BTC" in dialog.preview.toPlainText()
    dialog.accept()


def test_a_warning_leads_to_its_cure(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    record = next(record for record in treasury_warnings() if record.subject == "Coin revolver")
    item = WarningItem(treasury_desk.bench, treasury_desk.bench.theme, record)
    qtbot.addWidget(item)
    item.plan_button.click()
    assert treasury_desk.went == [("plan", "Coin revolver")]
    view = screen(treasury_desk, qtbot)
    view.open_item("Coin revolver")
    settle(view, qtbot)
    assert view.controls.objective is Objective.CHEAPEST
    assert view.controls.target.text == "−10 %"
    assert texts(view, "post")[2] == "36.0226 BTC"
    (row,) = view.rows.selected
    assert row.line is not None
    assert row.line.loan == "Coin revolver"
    assert view.refinance.loan.value == "Coin revolver"


def test_another_lender_is_told_line_by_line(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    card = view.refinance
    assert card.sentence.text().startswith("Choose a loan and a lender")
    card.loan.choose("Coin revolver")
    card.lender.choose(next(iter(card._presets)))
    assert "terms the forced sale" in card.sentence.text()
    assert "confirm each line against your contract" in card.note.text()


def test_the_least_total_chance_waits_for_a_volatility(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.controls.choose(Objective.MIN_TOTAL)
    ask(view, qtbot)
    assert view.headline.text() == "Reckoning…"
    with qtbot.waitSignal(treasury_desk.bench.risk.changed):
        treasury_desk.bench.risk.start()
    settle(view, qtbot)
    assert view.headline.text() == "This cannot be planned."
    assert "There is no price history" in view.detail.text()


def test_books_without_loans_free_bitcoin_or_prices_say_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    empty = screen(make_desk(Book("Empty")), qtbot)
    assert empty.empty_add.isVisible()
    bare = screen(make_desk(treasury(free_btc="0")), qtbot)
    assert bare.headline.text().startswith("There is nothing to post and no cash to repay with")
    assert "There is no budget" in bare.notes.text()
    assert not bare.enter.isEnabled()
    desk = make_desk()
    blind = screen(desk, qtbot)
    desk.lose_prices()
    settle(blind, qtbot)
    assert blind.headline.text() == "No plan without a price in USD."
    assert blind.model.rowCount() == 0


def test_a_book_for_reading_only_says_why_it_cannot_be_changed(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = screen(make_desk(readonly=True), qtbot)
    for button in (view.enter, view.save):
        assert not button.isEnabled()
        assert "open for reading only" in button.accessibleDescription()
    assert view.sheet.isEnabled()
    assert view.keep.isEnabled()


def test_hidden_amounts_are_masked_and_locked(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.controls.cash["USD"].set_text("5m")
    treasury_desk.live.hide_amounts(hidden=True)
    assert "••• BTC" in plain(view.headline.text())
    assert view.controls.cash["USD"].note.text() == ""
    assert view.controls.cash["USD"].editor.property("echoMode") == view.controls.btc.editor.property("echoMode")
    assert not view.model.flags(view.model.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    treasury_desk.live.hide_amounts(hidden=False)
    assert "1,025 BTC" in plain(view.headline.text())


def test_an_answer_waits_while_somebody_types_into_the_table(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    table = view.rows.table
    table.setCurrentIndex(view.model.index(0, 1))
    table.edit(view.model.index(0, 1))
    assert table.state() is table.State.EditingState
    view.controls.btc.set_text("500")
    ask(view, qtbot)
    assert texts(view, "post")[-1] == "1,025 BTC"
    table.setFocus()
    view.setFocus()
    editor = table.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName() == "Post, Equipment facility"
    table.closeEditor(editor, table.itemDelegate().EndEditHint.NoHint)
    table.itemDelegate().closeEditor.emit(editor, table.itemDelegate().EndEditHint.NoHint)
    qtbot.waitUntil(lambda: texts(view, "post")[-1] == "500 BTC")


def test_a_newer_question_overtakes_an_older_one(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = screen(make_desk(treasury(many_loans(300))), qtbot)
    answers: list[object] = []
    view.reckoner.answered.connect(answers.append)
    for amount in ("1", "2", "3"):
        view.controls.btc.set_text(amount)
        view._ask()
    settle(view, qtbot)
    assert texts(view, "post")[-1] == "3 BTC"
    assert len(answers) <= 2


def test_everything_has_a_name(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert unnamed(view, (QPushButton,)) == []
