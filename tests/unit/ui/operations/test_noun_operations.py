from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.book import Account
from app.services import edits
from app.ui.dialogs.form import Form
from app.ui.operations import accounts, events, loans, transactions
from tests.fakes.desk_edits import EditedDesk

Open = Callable[[EditedDesk, QWidget], Form]
OPENERS: dict[str, Open] = {
    "Add a loan": lambda desk, parent: loans.add_loan(bench=desk.bench, parent=parent),
    "Edit Coin revolver": lambda desk, parent: loans.edit_loan(bench=desk.bench, parent=parent, name="Coin revolver"),
    "New terms of Coin revolver": lambda desk, parent: loans.add_terms(
        bench=desk.bench, parent=parent, name="Coin revolver"
    ),
    "Edit terms of Coin revolver": lambda desk, parent: loans.edit_terms(
        bench=desk.bench, parent=parent, name="Coin revolver", terms=desk.book.loan("Coin revolver").terms[0]
    ),
    "Add an event of Coin revolver": lambda desk, parent: events.add_event(
        bench=desk.bench, parent=parent, name="Coin revolver"
    ),
    "Edit an event of Coin revolver": lambda desk, parent: events.edit_event(
        bench=desk.bench, parent=parent, name="Coin revolver", event=desk.book.loan("Coin revolver").events[0]
    ),
    "Add an account": lambda desk, parent: accounts.add_account(bench=desk.bench, parent=parent),
    "Edit Cold storage": lambda desk, parent: accounts.edit_account(
        bench=desk.bench, parent=parent, name="Cold storage"
    ),
    "Add a transaction of Cold storage": lambda desk, parent: transactions.add_transaction(
        bench=desk.bench, parent=parent, account="Cold storage"
    ),
    "Edit a transaction of Cold storage": lambda desk, parent: transactions.edit_transaction(
        bench=desk.bench, parent=parent, account="Cold storage", entry=desk.book.accounts[0].transactions[0]
    ),
}


@pytest.mark.parametrize("title", list(OPENERS))
def test_a_button_opens_its_form_without_blocking(title: str, treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    form = OPENERS[title](treasury_desk, parent)
    assert form.isVisible()
    assert form.windowTitle() == title
    assert form.ok.isEnabled() == title.startswith(("Edit", "New"))
    form.reject()


def test_a_new_loan_is_shown_when_it_is_stored(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = loans.add_loan(bench=treasury_desk.bench, parent=parent)
    form.name.set_text("House money")
    form.lender.set_text("Somebody")
    form.collateral.set_text("2")
    form.debt.set_text("10k")
    form.terms_fields.rate.set_text("9.5 %")
    with qtbot.waitSignal(form.accepted):
        form.submit()
    assert treasury_desk.went == [("loans", "House money")]


def test_a_new_loan_can_start_from_a_lenders_terms(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = loans.add_loan(bench=treasury_desk.bench, parent=parent)
    assert len(loans.presets_of(treasury_desk.bench)) > 10
    form.presets.choice.choose(0)
    assert form.lender.text == loans.presets_of(treasury_desk.bench)[0].lender
    form.reject()


def test_deletions_offer_to_be_undone(treasury_desk: EditedDesk, qtbot: QtBot) -> None:
    desk = treasury_desk
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.run(edits.add_account(Account("Spare")))
    before = desk.book
    deletions: list[Callable[[], object]] = [
        lambda: accounts.delete_account(bench=desk.bench, name="Spare"),
        lambda: loans.delete_loan(bench=desk.bench, name="EUR bridge"),
    ]
    for delete in deletions:
        with qtbot.waitSignal(desk.messages.told) as told:
            delete()
        assert told.args is not None
        assert told.args[0].action == "Undo"
        assert desk.book != before
        qtbot.waitUntil(lambda: not desk.edits.busy)
        with qtbot.waitSignal(desk.live.changed):
            desk.edits.undo()
        qtbot.waitUntil(lambda: not desk.edits.busy)
        assert desk.book == before
