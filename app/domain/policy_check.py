"""Whether a treasury's limits make sense: one of each kind, with a bound that a book can keep and can break.

Every refusal is a ``HistoryError`` whose place reads like a path in the book file (``limits[0].bound``).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from app.domain.errors import HistoryError
from app.domain.policy import LimitKind, PolicyLimit

MOST_LTV: Final = Decimal(2)
MOST_BTC: Final = Decimal(21_000_000)
MOST_MONTHS: Final = Decimal(1_200)
_ONE: Final = Decimal(1)
_SATOSHI_DIGITS: Final = 8
_DIGITS: Final = 8

_MOST: Final = {
    LimitKind.BOOK_LTV: MOST_LTV,
    LimitKind.LENDER_SHARE: _ONE,
    LimitKind.FREE_BTC: MOST_BTC,
    LimitKind.FREE_SHARE: _ONE,
    LimitKind.INTEREST_MONTHS: MOST_MONTHS,
}
_RANGE: Final = {
    LimitKind.BOOK_LTV: "lies outside 0 to 200 %; write a fraction like 0.50",
    LimitKind.LENDER_SHARE: "lies outside 0 to 100 %; write a fraction like 0.40",
    LimitKind.FREE_BTC: "lies outside 0 to 21,000,000 BTC; write whole bitcoin like 10",
    LimitKind.FREE_SHARE: "lies outside 0 to 100 %; write a fraction like 0.20",
    LimitKind.INTEREST_MONTHS: "lies outside 0 to 1,200 months; write months like 12",
}


def check_limits(limits: Sequence[PolicyLimit]) -> None:
    """Refuse a policy with two limits of a kind, or with a bound that no book keeps or none breaks.

    Raises:
        HistoryError: the first fault found, with its place.
    """
    seen: set[LimitKind] = set()
    for index, limit in enumerate(limits):
        try:
            check_limit(limit)
        except HistoryError as error:
            raise error.at(f"limits[{index}]") from None
        if limit.kind in seen:
            msg = f"the policy has a limit of the kind “{limit.kind}” already; keep one of them"
            raise HistoryError(msg, f"limits[{index}].kind")
        seen.add(limit.kind)


def check_limit(limit: PolicyLimit) -> None:
    """Refuse one limit; places are relative to it.

    Raises:
        HistoryError: naming the field.
    """
    bound, most = limit.bound, _MOST[limit.kind]
    if not bound.is_finite() or not 0 < bound <= most:
        raise HistoryError(f"{_short(bound)} {_RANGE[limit.kind]}", "bound")
    if limit.kind is LimitKind.LENDER_SHARE and bound == _ONE:
        raise HistoryError("no lender can hold more than all bitcoin; write less than 100 %", "bound")
    exponent = bound.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _DIGITS:
        unit = "a satoshi" if limit.kind is LimitKind.FREE_BTC else f"{_SATOSHI_DIGITS} decimals"
        raise HistoryError(f"{_short(bound)} is finer than {unit}; write fewer digits", "bound")


def _short(bound: Decimal) -> str:
    return str(bound)[:40]
