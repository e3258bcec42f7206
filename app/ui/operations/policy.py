"""What the buttons about the policy do."""

from PySide6.QtWidgets import QWidget

from app.ui.dialogs.context import context_of
from app.ui.dialogs.policy_form import PolicyForm
from app.ui.dialogs.policy_log import PolicyLog
from app.ui.view import Workbench


def set_limits(*, bench: Workbench, parent: QWidget) -> PolicyForm:
    """Open the form for the policy's limits."""
    form = PolicyForm(context_of(bench), parent)
    form.begin()
    return form


def show_log(*, bench: Workbench, parent: QWidget) -> PolicyLog:
    """Show the breach log."""
    log = PolicyLog(bench.live.snapshot, bench.display, bench.memory, parent)
    log.open()
    return log
