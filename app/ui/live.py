"""What the screens show now, and who is to be told when it changes."""

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from app.services.desk import DeskSnapshot
from app.services.settings import Units
from app.ui.formats import Display


class Topic(StrEnum):
    """What can change under a screen.

    Attributes:
        DISPLAY: units, hidden amounts, currency: every text with an amount in it.
        WATCH: who judges, its pulse, and how the channels do; changes with every pulse of another judge.
    """

    BOOK = "book"
    PRICES = "prices"
    WARNINGS = "warnings"
    SETTINGS = "settings"
    DISPLAY = "display"
    WATCH = "watch"


ALL_TOPICS = frozenset(Topic)


class Change(NamedTuple):
    """A new snapshot and what differs from the one before."""

    snapshot: DeskSnapshot
    topics: frozenset[Topic]


def topics_between(before: DeskSnapshot, after: DeskSnapshot) -> frozenset[Topic]:
    """Return what differs; values that are shared count as unchanged."""
    found = set()
    if before.book is not after.book or before.read_only != after.read_only:
        found.add(Topic.BOOK)
    if (
        before.judged_at != after.judged_at
        or before.figures.prices != after.figures.prices
        or (before.consensus is not after.consensus)
    ):
        found.add(Topic.PRICES)
    if before.warnings != after.warnings or before.calls != after.calls:
        found.add(Topic.WARNINGS)
    if before.watching != after.watching:
        found.add(Topic.WATCH)
    if before.settings != after.settings or before.asking_off != after.asking_off:
        found.add(Topic.SETTINGS)
    return frozenset(found)


class Live(QObject):
    """Holds the newest snapshot and how it is displayed.

    Signals:
        changed: a ``Change``.
        announced: tuple of ``WarningRecord`` that a person must be told of now.
    """

    changed = Signal(object)
    announced = Signal(object)

    def __init__(self, snapshot: DeskSnapshot, *, hidden: bool = False) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._display = Display(hidden=hidden)
        self._display = self._display_of(snapshot)

    @property
    def snapshot(self) -> DeskSnapshot:
        """The newest one."""
        return self._snapshot

    @property
    def display(self) -> Display:
        """How amounts are shown."""
        return self._display

    def take(self, snapshot: DeskSnapshot) -> None:
        """Show a new snapshot everywhere."""
        before, self._snapshot = self._snapshot, snapshot
        topics = set(topics_between(before, snapshot))
        display = self._display_of(snapshot)
        if display != self._display:
            self._display = display
            topics.add(Topic.DISPLAY)
        if topics:
            self.changed.emit(Change(snapshot, frozenset(topics)))
        if snapshot.announcements:
            self.announced.emit(snapshot.announcements)

    def hide_amounts(self, *, hidden: bool) -> None:
        """Mask every amount, or show them again."""
        self._display = replace(self._display, hidden=hidden)
        self.changed.emit(Change(self._snapshot, frozenset((Topic.DISPLAY,))))

    def _display_of(self, snapshot: DeskSnapshot) -> Display:
        settings = snapshot.settings
        return Display(settings.units is Units.SATS, self._display.hidden, settings.display_currency)
