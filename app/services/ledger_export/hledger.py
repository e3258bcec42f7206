"""A journal for hledger."""

from collections.abc import Iterator
from typing import Final

from app.services.ledger_export.journal import BTC, JournalEntry, Place, Root, account_names, journal_of, last_prices
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
    names = account_names(part, entries, _ROOTS, _component)
    yield f"; {_flat(part.book.name)}\n"
    yield "decimal-mark .\ncommodity 1.00000000 BTC\n"
    moneys = {unit for entry in entries for one in entry.postings for unit in (one.unit, one.money)} - {BTC, ""}
    for money in sorted(moneys):
        yield f"commodity 1000.00 {money}\n"
    yield "\n"
    for account in sorted(set(names.values())):
        yield f"account {account}\n"
    yield "\n"
    for entry in entries:
        yield from _entry(entry, names)
    for day, currency, price in last_prices(entries):
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


def _component(name: str) -> str:
    """Return a name as hledger takes it: single spaces, and no sign that means something to it."""
    plain = _flat(name.translate(_SPECIAL)).lstrip("*!~=%@ ")
    return plain or "unnamed"


def _flat(text: str) -> str:
    return " ".join(text.replace(";", ",").split())
