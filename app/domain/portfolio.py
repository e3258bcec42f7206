"""The whole book at a price: every loan's figures, the totals in one currency, and the nearest danger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.book import Book, Loan
from app.domain.figures import LoanFigures, LoanState, TriggerFigures, figures_of
from app.domain.holdings import balances
from app.domain.loan_state import LoanBalance, balance_at
from app.domain.money import EXACT, btc_of
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.terms import CONSENSUS

DEFAULT_SALE_COST: Final = Decimal("0.0025")
DEFAULT_DROP: Final = Decimal("0.10")


@dataclass(frozen=True, slots=True)
class Totals:
    """The book in its base currency; money is None where a price is missing.

    Attributes:
        btc_sats: free and pledged together.
        ltv: debt ÷ value of the pledged bitcoin.
    """

    currency: str
    btc_sats: int
    encumbered_sats: int
    btc_value: Decimal | None
    debt: Decimal | None
    net_value: Decimal | None
    ltv: Decimal | None

    @property
    def unencumbered_sats(self) -> int:
        """Satoshis that are free to use."""
        return self.btc_sats - self.encumbered_sats


@dataclass(frozen=True, slots=True)
class Nearest:
    """The margin call or forced sale that a falling price reaches first, over all loans."""

    loan: str
    trigger: TriggerFigures


@dataclass(frozen=True, slots=True)
class BookFigures:
    """Everything that ``status`` and the overview show of a book.

    Attributes:
        prices: by currency, for the base currency and every loan's.
        problems: sentences about what could not be computed.
    """

    as_of: datetime
    drop: Decimal
    sale_cost: Decimal
    prices: Mapping[str, PriceLookup]
    totals: Totals
    nearest: Nearest | None
    loans: tuple[LoanFigures, ...]
    free_sats: Mapping[str, int]
    problems: tuple[str, ...]


def currencies_of(book: Book) -> tuple[str, ...]:
    """Return the base currency and then every loan's, each once."""
    return tuple(dict.fromkeys((book.base_currency, *(loan.currency for loan in book.loans))))


def book_figures(
    book: Book,
    prices: Mapping[str, PriceLookup],
    as_of: datetime,
    *,
    drop: Decimal = DEFAULT_DROP,
    sale_cost: Decimal = DEFAULT_SALE_COST,
    named: Mapping[tuple[str, str], PriceLookup] | None = None,
    ledger: Sequence[LoanBalance] | None = None,
) -> BookFigures:
    """Return the book's figures at ``as_of``.

    Args:
        book: checked before.
        prices: consensus by currency; a currency that is missing counts as having no price.
        as_of: UTC.
        drop: the weekly drop test's fall, a fraction.
        sale_cost: cost of selling bitcoin, a fraction.
        named: prices of sources that contracts name, by (source, currency).
        ledger: the loans' balances at ``as_of`` in the book's order, where they are known already.
    """
    if ledger is None:
        ledger = [balance_at(loan, as_of) for loan in book.loans]
    wanted = {currency: prices.get(currency) or _missing(currency) for currency in currencies_of(book)}
    loans = tuple(
        figures_of(loan, balance, price_for(loan, balance, wanted, named or {}), drop, sale_cost)
        for loan, balance in zip(book.loans, ledger, strict=True)
    )
    free = balances(book, as_of)
    totals, problems = _totals(book.base_currency, wanted, loans, sum(free.values()))
    problems += tuple(_price_problems(loans))
    return BookFigures(
        as_of, drop, sale_cost, wanted, totals, nearest_danger(loans), loans, free, tuple(dict.fromkeys(problems))
    )


def price_for(
    loan: Loan, balance: LoanBalance, prices: Mapping[str, PriceLookup], named: Mapping[tuple[str, str], PriceLookup]
) -> PriceLookup:
    """Return the price a loan is judged by: the consensus, or the source that its contract names.

    A price given by hand stands for every source.
    """
    consensus = prices.get(loan.currency) or _missing(loan.currency)
    source = balance.terms.price_source
    if source == CONSENSUS or (isinstance(consensus, Quote) and consensus.origin in ("manual", "demo")):
        return consensus
    found = named.get((source, loan.currency))
    return found or NoQuote(loan.currency, f"the contract prices on {source}, which gives no price in {loan.currency}")


def nearest_danger(loans: Sequence[LoanFigures]) -> Nearest | None:
    """Return the next margin call or forced sale with the least headroom, or None."""
    best: Nearest | None = None
    least: Decimal | None = None
    for figures in loans:
        ahead = figures.nearest_danger if figures.state is not LoanState.UNKNOWN else None
        if ahead is not None and ahead.headroom is not None and (least is None or ahead.headroom < least):
            best, least = Nearest(figures.loan.name, ahead), ahead.headroom
    return best


def _missing(currency: str) -> NoQuote:
    return NoQuote(currency, "no price was asked for")


def _price_problems(loans: Sequence[LoanFigures]) -> list[str]:
    return [
        f"No price in {figures.loan.currency}: {figures.lookup.reason}."
        for figures in loans
        if figures.state is LoanState.UNKNOWN and isinstance(figures.lookup, NoQuote)
    ]


def _totals(
    base: str, prices: Mapping[str, PriceLookup], loans: Sequence[LoanFigures], free_sats: int
) -> tuple[Totals, tuple[str, ...]]:
    encumbered = sum(figures.balance.collateral_sats for figures in loans)
    btc = free_sats + encumbered
    price = prices[base]
    if isinstance(price, NoQuote):
        problem = f"No price in {base}: {price.reason}."
        return Totals(base, btc, encumbered, None, None, None, None), (problem,)
    debt = Decimal(0)
    for figures in loans:
        owed, currency = figures.balance.debt, figures.loan.currency
        if not owed:
            continue
        if currency != base:
            other = prices[currency]
            if isinstance(other, NoQuote):
                problem = f"No price in {currency}: {other.reason}; so there are no totals."
                return Totals(base, btc, encumbered, None, None, None, None), (problem,)
            owed = EXACT.divide(EXACT.multiply(owed, price.value), other.value)
        debt = EXACT.add(debt, owed)
    value = EXACT.multiply(btc_of(btc), price.value)
    pledged = EXACT.multiply(btc_of(encumbered), price.value)
    ratio = EXACT.divide(debt, pledged) if pledged else None
    return Totals(base, btc, encumbered, value, debt, EXACT.subtract(value, debt), ratio), ()
