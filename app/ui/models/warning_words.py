"""How a warning is told on the screen: its chip, where it belongs, when it can be looked at again (pure)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from math import inf
from typing import Final, Self

from app.domain.rules import BOOK_SUBJECT, Rule, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.ui.formats import HIDDEN, Display, day_text, left_text, moment_text, seconds_between
from app.ui.levels import Level, Standing

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_FIGURE: Final = r"[\d,.\u2009\u202f]*\d"
_MONEY: Final = rf"(?:[A-Z]{{3}}{_SPACE}|CA\$|A\$|[$€£¥]){_FIGURE}"
_BEFORE: Final = ("repay ", "or ", "owes ", "debt ", "debt of ", "until today is ", "exposure ")
_AMOUNTS: Final = re.compile(
    rf"{_FIGURE}(?={_SPACE}(?:BTC|sats)\b)|(?<=repay )\S*\d|{_MONEY}(?= (?:is )?owed)|"
    + "|".join(f"(?<={words}){_MONEY}" for words in _BEFORE)
)
_STANDINGS: Final = {
    WarningKind.BLIND: Standing(1, Level.UNKNOWN, "No price", "price alarms cannot fire"),
    WarningKind.DISPUTED: Standing(1, Level.UNKNOWN, "Disputed", "the price sources disagree"),
    WarningKind.WATCHER: Standing(2, Level.WATCH, "Not watched", "nobody judges the book while the window is closed"),
    WarningKind.CHANNEL: Standing(2, Level.WATCH, "Channel broken", "a way to a person does not work"),
    WarningKind.STORE: Standing(2, Level.WATCH, "Not stored", "the book takes no changes"),
    WarningKind.COLLATERAL: Standing(3, Level.WATCH, "Collateral", "the chain holds another amount than the record"),
    WarningKind.DROP_CALL: Standing(4, Level.CALL, "Call near", "a fall as tested calls it"),
    WarningKind.DROP_SALE: Standing(5, Level.SALE, "Sale near", "a fall as tested sells it"),
    WarningKind.CALL: Standing(6, Level.CALL, "Called", "margin call level reached"),
    WarningKind.SALE: Standing(7, Level.SALE, "Forced sale", "forced sale level reached"),
}
_RULES: Final = {
    Urgency.NOTICE: Standing(0, Level.SAFE, "Notice", "a rule of yours says so"),
    Urgency.EARLY: Standing(3, Level.WATCH, "Early", "a rule of yours says so"),
    Urgency.CALL: Standing(4, Level.CALL, "Pressing", "a rule of yours says so"),
    Urgency.SALE: Standing(5, Level.SALE, "Act now", "a rule of yours says so"),
}
_WAITING: Final = Standing(0, Level.QUIET, "Waiting", "reached, but not yet for as long as its rule asks")
OWN_KINDS: Final = frozenset(
    (WarningKind.BLIND, WarningKind.DISPUTED, WarningKind.WATCHER, WarningKind.CHANNEL, WarningKind.STORE)
)

# Which part of the settings helps with what; the rest is among the general ones.
SETTINGS_PART: Final = {WarningKind.CHANNEL: "channels", WarningKind.WATCHER: "watching"}


class Shelf(StrEnum):
    """Where a warning lies.

    Attributes:
        OPEN: it waits for the user.
        PENDING: its rule waits a few minutes before it fires; shown below those, never as one of them.
        SNOOZED: put aside until a moment; it comes back by itself.
        SEEN: acknowledged; it stands until the danger is over.
        HISTORY: over.
        NOWHERE: nobody was told of it, and nobody is shown it.
    """

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    SEEN = "seen"
    HISTORY = "history"
    NOWHERE = "nowhere"


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
        return masked(self.whole.sentence)


def masked(sentence: str) -> str:
    """Return a sentence without the user's bitcoin and money; prices and per cents are nobody's secret."""
    return _AMOUNTS.sub(HIDDEN, sentence)


def shelf_of(record: WarningRecord, now: datetime) -> Shelf:
    """Return whether a warning waits for the user, is put aside, or is over."""
    if record.status is WarningStatus.CLOSED:
        return Shelf.HISTORY if record.told or record.announced else Shelf.NOWHERE
    if record.status is WarningStatus.PENDING:
        return Shelf.PENDING
    if record.status is WarningStatus.SKIPPED:
        return Shelf.NOWHERE
    if record.status is WarningStatus.ACKNOWLEDGED:
        return Shelf.SEEN
    if record.is_muted:
        return Shelf.PENDING
    return Shelf.OPEN if record.needs_you(now) else Shelf.SNOOZED


def standing_of_warning(record: WarningRecord) -> Standing:
    """Return a warning's chip; one that only waits to fire has a quiet one."""
    if record.status is WarningStatus.PENDING:
        return _WAITING
    return _RULES[record.urgency] if record.kind is WarningKind.RULE else _STANDINGS[record.kind]


def gravity(record: WarningRecord) -> tuple[int, float]:
    """Return what puts the gravest first, and of the same level the one whose time ends first."""
    return -standing_of_warning(record).rank, inf if record.due_at is None else record.due_at.timestamp()


def title_of(record: WarningRecord, channels: Mapping[str, str] | None = None) -> str:
    """Return what a warning is about; ``channels`` gives the names of channels by their keys."""
    match record.kind:
        case WarningKind.BLIND | WarningKind.DISPUTED:
            return f"Price in {record.subject}"
        case WarningKind.CHANNEL:
            return f"Channel {(channels or {}).get(record.subject, record.subject)}".strip()
        case WarningKind.WATCHER:
            return "The watch"
        case WarningKind.STORE:
            return "This book"
        case _:
            return "The whole book" if record.subject == BOOK_SUBJECT else record.subject


def short_moment(at: datetime | None, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment in as few words as tell it: the time alone today, else with its day."""
    if at is None:
        return "—"
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    day = day_text(local.date())
    return f"{day[:-5] if local.year == today.year else day} {local:%H:%M}"


def status_words(record: WarningRecord, now: datetime, zone: tzinfo | None = None, rule: Rule | None = None) -> str:  # noqa: PLR0911 - one for each
    """Return what has been done about a warning, or how far it is; ``rule`` tells for how long it waits."""
    if record.closed_at is not None:
        return f"over since {short_moment(record.closed_at, now, zone)}"
    if record.status is WarningStatus.PENDING:
        minutes = seconds_between(record.opened_at, now) // 60
        return f"waiting {minutes} min" if rule is None else f"waiting {minutes} of {rule.hold_minutes} min"
    if record.is_muted:
        return "muted by the forced sale"
    if record.status is WarningStatus.ACKNOWLEDGED:
        return f"seen {short_moment(record.acknowledged_at, now, zone)}"
    if record.snoozed_until is not None and record.snoozed_until > now:
        return f"snoozed until {short_moment(record.snoozed_until, now, zone)}"
    if record.resolving_since is not None:
        return f"easing since {short_moment(record.resolving_since, now, zone)}"
    return "needs you" if record.confirmed else "unconfirmed"


def deadline_words(record: WarningRecord, now: datetime, zone: tzinfo | None = None) -> str:
    """Return by when a reached call is to be cured, and how much of that is left (rounded down)."""
    if record.due_at is None or not record.is_open:
        return "—"
    if record.due_at <= now:
        return f"{short_moment(record.due_at, now, zone)} · over"
    return f"{short_moment(record.due_at, now, zone)} · {left_text(seconds_between(now, record.due_at))} left"


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
