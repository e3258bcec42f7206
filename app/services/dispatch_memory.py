"""What waits to be told, as the book and this program's memory know it together.

The book is read before each pass. What it would not store is laid over what it says, and stored with a later change.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from app.domain.deliveries import Delivery, Message, MessageKind, MessageState
from app.domain.errors import BookError, LeaseLostError
from app.services.alert_ports import AlarmChanges, AlarmKeeper, Lease

CARRIED_KEPT: Final = 20_000
FINISHED_KEPT: Final = 200
# What others sent (a drill from the window) is read now and then only: this program knows what it sent itself.
PASSES_BETWEEN: Final = 20
_LOG: Final = logging.getLogger(__name__)


class Outbox:
    """Belongs to one thread at a time.

    Attributes:
        deliveries: those that no message carries yet.
        messages: those that wait.
        finished: those that went out or were given up, newest first.
        last: the newest that went out, by channel.
        trouble: why the book takes no writes, or empty.
        looked: whether the book was asked since the start, or since this program came to judge.
    """

    def __init__(self, keeper: AlarmKeeper) -> None:
        self._keeper = keeper
        self._posted: dict[str, Delivery] = {}
        self._unkept: dict[str, Message] = {}
        self._unkept_deliveries: dict[str, Delivery] = {}
        # Which message carries a delivery: the book may learn late of a delivery that has long gone out from memory.
        self._carried: OrderedDict[str, str] = OrderedDict()
        self.deliveries: tuple[Delivery, ...] = ()
        self.messages: tuple[Message, ...] = ()
        self.finished: tuple[Message, ...] = ()
        self.last: dict[str, Message] = {}
        self.trouble = ""
        self.looked = False
        self._passes = 0

    def post(self, deliveries: Iterable[Delivery]) -> None:
        """Take deliveries that the book may not hold."""
        self._posted.update({item.id: item for item in deliveries if item.id not in self._carried})
        self._lay_over(self.deliveries, self.messages)

    def read(self, lease: Lease | None) -> None:
        """Read what waits, and store what was refused before.

        Raises:
            LeaseLostError: another program judges now.
        """
        self.look()
        if self._unkept or self._unkept_deliveries:
            self.save(AlarmChanges(), lease)

    def look(self) -> None:
        """Read what waits, and write nothing; where the book cannot be read, what was known goes on."""
        self.looked = True
        try:
            deliveries, messages = self._keeper.outbox()
            self._leave_to_others(deliveries)
            finished = self._keeper.sent(FINISHED_KEPT) if self._passes % PASSES_BETWEEN == 0 else ()
        except BookError as error:
            self._note(error)
            deliveries, messages = self.deliveries, self.messages
        else:
            self._passes += 1
            self._finish((*self.finished, *finished))
        # What this program has sent is not sent again by it, whatever the book has missed.
        sent = {message.id: message for message in self.finished if message.state is MessageState.SENT}
        self._unkept.update({message.id: sent[message.id] for message in messages if message.id in sent})
        stale = [item for item in deliveries if item.id in self._carried]
        self._unkept_deliveries.update({item.id: item._replace(message_id=self._carried[item.id]) for item in stale})
        self._lay_over(deliveries, messages)

    def _leave_to_others(self, waiting: Iterable[Delivery]) -> None:
        """Let go of posted deliveries that the book says are carried already: whoever judged meanwhile told them.

        Raises:
            BookError: the book cannot be read.
        """
        unseen = self._posted.keys() - {item.id for item in waiting}
        for warning in {self._posted[key].warning_id for key in unseen}:
            for stored, _ in self._keeper.deliveries_of(warning):
                if stored.id in unseen and stored.message_id is not None:
                    del self._posted[stored.id]
                    self._carried[stored.id] = stored.message_id

    def save(self, changes: AlarmChanges, lease: Lease | None) -> None:
        """Store changes with all that was refused before; where the book refuses again, keep them in mind.

        Raises:
            LeaseLostError: another program judges now.
        """
        self._unkept.update({message.id: message for message in changes.messages})
        self._unkept_deliveries.update({delivery.id: delivery for delivery in changes.deliveries})
        for delivery in changes.deliveries:
            self._posted.pop(delivery.id, None)
            if delivery.message_id is not None:
                self._carried[delivery.id] = delivery.message_id
                self._carried.move_to_end(delivery.id)
        while len(self._carried) > CARRIED_KEPT:
            self._carried.popitem(last=False)
        self._lay_over(self.deliveries, self.messages)
        if not self._unkept and not self._unkept_deliveries:
            return
        waiting = AlarmChanges(
            deliveries=tuple(self._unkept_deliveries.values()), messages=tuple(self._unkept.values())
        )
        try:
            self._keeper.save(waiting, lease)
        except LeaseLostError:
            raise
        except BookError as error:
            self._note(error)
        else:
            self._unkept.clear()
            self._unkept_deliveries.clear()
            self.trouble = ""

    def keep_drill(self, message: Message) -> None:
        """Store a test message that ended; everybody may, so it needs no lease and takes nothing else along."""
        try:
            self._keeper.save(AlarmChanges(messages=(message,)), None)
        except BookError as error:
            self._note(error)
            self._unkept[message.id] = message
        self._finish((message, *self.finished))

    def forget(self) -> None:
        """Forget what the book does not hold: another program judges, and tells, now."""
        self._posted.clear()
        self._unkept.clear()
        self._unkept_deliveries.clear()
        sent = {message.id for message in self.finished if message.state is MessageState.SENT}
        for delivery in [delivery for delivery, message in self._carried.items() if message not in sent]:
            del self._carried[delivery]
        self.deliveries, self.messages = (), ()
        self.looked = False
        self._passes = 0

    def _lay_over(self, deliveries: Iterable[Delivery], messages: Iterable[Message]) -> None:
        """Put what is known here over what the book says."""
        pending = {item.id: item for item in (*deliveries, *self._posted.values())}
        self.deliveries = tuple([item for item in pending.values() if item.id not in self._carried])
        known = {**{message.id: message for message in messages}, **self._unkept}
        self.messages = tuple([message for message in known.values() if message.state is MessageState.WAITING])
        self._finish((*[m for m in self._unkept.values() if m.state is not MessageState.WAITING], *self.finished))

    def _finish(self, messages: Iterable[Message]) -> None:
        done = {message.id: message for message in messages}
        ordered = sorted(done.values(), key=lambda message: message.sent_at or message.created_at, reverse=True)
        self.finished = tuple(ordered[:FINISHED_KEPT])
        self.last = {}
        for message in self.finished:
            if message.state is MessageState.SENT and message.kind is not MessageKind.DRILL:
                self.last.setdefault(message.channel, message)

    def _note(self, error: BookError) -> None:
        if str(error) != self.trouble:
            _LOG.warning("Messages go out from memory: %s", error)
        self.trouble = str(error)
