"""What the inbox says where nothing waits: when somebody last looked, and whether anyone could be reached (pure)."""

from datetime import datetime
from typing import Final

from app.domain.quotes import NoQuote
from app.services.desk import DeskSnapshot
from app.services.watch_state import WatchRole
from app.ui.formats import age_text, seconds_between
from app.ui.models.warning_words import Shelf, short_moment

EMPTY: Final = {
    Shelf.SNOOZED: ("Nothing is snoozed.", "A snoozed warning comes back by itself, and at once if it gets graver."),
    Shelf.SEEN: (
        "Nothing acknowledged still stands.",
        "Warnings that somebody has seen stay here until they are over.",
    ),
    Shelf.HISTORY: ("No history yet.", "Warnings that are over are kept here, with what was told to whom."),
}
_DAY: Final = 86_400
NO_MATCH: Final = ("No warning matches.", "The filter lets none of them through.")


def quiet_words(snapshot: DeskSnapshot, now: datetime) -> tuple[str, str]:
    """Return a headline and a line for an inbox in which nothing waits."""
    if not snapshot.book.loans:
        return "No loans yet.", "Warnings open here when a fall as tested would call or sell a loan."
    if snapshot.asking_off:
        return "Quiet.", f"Nothing waits for you. No source is asked: {snapshot.asking_off}."
    missing = [lookup for lookup in snapshot.figures.lookups.values() if isinstance(lookup, NoQuote)]
    if missing:
        last = missing[0].last
        since = f" since {short_moment(last.at, now)}" if last is not None else " yet"
        return (
            "Blind: price alarms cannot fire.",
            f"There is no confirmed price{since}. {_drill(snapshot, now)}".strip(),
        )
    if snapshot.watching.role is WatchRole.NOBODY:
        return "Quiet, but nobody watches now.", f"{_check(snapshot, now)} {_drill(snapshot, now)}".strip()
    return "Quiet.", f"{_check(snapshot, now)} {_drill(snapshot, now)}".strip()


def _check(snapshot: DeskSnapshot, now: datetime) -> str:
    watching = snapshot.watching
    if watching.role in (WatchRole.ELSEWHERE, WatchRole.NOBODY):
        at = watching.pulse_at
        return "The watcher has not been heard yet." if at is None else f"The watcher was last heard {_age(at, now)}."
    return "" if snapshot.asked_at is None else f"Last check {_age(snapshot.asked_at, now)}."


def _drill(snapshot: DeskSnapshot, now: datetime) -> str:
    enabled = [channel for channel in snapshot.book.channels if channel.enabled]
    if not enabled:
        return "No channel is set up: nobody is told while you do not look here."
    drills = [health.drilled_at for health in snapshot.watching.channels if health.drilled_at is not None]
    return f"Last fire drill {_age(max(drills), now)}." if drills else "No fire drill has been sent yet."


def _age(at: datetime, now: datetime) -> str:
    seconds = seconds_between(at, now)
    days = -(-seconds // _DAY)
    return age_text(seconds) if seconds < 2 * _DAY else f"{days} days ago"
