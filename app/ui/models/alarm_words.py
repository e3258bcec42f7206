"""What is told above every screen: a call or sale that nobody has seen, or no way to reach anyone (pure)."""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import Final, NamedTuple

from app.domain.rules import URGENCY_RANK, Urgency
from app.domain.warning_records import RANK, WarningKind, WarningRecord
from app.services.channel_health import fault_words, is_broken
from app.services.desk import DeskSnapshot
from app.services.headline import NAMED
from app.services.watch_state import ChannelHealth
from app.ui.formats import Display
from app.ui.levels import SHAPES, Level
from app.ui.models.warning_words import shown_warnings

_LOUD: Final = frozenset((WarningKind.CALL, WarningKind.SALE))
_MOST_NAMED: Final = 3


class Alarm(NamedTuple):
    """One line above every screen.

    Attributes:
        key: what it is about; a new one is loud.
        level: for its shape.
        text: all of it, in plain words.
        warning_ids: what acknowledging it acknowledges; empty: nothing to acknowledge.
        screen, item: where it leads.
        action: words of the button that goes there.
        rest: what is left to tell where the screen below says the gravest one itself; empty where it does not.
    """

    key: str
    level: Level
    text: str
    warning_ids: tuple[str, ...]
    screen: str
    item: str | None
    action: str
    rest: str = ""

    def words(self, *, below_is_told: bool = False) -> str:
        """Return the line with its shape; ``below_is_told``: the overview's headline stands below it."""
        return f"{SHAPES[self.level]} {(below_is_told and self.rest) or self.text}"


def is_loud(record: WarningRecord, now: datetime) -> bool:
    """Return whether a warning is told above every screen: confirmed, unseen, and of a call or a forced sale."""
    grave = record.kind in _LOUD or URGENCY_RANK[record.urgency] >= URGENCY_RANK[Urgency.CALL]
    return grave and record.confirmed and record.needs_you(now)


def call_alarm(snapshot: DeskSnapshot, display: Display, now: datetime) -> Alarm | None:
    """Return the line of the gravest call or sale that waits for somebody, and how many more there are."""
    loud = sorted((record for record in snapshot.warnings if is_loud(record, now)), key=_gravity, reverse=True)
    if not loud:
        return None
    first = shown_warnings(loud[:1], display)[0]
    more = len(loud) - 1
    rest = "" if not more else f" And {more} more {'waits' if more == 1 else 'wait'} for you."
    level = Level.SALE if first.kind is WarningKind.SALE or first.urgency is Urgency.SALE else Level.CALL
    ids = tuple(record.id for record in loud)
    left = ""
    if first.subject in _told_by_headline(snapshot):
        others = f", nor {more} other{'s' if more > 1 else ''}" if more else ""
        left = f"Nobody has answered this yet{others}."
    key, text = f"{first.id} {first.kind}", f"{first.sentence}{rest}"
    return Alarm(key, level, text, ids, "warnings", first.id, "Show", left)


def loud_keys(records: Iterable[WarningRecord], now: datetime) -> frozenset[tuple[str, str]]:
    """Return what each loud warning is, so that a new or a graver one is heard."""
    return frozenset((record.id, record.kind.value) for record in records if is_loud(record, now))


def broken_channels(snapshot: DeskSnapshot, now: datetime) -> tuple[ChannelHealth, ...]:
    """Return every channel, where each one that is switched on fails; none where one of them works or none is on."""
    on = tuple(health for health in snapshot.watching.channels if health.channel.enabled)
    return on if on and all(is_broken(health, now) for health in on) else ()


def channels_alarm(snapshot: DeskSnapshot, now: datetime) -> Alarm | None:
    """Return the line that no channel reaches anybody."""
    broken = broken_channels(snapshot, now)
    if not broken:
        return None
    named = [f"{health.channel.name} ({fault_words(health.fault)})" for health in broken if health.fault is not None]
    more = len(named) - _MOST_NAMED
    listed = ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    text = f"No channel reaches anybody: {listed}. Until one is mended only this window tells warnings."
    return Alarm("channels", Level.SALE, text, (), "settings", "channels", "Mend a channel")


def _told_by_headline(snapshot: DeskSnapshot) -> frozenset[str]:
    """Return the loans that the overview's headline calls called or sold by their names."""
    found = snapshot.danger
    return frozenset(loan.loan.name for loan in (found.sold or found.called)[:NAMED])


def _gravity(record: WarningRecord) -> tuple[int, int, float]:
    end = inf if record.due_at is None else record.due_at.timestamp()
    return URGENCY_RANK[record.urgency], RANK[record.kind], -end
