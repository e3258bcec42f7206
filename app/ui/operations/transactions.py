"""What the buttons about transactions do."""

from PySide6.QtWidgets import QWidget

from app.domain.book import Transaction
from app.services import edits
from app.ui.dialogs.context import context_of
from app.ui.dialogs.transaction_form import TransactionForm
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_transaction(*, bench: Workbench, parent: QWidget, account: str) -> TransactionForm:
    """Open the form for a new transaction."""
    form = TransactionForm(context_of(bench), account, parent=parent)
    form.begin()
    return form


def edit_transaction(*, bench: Workbench, parent: QWidget, account: str, entry: Transaction) -> TransactionForm:
    """Open the form for a transaction that stands."""
    form = TransactionForm(context_of(bench), account, entry, parent)
    form.begin()
    return form


def delete_transactions(*, bench: Workbench, account: str, entries: tuple[Transaction, ...]) -> Ticket:
    """Take transactions out; a bar offers to undo it."""
    return bench.edits.run(edits.remove_transactions(account, entries), offer_undo=True)
