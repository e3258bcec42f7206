"""What the buttons about saved plans do."""

from PySide6.QtWidgets import QWidget

from app.risk.plan_request import PlanRequest
from app.services.scenario_edits import remove_scenario
from app.ui.dialogs.context import context_of
from app.ui.dialogs.plan_name import SavePlanForm
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def save_plan(*, bench: Workbench, parent: QWidget, request: PlanRequest, by_hand: bool = False) -> SavePlanForm:
    """Open the form that saves what is asked under a name."""
    form = SavePlanForm(context_of(bench), request, bench.clock.now(), by_hand=by_hand, parent=parent)
    form.begin()
    return form


def delete_scenario(*, bench: Workbench, name: str) -> Ticket:
    """Take a saved plan out; a bar offers to undo it."""
    return bench.edits.run(remove_scenario(name), offer_undo=True)
