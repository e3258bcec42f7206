"""What people do with a warning: an append-only record, applied by whoever judges."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class ActionKind(StrEnum):
    """What was done."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    NOTE = "note"


class WarningAction(NamedTuple):
    """One thing that somebody did with one warning.

    Attributes:
        id: unique text.
        warning_id: which warning.
        kind: what was done.
        at: UTC.
        who: the person's name on this machine, or empty.
        until: of a snooze, UTC; a snooze always ends.
        text: of a note.
        applied: whether the one who judges has taken it into the warning.
    """

    id: str
    warning_id: str
    kind: ActionKind
    at: datetime
    who: str = ""
    until: datetime | None = None
    text: str = ""
    applied: bool = False
