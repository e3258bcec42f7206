"""An alarm's store in memory: what is saved together is there together, and an older lease is refused."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.deliveries import Delivery, Message, MessageState
from app.domain.errors import BookNotWritableError, LeaseLostError
from app.domain.margin_calls import MarginCall
from app.domain.policy_breaches import Breach
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import WarningRecord
from app.services.alert_ports import AlarmChanges, Lease

FULL = "There is no space left on the disk; free some and try again."
LOST = "Another program judges this book now."


@dataclass
class MemoryAlarm:
    """Implements ``AlarmKeeper`` and ``LeaseKeeper``.

    Attributes:
        full: refuses every write, as a full disk does.
        unreadable: refuses every reading.
        lost: takes the lease away from whoever writes next.
        saves: how many transactions were stored.
    """

    full: bool = False
    unreadable: bool = False
    lost: bool = False
    saves: int = 0
    records: dict[str, WarningRecord] = field(default_factory=dict)
    margin_calls: dict[str, MarginCall] = field(default_factory=dict)
    log: dict[str, Breach] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    done: dict[str, WarningAction] = field(default_factory=dict)
    lease: Lease | None = None
    changed_by_others: int = 0
    pruned: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def load(self, most_closed: int) -> tuple[WarningRecord, ...]:
        self._readable()
        past = sorted((r for r in self.records.values() if r.is_over), key=lambda r: r.updated_at, reverse=True)
        return (*(r for r in self.records.values() if not r.is_over), *past[:most_closed])

    def calls(self, most_ended: int) -> tuple[MarginCall, ...]:
        self._readable()
        over = [call for call in self.margin_calls.values() if not call.stands]
        over.sort(key=lambda call: call.issued_at, reverse=True)
        return (*(call for call in self.margin_calls.values() if call.stands), *over[:most_ended])

    def breaches(self, most_ended: int) -> tuple[Breach, ...]:
        self._readable()
        over = sorted((b for b in self.log.values() if not b.stands), key=lambda b: b.opened_at, reverse=True)
        return (*(breach for breach in self.log.values() if breach.stands), *over[:most_ended])

    def outbox(self) -> tuple[tuple[Delivery, ...], tuple[Message, ...]]:
        self._readable()
        with self._lock:
            piled = tuple(item for item in self.deliveries.values() if item.message_id is None)
            waiting = tuple(item for item in self.messages.values() if item.state is MessageState.WAITING)
            return piled, waiting

    def sent(self, most: int) -> tuple[Message, ...]:
        self._readable()
        with self._lock:
            ended = [item for item in self.messages.values() if item.state is not MessageState.WAITING]
        ended.sort(key=lambda item: item.sent_at or item.created_at, reverse=True)
        return tuple(ended[:most])

    def deliveries_of(self, warning_id: str) -> tuple[tuple[Delivery, Message | None], ...]:
        self._readable()
        mine = sorted((d for d in self.deliveries.values() if d.warning_id == warning_id), key=lambda d: d.created_at)
        return tuple((d, None if d.message_id is None else self.messages.get(d.message_id)) for d in mine)

    def actions(self, warning_id: str | None = None) -> tuple[WarningAction, ...]:
        self._readable()
        wanted = [
            a for a in self.done.values() if (not a.applied if warning_id is None else a.warning_id == warning_id)
        ]
        return tuple(sorted(wanted, key=lambda action: action.at))

    def revision(self) -> int:
        self._readable()
        return self.changed_by_others

    def prune(self, now: datetime, lease: Lease | None = None) -> None:
        self._readable()
        self.pruned.append(now)

    def save(self, changes: AlarmChanges, lease: Lease | None = None) -> None:
        with self._lock:
            if lease is not None and (self.lost or (self.lease is not None and lease.term < self.lease.term)):
                raise LeaseLostError(LOST)
            if self.full:
                raise BookNotWritableError(FULL)
            self.saves += 1
            self.records.update({item.id: item for item in changes.warnings})
            self.margin_calls.update({item.id: item for item in changes.calls})
            self.log.update({item.id: item for item in changes.breaches})
            for item in changes.deliveries:
                known = self.deliveries.get(item.id)
                carrier = item.message_id or (None if known is None else known.message_id)
                self.deliveries[item.id] = item._replace(message_id=carrier)
            for message in changes.messages:
                stored = self.messages.get(message.id)
                if stored is None or stored.state is MessageState.WAITING:
                    self.messages[message.id] = message
            self.done.update({item.id: item for item in changes.actions})

    def look(self) -> Lease | None:
        self._readable()
        return self.lease

    def take(self, seen: Lease | None, mine: Lease) -> Lease | None:
        with self._lock:
            self._writable()
            if _pulse(seen) != _pulse(self.lease):
                return None
            self.lease = mine._replace(term=1 if seen is None else seen.term + 1, beat=1)
            return self.lease

    def renew(self, mine: Lease) -> Lease | None:
        with self._lock:
            self._writable()
            if not self._is_held(mine):
                return None
            self.lease = mine._replace(beat=mine.beat + 1)
            return self.lease

    def give_back(self, mine: Lease) -> None:
        with self._lock:
            self._writable()
            if self._is_held(mine) and self.lease is not None:
                self.lease = self.lease._replace(holder="")

    def _is_held(self, mine: Lease) -> bool:
        return self.lease is not None and (self.lease.term, self.lease.holder) == (mine.term, mine.holder)

    def _readable(self) -> None:
        if self.unreadable:
            raise BookNotWritableError(FULL)

    def _writable(self) -> None:
        if self.full:
            raise BookNotWritableError(FULL)


def _pulse(lease: Lease | None) -> tuple[int, int] | None:
    return None if lease is None else (lease.term, lease.beat)
