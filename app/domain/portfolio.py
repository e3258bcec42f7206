"""The whole book at a price: every loan's figures, the totals in one currency, and the nearest danger."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Final, overload

from app.domain.book import Book, Loan
from app.domain.figures import LoanFigures, TriggerFigures, figures_of
from app.domain.ledger import DangerLine, Ledger, PriceKey, build_ledger
from app.domain.money import EXACT, btc_of
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.terms import CONSENSUS

DEFAULT_SALE_COST: Final = Decimal("0.0025")
DEFAULT_DROP: Final = Decimal("0.10")
_NAME, _CURRENCY = attrgetter("name"), attrgetter("currency")
STANDS_FOR_ALL: Final = ("manual", "demo")


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
    btc_value: Decimal | None = None
    debt: Decimal | None = None
    net_value: Decimal | None = None
    ltv: Decimal | None = None

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
        loans: in the book's order; each is reckoned when it is first looked at.
        ledger: what stands behind them, before any price.
        lookups: the price that the loans of each key are judged by.
        problems: sentences about what could not be computed.
    """

    as_of: datetime
    drop: Decimal
    sale_cost: Decimal
    prices: Mapping[str, PriceLookup]
    totals: Totals
    nearest: Nearest | None
    loans: "LazyLoans"
    ledger: Ledger
    lookups: Mapping[PriceKey, PriceLookup]
    problems: tuple[str, ...]

    @property
    def free_sats(self) -> Mapping[str, int]:
        """Each account's balance."""
        return self.ledger.free_sats

    @property
    def in_reach(self) -> list[int]:
        """The loans that the price, or the drop test's fall, takes to a danger line, and the uncovered ones.

        In the book's order. No other loan is called, sold or uncovered, now or after the fall; none is reckoned here.
        """
        reached = set(self.ledger.uncovered)
        for key, lookup in self.lookups.items():
            if isinstance(lookup, Quote):
                reached |= self.ledger.within_reach(key, lookup.value, self.drop)
        return sorted(reached)

    @property
    def unjudged(self) -> list[int]:
        """The loans whose state is unknown, in the book's order: they owe something and have no price."""
        silent = {key for key, lookup in self.lookups.items() if isinstance(lookup, NoQuote)}
        if not silent:
            return []
        keys, balances = self.ledger.keys, self.ledger.balances
        return [index for index in self.ledger.owing if keys[index] in silent and balances[index].collateral_sats]


class LazyLoans(Sequence[LoanFigures]):
    """Every loan's figures, each reckoned when it is first asked for: a screen shows thirty of ten thousand."""

    __slots__ = ("_book", "_done", "_drop", "_ledger", "_lookups", "_sale_cost")

    def __init__(
        self, book: Book, ledger: Ledger, lookups: Mapping[PriceKey, PriceLookup], drop: Decimal, sale_cost: Decimal
    ) -> None:
        self._book, self._ledger, self._lookups = book, ledger, lookups
        self._drop, self._sale_cost = drop, sale_cost
        self._done: dict[int, LoanFigures] = {}

    def __len__(self) -> int:
        return len(self._book.loans)

    @property
    def names(self) -> Iterator[str]:
        """Every loan's name in the book's order; nothing is reckoned for it."""
        return map(_NAME, self._book.loans)

    def loan(self, index: int) -> Loan:
        """Return the loan at that place of the book; nothing is reckoned for it."""
        return self._book.loans[index]

    @overload
    def __getitem__(self, index: int) -> LoanFigures: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LoanFigures, ...]: ...
    def __getitem__(self, index: int | slice) -> LoanFigures | tuple[LoanFigures, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        place = index + len(self) if index < 0 else index
        found = self._done.get(place)
        if found is None:
            loan = self._book.loans[place]
            lookup = self._lookups[self._ledger.keys[place]]
            prices = self._ledger.trigger_prices[place]
            found = figures_of(loan, self._ledger.balances[place], lookup, self._drop, self._sale_cost, prices)
            self._done[place] = found
        return found

    def __iter__(self) -> Iterator[LoanFigures]:
        return (self[index] for index in range(len(self)))


def currencies_of(book: Book) -> tuple[str, ...]:
    """Return the base currency and then every loan's, each once."""
    return tuple(dict.fromkeys((book.base_currency, *map(_CURRENCY, book.loans))))


def book_figures(
    book: Book,
    prices: Mapping[str, PriceLookup],
    as_of: datetime,
    *,
    drop: Decimal = DEFAULT_DROP,
    sale_cost: Decimal = DEFAULT_SALE_COST,
    named: Mapping[PriceKey, PriceLookup] | None = None,
    ledger: Ledger | None = None,
) -> BookFigures:
    """Return the book's figures at ``as_of``.

    Args:
        book: checked before.
        prices: consensus by currency; a currency that is missing counts as having no price.
        as_of: UTC.
        drop: the weekly drop test's fall, a fraction.
        sale_cost: cost of selling bitcoin, a fraction.
        named: prices of sources that contracts name.
        ledger: of this book and still valid at ``as_of``, where it is known already.
    """
    if ledger is None:
        ledger = build_ledger(book, as_of)
    wanted = {currency: prices.get(currency) or _missing(currency) for currency in currencies_of(book)}
    lookups = {key: price_for(key, wanted, named or {}) for key in ledger.price_keys}
    loans = LazyLoans(book, ledger, lookups, drop, sale_cost)
    totals, problems = _totals(book.base_currency, wanted, ledger)
    problems += tuple(_price_problems(ledger, lookups))
    nearest = _nearest(loans, ledger, lookups)
    return BookFigures(
        as_of, drop, sale_cost, wanted, totals, nearest, loans, ledger, lookups, tuple(dict.fromkeys(problems))
    )


def price_for(key: PriceKey, prices: Mapping[str, PriceLookup], named: Mapping[PriceKey, PriceLookup]) -> PriceLookup:
    """Return the price that loans of this key are judged by: the consensus, or the source that the contract names.

    A price given by hand or recorded for the demo stands for every source.
    """
    consensus = prices.get(key.currency) or _missing(key.currency)
    if key.source == CONSENSUS or (isinstance(consensus, Quote) and consensus.origin in STANDS_FOR_ALL):
        return consensus
    reason = f"the contract prices on {key.source}, which gives no price in {key.currency}"
    return named.get(key) or NoQuote(key.currency, reason)


def _nearest(loans: LazyLoans, ledger: Ledger, lookups: Mapping[PriceKey, PriceLookup]) -> Nearest | None:
    """Return the danger line below its price by the least, over all prices that loans are judged by."""
    best: tuple[Decimal, DangerLine] | None = None
    for key, lines in ledger.dangers.items():
        lookup = lookups[key]
        below = ledger.lines_below(key, lookup.value) if isinstance(lookup, Quote) else 0
        if not below or not isinstance(lookup, Quote):
            continue
        line = lines[bisect_left(lines, (lines[below - 1].price,))]
        ratio = EXACT.divide(line.price, lookup.value)
        if best is None or ratio > best[0]:
            best = ratio, line
    if best is None:
        return None
    figures = loans[best[1].loan_index]
    return Nearest(figures.loan.name, figures.triggers[best[1].trigger_index])


def _missing(currency: str) -> NoQuote:
    return NoQuote(currency, "no price was asked for")


def _price_problems(ledger: Ledger, lookups: Mapping[PriceKey, PriceLookup]) -> list[str]:
    return [
        f"No price in {lookup.currency}: {lookup.reason}."
        for key, lookup in lookups.items()
        if key in ledger.indebted and isinstance(lookup, NoQuote)
    ]


def _totals(base: str, prices: Mapping[str, PriceLookup], ledger: Ledger) -> tuple[Totals, tuple[str, ...]]:
    encumbered = ledger.encumbered_sats
    sats = sum(ledger.free_sats.values()) + encumbered
    price = prices[base]
    if isinstance(price, NoQuote):
        return Totals(base, sats, encumbered), (f"No price in {base}: {price.reason}.",)
    debt = Decimal(0)
    for currency, owed in ledger.debt.items():
        other = prices[currency]
        if isinstance(other, NoQuote):
            return Totals(base, sats, encumbered), (f"No price in {currency}: {other.reason}.",)
        in_base = owed if currency == base else EXACT.divide(EXACT.multiply(owed, price.value), other.value)
        debt = EXACT.add(debt, in_base)
    value = EXACT.multiply(btc_of(sats), price.value)
    pledged = EXACT.multiply(btc_of(encumbered), price.value)
    ratio = EXACT.divide(debt, pledged) if pledged and debt else None
    return Totals(base, sats, encumbered, value, debt, EXACT.subtract(value, debt), ratio), ()
