"""Where a reserve is used up when all it has to meet is met at once: the exact walk down the loans' lines.

Between two lines the need is ``S/P − K`` with ``S = Σ E/g`` and ``K = Σ C`` over the loans called so far, so the walk
costs one sort and one pass, and every price in it is a quotient of exact sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.risk.reserve_lines import Line
from app.risk.reserve_result import Segment

_ZERO: Final = Decimal(0)
# Quotients are exact to some fifty digits; a need that exceeds the reserve by less than this does not exceed it.
_DUST: Final = Decimal("1e-30")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walk ended.

    Attributes:
        price: None without lines: nothing ever uses the reserve up.
        called: how many lines have been reached there.
        jump: at the price of a line, whose loan asks for more than is left; else between two lines.
        already: at today's price.
    """

    price: Decimal | None
    called: int
    jump: bool
    already: bool
    segments: tuple[Segment, ...]


def walk(lines: Sequence[Line], reserve: Decimal, today: Decimal) -> Walk:
    """Return where ``reserve`` (BTC) is used up; lines above ``today`` are met at ``today``.

    Args:
        lines: the highest price first.
        reserve: not negative.
        today: today's price.

    Runs under the exact context, which the caller enters.
    """
    segments: list[Segment] = []
    weight = collateral = _ZERO
    called = 0
    upper = today
    while called < len(lines) or called == 0:
        if not lines:
            return Walk(None, 0, jump=False, already=False, segments=())
        due = lines[called].price >= today
        upper = today if due else lines[called].price
        while called < len(lines) and lines[called].price >= upper:
            weight += lines[called].weight
            collateral += lines[called].collateral
            called += 1
        lower = lines[called].price if called < len(lines) else _ZERO
        need = weight / upper - collateral
        above = weight / lower - collateral if lower else None
        segments.append(Segment(upper, lower, called, need, above))
        if need - reserve > _DUST:
            return Walk(upper, called, jump=True, already=due, segments=tuple(segments))
        price = weight / (reserve + collateral)
        if price >= lower:
            return Walk(min(price, upper), called, jump=False, already=False, segments=tuple(segments))
    raise AssertionError  # below the last line the need grows without bound
