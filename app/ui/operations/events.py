"""What the buttons about a loan's events do."""

from PySide6.QtWidgets import QWidget

from app.domain.book import LoanEvent
from app.services import edits
from app.ui.dialogs.context import context_of
from app.ui.dialogs.event_form import EventForm
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_event(*, bench: Workbench, parent: QWidget, name: str, draft: LoanEvent | None = None) -> EventForm:
    """Open the form for a new event, filled in from ``draft``."""
    form = EventForm(context_of(bench), bench.live.snapshot.book.loan(name), parent=parent, draft=draft)
    form.begin()
    return form


def edit_event(*, bench: Workbench, parent: QWidget, name: str, event: LoanEvent) -> EventForm:
    """Open the form for an event that stands."""
    form = EventForm(context_of(bench), bench.live.snapshot.book.loan(name), event, parent)
    form.begin()
    return form


def delete_events(*, bench: Workbench, name: str, events: tuple[LoanEvent, ...]) -> Ticket:
    """Take events out; a bar offers to undo it."""
    return bench.edits.run(edits.remove_events(name, events), offer_undo=True)
