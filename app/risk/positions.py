"""The loans of a book as the risk room sees them: in one currency, falling together.

There is one bitcoin. When it falls by a fraction it falls by that fraction in every currency (today's exchange rates
are kept), so a loan of any currency, judged by any lender's index, is carried into the book's base currency once:

    exposure_base = exposure · P_base ÷ (P_loan · basis)

after which ``ltv = exposure_base ÷ (collateral · P_base)`` holds at today's price and at every fallen one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.book import Loan
from app.domain.figures import idle_state
from app.domain.loan_state import LoanBalance, balance_at
from app.domain.ltv import basis_factor
from app.domain.money import EXACT, btc_of
from app.domain.portfolio import BookFigures
from app.domain.quotes import NoQuote, Quote
from app.domain.terms import Trigger, TriggerKind


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that has no honest answer, and the sentence that says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Position:
    """One indebted and covered loan, in the book's base currency.

    Attributes:
        index: its place in the book.
        currency: the loan's own.
        exposure: at the horizon, in the base currency, through the lender's basis.
        exposure_now: the same, today.
        collateral_sats: pledged.
        call: the margin call that a falling price reaches first, or None where the contract has none.
        sale: the forced sale that a falling price reaches first, or None where the contract names none.
        cure_ltv: the LTV that a call is cured to.
        exposure_per_unit: base-currency exposure that one unit of the loan's currency makes.
        base_per_unit: what one unit of the loan's currency is worth in the base currency.
        balance: what stands behind it, today.
    """

    index: int
    loan: str
    lender: str
    currency: str
    exposure: Decimal
    exposure_now: Decimal
    collateral_sats: int
    call: Trigger | None
    sale: Trigger | None
    cure_ltv: Decimal
    exposure_per_unit: Decimal
    base_per_unit: Decimal
    balance: LoanBalance

    @property
    def collateral_btc(self) -> Decimal:
        """Pledged bitcoin, exact."""
        return btc_of(self.collateral_sats)

    @property
    def danger_ltv(self) -> Decimal:
        """The LTV at which somebody else begins to decide: the margin call's or the forced sale's, the lower one."""
        return min(trigger.ltv for trigger in (self.call, self.sale) if trigger is not None)

    @property
    def cure_target(self) -> Decimal:
        """The LTV that a call is cured to; never above the one at which it is made."""
        return min(self.cure_ltv, self.danger_ltv)

    @property
    def sale_ltv(self) -> Decimal:
        """The LTV at which collateral is sold; where the contract names none, that of the call nobody may leave."""
        trigger = self.sale or self.call
        assert trigger is not None  # noqa: S101 - positions without either are left out when they are made
        return trigger.ltv

    def price_at(self, ltv: Decimal) -> Decimal:
        """Return the base-currency price at which the exposure at the horizon has this LTV."""
        return EXACT.divide(self.exposure, EXACT.multiply(ltv, self.collateral_btc))


@dataclass(frozen=True, slots=True)
class Positions:
    """A book for the risk room.

    Attributes:
        as_of: UTC.
        horizon_days: for how long interest is reckoned into ``exposure``.
        currency: the book's base currency.
        price: of one BTC in it, today.
        prices: today's price by currency, of every currency that has one.
        free_sats: unencumbered, over all accounts.
        items: in the book's order.
        left_out: a sentence for each loan with debt that has no line to fall to.
    """

    as_of: datetime
    horizon_days: int
    currency: str
    price: Decimal
    prices: Mapping[str, Decimal]
    free_sats: int
    items: tuple[Position, ...]
    left_out: tuple[str, ...]

    def price_in(self, currency: str, base_price: Decimal) -> Decimal:
        """Return a base-currency price in ``currency``, at today's exchange rate.

        Raises:
            KeyError: that currency has no price.
        """
        if currency == self.currency:
            return base_price
        return EXACT.divide(EXACT.multiply(base_price, self.prices[currency]), self.price)


def positions_of(figures: BookFigures, horizon_days: int = 0) -> Positions | Unanswerable:
    """Return the book's positions with interest up to ``horizon_days`` from ``figures.as_of``.

    Unanswerable where a price is missing that an indebted loan, or the base currency, needs: reserves and
    probabilities that quietly leave a loan out would be wrong digits.
    """
    base = figures.prices[figures.totals.currency]
    if isinstance(base, NoQuote):
        return Unanswerable(f"There is no price in {base.currency}: {base.reason}.")
    then = figures.as_of + timedelta(days=horizon_days)
    items: list[Position] = []
    left_out: list[str] = []
    for index, (balance, key) in enumerate(zip(figures.ledger.balances, figures.ledger.keys, strict=True)):
        lookup = figures.lookups[key]
        loan = figures.loans.loan(index)
        if idle_state(balance, loan.currency) is not None:
            if balance.debt and not balance.collateral_sats:
                left_out.append(f"{loan.name} has debt and nothing pledged; no fall of the price changes that.")
            continue
        call, sale = _first(balance, TriggerKind.MARGIN_CALL), _first(balance, TriggerKind.LIQUIDATION)
        target = balance.terms.cure_ltv
        if target is None or (call is None and sale is None):
            left_out.append(f"{loan.name} has neither a margin call nor a forced sale in its terms.")
            continue
        if not balance.exposure:
            left_out.append(f"{loan.name} owes nothing that its contract counts into LTV; no fall changes that.")
            continue
        if isinstance(lookup, NoQuote):
            why = f"there is no price in {lookup.currency}: {lookup.reason}"
            return Unanswerable(f"{loan.name} cannot be judged, as {why}.")
        later = _grown(loan, balance, figures.as_of, then)
        value = EXACT.divide(base.value, lookup.value)
        scale = EXACT.divide(value, basis_factor(balance.terms.basis_bps))
        items.append(
            Position(
                index,
                loan.name,
                loan.lender,
                loan.currency,
                EXACT.multiply(later.exposure, scale),
                EXACT.multiply(balance.exposure, scale),
                balance.collateral_sats,
                call,
                sale,
                target,
                scale,
                value,
                balance,
            )
        )
    prices = {c: quote.value for c, quote in figures.prices.items() if isinstance(quote, Quote)}
    free = sum(figures.free_sats.values())
    currency = figures.totals.currency
    return Positions(figures.as_of, horizon_days, currency, base.value, prices, free, tuple(items), tuple(left_out))


def _grown(loan: Loan, balance: LoanBalance, as_of: datetime, then: datetime) -> LoanBalance:
    """Return the balance at ``then`` if nothing happens but interest; what is entered for later may not happen."""
    if then <= as_of:
        return balance
    if any(event.at > as_of for event in loan.events):
        loan = replace(loan, events=tuple(event for event in loan.events if event.at <= as_of))
    return balance_at(loan, then)


def _first(balance: LoanBalance, kind: TriggerKind) -> Trigger | None:
    """Return the trigger of that kind that a falling price reaches first."""
    return next((t for t in balance.terms.triggers if t.kind is kind), None)
