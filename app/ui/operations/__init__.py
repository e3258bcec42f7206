"""What a button does: edits of the book that can be undone, and requests that cannot.

``Edits`` runs an ``Edit`` (a change with its words, from ``app.services.edits``) on the store's lane. The undo stack
moves only after the store has agreed, so that it never claims what is not on disk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.domain.errors import PlimsollError
from app.services.desk import Desk, DeskSnapshot, Edited
from app.services.edits import Edit
from app.ui.live import Live
from app.ui.messages import Message, Messages
from app.ui.tasks import Tasks, Ticket

UNDO_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Stored:
    edited: Edited
    snapshot: DeskSnapshot


class _Command(QUndoCommand):
    """One stored edit on the stack; ``edited`` is what reverting it again takes."""

    def __init__(self, edited: Edited) -> None:
        super().__init__(edited.label)
        self.edited = edited


class Edits(QObject):
    """Runs edits one after another, and undoes and redoes them.

    Signals:
        changed: the ``Edits`` itself: what can be undone, or whether it is busy, has changed.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks, live: Live, messages: Messages) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._live = live
        self._messages = messages
        self._stack = QUndoStack(self)
        self._commands: list[_Command] = []
        self._busy = 0

    @property
    def busy(self) -> bool:
        """Whether an edit is being stored."""
        return self._busy > 0

    @property
    def undo_text(self) -> str:
        """What would be undone, or nothing."""
        return self._stack.undoText()

    @property
    def redo_text(self) -> str:
        """What would be done again, or nothing."""
        return self._stack.redoText()

    def run(
        self,
        edit: Edit,
        *,
        done: Callable[[Edited], None] | None = None,
        failed: Callable[[PlimsollError], None] | None = None,
        offer_undo: bool = False,
        note: str = "",
    ) -> Ticket:
        """Check and store ``edit``, then show the new figures.

        Args:
            edit: the change and its words.
            done: called with what was stored, after the screens have been told.
            failed: called instead of showing the failure (a dialog shows it next to its field).
            offer_undo: show a bar with an Undo button for some seconds (deletions).
            note: what that bar says besides.
        """

        def finish(stored: _Stored) -> None:
            self._push(stored.edited)
            self._end(stored.snapshot)
            if offer_undo:
                self._messages.tell(
                    Message(
                        f"{edit.label}: done. {note}".rstrip(),
                        action="Undo",
                        act=self.undo,
                        seconds=UNDO_SECONDS,
                        key="undo",
                        tone="note",
                    )
                )
            if done is not None:
                done(stored.edited)

        return self._start(lambda: self._desk.edit(edit.label, edit.change), edit.label, finish, failed)

    def take(
        self,
        label: str,
        work: Callable[[], Edited | None],
        *,
        done: Callable[[], None] | None = None,
        failed: Callable[[PlimsollError], None] | None = None,
    ) -> Ticket:
        """Run what edits the desk by itself, on the store's lane, and put its edit on the stack.

        Args:
            label: what is being done.
            work: makes the edit; None where the book stayed as it was.
            done: called after the screens have been told.
            failed: called instead of showing the failure.
        """
        made: list[Edited] = []

        def finish(snapshot: DeskSnapshot) -> None:
            for edited in made:
                self._push(edited)
            self._end(snapshot)
            if done is not None:
                done()

        def on_lane(_ticket: Ticket) -> DeskSnapshot:
            edited = work()
            if edited is not None:
                made.append(edited)
            return judged_again(self._desk)

        def refuse(error: PlimsollError) -> None:
            if failed is not None:
                failed(error)
            else:
                self._messages.fail(error, "Nothing was changed.")

        self._busy += 1
        self.changed.emit(self)
        return self._tasks.on_store(on_lane, label=label, done=finish, failed=refuse, lost=lambda: self._end(None))

    def undo(self) -> None:
        """Undo the newest edit that stands; nothing while one is being stored."""
        if self._stack.canUndo() and not self.busy:
            self._revert(self._stack.index() - 1, self._stack.undo, "Undo")

    def redo(self) -> None:
        """Do the newest undone edit again."""
        if self._stack.canRedo() and not self.busy:
            self._revert(self._stack.index(), self._stack.redo, "Redo")

    def _revert(self, index: int, move: Callable[[], None], verb: str) -> None:
        command = self._commands[index]

        def finish(stored: _Stored) -> None:
            command.edited = stored.edited
            move()
            self._end(stored.snapshot)
            self._messages.tell(Message(f"{verb}: {stored.edited.label}.", seconds=4, key="undo", tone="note"))

        self._start(lambda: self._desk.revert(command.edited), f"{verb} {command.edited.label}", finish, None)

    def _start(
        self,
        store: Callable[[], Edited],
        label: str,
        finish: Callable[[_Stored], None],
        failed: Callable[[PlimsollError], None] | None,
    ) -> Ticket:
        self._busy += 1
        self.changed.emit(self)

        def work(_ticket: Ticket) -> _Stored:
            edited = store()
            return _Stored(edited, judged_again(self._desk))

        def refuse(error: PlimsollError) -> None:
            if failed is not None:
                failed(error)
            else:
                self._messages.fail(error, "Nothing was changed.")

        return self._tasks.on_store(work, label=label, done=finish, failed=refuse, lost=lambda: self._end(None))

    def _push(self, edited: Edited) -> None:
        command = _Command(edited)
        del self._commands[self._stack.index() :]
        self._commands.append(command)
        self._stack.push(command)

    def _end(self, snapshot: DeskSnapshot | None) -> None:
        self._busy -= 1
        if snapshot is not None:
            self._live.take(snapshot)
        self.changed.emit(self)


def judged_again(desk: Desk) -> DeskSnapshot:
    """Return the desk's state after a change, with the warnings judged by the answers that are known already."""
    snapshot = desk.snapshot()
    return desk.judge(snapshot.consensus) if snapshot.consensus else snapshot
