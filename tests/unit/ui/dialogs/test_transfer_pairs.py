"""The dialog that joins withdrawals and deposits."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import Book, TransactionKind
from app.services.transfer_pairs import Pairs
from app.ui.dialogs.transfer_pairs import NOTHING_FITS, TransferPairsForm
from app.ui.operations import transfers
from app.ui.views.holdings import TWO_ACCOUNTS, HoldingsView
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk
from tests.fakes.lots import book_of, buy, row


def _book() -> Book:
    moves = [row("withdrawal", f"2024-0{month}-01", "1") for month in (2, 3, 4)]
    arrived = [row("deposit", f"2024-0{month}-01 01:00", "0.999") for month in (2, 3, 4)]
    twice = row("deposit", "2024-04-01 02:00", "1")
    return book_of(buy("2024-01-01", "5", "200000"), *moves, Cold=(*arrived, twice))


@pytest.fixture
def desk(make_desk: MakeDesk) -> EditedDesk:
    return make_desk(_book())


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def opened(desk: EditedDesk, qtbot: QtBot, parent: QWidget) -> TransferPairsForm:
    forms: list[TransferPairsForm] = []
    transfers.join_transfers(bench=desk.bench, parent=parent, shown=forms.append)
    qtbot.waitUntil(lambda: bool(forms))
    return forms[0]


def test_all_pairs_are_joined_as_one_edit_and_one_undo_takes_them_back(
    desk: EditedDesk, qtbot: QtBot, parent: QWidget
) -> None:
    form = opened(desk, qtbot, parent)
    assert (form.rows.rowCount(), form.ok.text()) == (2, "Join 2")
    assert "fits 2 deposits" in form.unclear.text()
    before = desk.book
    with qtbot.waitSignal(form.accepted):
        form.submit()
    kinds = [entry.kind for entry in desk.book.account("Main").transactions]
    assert kinds.count(TransactionKind.TRANSFER) == 2
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.undo()
    assert desk.book == before


def test_only_selected_rows_are_joined(desk: EditedDesk, qtbot: QtBot, parent: QWidget) -> None:
    form = opened(desk, qtbot, parent)
    form.table.selectRow(1)
    assert form.ok.text() == "Join 1"
    with qtbot.waitSignal(form.accepted):
        form.submit()
    moved = [entry for entry in desk.book.account("Main").transactions if entry.kind is TransactionKind.TRANSFER]
    assert [entry.at.month for entry in moved] == [3]


def test_nothing_to_join_is_said(make_desk: MakeDesk, qtbot: QtBot, parent: QWidget) -> None:
    form = opened(make_desk(book_of(buy("2024-01-01", "5", "200000"))), qtbot, parent)
    assert not form.ok.isEnabled()
    assert NOTHING_FITS.removesuffix(".") in form.reason.text()
    assert form._found == Pairs((), ())
    form.reject()


def test_the_holdings_screen_opens_it(desk: EditedDesk, qtbot: QtBot) -> None:
    view = HoldingsView(desk.bench)
    qtbot.addWidget(view)
    view.show()
    view.join_transfers.click()
    qtbot.waitUntil(lambda: bool(view.findChildren(TransferPairsForm)))
    (form,) = view.findChildren(TransferPairsForm)
    assert form.ok.text() == "Join 2"
    form.reject()


def test_one_account_alone_has_nothing_to_join(make_desk: MakeDesk, qtbot: QtBot) -> None:
    view = HoldingsView(make_desk(book_of(buy("2024-01-01", "5", "200000"))).bench)
    qtbot.addWidget(view)
    view.show()
    assert not view.join_transfers.isEnabled()
    assert view.join_transfers.accessibleDescription() == TWO_ACCOUNTS
