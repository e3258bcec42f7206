"""How a book stands to its policy: each limit measured, compared exactly, and kept, near, breached or not known.

===============  =====================================================================================
limit            measured
===============  =====================================================================================
BOOK_LTV         all debts ÷ value of all pledged bitcoin (the book's LTV that ``status`` shows)
LENDER_SHARE     bitcoin pledged to one lender ÷ all bitcoin, for each lender
FREE_BTC         unencumbered bitcoin (as ``status`` shows it)
FREE_SHARE       unencumbered bitcoin ÷ all bitcoin
INTEREST_MONTHS  value of the unencumbered bitcoin ÷ a month's interest of all loans
===============  =====================================================================================

A limit is kept exactly at its bound, and near within a tenth of it (of shares: at most half of what is left to 100 %).
What needs a price is unknown without a fresh confirmed one. Where few sources answer, the highest of them has to bear a
breach out, as for rules; until then the limit is near.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from app.domain.money import EXACT
from app.domain.monthly_interest import monthly_interest
from app.domain.policy import AT_MOST, LimitKind, PolicyLimit
from app.domain.policy_breaches import Finding
from app.domain.portfolio import BookFigures
from app.domain.quotes import NoQuote
from app.services.rule_book_signs import lender_shares

INFINITE: Final = Decimal("Infinity")
MARGIN: Final = Fraction(1, 10)
_SHARES: Final = (LimitKind.LENDER_SHARE, LimitKind.FREE_SHARE)
_SATS: Final = 100_000_000


class Stand(StrEnum):
    """How a book stands to a limit, from good to bad; ``UNKNOWN`` is none of them."""

    KEPT = "kept"
    NEAR = "near"
    BREACHED = "breached"
    UNKNOWN = "unknown"


_GRAVITY: Final = {Stand.UNKNOWN: 0, Stand.KEPT: 1, Stand.NEAR: 2, Stand.BREACHED: 3}


class Measure(NamedTuple):
    """What was measured for a limit.

    Attributes:
        stand: how it compares.
        value: a fraction, whole bitcoin or months; infinite where nothing divides it; None where it is not known.
        subject: the lender of ``LENDER_SHARE``, else empty.
        why: why it is not known, or what an infinite value means; else empty.
    """

    stand: Stand
    value: Decimal | None
    subject: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class LimitState:
    """A limit and how the book stands to it.

    Attributes:
        measures: the worst first; one, but for ``LENDER_SHARE`` one for each lender that holds bitcoin.
    """

    limit: PolicyLimit
    measures: tuple[Measure, ...]

    @property
    def worst(self) -> Measure:
        """The measure that matters."""
        return self.measures[0]

    @property
    def stand(self) -> Stand:
        """How the book stands to the limit."""
        return self.worst.stand


def limit_states(
    limits: Sequence[PolicyLimit], figures: BookFigures, high: Decimal | None = None
) -> tuple[LimitState, ...]:
    """Return every limit's state, in the order of the policy.

    Args:
        limits: the policy.
        figures: of the book.
        high: the highest price in the book's currency that a voting source tells; None: what they agree on.
    """
    return tuple(LimitState(limit, _measures(limit, figures, high)) for limit in limits)


def breached(states: Sequence[LimitState]) -> tuple[LimitState, ...]:
    """Return the limits that are breached."""
    return tuple(state for state in states if state.stand is Stand.BREACHED)


def findings_of(states: Sequence[LimitState]) -> tuple[Finding, ...]:
    """Return what a round says of each limit and lender, for the breach log.

    A breach that not every source bears out neither opens nor ends one.
    """
    return tuple(
        Finding(state.limit, measure.subject, _broken(state.limit, measure), measure.value)
        for state in states
        for measure in state.measures
    )


def _broken(limit: PolicyLimit, measure: Measure) -> bool | None:
    if measure.value is None:
        return None
    if measure.stand is Stand.BREACHED:
        return True
    beyond = measure.value > limit.bound if limit.kind in AT_MOST else measure.value < limit.bound
    return None if beyond else False


def _measures(limit: PolicyLimit, figures: BookFigures, high: Decimal | None) -> tuple[Measure, ...]:
    match limit.kind:
        case LimitKind.BOOK_LTV:
            return (_book_ltv(limit, figures, high),)
        case LimitKind.LENDER_SHARE:
            return _lenders(limit, figures)
        case LimitKind.FREE_BTC:
            free = Fraction(figures.totals.unencumbered_sats, _SATS)
            return (_measured(limit, free, free),)
        case LimitKind.FREE_SHARE:
            return (_free_share(limit, figures),)
        case LimitKind.INTEREST_MONTHS:
            return (_interest_months(limit, figures, high),)


def _book_ltv(limit: PolicyLimit, figures: BookFigures, high: Decimal | None) -> Measure:
    if not figures.ledger.owing:
        return _measured(limit, Fraction(0), Fraction(0))
    if not figures.ledger.encumbered_sats:
        return Measure(Stand.BREACHED, INFINITE, why="a debt has no bitcoin pledged for it")
    price, debt = figures.prices[figures.totals.currency], figures.totals.debt
    if isinstance(price, NoQuote) or debt is None:
        return _unknown(figures)
    pledged = Fraction(figures.ledger.encumbered_sats, _SATS)
    at_value = Fraction(debt) / (pledged * Fraction(price.value))
    at_high = Fraction(debt) / (pledged * Fraction(max(high or price.value, price.value)))
    return _measured(limit, at_value, at_high)


def _lenders(limit: PolicyLimit, figures: BookFigures) -> tuple[Measure, ...]:
    total = figures.totals.btc_sats
    found = []
    for lender, sats in lender_shares(figures).items():
        share = min(Fraction(sats, total), Fraction(1)) if total > 0 else Fraction(1)
        found.append(_measured(limit, share, share, lender))
    found.sort(key=lambda one: one.value or Decimal(0), reverse=True)
    return tuple(found) or (_measured(limit, Fraction(0), Fraction(0)),)


def _free_share(limit: PolicyLimit, figures: BookFigures) -> Measure:
    total = figures.totals.btc_sats
    if total <= 0:
        return Measure(Stand.UNKNOWN, None, why="the book holds no bitcoin")
    share = Fraction(figures.totals.unencumbered_sats, total)
    return _measured(limit, share, share)


def _interest_months(limit: PolicyLimit, figures: BookFigures, high: Decimal | None) -> Measure:
    monthly = monthly_interest(figures.loans, figures.ledger)
    if not monthly:
        return Measure(Stand.KEPT, INFINITE, why="no loan bears interest")
    base = figures.totals.currency
    price = figures.prices[base]
    if isinstance(price, NoQuote):
        return _unknown(figures)
    owed = Fraction(0)
    for currency, amount in monthly.items():
        other = figures.prices[currency]
        if isinstance(other, NoQuote):
            return _unknown(figures)
        owed += Fraction(amount) * (1 if currency == base else Fraction(price.value) / Fraction(other.value))
    free = Fraction(figures.totals.unencumbered_sats, _SATS)
    at_value = free * Fraction(price.value) / owed
    at_high = free * Fraction(max(high or price.value, price.value)) / owed
    return _measured(limit, at_value, at_high)


def _unknown(figures: BookFigures) -> Measure:
    """Return that there is no price to judge by; the base currency's reason counts first."""
    base = figures.totals.currency
    silent = [lookup for lookup in (figures.prices[base], *figures.prices.values()) if isinstance(lookup, NoQuote)]
    lookup = silent[0]
    return Measure(Stand.UNKNOWN, None, why=f"no price in {lookup.currency}: {lookup.reason}")


def _measured(limit: PolicyLimit, value: Fraction, at_high: Fraction, subject: str = "") -> Measure:
    """Compare exactly: broken only where it is at the highest price, too."""
    bound = Fraction(limit.bound)
    margin = bound * MARGIN
    if limit.kind in _SHARES:
        margin = min(margin, (1 - bound) / 2)
    if limit.kind in AT_MOST:
        beyond, near = at_high > bound, value > bound - margin
    else:
        beyond, near = at_high < bound, value < bound + margin
    stand = Stand.BREACHED if beyond else Stand.NEAR if near else Stand.KEPT
    return Measure(stand, EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)), subject)


def worst_first(states: Sequence[LimitState]) -> tuple[LimitState, ...]:
    """Return the states, the gravest first, else in their order."""
    return tuple(sorted(states, key=lambda state: -_GRAVITY[state.stand]))
