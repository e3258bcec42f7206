"""Looking at chosen files beside the window: one look at a time, the newest answers count, each can be stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.errors import PlimsollError
from app.services.import_choice import ChosenFile, LookedAt, look_at
from app.services.import_ports import Answers
from app.ui.tasks import Progress, Reported, Ticket
from app.ui.view import Workbench


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look at: the files, what was said about all of them, whether refused rows are left out."""

    chosen: Sequence[ChosenFile]
    whole: Answers
    leave_out: bool = False


class Looking:
    """Runs looks on the reckoning lane.

    Args:
        bench: lanes, reader and book.
        done: gets what was seen.
        failed: gets why nothing can be seen.
        progressed: gets how far it is.
        ended: called when nothing is under way any more.
    """

    def __init__(
        self,
        bench: Workbench,
        *,
        done: Callable[[LookedAt], None],
        failed: Callable[[PlimsollError], None],
        progressed: Callable[[Progress], None],
        ended: Callable[[], None],
    ) -> None:
        self._bench = bench
        self._done, self._failed, self._progressed, self._ended = done, failed, progressed, ended
        self._ticket: Ticket | None = None
        self._turn = 0
        bench.tasks.progressed.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a look is under way."""
        return self._ticket is not None

    def start(self, asked: Asked) -> None:
        """Look, instead of whatever is being looked at."""
        self.stop()
        book, reader = self._bench.live.snapshot.book, self._bench.imports

        def work(ticket: Ticket) -> LookedAt:
            def told(words: str) -> None:
                ticket.check()
                ticket.report(words)

            return look_at(book, reader, asked.chosen, asked.whole, leave_out_refused=asked.leave_out, told=told)

        turn = self._turn

        def done(looked: LookedAt) -> None:
            if turn == self._turn:
                self._ticket = None
                self._done(looked)
                self._ended()

        def failed(error: PlimsollError) -> None:
            if turn == self._turn:
                self._failed(error)

        def lost() -> None:  # also before ``failed``
            if turn == self._turn:
                self._ticket = None
                self._ended()

        self._ticket = self._bench.tasks.on_reckoning(
            work, label="Read the files to import", done=done, failed=failed, lost=lost
        )

    def stop(self) -> None:
        """Stop looking; what comes back of it is dropped."""
        self._turn += 1
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
            self._ended()

    def leave(self) -> None:
        """Stop, and listen no more."""
        self.stop()
        self._bench.tasks.progressed.disconnect(self._tell)

    def _tell(self, reported: Reported) -> None:
        if reported.ticket is self._ticket:
            self._progressed(reported.progress)
