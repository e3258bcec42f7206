"""A stress test as it is asked for, and its answer from a book's figures."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from app.domain.portfolio import BookFigures
from app.domain.quotes import NoQuote
from app.risk.positions import Positions, Unanswerable, positions_of
from app.risk.stress import compare
from app.risk.stress_path import PricePath, fall_to, straight_fall
from app.risk.stress_result import Policy, StressComparison


@dataclass(frozen=True, slots=True)
class StressQuestion:
    """What is to happen; exactly one of ``drop``, ``to_price`` and ``path`` is given.

    Attributes:
        drop: a fall, a fraction.
        to_price: a fall to this price in the base currency.
        path: an episode's path, or one's own.
        days: how long a straight fall takes; 0 is at once, None leaves time out. A path has its own days.
        policy: what the borrower does.
        interest: accrues on the way.
    """

    drop: Decimal | None = None
    to_price: Decimal | None = None
    path: PricePath | None = None
    days: Decimal | None = None
    policy: Policy = Policy.CURE
    interest: bool = True


def answer(question: StressQuestion, figures: BookFigures) -> StressComparison | Unanswerable:
    """Return what would happen to the book.

    Raises:
        InputError: the fall cannot be; the sentence says why.
    """
    base = figures.prices[figures.totals.currency]
    if isinstance(base, NoQuote):
        return Unanswerable(f"There is no price in {base.currency}: {base.reason}.")
    path = path_of(question, base.value)
    positions = positions_of(figures, horizon_of(path))
    if isinstance(positions, Unanswerable):
        return positions
    return compare(positions, path, question.policy, interest=question.interest)


def answer_on(question: StressQuestion, positions: Positions) -> StressComparison:
    """Return what would happen to positions that are known already; what a slider asks many times a second.

    Their horizon must be above zero where interest is to accrue over days; it need not be the fall's.
    """
    return compare(positions, path_of(question, positions.price), question.policy, interest=question.interest)


def path_of(question: StressQuestion, price: Decimal) -> PricePath:
    """Return the way the price takes from today's ``price`` in the base currency."""
    if question.path is not None:
        return question.path
    if question.to_price is not None:
        return fall_to(question.to_price, price, question.days)
    return straight_fall(question.drop or Decimal(0), question.days)


def horizon_of(path: PricePath) -> int:
    """Return for how many whole days interest has to be reckoned ahead."""
    return int(path.days.to_integral_value(ROUND_CEILING))
