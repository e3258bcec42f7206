"""Processes that fight for the judge's seat of one book, each with a wall clock of its own that jumps.

Each round: sit; where the seat is had, store a delivery that names the term. The book itself is the judge of it: a
table beside it keeps, in the order of the commits, which term stored something.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from uuid import uuid4

from app.domain.deliveries import Delivery
from app.domain.errors import BookError
from app.domain.rules import Urgency
from app.services.alert_ports import AlarmChanges, JudgeRole, Lease
from app.services.seat import Seat
from app.services.watch_state import WatchRole
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from app.system.processes import host_name, process_runs

JUMPS: Final = tuple([timedelta(hours=h) for h in (0, 1, -1, 24, -24)] + [timedelta(days=3650), timedelta(days=-3650)])


class JumpingClock:
    """A wall clock that somebody keeps setting; the monotonic one runs quickly, so that silence is soon noticed."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def now(self) -> datetime:
        """Return the wall time, by whatever it was set to just now."""
        return datetime.now(UTC) + self._rng.choice(JUMPS)

    def monotonic(self) -> float:
        """Return seconds, a thousand of them in one."""
        return time.monotonic() * 1000


def fight(place: Path, seed: int, role: JudgeRole) -> None:
    """Sit and write until killed."""
    rng = Random(seed)
    clock = JumpingClock(rng)
    store = BookStore.open(place)
    alarm = BookAlarm(store.backend)
    me = Lease(0, 0, uuid4().hex, role, host_name(), os.getpid(), clock.now())
    seat = Seat(BookLease(store.backend), clock, me, lambda lease: process_runs(lease.host, lease.pid))
    os.write(1, b"ready\n")
    number = 0
    while True:
        if seat.sit().role is not WatchRole.HERE or seat.mine is None:
            continue
        number += 1
        lease, now = seat.mine, clock.now()
        name = f"{lease.term}:{me.holder}:{number}"
        told = Delivery(name, str(lease.term), 0, "c", now, now, Urgency.EARLY, name)
        try:
            alarm.save(AlarmChanges(deliveries=(told,)), lease)
        except BookError:
            seat.lost()
            continue
        os.write(1, f"{lease.term}\n".encode())


if __name__ == "__main__":
    fight(Path(sys.argv[1]), int(sys.argv[2]), JudgeRole(sys.argv[3]))
