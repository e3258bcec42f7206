"""Double entries out of a book, for programs of plain-text accounting: each balances to the last digit (pure).

Bitcoin lies in accounts, or pledged with a loan; money outside the book is one account, since a book keeps no cash.
A lot's cost depends on a method, so what was paid stands as a price and not as a cost. Interest that only accrues is
no entry: a loan here is what was drawn and charged, less what was repaid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.domain.book import EventKind, TransactionKind
from app.domain.money import EXACT, btc_of
from app.services.ledger_export.names import unique_names
from app.services.ledger_export.slice import Happened, Placed, Slice

BTC = "BTC"


class Root(StrEnum):
    """What an account of the journal is, below its first word."""

    BITCOIN = "assets bitcoin"
    PLEDGED = "assets pledged"
    LOAN = "liabilities loans"
    MONEY = "equity money"
    ELSEWHERE = "equity bitcoin"
    INCOME = "income bitcoin"
    SPENT = "expenses spent"
    FEES = "expenses fees"
    NETWORK = "expenses network-fees"
    LOAN_FEES = "expenses loan-fees"


class Place(NamedTuple):
    """An account of the journal; ``name`` is an account's or a loan's own, or empty."""

    root: Root
    name: str = ""


class Posting(NamedTuple):
    """One side of an entry.

    Attributes:
        amount: with its sign, in ``unit``.
        total: what a bitcoin amount was worth in all, not negative, or None.
        money: the currency of ``total``.
    """

    place: Place
    amount: Decimal
    unit: str
    total: Decimal | None = None
    money: str = ""

    @property
    def weight(self) -> tuple[Decimal, str]:
        """What it counts for when an entry is balanced."""
        if self.total is None:
            return self.amount, self.unit
        return (-self.total if self.amount < 0 else self.total), self.money


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What happened at one moment."""

    at: datetime
    title: str
    note: str
    external_id: str
    postings: tuple[Posting, ...]

    @property
    def price(self) -> tuple[Decimal, str] | None:
        """What one bitcoin was worth here, with its currency, or None."""
        for one in self.postings:
            if one.total and one.amount:
                price = EXACT.divide(one.total, abs(one.amount)).quantize(Decimal("1e-8"), context=EXACT)
                return (price, one.money) if price else None
        return None


def journal_of(part: Slice) -> Iterator[JournalEntry]:
    """Yield everything that moves bitcoin or money, in the order of time."""
    for item in part.movements():
        if isinstance(item, Placed):
            entry = item.entry
            postings = tuple(_of_transaction(item))
            title, native = entry.kind.value.capitalize(), entry.external_id
            yield JournalEntry(item.at, title, entry.note, native or "", postings)
            continue
        event = item.event
        if event.kind is EventKind.RATE:
            part.left_out.add("new rates of loans, which move nothing")
            continue
        title = f"{_TITLES[event.kind]}, {item.loan.name}"
        yield JournalEntry(item.at, title, event.note, event.external_id or "", tuple(_of_event(item)))


_TITLES = {
    EventKind.DRAW: "Drawn",
    EventKind.REPAY: "Repaid",
    EventKind.FEE: "Loan fee",
    EventKind.POST: "Pledged",
    EventKind.RELEASE: "Released",
    EventKind.LIQUIDATION: "Forced sale",
}


def _of_transaction(item: Placed) -> Iterator[Posting]:
    entry, btc = item.entry, btc_of(item.entry.sats)
    own = Place(Root.BITCOIN, item.account)
    match entry.kind:
        case TransactionKind.BUY:
            yield from _traded(item, own, btc, Place(Root.MONEY), Place(Root.ELSEWHERE))
        case TransactionKind.SELL:
            yield from _traded(item, own, -btc, Place(Root.MONEY), Place(Root.ELSEWHERE))
        case TransactionKind.INCOME:
            yield from _traded(item, own, btc, Place(Root.INCOME), Place(Root.INCOME))
        case TransactionKind.SPEND:
            yield from _traded(item, own, -btc, Place(Root.SPENT), Place(Root.SPENT))
        case TransactionKind.FEE:
            yield from _traded(item, own, -btc, Place(Root.NETWORK), Place(Root.NETWORK))
        case TransactionKind.DEPOSIT | TransactionKind.WITHDRAWAL:
            moved = btc if entry.kind is TransactionKind.DEPOSIT else -btc
            money = "" if entry.value is None else item.currency
            yield Posting(own, moved, BTC, entry.value, money)
            yield Posting(Place(Root.ELSEWHERE), -moved, BTC, entry.value, money)
        case TransactionKind.TRANSFER:
            yield Posting(own, -btc, BTC)
            yield Posting(Place(Root.BITCOIN, entry.to_account or ""), btc, BTC)
    if entry.fee:
        yield Posting(Place(Root.FEES), entry.fee, item.currency)
        yield Posting(Place(Root.MONEY), -entry.fee, item.currency)


def _traded(item: Placed, own: Place, btc: Decimal, money: Place, elsewhere: Place) -> Iterator[Posting]:
    value = item.entry.value
    if value is None:
        yield Posting(own, btc, BTC)
        yield Posting(elsewhere, -btc, BTC)
        return
    yield Posting(own, btc, BTC, value, item.currency)
    yield Posting(money, -value if btc > 0 else value, item.currency)


def _of_event(item: Happened) -> Iterator[Posting]:
    loan, event, unit = item.loan, item.event, item.loan.currency
    debt, pledged = Place(Root.LOAN, loan.name), Place(Root.PLEDGED, loan.name)
    amount, btc = event.amount or Decimal(0), btc_of(event.sats or 0)
    there = Place(Root.ELSEWHERE) if event.account is None else Place(Root.BITCOIN, event.account)
    match event.kind:
        case EventKind.DRAW:
            yield Posting(Place(Root.MONEY), amount, unit)
            yield Posting(debt, -amount, unit)
        case EventKind.REPAY:
            yield Posting(debt, amount, unit)
            yield Posting(Place(Root.MONEY), -amount, unit)
        case EventKind.FEE:
            yield Posting(Place(Root.LOAN_FEES), amount, unit)
            yield Posting(debt, -amount, unit)
        case EventKind.POST:
            yield Posting(there, -btc, BTC)
            yield Posting(pledged, btc, BTC)
        case EventKind.RELEASE:
            yield Posting(pledged, -btc, BTC)
            yield Posting(there, btc, BTC)
        case EventKind.LIQUIDATION:
            brought, fee = EXACT.multiply(btc, event.price or Decimal(0)), event.fee or Decimal(0)
            yield Posting(pledged, -btc, BTC, brought, unit)
            yield Posting(debt, EXACT.subtract(brought, fee), unit)
            if fee:
                yield Posting(Place(Root.LOAN_FEES), fee, unit)
        case EventKind.RATE:
            return


def account_names(
    part: Slice, entries: Iterable[JournalEntry], roots: Mapping[Root, str], plain: Callable[[str], str]
) -> dict[Place, str]:
    """Return the account of every place that occurs; two places never share one.

    Args:
        part: what is exported.
        entries: of it.
        roots: how the journal begins each kind of account.
        plain: makes a name that the journal takes.
    """
    places = dict.fromkeys(posting.place for entry in entries for posting in entry.postings)
    own = unique_names([*(a.name for a in part.book.accounts), *(loan.name for loan in part.book.loans)], plain)
    return {place: f"{roots[place.root]}:{own[place.name]}" if place.name else roots[place.root] for place in places}


def last_prices(entries: Iterable[JournalEntry]) -> Iterator[tuple[date, str, Decimal]]:
    """Yield each day's last price of one bitcoin, for each currency: day, currency, price."""
    prices: dict[tuple[date, str], Decimal] = {}
    for entry in entries:
        found = entry.price
        if found is not None:
            prices[entry.at.date(), found[1]] = found[0]
    for (day, currency), price in prices.items():
        yield day, currency, price
