"""A form whose edit may touch very many entries: what it would do is reckoned and checked beside the window."""

from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from app.domain.book import Book
from app.domain.check import check_book
from app.domain.errors import InputError, PlimsollError
from app.services.edits import Edit
from app.services.places import told
from app.ui.dialogs.context import context_of
from app.ui.dialogs.fields import Field
from app.ui.dialogs.form import Form
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.words import READ_ONLY

Look = TypeVar("Look")


class CheckedForm(Form, Generic[Look]):
    """A form that is ready once its edit has been tried on the book, on a lane."""

    def __init__(self, bench: Workbench, title: str, ok: str, parent: QWidget | None = None) -> None:
        super().__init__(context_of(bench), title, ok, parent, previews=False)
        self._tasks = bench.tasks
        self._ticket: Ticket | None = None
        self._ready_edit: Edit | None = None

    def look(self, _book: Book) -> Look:
        """Return what the edit would do, off the window's thread.

        Raises:
            InputError: it makes no sense.
        """
        raise NotImplementedError

    def show_look(self, look: Look) -> None:
        """Show what the edit would do."""
        raise NotImplementedError

    def field_at(self, _place: str, _after: Book) -> Field | None:
        """Return no field: a refusal names its entry."""
        return None

    def refresh(self) -> None:
        """Read the fields and have the edit tried; until then it is not ready."""
        self._rest.stop()
        self._ready_edit = None
        if self._ticket is not None:
            self._ticket.cancel()
        wrong = next((reason for reason in self.checks() if reason), "")
        if wrong:
            self._not_ready(wrong)
            return
        try:
            edit = self.edit()
        except InputError as error:
            self._not_ready(told(error, None))
            return
        snapshot = self.context.snapshot()
        if snapshot.read_only:
            self._not_ready(READ_ONLY)
            return
        self._not_ready("Checking …")

        def work(_ticket: Ticket) -> Look:
            look = self.look(snapshot.book)
            after = edit.change(snapshot.book)
            try:
                check_book(after, unchanged_since=snapshot.book)
            except InputError as error:
                raise InputError(told(error, after).rstrip(".")) from None
            return look

        self._ticket = self._tasks.on_reckoning(
            work, label="Checking the change", done=lambda look: self._tried(edit, look), failed=self._refused
        )

    def submit(self) -> None:
        """Store the edit that was tried; the form closes when it is stored."""
        if self._busy or self._ready_edit is None:
            return
        self._busy = True
        self.ok.setEnabled(False)
        self.reason.setText("Storing …")
        self.context.commit(self._ready_edit, self._done)

    def done(self, result: int) -> None:
        """Forget what is being tried."""
        if self._ticket is not None:
            self._ticket.cancel()
        super().done(result)

    def _tried(self, edit: Edit, look: Look) -> None:
        self._ready_edit = edit
        self.show_look(look)
        self._ready()

    def _refused(self, error: PlimsollError) -> None:
        self._not_ready(told(error, None) if isinstance(error, InputError) else str(error))
