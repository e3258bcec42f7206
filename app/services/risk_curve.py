"""A book's or a loan's probabilities as curves over the horizon, from one dense answer (pure)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.risk.positions import Unanswerable
from app.risk.results import BookRisk, LoanRisk, Probability

CURVE_DAYS: Final = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365)
# From here on a curve is drawn as a scenario: single years are few, and checks against the past end at 90 days.
CHECKED_DAYS: Final = 90
MOST_LOANS: Final = 100


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One horizon, in days, and the chance within it."""

    days: int
    chance: Probability


@dataclass(frozen=True, slots=True)
class Curve:
    """A chance over the horizon, shortest first.

    Attributes:
        key: ``call``, ``sale`` or ``best``.
    """

    key: str
    points: tuple[CurvePoint, ...]

    def at(self, days: int) -> Probability | None:
        """Return the chance within that many days, or None where it was not asked."""
        return next((point.chance for point in self.points if point.days == days), None)


def curve_loans(risk: BookRisk | Unanswerable) -> frozenset[int]:
    """Return the loans that a curve is offered of, by their places in the book: the likeliest hundred."""
    if isinstance(risk, Unanswerable):
        return frozenset()
    ordered = sorted(risk.loans, key=_likeliest, reverse=True)
    return frozenset(loan.index for loan in ordered[:MOST_LOANS])


def _likeliest(loan: LoanRisk) -> Decimal:
    """Return a loan's chance of its first line within its longest known horizon."""
    told = [h.margin_call or h.liquidation for h in loan.horizons if not h.maturity]
    return max((chance.value for chance in told if chance is not None), default=Decimal(0))


def book_curves(risk: BookRisk) -> tuple[Curve, ...]:
    """Return any call, any forced sale if nobody acts, and any with the best use of the free bitcoin."""
    return _filled(
        (
            ("call", [(h.days, h.any_call) for h in risk.horizons]),
            ("sale", [(h.days, h.any_sale_no_action) for h in risk.horizons]),
            ("best", [(h.days, h.any_sale_best_use) for h in risk.horizons]),
        )
    )


def loan_curves(risk: BookRisk, index: int) -> tuple[Curve, ...]:
    """Return the margin call's and the forced sale's curves of the loan at that place of the book."""
    loan = risk.loan(index)
    if loan is None:
        return ()
    horizons = [horizon for horizon in loan.horizons if not horizon.maturity]
    return _filled(
        (
            ("call", [(h.days, h.margin_call) for h in horizons]),
            ("sale", [(h.days, h.liquidation) for h in horizons]),
        )
    )


def _filled(found: tuple[tuple[str, list[tuple[int, Probability | None]]], ...]) -> tuple[Curve, ...]:
    """Return curves without what has no number; one of nothing is left out."""
    curves = (
        Curve(key, tuple(CurvePoint(days, chance) for days, chance in told if chance is not None))
        for key, told in found
    )
    return tuple(curve for curve in curves if curve.points)
