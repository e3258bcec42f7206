"""The part of a book's figures that does not depend on the price: reckoned once a day, not at every tick."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple

from app.domain.book import Book
from app.domain.figures import trigger_prices
from app.domain.holdings import balances
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.money import EXACT
from app.domain.terms import TriggerKind

# Events and transactions are tuples that begin with their moment.
_MOMENT: Final = itemgetter(0)
_WARNING: Final = TriggerKind.WARNING
_price_of: Final = attrgetter("price")


class PriceKey(NamedTuple):
    """Which price a loan is judged by: ``consensus`` or the source its contract names, and the currency."""

    source: str
    currency: str


class DangerLine(NamedTuple):
    """A margin call's or forced sale's price in our terms, and whose it is."""

    price: Decimal
    loan_index: int
    trigger_index: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """A book at an instant, before any price.

    Attributes:
        as_of: UTC.
        valid_until: the next midnight or later event; until then nothing here changes with time.
        balances: each loan's, in the book's order.
        keys: by which price each loan is judged.
        price_keys: the same keys, each once.
        debt: what is owed in each currency.
        encumbered_sats: pledged, over all loans.
        free_sats: each account's balance.
        owing: which loans owe something, in the book's order.
        uncovered: those of them with nothing left to secure them.
        trigger_prices: each loan's, in the book's order, as ``figures_of`` takes them.
        indebted: the price keys of loans that owe something.
        dangers: by price key, every danger line in rising order of price.
    """

    as_of: datetime
    valid_until: datetime
    balances: tuple[LoanBalance, ...]
    keys: tuple[PriceKey, ...]
    price_keys: tuple[PriceKey, ...]
    debt: Mapping[str, Decimal]
    encumbered_sats: int
    free_sats: Mapping[str, int]
    owing: Sequence[int]
    uncovered: Sequence[int]
    trigger_prices: Sequence[Sequence[Decimal | None]]
    indebted: frozenset[PriceKey]
    dangers: Mapping[PriceKey, Sequence[DangerLine]]

    def lines_below(self, key: PriceKey, price: Decimal) -> int:
        """Return how many of the key's danger lines lie below ``price``."""
        return bisect_left(self.dangers.get(key, ()), price, key=_price_of)

    def within_reach(self, key: PriceKey, price: Decimal, drop: Decimal) -> set[int]:
        """Return the loans with a danger line that ``price``, or a fall of ``drop`` from it, reaches."""
        after = EXACT.multiply(price, EXACT.subtract(Decimal(1), drop))
        return {line.loan_index for line in self.dangers.get(key, ())[self.lines_below(key, after) :]}


def build_ledger(book: Book, as_of: datetime) -> Ledger:
    """Return the ledger of a checked book at ``as_of`` (UTC)."""
    states = tuple([balance_at(loan, as_of) for loan in book.loans])
    keys = tuple([PriceKey(s.terms.price_source, loan.currency) for s, loan in zip(states, book.loans, strict=True)])
    debt: dict[str, Decimal] = defaultdict(Decimal)
    dangers: dict[PriceKey, list[DangerLine]] = defaultdict(list)
    prices = []
    owing = []
    for index, (loan, state, key) in enumerate(zip(book.loans, states, keys, strict=True)):
        indebted = is_indebted(state, loan.currency)
        at = trigger_prices(state, indebted=indebted)
        prices.append(at)
        if indebted:
            debt[loan.currency] = EXACT.add(debt[loan.currency], state.debt)
            owing.append(index)
            dangers[key] += [
                DangerLine(price, index, number)
                for number, (trigger, price) in enumerate(zip(state.terms.triggers, at, strict=True))
                if price is not None and trigger.kind is not _WARNING
            ]
    for lines in dangers.values():
        lines.sort(key=_price_of)
    return Ledger(
        as_of,
        _valid_until(book, as_of),
        states,
        keys,
        tuple(dict.fromkeys(keys)),
        dict(debt),
        sum(state.collateral_sats for state in states),
        balances(book, as_of),
        tuple(owing),
        tuple([index for index in owing if not states[index].collateral_sats]),
        tuple(prices),
        frozenset(dangers),
        dict(dangers),
    )


def _valid_until(book: Book, as_of: datetime) -> datetime:
    midnight = datetime.combine(as_of.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    events = chain.from_iterable(loan.events for loan in book.loans)
    entries = chain.from_iterable(account.transactions for account in book.accounts)
    later = [at for at in map(_MOMENT, chain(events, entries)) if at > as_of]
    return min((at for at in later if at < midnight), default=midnight)
