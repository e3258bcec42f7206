"""The shelves of the inbox, in the order of its tabs, and which warning lies on which (pure).

Seen has a shelf of its own: what is snoozed comes back by itself, what was acknowledged does not, and whoever asks what
still stands must not have to tell them apart row by row.
"""

from collections.abc import Iterable
from typing import Final

from app.domain.warning_records import WarningRecord
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_filter import WarningFilter
from app.ui.models.warning_words import Shelf, gravity, shelf_of

SHELVES: Final = (Shelf.OPEN, Shelf.SNOOZED, Shelf.SEEN, Shelf.HISTORY)
_NAMES: Final = {Shelf.OPEN: "Needs you", Shelf.SNOOZED: "Snoozed", Shelf.SEEN: "Seen", Shelf.HISTORY: "Done"}


def named(shelf: Shelf, count: int) -> str:
    """Return a tab's words; what merely waits to fire is not counted."""
    return f"{_NAMES[shelf]} · {count:,}" if count else _NAMES[shelf]


def sorted_out(
    records: Iterable[WarningRecord], context: WarningContext, wanted: WarningFilter | None
) -> dict[Shelf, list[WarningRecord]]:
    """Return each shelf's warnings that a filter lets through.

    Those that stand come gravest first, with those that wait to fire below them; those that are over newest first.
    """
    found: dict[Shelf, list[WarningRecord]] = {shelf: [] for shelf in Shelf}
    for record in records:
        shelf = shelf_of(record, context.now)
        if shelf is not Shelf.NOWHERE and (wanted is None or wanted.lets(context.filterable(record))):
            found[shelf].append(record)
    for shelf in (Shelf.OPEN, Shelf.SNOOZED, Shelf.SEEN, Shelf.PENDING):
        found[shelf].sort(key=gravity)
    found[Shelf.HISTORY].sort(key=_ended, reverse=True)
    found[Shelf.OPEN] += found[Shelf.PENDING]
    return found


def yields_of(shelf: Shelf) -> tuple[str, ...]:
    """Return the keys of columns that give way where there is no room, the first one first; the page tells them all."""
    open_ones = ("price", "status", "told", "due", "since")
    return open_ones if shelf is Shelf.OPEN else ("price", "told", "due", "since", "status")


def unused(shelf: Shelf, records: Iterable[WarningRecord], *, channels: bool) -> frozenset[str]:
    """Return the keys of columns that say nothing about any of these warnings; ``channels``: whether there are any."""
    due = status = False
    for record in records:
        due = due or (record.due_at is not None and record.is_open)
        status = status or not record.is_open or not record.confirmed or record.resolving_since is not None
    keys = set() if due else {"due"}
    if not channels:
        keys.add("told")
    if shelf is Shelf.OPEN and not status:
        keys.add("status")
    return frozenset(keys)


def _ended(record: WarningRecord) -> float:
    return (record.closed_at or record.updated_at).timestamp()
