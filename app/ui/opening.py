"""Opening another book while one is shown: on a lane, one at a time, and given up at a word.

Until the other book is open the one that is shown stays as it was, also when the other cannot be opened.
"""

import threading
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from app.domain.errors import CancelledError, PlimsollError
from app.ui.house import OpenedBook
from app.ui.messages import Message
from app.ui.session import Session
from app.ui.tasks import Ticket

KEY: Final = "opening"
BLINK_MS: Final = 400

Opener = Callable[[], OpenedBook]


class Openings(QObject):
    """Opens books beside the window; a newer request gives up an older one."""

    def __init__(self, enter: Callable[[OpenedBook], None]) -> None:
        super().__init__()
        self._enter = enter
        self._ticket: Ticket | None = None
        self._held: list[OpenedBook] = []
        self._leaving: list[tuple[Session, threading.Thread]] = []

    def begin(self, session: Session, label: str, opener: Opener) -> Ticket:
        """Open a book while ``session`` stays usable, then show it.

        Args:
            session: what is shown now; it tells progress and refusals.
            label: what is being done (``Opening the demo``).
            opener: opens the book; runs on a lane.
        """
        self.give_up()
        left = tuple(thread for _session, thread in self._leaving)
        held = self._held = []

        def work(ticket: Ticket) -> OpenedBook:
            for thread in left:  # the book that was shown before may be the one that is wanted again
                thread.join()
            ticket.check()
            opened = opener()
            if ticket.cancelled:
                opened.close()
                raise CancelledError
            held.append(opened)
            opened.desk.snapshot()  # what does not depend on a price is reckoned here, and found by the window
            return opened

        def lost() -> None:
            if self._ticket is asked:
                session.messages.withdraw(KEY)
            _close_all(held)

        def done(opened: OpenedBook) -> None:
            held.clear()
            session.messages.withdraw(KEY)
            self._enter(opened)

        def failed(error: PlimsollError) -> None:
            session.messages.fail(error)

        asked = session.tasks.on_network(work, label=label, done=done, failed=failed, lost=lost)
        self._ticket = asked
        QTimer.singleShot(BLINK_MS, self, lambda: self._tell(session, asked))
        return asked

    def give_up(self) -> None:
        """Let the book that is being opened be; does nothing when there is none."""
        if self._ticket is not None and not self._ticket.ended:
            self._ticket.cancel()

    def leave(self, session: Session) -> None:
        """Give back the book that was shown, without making the window wait for what is still asked."""
        self._leaving = [(kept, thread) for kept, thread in self._leaving if thread.is_alive()]
        give_back = session.leave()
        thread = threading.Thread(target=give_back, name="leaving", daemon=True)
        self._leaving.append((session, thread))  # the session is a child of this thread and has to end in it
        thread.start()

    def wait(self) -> None:
        """Wait until every book that was left has been given back; one that was opened for nobody goes back, too."""
        _close_all(self._held)
        for _session, thread in self._leaving:
            thread.join()
        self._leaving.clear()

    def _tell(self, session: Session, ticket: Ticket) -> None:
        if not ticket.ended and not ticket.cancelled:
            session.messages.tell(
                Message(f"{ticket.label} …", action="Cancel", act=ticket.cancel, tone="note", key=KEY)
            )


def _close_all(held: list[OpenedBook]) -> None:
    while held:
        held.pop().close()
