"""What a reserve has to meet: each loan as a line that a falling price reaches, and a level to lift the loan to.

A loan of exposure E and collateral C reaches trigger LTV u at the price ``E / (u·C)``. To stand at LTV g at a price P
it needs ``E / (g·P) − C`` bitcoin more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum

from app.domain.money import EXACT
from app.risk.positions import Position


class Promise(Enum):
    """What is kept while the price falls.

    NO_CALL: no loan ever reaches its margin call.
    CURE: every call is cured to what the contract asks for.
    NO_SALE: no loan ever reaches its forced sale.
    """

    NO_CALL = "no_call"
    CURE = "cure"
    NO_SALE = "no_sale"


@dataclass(frozen=True, slots=True)
class Line:
    """One loan's line.

    Attributes:
        place: in ``Positions.items``.
        exposure: in the base currency, at the horizon.
        collateral: BTC.
        trigger: the LTV at which something has to be done.
        target: the LTV to lift the loan to; not above ``trigger``.
        price: at which ``trigger`` is reached.
        weight: ``exposure / target``: the loan's part of the sum that the reserve is divided into.
    """

    place: int
    exposure: Decimal
    collateral: Decimal
    trigger: Decimal
    target: Decimal
    price: Decimal
    weight: Decimal

    def need(self, price: Decimal) -> Decimal:
        """Return the bitcoin that lift the loan to its target at ``price``; never negative (exact context needed)."""
        return max(self.weight / price - self.collateral, Decimal(0))


def lines_of(items: Iterable[Position], promise: Promise) -> list[Line]:
    """Return the lines of all loans for a promise, the highest price first; ties in the book's order."""
    with localcontext(EXACT):
        lines = [_line(place, item, promise) for place, item in enumerate(items)]
    lines.sort(key=lambda line: -line.price)
    return lines


def make_line(place: int, exposure: Decimal, collateral: Decimal, trigger: Decimal, target: Decimal) -> Line:
    """Return a line with its price and weight (exact context needed)."""
    return Line(place, exposure, collateral, trigger, target, exposure / (trigger * collateral), exposure / target)


def _line(place: int, item: Position, promise: Promise) -> Line:
    if promise is Promise.NO_SALE:
        trigger = target = item.sale_ltv
    else:
        trigger = item.danger_ltv
        target = trigger if promise is Promise.NO_CALL else item.cure_target
    return make_line(place, item.exposure, item.collateral_btc, trigger, target)
