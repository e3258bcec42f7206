"""What the buttons about a plan do: enter it as events, and show it as a sheet of instructions."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.risk.plan_result import Plan
from app.services.plan_sheet import plan_sheet
from app.ui.dialogs.context import context_of
from app.ui.dialogs.plan_events import EnterPlanForm
from app.ui.dialogs.plan_sheet import SheetDialog
from app.ui.view import Workbench


def enter_events(*, bench: Workbench, parent: QWidget, plan: Plan) -> EnterPlanForm:
    """Open the form that lists what would be entered and enters it as one edit."""
    form = EnterPlanForm(context_of(bench), plan, bench.memory, parent)
    form.begin()
    return form


def show_sheet(*, bench: Workbench, parent: QWidget, plan: Plan) -> SheetDialog:
    """Show the plan as a one-page sheet of instructions."""
    book = bench.live.snapshot.book
    dialog = SheetDialog(plan_sheet(plan, book.name), hidden=bench.display.hidden, parent=parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
