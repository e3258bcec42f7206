"""What a hand points at on a chart: a place on the screen, rounded once and told as what it is."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, NamedTuple

_HUNDREDTH: Final = Decimal("0.01")


class PointedPrice(NamedTuple):
    """A price that was pointed at, in the chart's currency; no quote, and as fine as a pixel at best."""

    value: Decimal


def pointed(price: float) -> PointedPrice:
    """Return a place on a price axis as a price, to a hundredth."""
    return PointedPrice(Decimal(price).quantize(_HUNDREDTH, ROUND_HALF_EVEN))
