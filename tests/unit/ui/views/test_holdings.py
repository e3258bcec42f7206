from array import array
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.attachments import Attachment
from app.domain.book import Account, AccountKind, Book, LotPick, Transaction, TransactionKind
from app.services import edits
from app.ui.dialogs.holdings_bulk import BulkForm
from app.ui.dialogs.holdings_paste import PasteForm
from app.ui.dialogs.holdings_picks import PicksForm
from app.ui.dialogs.transaction_form import TransactionForm
from app.ui.models.holdings_finder import AT_ONCE
from app.ui.views.holdings import HoldingsView
from tests.fakes.desk import BTC, NOW, treasury
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk


def screen(desk: EditedDesk, qtbot: QtBot, tab: str = "accounts") -> HoldingsView:
    view = HoldingsView(desk.bench)
    qtbot.addWidget(view)
    view.resize(1110, 640)
    view.show()
    view.show_tab(tab)
    return view


def texts(model: QAbstractItemModel, column: int) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def bought(count: int, name: str = "Exchange") -> Book:
    """Return a book with ``count`` purchases, one in every minute, oldest first."""
    rows = tuple(
        Transaction(NOW - timedelta(minutes=count - n), TransactionKind.BUY, n + 1, Decimal(n), note=f"n{n}")
        for n in range(count)
    )
    return Book("Bought", accounts=(Account(name, AccountKind.EXCHANGE, rows),))


def test_the_parts_make_the_whole(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert [card.figure.whole for card in view.figures][:4] == [
        "5,321\u202fBTC", "1,025\u202fBTC", "4,296\u202fBTC", "$376.3\u202fM",
    ]  # fmt: skip
    rows = view.accounts.model.all_rows
    leaves = [row for row in rows if not row.is_branch]
    assert sum(row.sats for row in leaves) == 5321 * BTC
    assert sum(row.share for row in leaves) == 1
    assert [text.strip() for text in texts(view.accounts.model, 0)] == [
        "▾\u2002Own keys", "Cold storage", "▾\u2002Pledged", "Equipment facility", "Term loan B", "Coin revolver",
        "EUR bridge", "All bitcoin",
    ]  # fmt: skip


def test_a_branch_closes_and_opens(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.accounts.choose_number(2)
    view.pane._open_branch(is_open=False)
    assert len(view.accounts.model.all_rows) == 4
    assert texts(view.accounts.model, 0)[2].startswith("▸")
    assert view.pane.chosen is not None
    assert view.pane.chosen.key == "pledged"
    view.accounts.edit_current()
    assert len(view.accounts.model.all_rows) == 8


def test_the_chosen_account_is_drawn(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert view.pane.picture.title.text() == "Balance over time · Cold storage"
    assert not view.pane.picture.words.isVisibleTo(view)
    view.pane.choose("Term loan B")
    assert view.pane.picture.title.text() == "Balance over time · Term loan B"


def test_an_empty_book_says_the_next_step(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(Book("Empty"))
    view = screen(desk, qtbot)
    assert view.empty_add.isVisible()
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.run(edits.add_account(Account("Vault")))
    assert not view.empty_add.isVisible()
    view.show_tab("transactions")
    assert view.transactions.empty.isVisible()
    assert view.transactions.add.isEnabled()


def test_a_transaction_is_added_and_found(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot, "transactions")
    view._add_transaction()
    form = view.findChild(TransactionForm)
    assert form is not None
    form.btc.set_text("2")
    form.note.set_text("mined")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert texts(view.transactions.model, 3)[0] == "+2\u202fBTC"
    view.transactions.filter.ask("mined kind:buy")
    assert view.transactions.model.rowCount() == 1
    assert view.transactions.foot.whole == "1 of 6 rows · in all +2\u202fBTC"
    view.transactions.filter.ask("")
    assert view.transactions.model.rowCount() == 6


def test_what_is_not_understood_is_told_under_the_field(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot, "transactions")
    view.transactions.filter.ask("account:attic kind:pledge")
    field = view.transactions.filter
    assert field.wrong.text() == "▲ No account has “attic” in its name; there are “Cold storage”."
    assert field.told.text() == "Understood: Kind is pledge."
    assert view.transactions.model.rowCount() == 4
    view.transactions.filter.ask("kind:buy")
    assert view.transactions.empty.isVisible()
    view.transactions.clear.click()
    assert view.transactions.model.rowCount() == 5


def test_rows_sort_by_what_they_hold(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot, "transactions")
    view.transactions.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert texts(view.transactions.model, 7) == ["Equipment facility", "Term loan B", "Coin revolver", "EUR bridge", ""]


def test_many_rows_come_beside_the_window(make_desk: MakeDesk, qtbot: QtBot) -> None:
    count = AT_ONCE + 500
    view = screen(make_desk(bought(count)), qtbot, "transactions")
    model = view.transactions.model
    qtbot.waitUntil(lambda: model.rowCount() == count)
    assert texts(model, 9)[0] == f"n{count - 1}"
    view.transactions.table.sortByColumn(5, Qt.SortOrder.AscendingOrder)
    qtbot.waitUntil(lambda: model.index(0, 9).data() == "n0")
    view.transactions.filter.ask("note:n17")
    qtbot.waitUntil(lambda: model.rowCount() == sum("n17" in f"n{n}" for n in range(count)))
    view.transactions.table.selectAll()
    assert view.transactions.table.chosen == array("l", model.order)


def test_what_a_loan_took_is_not_deleted_here(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view, before = screen(treasury_desk, qtbot, "transactions"), treasury_desk.book
    view.transactions.table.choose_place(0)
    with qtbot.waitSignal(treasury_desk.messages.told) as told:
        view.transactions.delete.click()
    assert told.args is not None
    assert told.args[0].what == "These rows are events of a loan; open the loan to change them."
    view.transactions.edit.click()
    assert treasury_desk.book is before
    assert treasury_desk.went == [("loans", "EUR bridge")]


def test_a_pledge_is_not_deleted_here(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.pane.choose("Equipment facility")
    with qtbot.waitSignal(treasury_desk.messages.told) as told:
        view.accounts.delete_selected()
    assert told.args is not None
    assert told.args[0].what.startswith("This bitcoin is pledged to Equipment facility")


def test_an_account_in_use_is_not_deleted(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view, before = screen(treasury_desk, qtbot), treasury_desk.book
    with qtbot.waitSignal(treasury_desk.messages.told) as told:
        view.accounts.delete_selected()
    assert told.args is not None
    assert "named by a post" in told.args[0].what
    assert treasury_desk.book is before


def test_a_tick_keeps_what_is_chosen(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.pane.choose("Term loan B")
    treasury_desk.prices.say("USD", *["60000"] * 5)
    treasury_desk.live.take(treasury_desk.desk.snapshot())
    assert [row.name for row in view.accounts.selected] == ["Term loan B"]


def test_without_a_price_amounts_stand_and_values_say_why(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    treasury_desk.lose_prices()
    assert view.figures[0].figure.whole == "5,321\u202fBTC"
    assert [card.figure.whole for card in view.figures[3:]] == ["—", "—"]
    assert view.figures[3].note.whole == "no price: no confirmed price"


def test_the_transactions_of_a_branch_are_asked_for(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.pane.choose("Coin revolver")
    view.pane.transactions.click()
    assert view.transactions.filter.line.text() == 'loan:"Coin revolver"'
    assert texts(view.transactions.model, 7) == ["Coin revolver"]


def test_several_are_changed_as_one_edit(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(bought(3))
    view = screen(desk, qtbot, "transactions")
    view.transactions.table.selectAll()
    view.transactions.change.click()
    form = view.findChild(BulkForm)
    assert form is not None
    assert not form.ok.isEnabled()
    form.kind.choose(TransactionKind.INCOME)
    form.clear.setChecked(True)
    form.refresh()
    qtbot.waitUntil(form.ok.isEnabled)
    assert form.told.text() == "3 entries become income; 3 entries lose value and fee."
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert {row.kind for row in desk.book.accounts[0].transactions} == {TransactionKind.INCOME}
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.undo()
    assert {row.kind for row in desk.book.accounts[0].transactions} == {TransactionKind.BUY}


def test_what_the_book_cannot_hold_is_refused_in_a_sentence(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(bought(2))
    view = screen(desk, qtbot, "transactions")
    view.transactions.table.selectAll()
    view.transactions.change.click()
    form = view.findChild(BulkForm)
    assert form is not None
    form.kind.choose(TransactionKind.SPEND)
    form.refresh()
    qtbot.waitUntil(lambda: "would hold" in form.reason.text())
    assert not form.ok.isEnabled()
    assert form.reason.text().startswith("▲ “Exchange”, spend of ")


def test_chosen_rows_are_copied_and_pasted_elsewhere(make_desk: MakeDesk, qtbot: QtBot) -> None:
    book = bought(2)
    book = replace(book, accounts=(*book.accounts, Account("Vault")))
    desk = make_desk(book)
    view = screen(desk, qtbot, "transactions")
    view.transactions.table.selectAll()
    view.transactions.table.copy_rows(headings=True)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0].startswith("When (UTC)\tAccount\tWhat\tBitcoin")
    QGuiApplication.clipboard().setText(text.replace("Exchange", "Vault"))
    view._paste()
    form = view.findChild(PasteForm)
    assert form is not None
    assert [name for name, _ in form.pasted.rows] == ["Vault", "Vault"]
    qtbot.waitUntil(form.ok.isEnabled)
    with qtbot.waitSignal(form.accepted):
        form.submit()
    copied = desk.book.account("Vault").transactions
    assert [(row.kind, row.sats, row.note) for row in copied] == [
        (row.kind, row.sats, row.note) for row in desk.book.account("Exchange").transactions
    ]


def test_a_note_that_looks_like_a_formula_is_copied_as_text(make_desk: MakeDesk, qtbot: QtBot) -> None:
    rows = tuple(
        Transaction(NOW - timedelta(hours=2 - n), kind, 5, note=note)
        for n, (kind, note) in enumerate(((TransactionKind.BUY, "=1+1"), (TransactionKind.SELL, "a\tb\nc")))
    )
    view = screen(make_desk(Book("Odd", accounts=(Account("@home", transactions=rows),))), qtbot, "transactions")
    view.transactions.table.selectAll()
    view.transactions.table.copy_rows(headings=False)
    sold, bought_row = (line.split("\t") for line in QGuiApplication.clipboard().text().splitlines())
    assert (sold[1], sold[3], sold[-1]) == ("'@home", "-0.00000005", "a b c")
    assert (bought_row[3], bought_row[-1]) == ("0.00000005", "'=1+1")


def test_lots_are_shown_and_lead_to_their_entries(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = screen(make_desk(bought(3)), qtbot, "lots")
    qtbot.waitUntil(lambda: view.lots.held.model.rowCount() == 3)
    assert view.lots.gone.empty.text() == "Nothing has left in this time."
    view.lots.held._open(view.lots.held.model.index(1, 0))
    assert view.tabs.currentIndex() == 1
    line = view.transactions.table.chosen_row
    assert line is not None
    assert line.note == "n1"


def test_a_sale_takes_the_lots_that_were_chosen(make_desk: MakeDesk, qtbot: QtBot) -> None:
    book = bought(3)
    sale = Transaction(NOW, TransactionKind.SELL, 2, Decimal(100))
    desk = make_desk(edits.add_transaction("Exchange", sale).change(book))
    view = screen(desk, qtbot, "transactions")
    view.transactions.table.choose_place(0)
    view.transactions.lots_action.trigger()
    qtbot.waitUntil(lambda: view.findChild(PicksForm) is not None)
    form = view.findChild(PicksForm)
    assert form is not None
    last = max(form.amounts)
    form.amounts[last].set_text("0.00000001")
    form.refresh()
    assert form.reason.text() == (
        "▲ Chosen are 0.00000001 BTC, 0.00000001 BTC less than the 0.00000002 BTC that leave."
    )
    form.amounts[last].set_text("0.00000002")
    form.refresh()
    qtbot.waitUntil(form.ok.isEnabled)
    with qtbot.waitSignal(form.accepted):
        form.submit()
    (row,) = [row for row in desk.book.accounts[0].transactions if row.kind is TransactionKind.SELL]
    assert [(pick.acquired_at, pick.sats) for pick in row.picks] == [(last, 2)]


def test_a_long_book_is_checked_when_it_is_stored(
    make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.dialogs.form.MOST_CHECKED", 1)
    desk = make_desk(bought(3))
    view = screen(desk, qtbot, "transactions")
    view._add_transaction()
    form = view.findChild(TransactionForm)
    assert form is not None
    form.kind.choose(TransactionKind.SELL)
    form.btc.set_text("7")
    form.submit()
    qtbot.waitUntil(lambda: "would hold" in form.reason.text())
    assert form.btc.note.text().startswith("▲ “Exchange” would hold")
    assert len(desk.book.accounts[0].transactions) == 3


def test_an_edited_entry_keeps_its_papers_and_lots(make_desk: MakeDesk, qtbot: QtBot) -> None:
    paper = Attachment("a" * 64, "receipt.pdf", 3)
    book = replace(bought(2), attachments=(paper,))
    sale = Transaction(
        NOW, TransactionKind.SELL, 1, picks=(LotPick(book.accounts[0].transactions[1].at, 1),), attachments=(paper.key,)
    )
    desk = make_desk(edits.add_transaction("Exchange", sale).change(book))
    view = screen(desk, qtbot, "transactions")
    view.transactions.table.choose_place(0)
    view.transactions.edit.click()
    form = view.findChild(TransactionForm)
    assert form is not None
    form.note.set_text("to pay the call")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert desk.book.accounts[0].transactions[-1] == sale._replace(note="to pay the call")


@pytest.mark.parametrize("tab", ["accounts", "transactions", "lots", "time"])
def test_a_book_for_reading_only_offers_no_change(make_desk: MakeDesk, qtbot: QtBot, tab: str) -> None:
    view = screen(make_desk(treasury(), readonly=True), qtbot, tab)
    view.transactions.table.selectAll()
    assert not any(
        button.isEnabled()
        for button in (view.add_account, view.transactions.change, view.transactions.delete, view.transactions.edit)
    )


def test_holdings_over_time_are_drawn(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot, "time")
    qtbot.waitUntil(lambda: not view.time.holdings.words.isVisibleTo(view))
    assert view.time.value.words.text() == "No price is stored for any of these days."
