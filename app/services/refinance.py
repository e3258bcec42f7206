"""What one loan would be under another lender's terms: the same debt and collateral, other lines, rate and cure."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final

from app.domain.book import Loan
from app.domain.figures import LoanFigures, LoanState, cure_for, figures_of
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.money import EXACT, round_fiat
from app.domain.quotes import PriceLookup, Quote
from app.domain.terms import Delivery, Exposure, Terms, TriggerKind
from app.services.presets import Preset

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class UnderTerms:
    """A loan under some terms, at a price. Money and prices are in the loan's currency.

    Attributes:
        rate: yearly, a fraction; ``cost_a_year`` is what it takes of the debt in a year at that rate.
        ltv: None without a price.
        margin_call_price, liquidation_price: of the first of each kind, None where the terms have none.
        cure_hours, cure_ltv: what the first margin call gives and asks for.
        top_up_sats: what brings the loan to ``cure_ltv`` at this price; 0 where it stands lower; None without a price.
    """

    rate: Decimal
    cost_a_year: Decimal
    state: LoanState
    ltv: Decimal | None
    margin_call_ltv: Decimal | None
    margin_call_price: Decimal | None
    liquidation_ltv: Decimal | None
    liquidation_price: Decimal | None
    cure_hours: int | None
    cure_ltv: Decimal | None
    top_up_sats: int | None
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Refinancing:
    """One loan as it is and as it would be.

    Attributes:
        notes: sentences: how old the other terms are, whether its rate and currency are known.
    """

    loan: str
    lender: str
    now: UnderTerms
    then: UnderTerms
    notes: tuple[str, ...]

    @property
    def saved_a_year(self) -> Decimal:
        """What the other rate costs less in a year; negative where it costs more."""
        return EXACT.subtract(self.now.cost_a_year, self.then.cost_a_year)


def refinance(loan: Loan, preset: Preset, lookup: PriceLookup, as_of: datetime) -> Refinancing | None:
    """Return ``loan`` under a lender's published terms, or None where nothing is owed.

    The whole debt is taken over as new principal and the collateral stays as it is; fees of leaving and of entering
    are not known and not counted.
    """
    balance = balance_at(loan, as_of)
    if not is_indebted(balance, loan.currency):
        return None
    terms = preset.terms_from(as_of.date())
    if not preset.rate_known:
        terms = replace(terms, rate=balance.rate)
    taken_over = LoanBalance(
        terms, terms.rate, balance.debt, _NOTHING, _NOTHING, _exposure(loan, balance, terms, as_of),
        balance.collateral_sats, drawn=True,
    )  # fmt: skip
    return Refinancing(
        loan.name,
        preset.lender,
        _under(loan, balance, lookup),
        _under(loan, taken_over, lookup),
        _notes(loan, preset),
    )


def _under(loan: Loan, balance: LoanBalance, lookup: PriceLookup) -> UnderTerms:
    figures = figures_of(loan, balance, lookup, Decimal("0.1"), _NOTHING)
    call, sale = figures.first(TriggerKind.MARGIN_CALL), figures.first(TriggerKind.LIQUIDATION)
    terms = balance.terms
    return UnderTerms(
        balance.rate,
        round_fiat(EXACT.multiply(balance.rate, balance.debt), loan.currency),
        figures.state,
        figures.ltv,
        None if call is None else call.trigger.ltv,
        None if call is None else call.price,
        None if sale is None else sale.trigger.ltv,
        None if sale is None else sale.price,
        None if call is None else call.trigger.cure_hours,
        terms.cure_ltv,
        _top_up(figures, lookup, terms.cure_ltv),
        terms.delivery,
    )


def _top_up(figures: LoanFigures, lookup: PriceLookup, cure_ltv: Decimal | None) -> int | None:
    if not isinstance(lookup, Quote) or cure_ltv is None:
        return None
    return cure_for(figures, lookup.value, cure_ltv, _NOTHING).top_up_sats


def _exposure(loan: Loan, balance: LoanBalance, terms: Terms, as_of: datetime) -> Decimal:
    """Return what the other lender would divide by the collateral's value on the first day."""
    if terms.exposure is not Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST or loan.matures_on is None:
        return balance.debt
    days = max((loan.matures_on - as_of.date()).days, 0)
    with localcontext(EXACT):
        return balance.debt * (1 + terms.rate * days / 365)


def _notes(loan: Loan, preset: Preset) -> tuple[str, ...]:
    notes = [preset.caution]
    if not preset.rate_known:
        notes.append(f"{preset.lender}’s rate was not published; this loan's own is used.")
    if preset.currency != loan.currency:
        notes.append(f"{preset.lender} lends in {preset.currency}; the figures keep {loan.currency}.")
    if preset.terms.exposure is Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST and loan.matures_on is None:
        notes.append("It counts the interest of the whole term, and this loan has no maturity; none is counted here.")
    return tuple(notes)
