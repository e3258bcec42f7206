"""The way out: makes messages of what has to be told, sends each over its channel, and marks it as sent.

Stored before it is sent, marked after: a message may go out twice, with the same id, but none is lost. Where the book
takes no writes, all goes on from memory. Each message is sent on a thread of its own, one per channel at a time, so
that a server that hangs holds up nobody else.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from app.domain.backoff import after_attempt, hurried
from app.domain.channels import Channel
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.errors import LeaseLostError
from app.domain.grouping import due_messages, next_due, plan_messages, stranded
from app.domain.rules import Urgency
from app.services.alert_ports import AlarmChanges, AlarmKeeper, Carrier, Lease, Secrets, SecretState, Sent
from app.services.channel_health import channel_faults, channel_health, stuck
from app.services.dispatch_memory import Outbox
from app.services.message_words import composer, drill_words
from app.services.ports import Clock
from app.services.watch_state import ChannelHealth, Fault

DRILL_SECONDS: Final = 60.0
CLOSING_SECONDS: Final = 2.0
# A carrier waits a bounded time; one that does not come back all the same is left behind, but not often.
HUNG_SECONDS: Final = 180.0
MOST_HUNG: Final = 3
_LOG: Final = logging.getLogger(__name__)


class DispatchReport(NamedTuple):
    """What one pass did.

    Attributes:
        planned: how many messages were made.
        started: how many were handed to a channel.
        waiting: how many deliveries and messages wait, those under way included.
        lost: whether another program judges now; nothing is sent any more under this lease.
        trouble: why the book takes no writes, or empty.
        next_due: UTC; when there is something to do next, None where nothing waits.
    """

    planned: int = 0
    started: int = 0
    waiting: int = 0
    lost: bool = False
    trouble: str = ""
    next_due: datetime | None = None


class DrillResult(NamedTuple):
    """What became of one channel's test message: ``fault`` None where the service took it, after ``seconds``."""

    channel: Channel
    fault: DeliveryFault | None
    seconds: float


class UnderWay(NamedTuple):
    """A message that a thread is sending: which, under which lease, since when (monotonic seconds)."""

    message: Message
    lease: Lease | None
    since: float


class Dispatcher:
    """Sends what waits. May be used by several threads; no method but ``drill`` and ``settle`` waits for a server."""

    def __init__(
        self,
        keeper: AlarmKeeper,
        secrets: Secrets,
        carrier: Carrier,
        clock: Clock,
        rng: Random,
        channels: Callable[[], tuple[Channel, ...]],
        state_text: Callable[[], str],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Send with these.

        Args:
            keeper: keeps deliveries and messages.
            secrets: hold the channels' addresses, each under the channel's key.
            carrier: sends.
            clock: tells the time.
            rng: spreads repeated attempts.
            channels: the book's channels now.
            state_text: how things stand now, for the summary after an outage.
            wake: called, on any thread, when something ended and ``run`` may have more to do.
        """
        self._secrets = secrets
        self._carrier = carrier
        self._clock = clock
        self._rng = rng
        self._channels = channels
        self._state_text = state_text
        self._wake = wake
        self._outbox = Outbox(keeper)
        self._lock = threading.Condition(threading.RLock())
        self._under_way: dict[str, UnderWay] = {}
        self._hung: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        self._lease: Lease | None = None
        self._lost_term: int | None = None
        self._closed = False

    def post(self, deliveries: Iterable[Delivery]) -> None:
        """Have these told, whether the book could store them or not."""
        with self._lock:
            self._outbox.post(deliveries)

    def run(self, lease: Lease | None) -> DispatchReport:
        """Make, store and start what is due; do not wait for the servers.

        Args:
            lease: under which this program judges; None where nobody else can.
        """
        with self._lock:
            if self._closed or (lease is not None and lease.term == self._lost_term):
                return DispatchReport(lost=not self._closed)
            self._lease, self._lost_term = lease, None
            try:
                self._leave_behind()
                planned = self._plan()
            except LeaseLostError:
                self._lose()
                return DispatchReport(lost=True)
            started = self._start()
            waiting = len(self._outbox.deliveries) + len(self._outbox.messages)
            return DispatchReport(planned, started, waiting, trouble=self._outbox.trouble, next_due=self.next_due())

    def look(self) -> None:
        """Read what waits without sending or writing: for a program that only shows what another one does."""
        with self._lock:
            self._outbox.look()

    def next_due(self) -> datetime | None:
        """Return when to run again, UTC; None where nothing waits. What is under way calls ``wake`` when it ends."""
        with self._lock:
            box = self._outbox
            ways = [channel for channel in self._channels() if self._is_free(channel.key)]
            return next_due(box.deliveries, box.messages, ways, box.last, self._clock.now())

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is under way, at most so long; return whether that came."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._under_way, seconds)

    def health(self) -> tuple[ChannelHealth, ...]:
        """Return how each channel does, as far as the last pass knows."""
        with self._lock:
            box = self._outbox
            return channel_health(self._channels(), box.deliveries, box.messages, box.finished)

    def faults(self, told: Iterable[str] = ()) -> tuple[Fault, ...]:
        """Return which channels are broken; nothing before the first pass, which could end what still holds.

        Args:
            told: keys of the channels that a warning stands about.
        """
        with self._lock:
            if not self._outbox.looked:
                return ()
            return channel_faults(self.health(), self._outbox.finished, self._clock.now(), told)

    def stuck(self) -> str:
        """Return why messages are stuck, or an empty text."""
        with self._lock:
            box = self._outbox
            return stuck(box.deliveries, box.messages, box.finished, self._channels(), self._clock.now())

    def forget_addresses(self) -> None:
        """Ask for each address anew, because a person may have changed one."""
        with self._lock:
            self._addresses.clear()

    def drill(self, who: str) -> tuple[DrillResult, ...]:
        """Send a test message through every enabled channel at once, and wait for all of them, at most a minute.

        Args:
            who: started it, or empty.
        """
        ways = [channel for channel in self._channels() if channel.enabled]
        results: dict[str, DrillResult] = {}
        done = threading.Condition()

        def test(channel: Channel) -> None:
            sent = self._drill_one(channel, who)
            with done:
                results[channel.key] = DrillResult(channel, sent.fault, sent.seconds)
                done.notify_all()

        for channel in ways:
            threading.Thread(target=test, args=(channel,), name=f"drill-{channel.key}", daemon=True).start()
        with done:
            done.wait_for(lambda: len(results) == len(ways), DRILL_SECONDS)
            late = DeliveryFault.TIMEOUT
            return tuple(results.get(way.key, DrillResult(way, late, DRILL_SECONDS)) for way in ways)

    def close(self) -> None:
        """Start nothing more; what is under way has a moment to end, and is marked if it does."""
        with self._lock:
            self._closed = True
        self.settle(CLOSING_SECONDS)
        with self._lock:
            self._addresses.clear()

    def _plan(self) -> int:
        """Read what waits, make messages of what may go, and store them; raise LeaseLostError where that was lost."""
        box, now, ways = self._outbox, self._clock.now(), self._channels()
        box.read(self._lease)
        compose = composer(self._state_text()) if box.deliveries else composer("")
        plan = plan_messages(box.deliveries, box.messages, ways, now, last=box.last, compose=compose)
        given_up = stranded(box.messages, ways, now) if ways else ()
        box.save(AlarmChanges(deliveries=plan.deliveries, messages=(*plan.messages, *given_up)), self._lease)
        return len(plan.messages)

    def _start(self) -> int:
        now, began = self._clock.now(), self._clock.monotonic()
        free = {channel.key: channel for channel in self._channels() if self._is_free(channel.key)}
        due = due_messages(self._outbox.messages, free.values(), self._outbox.last, now)
        for message in due:
            task = UnderWay(message, self._lease, began)
            self._under_way[message.channel] = task
            args = (free[message.channel], task)
            threading.Thread(target=self._carry, args=args, name=f"send-{message.channel}", daemon=True).start()
        return len(due)

    def _is_free(self, channel: str) -> bool:
        return channel not in self._under_way and self._hung.get(channel, 0) < MOST_HUNG

    def _carry(self, channel: Channel, task: UnderWay) -> None:
        """Send one message and mark what became of it (on a thread of its own)."""
        sent = self._send(channel, task.message)
        with self._lock:
            in_time = self._under_way.get(channel.key) is task
            try:
                # Of one that was left behind only good news counts: its failure was marked long ago.
                if in_time or sent.fault is None:
                    self._mark(task.message, sent.fault, task.lease)
            except LeaseLostError:
                self._lose(task.lease)
            finally:
                if in_time:
                    del self._under_way[channel.key]
                else:
                    self._hung[channel.key] -= 1
                self._lock.notify_all()
        self._wake()

    def _leave_behind(self) -> None:
        """Count a send that does not come back as failed, so that the channel is tried again."""
        began = self._clock.monotonic()
        for key, task in [*self._under_way.items()]:
            if began - task.since >= HUNG_SECONDS:
                del self._under_way[key]
                self._hung[key] = self._hung.get(key, 0) + 1
                self._mark(task.message, DeliveryFault.TIMEOUT, task.lease)

    def _mark(self, message: Message, fault: DeliveryFault | None, lease: Lease | None) -> None:
        now = self._clock.now()
        after = after_attempt(message, fault, now, self._rng)
        changed = [after]
        if after.state is MessageState.SENT:
            changed += [m for m in hurried(self._outbox.messages, message.channel, now) if m.id != message.id]
        self._outbox.save(AlarmChanges(messages=tuple(changed)), lease)

    def _send(self, channel: Channel, message: Message) -> Sent:
        began = self._clock.monotonic()
        try:
            address = self._address(channel)
            if isinstance(address, DeliveryFault):
                return Sent(address, self._clock.monotonic() - began)
            return self._carrier.send(channel, address, message)
        except Exception as error:  # noqa: BLE001 - a fault in one channel's code must not silence the others
            # The error's own words may hold the address: its kind says enough.
            _LOG.error("Sending over the channel %s failed: %s.", channel.key, type(error).__name__)
            return Sent(DeliveryFault.FAILED, self._clock.monotonic() - began)

    def _address(self, channel: Channel) -> str | DeliveryFault:
        """Return where a channel leads; while the password store does not answer, what it said last."""
        if not channel.needs_secret:
            return ""
        found = self._secrets.get(channel.key)
        with self._lock:
            if not isinstance(found, SecretState):
                self._addresses[channel.key] = found
                return found
            if found is SecretState.MISSING:
                self._addresses.pop(channel.key, None)
                return DeliveryFault.NO_ADDRESS
            return self._addresses.get(channel.key, DeliveryFault.SECRETS_LOCKED)

    def _drill_one(self, channel: Channel, who: str) -> Sent:
        now = self._clock.now()
        subject, text = drill_words(channel, who, now)
        drill_id = f"drill-{self._rng.getrandbits(96):024x}"
        message = Message(drill_id, channel.key, MessageKind.DRILL, now, Urgency.NOTICE, subject, text)
        sent = self._send(channel, message)
        ended = now + timedelta(seconds=sent.seconds)
        with self._lock:
            self._outbox.keep_drill(after_attempt(message, sent.fault, ended, self._rng))
        return sent

    def _lose(self, lease: Lease | None = None) -> None:
        """Note that another program judges now: nothing more is sent under this lease, nothing of it is kept."""
        lost = lease or self._lease
        if lost is not None and (self._lease is None or self._lease.term == lost.term):
            self._lost_term = lost.term
            self._outbox.forget()
