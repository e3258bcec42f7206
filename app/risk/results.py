"""What the risk room answers about a book: exact numbers and sentences, no arrays; a screen may import this freely."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

STANDARD_HORIZONS: Final = (1, 7, 30, 90)
SCENARIO_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Probability:
    """How likely it is that the price touches a line within a horizon; fractions of one.

    Attributes:
        value: the shown one, the blend of two models.
        low, high: what the least and the most pessimistic of the models say.
        gbm: what the textbook's price movement at the last 90 days' volatility says.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    gbm: Decimal


@dataclass(frozen=True, slots=True)
class HorizonRisk:
    """One loan within one horizon.

    Attributes:
        days: from now.
        maturity: this horizon ends when the loan matures.
        margin_call, liquidation: of reaching that line, or None where the contract has none.
        reason: why nothing can be said of this horizon, in one sentence; both are None then.
    """

    days: int
    margin_call: Probability | None
    liquidation: Probability | None
    maturity: bool = False
    reason: str = ""

    @property
    def scenario(self) -> bool:
        """Whether history is too short to check such a horizon: a scenario, no forecast."""
        return self.days >= SCENARIO_DAYS


@dataclass(frozen=True, slots=True)
class UncuredCall:
    """What past falls say of a margin call that nobody answers; an order of magnitude.

    Attributes:
        hours: the contract's time to cure.
        measured_hours: the measured window that stands for it, the next longer one.
        low, high: share of past calls whose collateral was sold inside the window, by how far the sale lay below.
        events: how many separate falls that rests on.
    """

    hours: int
    measured_hours: int
    low: Decimal
    high: Decimal
    events: int


@dataclass(frozen=True, slots=True)
class LoanRisk:
    """One loan: its probabilities by horizon, in rising order, the maturity's among them.

    Attributes:
        index: its place in the book.
        uncured: what an unanswered call leads to, or None where no clock runs or nothing was measured.
    """

    index: int
    loan: str
    horizons: tuple[HorizonRisk, ...]
    uncured: UncuredCall | None

    def within(self, days: int) -> HorizonRisk | None:
        """Return the horizon of that many days, or None where it was not asked for."""
        return next((h for h in self.horizons if h.days == days and not h.maturity), None)


@dataclass(frozen=True, slots=True)
class BookHorizonRisk:
    """The whole book within one horizon; None where no loan has such a line.

    Attributes:
        any_call: that at least one loan is called (or sold, where it has no call).
        any_sale_no_action: that at least one forced sale happens if nobody does anything.
        any_sale_best_use: that one happens although the free bitcoin is used in the best way.
        reason: why nothing can be said of this horizon, in one sentence; all are None then.
    """

    days: int
    any_call: Probability | None
    any_sale_no_action: Probability | None
    any_sale_best_use: Probability | None
    reason: str = ""

    @property
    def scenario(self) -> bool:
        """Whether history is too short to check such a horizon."""
        return self.days >= SCENARIO_DAYS


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the book's net value may lose within a horizon, in the base currency; positive is a loss.

    Attributes:
        level: of the tail, like 0.975.
        value_at_risk: lost or more in one of ``1 ÷ (1 − level)`` cases.
        expected_shortfall: lost on average in those cases.
    """

    days: int
    level: Decimal
    value_at_risk: Decimal
    expected_shortfall: Decimal


@dataclass(frozen=True, slots=True)
class ModelBasis:
    """What the probabilities rest on.

    Attributes:
        name: of the model, in words.
        annual_sigma, weekly_sigma: today's volatility as fractions.
        days: daily returns that it learned from.
        first_day, last_day: of the history.
        intraday: lows within the day are known; without them only closes were looked at, which fall less deep.
        notes: sentences about what was left out of the history, or is old.
    """

    name: str
    annual_sigma: Decimal
    weekly_sigma: Decimal
    days: int
    first_day: date
    last_day: date
    intraday: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookRisk:
    """Every probability of a book at one moment.

    Attributes:
        model: what they rest on, or None where there are none; ``reason`` says why, in one sentence.
        loans: those with a line to fall to, in the book's order.
        left_out: a sentence for each loan with debt that has none.
    """

    as_of: datetime
    model: ModelBasis | None
    reason: str
    loans: tuple[LoanRisk, ...] = ()
    horizons: tuple[BookHorizonRisk, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    left_out: tuple[str, ...] = ()

    def loan(self, index: int) -> LoanRisk | None:
        """Return the loan at that place of the book, or None where it has no line or there is no model."""
        return next((loan for loan in self.loans if loan.index == index), None)

    def within(self, days: int) -> BookHorizonRisk | None:
        """Return the horizon of that many days, or None where it was not asked for."""
        return next((h for h in self.horizons if h.days == days), None)
