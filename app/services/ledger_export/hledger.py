"""A journal for hledger."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from app.services.ledger_export.journal import BTC, JournalEntry, Place, Root, journal_of
from app.services.ledger_export.names import unique_names
from app.services.ledger_export.slice import Slice

_ROOTS: Final = {
    Root.BITCOIN: "assets:bitcoin",
    Root.PLEDGED: "assets:pledged",
    Root.LOAN: "liabilities:loans",
    Root.MONEY: "equity:outside:money",
    Root.ELSEWHERE: "equity:outside:bitcoin",
    Root.INCOME: "revenues:bitcoin",
    Root.SPENT: "expenses:spent",
    Root.FEES: "expenses:fees",
    Root.NETWORK: "expenses:network fees",
    Root.LOAN_FEES: "expenses:loan fees",
}
_SPECIAL: Final = str.maketrans({":": "-", ";": ",", "(": " ", ")": " ", "[": " ", "]": " ", '"': "'", "|": "/"})


def lines(part: Slice) -> Iterator[str]:
    """Yield the journal."""
    entries = list(journal_of(part))
    names = _names(part, entries)
    yield f"; {_flat(part.book.name)}\n"
    yield "decimal-mark .\ncommodity 1.00000000 BTC\n"
    moneys = {unit for entry in entries for one in entry.postings for unit in (one.unit, one.money)} - {BTC, ""}
    for money in sorted(moneys):
        yield f"commodity 1000.00 {money}\n"
    yield "\n"
    for account in sorted(set(names.values())):
        yield f"account {account}\n"
    yield "\n"
    prices: dict[tuple[date, str], Decimal] = {}
    for entry in entries:
        yield from _entry(entry, names)
        found = entry.price
        if found is not None:
            prices[entry.at.date(), found[1]] = found[0]
    for (day, currency), price in prices.items():
        yield f"P {day} {BTC} {price:f} {currency}\n"


def _entry(entry: JournalEntry, names: dict[Place, str]) -> Iterator[str]:
    yield f"{entry.at:%Y-%m-%d} * {_flat(entry.title)}\n"
    yield f"    ; time: {entry.at:%H.%M.%S}\n"
    if entry.external_id:
        yield f"    ; id: {_flat(entry.external_id)}\n"
    if entry.note:
        yield f"    ; {_flat(entry.note)}\n"
    for one in entry.postings:
        price = "" if one.total is None else f" @@ {one.total:f} {one.money}"
        yield f"    {names[one.place]}  {one.amount:f} {one.unit}{price}\n"
    yield "\n"


def _names(part: Slice, entries: Iterable[JournalEntry]) -> dict[Place, str]:
    places = dict.fromkeys(posting.place for entry in entries for posting in entry.postings)
    own = unique_names([*(a.name for a in part.book.accounts), *(loan.name for loan in part.book.loans)], _component)
    return {place: f"{_ROOTS[place.root]}:{own[place.name]}" if place.name else _ROOTS[place.root] for place in places}


def _component(name: str) -> str:
    """Return a name as hledger takes it: single spaces, and no sign that means something to it."""
    plain = _flat(name.translate(_SPECIAL)).lstrip("*!~=%@ ")
    return plain or "unnamed"


def _flat(text: str) -> str:
    return " ".join(text.replace(";", ",").split())
