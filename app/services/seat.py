"""Who judges a book: one program sits in the judge's seat, the others see its pulse and take over when it falls silent.

A watcher has the seat whenever it runs: it takes it from a window at once, and a window takes it only when it is free,
its holder is known to be dead, or no pulse was seen for ``SILENT_SECONDS`` of the observer's own monotonic clock. Wall
clocks decide nothing. Two that believe to hold it at once cannot both write: every write is fenced by the term.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from app.domain.errors import BookError
from app.domain.warning_records import WarningKind
from app.services.alert_ports import JudgeRole, Lease, LeaseKeeper
from app.services.ports import Clock
from app.services.watch_state import Fault, WatchRole

PULSE_SECONDS: Final = 15.0
SILENT_SECONDS: Final = 60.0


class Sitting(NamedTuple):
    """Who has the seat, at one look.

    Attributes:
        role: this program, another, or nobody that gives a sign of life.
        lease: as it stands; None before the first, or where it cannot be read.
        pulse_at: UTC; when its beat was last seen to change.
        fell_silent: whose seat was taken because it gave no sign of life; told once.
    """

    role: WatchRole
    lease: Lease | None = None
    pulse_at: datetime | None = None
    fell_silent: Lease | None = None


class Seat:
    """Follows the one lease of a book; may be used by several threads."""

    def __init__(self, keeper: LeaseKeeper, clock: Clock, me: Lease, runs: Callable[[Lease], bool | None]) -> None:
        """Follow a lease.

        Args:
            keeper: keeps it.
            clock: tells the time.
            me: who this program is; its term and beat count for nothing.
            runs: whether the holder's program still runs, None where that cannot be told.
        """
        self._keeper = keeper
        self._clock = clock
        self._me = me
        self._runs = runs
        self._lock = threading.Lock()
        self._mine: Lease | None = None
        self._role = WatchRole.NOBODY
        self._entitled = False
        self._seen: tuple[int, int] | None = None
        self._seen_mono = clock.monotonic()
        self._pulse_at: datetime | None = None
        self._price_at: datetime | None = None
        self._stuck = ""

    @property
    def role(self) -> WatchRole:
        """Who judged at the last look."""
        return self._role

    @property
    def mine(self) -> Lease | None:
        """The lease as last known to be held, without a look at the book."""
        return self._mine

    def tell(self, *, price_at: datetime | None, stuck: str) -> None:
        """Say with the next pulse which price was judged last, and whether messages are stuck."""
        self._price_at, self._stuck = price_at, stuck

    def sit(self) -> Sitting:
        """Give a sign of life, or look at the one who has the seat and take it where that is due."""
        with self._lock:
            try:
                sitting = self._sit()
            except BookError:
                # A book that takes no writes, or cannot be read now: whoever judged goes on, from memory. So does who
                # was entitled to take the seat; anybody else waits, for somebody may judge whose pulse is not seen.
                held = self._mine is not None or self._entitled or self._quiet_for() >= SILENT_SECONDS
                sitting = Sitting(WatchRole.HERE if held else WatchRole.NOBODY, self._mine, self._pulse_at)
            self._role = sitting.role
            return sitting

    def beat(self) -> None:
        """Give a sign of life between two rounds; takes nothing."""
        with self._lock:
            if self._mine is not None:
                with suppress(BookError):
                    # A book that takes no writes now may take the next one.
                    self._mine = self._renewed(self._mine)

    def leave(self) -> None:
        """Give the seat back, if it is held."""
        with self._lock:
            mine, self._mine = self._mine, None
            if mine is not None:
                with suppress(BookError):
                    # Others find out by the missing pulse.
                    self._keeper.give_back(mine)

    def fault(self, sitting: Sitting) -> Fault:
        """Return whether a watcher fell silent; a window that took over says so until one runs again."""
        silent = sitting.fell_silent
        if silent is not None and silent.role is JudgeRole.WATCHER and self._me.role is JudgeRole.WINDOW:
            text = (
                f"The watcher on {silent.host or 'another machine'} fell silent; its last sign of life was at "
                f"{silent.renewed_at:%Y-%m-%d %H:%M} UTC. This window watches as long as it runs. "
                "Start plimsoll watch again."
            )
            return Fault(WarningKind.WATCHER, "", present=True, sentence=text)
        present = False if self._me.role is JudgeRole.WATCHER else None
        return Fault(WarningKind.WATCHER, "", present, "The watcher runs again.")

    def lost(self) -> None:
        """Note that a write was refused because another has the seat."""
        with self._lock:
            self._mine = None

    def _sit(self) -> Sitting:
        now = self._clock.now()
        self._entitled = False
        if self._mine is not None:
            self._mine = self._renewed(self._mine)
            if self._mine is not None:
                return Sitting(WatchRole.HERE, self._mine, self._pulse_at)
        lease = self._keeper.look()
        self._watch(lease, now)
        silent = lease is not None and bool(lease.holder) and self._is_silent(lease)
        if lease is None or not lease.holder or silent or self._goes_before(lease):
            self._entitled = True
            said = self._me._replace(renewed_at=now, price_at=self._price_at, stuck=self._stuck)
            taken = self._keeper.take(lease, said)
            if taken is not None:
                self._mine, self._pulse_at = taken, now
                return Sitting(WatchRole.HERE, taken, now, fell_silent=lease if silent else None)
            self._entitled = False
            lease = self._keeper.look()
            self._watch(lease, now)
            silent = False
        return Sitting(WatchRole.NOBODY if silent else WatchRole.ELSEWHERE, lease, self._pulse_at)

    def _renewed(self, mine: Lease) -> Lease | None:
        """Return the lease after a sign of life; None where another holds it now."""
        now = self._clock.now()
        renewed = self._keeper.renew(mine._replace(renewed_at=now, price_at=self._price_at, stuck=self._stuck))
        self._pulse_at = now if renewed is not None else self._pulse_at
        return renewed

    def _watch(self, lease: Lease | None, now: datetime) -> None:
        beat = None if lease is None else (lease.term, lease.beat)
        if beat != self._seen:
            # The first look tells nothing of when it beat.
            self._pulse_at = now if self._seen is not None or lease is None else lease.renewed_at
            self._seen, self._seen_mono = beat, self._clock.monotonic()

    def _is_silent(self, lease: Lease) -> bool:
        return self._quiet_for() >= SILENT_SECONDS or self._runs(lease) is False

    def _goes_before(self, lease: Lease) -> bool:
        return self._me.role is JudgeRole.WATCHER and lease.role is JudgeRole.WINDOW

    def _quiet_for(self) -> float:
        return self._clock.monotonic() - self._seen_mono
