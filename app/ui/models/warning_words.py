"""How a warning is told on the screen: its chip, where it belongs, when it can be looked at again (pure)."""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, Self

from app.domain.warnings import WarningKind, WarningRecord, WarningStatus
from app.ui.formats import HIDDEN, Display, left_text, moment_text, seconds_between
from app.ui.levels import Level, Standing

MORNING: Final = time(9)
_AMOUNTS: Final = re.compile(r"[\d,.]*\d(?= BTC\b)|(?<=repay )\S*\d")
_STANDINGS: Final = {
    WarningKind.BLIND: Standing(1, Level.UNKNOWN, "No price", "price alarms cannot fire"),
    WarningKind.DROP_CALL: Standing(4, Level.CALL, "Call near", "a fall as tested calls it"),
    WarningKind.DROP_SALE: Standing(5, Level.SALE, "Sale near", "a fall as tested sells it"),
    WarningKind.CALL: Standing(6, Level.CALL, "Called", "margin call level reached"),
    WarningKind.SALE: Standing(7, Level.SALE, "Forced sale", "forced sale level reached"),
}


class Shelf(StrEnum):
    """Where a warning lies."""

    OPEN = "open"
    SEEN = "seen"
    HISTORY = "history"


class MaskedWarning(WarningRecord):
    """A warning whose sentence hides its amounts; masked when it is read, for a screen shows few of many."""

    whole: WarningRecord

    @classmethod
    def of(cls, record: WarningRecord) -> Self:
        """Return a warning as it may be shown."""
        made = tuple.__new__(cls, record)
        made.whole = record
        return made

    @property
    def sentence(self) -> str:
        """The sentence without the user's bitcoin and money."""
        return _AMOUNTS.sub(HIDDEN, self.whole.sentence)


def shelf_of(record: WarningRecord, now: datetime) -> Shelf:
    """Return whether a warning waits for the user, is put aside, or is over."""
    if not record.is_open:
        return Shelf.HISTORY
    return Shelf.OPEN if record.needs_you(now) else Shelf.SEEN


def standing_of_warning(record: WarningRecord) -> Standing:
    """Return a warning's chip."""
    return _STANDINGS[record.kind]


def title_of(record: WarningRecord) -> str:
    """Return what a warning is about."""
    return f"Price in {record.subject}" if record.kind is WarningKind.BLIND else record.subject


def status_words(record: WarningRecord, now: datetime, zone: tzinfo | None = None) -> str:
    """Return what has been done about a warning."""
    if record.closed_at is not None:
        return f"over since {moment_text(record.closed_at, zone)}"
    if record.snoozed_until is not None and record.snoozed_until > now:
        return f"snoozed until {moment_text(record.snoozed_until, zone)}"
    if record.status is WarningStatus.ACKNOWLEDGED:
        return f"seen {moment_text(record.acknowledged_at, zone)}"
    return "needs you" if record.confirmed else "unconfirmed"


def deadline_words(record: WarningRecord, now: datetime, zone: tzinfo | None = None) -> str:
    """Return by when a reached call is to be cured, and how much of that is left (rounded down)."""
    if record.due_at is None:
        return "—"
    if record.due_at <= now:
        return f"{moment_text(record.due_at, zone)} · over"
    return f"{moment_text(record.due_at, zone)} · {left_text(seconds_between(now, record.due_at))} left"


def snooze_choices(now: datetime, zone: tzinfo | None = None) -> tuple[tuple[str, datetime], ...]:
    """Return how long a warning may be put aside: an hour, four, or until the next nine in the morning here."""
    local = now.astimezone(zone)
    morning = local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return (
        ("1 hour", now + timedelta(hours=1)),
        ("4 hours", now + timedelta(hours=4)),
        ("until 09:00", morning.astimezone(now.tzinfo)),
    )


def copied(record: WarningRecord, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a warning as a line for a message to somebody."""
    return (
        f"{standing_of_warning(record).word}: {record.sentence} "
        f"(since {moment_text(record.opened_at, zone)}, {status_words(record, now, zone)})"
    )


def shown_warnings(records: Iterable[WarningRecord], display: Display) -> tuple[WarningRecord, ...]:
    """Return the warnings as they may be shown: with hidden amounts, no bitcoin and no money of the user's in them.

    A sentence is whole, so its amounts are taken out here, when it is read; prices and per cents are nobody's secret.
    """
    if not display.hidden:
        return tuple(records)
    return tuple([MaskedWarning.of(record) for record in records])
