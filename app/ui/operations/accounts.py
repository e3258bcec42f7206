"""What the buttons about accounts do."""

from PySide6.QtWidgets import QWidget

from app.services import edits
from app.ui.dialogs.account_form import AccountForm
from app.ui.dialogs.context import context_of
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_account(*, bench: Workbench, parent: QWidget) -> AccountForm:
    """Open the form for a new account."""
    form = AccountForm(context_of(bench), parent=parent)
    form.begin()
    return form


def edit_account(*, bench: Workbench, parent: QWidget, name: str) -> AccountForm:
    """Open the form for an account's name and kind."""
    form = AccountForm(context_of(bench), bench.live.snapshot.book.account(name), parent)
    form.begin()
    return form


def delete_account(*, bench: Workbench, name: str) -> Ticket:
    """Take an account out; a bar offers to undo it."""
    return bench.edits.run(edits.remove_account(name), offer_undo=True)
