"""The breach log of the policy, as rows beside the book; a limit's name may be in it long after the limit is gone.

It is stored with the warnings of the same round (``app.store.alarm``), fenced by the same lease, and never pruned.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.domain.policy import LimitKind
from app.domain.policy_breaches import Breach, Ended
from app.store.alarm_rows import replaced
from app.store.backend import Row

BREACH_FIELDS: Final = Breach._fields
SAVE_BREACH: Final = replaced("policy_breach", BREACH_FIELDS)
# Without its Z a whole second sorts before its own fractions.
_NEWEST: Final = "ORDER BY replace(opened_at, 'Z', '') DESC, id"
_SELECT: Final = f"SELECT {', '.join(BREACH_FIELDS)} FROM policy_breach WHERE closed_at IS"  # noqa: S608 - names of our own
STANDING: Final = f"{_SELECT} NULL {_NEWEST}"
ENDED: Final = f"{_SELECT} NOT NULL {_NEWEST} LIMIT :most"


def breach_of(row: Row) -> Breach:
    """Return a breach; ``ValueError``, ``TypeError`` or ``ArithmeticError`` for a row that cannot be one."""
    value: dict[str, Any] = dict(zip(BREACH_FIELDS, row, strict=True))
    closed_at = value["closed_at"]
    return Breach(**value)._replace(
        kind=LimitKind(value["kind"]),
        bound=_number(value["bound"]),
        opened_at=datetime.fromisoformat(value["opened_at"]),
        closed_at=None if closed_at is None else datetime.fromisoformat(closed_at),
        first_value=_number(value["first_value"]),
        worst_value=_number(value["worst_value"]),
        ended=Ended(value["ended"]),
    )


def _number(text: str) -> Decimal:
    """Return a decimal; infinite is one (a debt without any bitcoin), NaN is none."""
    number = Decimal(text)
    if number.is_nan():
        raise ValueError(text)
    return number
