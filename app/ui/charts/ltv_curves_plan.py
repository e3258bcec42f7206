"""What the chart of LTV against a falling price shows, before anything is drawn (pure).

A loan's curve is ``LTV = exposure ÷ (collateral · price)``, as the book stands: no top-up is in it. Curves never cross.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.domain.terms import Trigger
from app.risk.positions import Position, Positions
from app.ui.formats import danger_price_text, ltv_text, price_text
from app.ui.levels import Level

STRONG: Final = 8
THIN_LINES: Final = 240
_ABOVE: Final = Decimal("1.06")
_ENDS: Final = (Decimal("0.5"), Decimal("0.25"), Decimal("0.09"))
_MARGIN: Final = Decimal("0.04")
_LEAST_TOP: Final = 1.05
_MOST_TOP: Final = 2.5
_AIR: Final = 0.06
_LOWEST_TOP: Final = 0.4


@dataclass(frozen=True, slots=True)
class CurveMark:
    """Where a curve reaches a line of its contract: prices in the base currency."""

    level: Level
    price: float
    ltv: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One loan: its LTV is ``scale ÷ price``.

    Attributes:
        index: the loan's place in the book.
        now: its LTV at today's price.
        words: its lines as sentences, for the tooltip and a screen reader.
    """

    index: int
    name: str
    scale: float
    now: float
    marks: tuple[CurveMark, ...]
    words: str

    def ltv(self, price: float) -> float:
        """Return the LTV at a price above zero."""
        return self.scale / price


@dataclass(frozen=True, slots=True)
class Curves:
    """The whole picture; the price falls from left to right.

    Attributes:
        strong: the loans that a falling price reaches first, the highest LTV first.
        thin: the LTV scales of others, drawn without a name.
        price: today's, in ``currency``.
        left, right: prices at the ends.
        low, high: LTVs at the ends.
        subtitle: how many of how many.
        description: everything in words.
    """

    currency: str
    strong: tuple[Curve, ...]
    thin: tuple[float, ...]
    price: float
    left: float
    right: float
    low: float
    high: float
    subtitle: str
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class CurveBasis:
    """What the picture rests on whatever is asked; reckoned once for a book and a price, for 10,000 loans on a lane.

    Attributes:
        first_call: the price of the first margin call of a falling price, or None where no contract names one.
    """

    positions: Positions
    strong: tuple[Curve, ...]
    thin: tuple[float, ...]
    first_call: Decimal | None


def curve_basis(positions: Positions, most: int = STRONG) -> CurveBasis:
    """Return the curves of a book's loans; the ``most`` that a falling price reaches first get a name."""
    order = sorted(range(len(positions.items)), key=lambda place: _nearness(positions.items[place]))
    nearest = [positions.items[place] for place in order[:most]]
    strong = sorted((_curve(item, positions) for item in nearest), key=lambda curve: -curve.scale)
    others = [positions.items[place] for place in order[most:]]
    step = -(-len(others) // THIN_LINES) or 1
    return CurveBasis(positions, tuple(strong), tuple(_scale(item) for item in others[::step]), _first_call(positions))


def ltv_curves(basis: CurveBasis, depth: Decimal) -> Curves:
    """Return the picture of a book's loans.

    Args:
        basis: the book.
        depth: the deepest fall that has to be in it, a fraction; the axis grows in steps, so that it stands still
            while a line is dragged.
    """
    positions, strong, thin = basis.positions, basis.strong, basis.thin
    price = positions.price
    right = EXACT.multiply(price, axis_end(depth))
    low, high = _ltv_range(strong, thin, float(price), float(right))
    subtitle = _subtitle(len(strong), len(positions.items))
    return Curves(
        positions.currency,
        strong,
        thin,
        float(price),
        float(EXACT.multiply(price, _ABOVE)),
        float(right),
        low,
        high,
        subtitle,
        _description(strong, subtitle, price, positions.currency),
    )


def axis_end(depth: Decimal) -> Decimal:
    """Return the right end of the axis as a part of today's price, for the deepest fall shown."""
    left = EXACT.subtract(Decimal(1), EXACT.add(depth, _MARGIN))
    return next((end for end in _ENDS if left >= end), _ENDS[-1])


def _first_call(positions: Positions) -> Decimal | None:
    prices = (
        EXACT.divide(item.exposure_now, EXACT.multiply(item.call.ltv, item.collateral_btc))
        for item in positions.items
        if item.call is not None
    )
    return max(prices, default=None)


def _nearness(item: Position) -> Decimal:
    """Return how far away the first call or sale is; the nearest is the smallest."""
    return EXACT.divide(EXACT.multiply(item.danger_ltv, item.collateral_btc), item.exposure_now)


def _scale(item: Position) -> float:
    return float(EXACT.divide(item.exposure_now, item.collateral_btc))


def _curve(item: Position, positions: Positions) -> Curve:
    marks = []
    words = [f"{item.loan} · {item.lender}"]
    now = EXACT.divide(item.exposure_now, EXACT.multiply(item.collateral_btc, positions.price))
    words.append(f"LTV {ltv_text(now)} now")
    told: tuple[tuple[str, Level, Trigger | None], ...] = (
        ("Called", Level.CALL, item.call),
        ("Forced sale", Level.SALE, item.sale),
    )
    for name, level, trigger in told:
        if trigger is None:
            continue
        at = EXACT.divide(item.exposure_now, EXACT.multiply(trigger.ltv, item.collateral_btc))
        marks.append(CurveMark(level, float(at), float(trigger.ltv)))
        words.append(f"{name} at {ltv_text(trigger.ltv)}: {danger_price_text(at, positions.currency)}")
    return Curve(item.index, item.loan, _scale(item), float(now), tuple(marks), "\n".join(words))


def _ltv_range(curves: Sequence[Curve], thin: Sequence[float], price: float, right: float) -> tuple[float, float]:
    if not curves:
        return 0.0, 1.0
    scales = [curve.scale for curve in curves]
    lowest = min([*scales, *thin]) / (price * float(_ABOVE))
    lines = max((mark.ltv for curve in curves for mark in curve.marks), default=1.0)
    most = max(scales) / right
    high = max(lines + 2 * _AIR, min(most + _AIR, _LEAST_TOP))
    high = min(max(high, max(curve.now for curve in curves) + _AIR), _MOST_TOP)
    low = max(min(lowest - _AIR, _LOWEST_TOP), 0.0)
    return low, high


def _subtitle(shown: int, total: int) -> str:
    return "as the book stands, before any top-up" if shown == total else f"{shown} nearest of {total:,} named"


def _description(curves: Sequence[Curve], subtitle: str, price: Decimal, currency: str) -> str:
    if not curves:
        return "No loan with a line that a falling price reaches."
    head = f"LTV as the price falls from {price_text(price, currency)}, {subtitle}."
    return f"{head} " + " ".join(curve.words.replace("\n", "; ") + "." for curve in curves)
