"""What every form is handed: the latest snapshot, how amounts are shown, and the way to store an edit."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import PlimsollError
from app.services.desk import DeskSnapshot
from app.services.edits import Edit
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.view import Workbench

Done = Callable[[PlimsollError | None], None]


@dataclass(frozen=True, slots=True)
class FormContext:
    """A form's collaborators.

    Attributes:
        snapshot: returns the latest snapshot; a form asks again at every keystroke, so that prices stay fresh.
        display: how amounts are shown.
        commit: stores an edit off the window's thread and then calls back with None, or with why it was refused.
    """

    theme: Theme
    snapshot: Callable[[], DeskSnapshot]
    display: Callable[[], Display]
    commit: Callable[[Edit, Done], None]


def context_of(bench: Workbench) -> FormContext:
    """Return what a form needs of the workbench; its edits go on the undo stack."""

    def commit(edit: Edit, done: Done) -> None:
        bench.edits.run(edit, done=lambda _edited: done(None), failed=done)

    return FormContext(bench.theme, lambda: bench.live.snapshot, lambda: bench.display, commit)
