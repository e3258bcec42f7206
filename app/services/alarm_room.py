"""What runs beside the rounds, on a thread of its own: the pulse, the post, the sign of life to the outside.

A hanging server must not delay a judgement, and a hanging judgement must not look alive: the pulse beats only as long
as rounds go on.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from app.domain.book import Book
from app.domain.channels import Channel
from app.domain.deliveries import Delivery
from app.domain.quotes import Quote
from app.domain.warning_records import WarningRecord
from app.services.ports import Clock
from app.services.seat import PULSE_SECONDS, Seat, Sitting
from app.services.watch_state import Fault, Watching, WatchRole

if TYPE_CHECKING:
    from app.services.dispatch import Dispatcher
    from app.services.heartbeat import Heartbeat
    from app.services.judging import Question

log = logging.getLogger(__name__)
GRACE_SECONDS: Final = 120.0
JOIN_SECONDS: Final = 3.0


class Briefing:
    """What the way out has to know of the book as it was judged last."""

    def __init__(self) -> None:
        self._channels: tuple[Channel, ...] = ()
        self._question: Question | None = None
        self._records: tuple[WarningRecord, ...] = ()

    def meet(self, book: Book) -> None:
        """Take note of whom there is to tell; a demo's channels lead nowhere."""
        self._channels = () if book.demo else book.channels

    def note(self, question: "Question") -> None:
        """Take note of what is judged."""
        self.meet(question.book)
        self._question = question

    def judged(self, records: tuple[WarningRecord, ...]) -> None:
        """Take note of what stands."""
        self._records = records

    def channels(self) -> tuple[Channel, ...]:
        """Return whom there is to tell."""
        return self._channels

    def state_text(self) -> str:
        """Return how things stand now, in words; empty before the first round."""
        from app.services.message_words import state_text  # noqa: PLC0415 - of summaries alone

        return "" if self._question is None else state_text(self._records, self._question.book, self._question.now)


class AlarmRoom:
    """The way out to people of one open book; implements ``alarm_outlet.Outlet``.

    Its thread starts with ``start``; what comes in before that waits.
    """

    def __init__(
        self,
        *,
        dispatcher: "Callable[[Callable[[], None]], Dispatcher]",
        heartbeat: "Callable[[], Heartbeat]",
        seat: Seat,
        briefing: Briefing,
        heartbeat_wanted: Callable[[], bool],
        clock: Clock,
    ) -> None:
        """Make it.

        Args:
            dispatcher: makes what sends; handed what to call when a slow send has ended.
            heartbeat: makes what tells the service outside.
            seat: whose pulse it beats.
            briefing: what the dispatcher knows of the book.
            heartbeat_wanted: whether the settings ask for one.
            clock: tells the time.
        """
        self._make_dispatcher = dispatcher
        self._make_heartbeat = heartbeat
        self._making = threading.Lock()
        self._dispatcher: Dispatcher | None = None
        self._heartbeat: Heartbeat | None = None
        self._seat = seat
        self._briefing = briefing
        self._heartbeat_wanted = heartbeat_wanted
        self._clock = clock
        self._called = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._alive_until = clock.monotonic() + GRACE_SECONDS
        self._price_at: datetime | None = None

    @property
    def dispatcher(self) -> "Dispatcher":
        """What sends; made when first needed."""
        with self._making:
            if self._dispatcher is None:
                self._dispatcher = self._make_dispatcher(self.wake)
            return self._dispatcher

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="alarm-room", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop, and wait a little for a message under way; what was not marked as sent goes out again."""
        self._closed.set()
        self._called.set()
        if self._thread is not None:
            self._thread.join(JOIN_SECONDS)
        if self._dispatcher is not None:
            self._dispatcher.close()

    def brief(self, question: "Question") -> None:
        """Take note of what is judged now."""
        self._briefing.note(question)

    def meet(self, book: Book) -> None:
        """Take note of whom there is to tell, before the first round, too."""
        self._briefing.meet(book)

    def judged(self, question: "Question", records: tuple[WarningRecord, ...]) -> None:
        """Note that everything was judged, by which confirmed price, and until when the next round is due."""
        self._briefing.judged(records)
        self._alive_until = self._clock.monotonic() + question.next_seconds + GRACE_SECONDS
        lookups = [question.figures.lookups[key] for key in question.figures.ledger.indebted]
        quotes = [lookup for lookup in lookups if isinstance(lookup, Quote)]
        if len(quotes) == len(lookups):
            self._price_at = min((quote.at for quote in quotes), default=question.now)
        self.wake()

    def settle(self, seconds: float) -> bool:
        """Send what is due and wait for it, at most so long; return whether nothing is under way."""
        if self._seat.role is WatchRole.HERE:
            self.dispatcher.run(self._seat.mine)
        return self.dispatcher.settle(seconds)

    def wake(self) -> None:
        """Look at once what has to go out."""
        self._called.set()

    def post(self, deliveries: tuple[Delivery, ...]) -> None:
        """Have these told, whether they could be stored or not."""
        if deliveries:
            self.dispatcher.post(deliveries)
            self.wake()

    def faults(self, open_subjects: Collection[str]) -> Iterable[Fault]:
        """Return what is wrong with the way to people; of ``open_subjects`` also what is right again."""
        return self.dispatcher.faults(open_subjects)

    def watching(self, sitting: Sitting) -> Watching:
        """Return whether anyone watches, and could be reached."""
        if self._dispatcher is None:
            return Watching(sitting.role, sitting.lease, sitting.pulse_at)
        told_at = None if self._heartbeat is None else self._heartbeat.last_at
        return Watching(sitting.role, sitting.lease, sitting.pulse_at, self._dispatcher.health(), told_at)

    def _run(self) -> None:
        while not self._closed.is_set():
            self._called.clear()
            try:
                seconds = self._turn()
            except Exception:  # the way out has to survive a fault of ours; it is logged, and tried again
                log.exception("the alarm room stumbled")
                seconds = PULSE_SECONDS
            self._called.wait(seconds)

    def _turn(self) -> float:
        """Do what is due; return for how many seconds nothing is."""
        dispatcher = self.dispatcher
        stuck = dispatcher.stuck()
        if self._clock.monotonic() < self._alive_until:
            self._seat.tell(price_at=self._price_at, stuck=stuck)
            self._seat.beat()
            if self._heartbeat_wanted():
                self._heartbeat = self._heartbeat or self._make_heartbeat()
                self._heartbeat.beat(self._price_at, stuck)
        if self._seat.role is WatchRole.HERE:
            dispatcher.run(self._seat.mine)
            due = dispatcher.next_due()
        else:
            dispatcher.look()
            due = None
        wait = PULSE_SECONDS if due is None else (due - self._clock.now()).total_seconds()
        return min(PULSE_SECONDS, max(0.0, wait))
