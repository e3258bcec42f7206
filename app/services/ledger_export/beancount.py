"""A journal for Beancount 2 and 3."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from app.services.ledger_export.journal import BTC, JournalEntry, Place, Root, account_names, journal_of, last_prices
from app.services.ledger_export.slice import Slice

_ROOTS: Final = {
    Root.BITCOIN: "Assets:Bitcoin",
    Root.PLEDGED: "Assets:Pledged",
    Root.LOAN: "Liabilities:Loans",
    Root.MONEY: "Equity:Outside:Money",
    Root.ELSEWHERE: "Equity:Outside:Bitcoin",
    Root.INCOME: "Income:Bitcoin",
    Root.SPENT: "Expenses:Spent",
    Root.FEES: "Expenses:Fees",
    Root.NETWORK: "Expenses:Network-fees",
    Root.LOAN_FEES: "Expenses:Loan-fees",
}


def lines(part: Slice) -> Iterator[str]:
    """Yield the journal."""
    entries = list(journal_of(part))
    names = account_names(part, entries, _ROOTS, _component)
    yield f'option "title" {_quoted(part.book.name)}\n'
    yield f'option "operating_currency" "{part.book.base_currency}"\n'
    first = min((entry.at.date() for entry in entries), default=date(2009, 1, 3))
    yield f"\n{first} commodity BTC\n"
    for account in sorted(set(names.values())):
        yield f"{first} open {account}\n"
    yield "\n"
    for entry in entries:
        yield from _entry(entry, names)
    for day, currency, price in last_prices(entries):
        yield f"{day} price {BTC} {price:f} {currency}\n"


def _entry(entry: JournalEntry, names: dict[Place, str]) -> Iterator[str]:
    yield f"{entry.at:%Y-%m-%d} * {_quoted(entry.title)} {_quoted(entry.note)}\n"
    yield f'  time: "{entry.at:%H:%M:%S}"\n'
    if entry.external_id:
        yield f"  id: {_quoted(entry.external_id)}\n"
    for one in entry.postings:
        price = "" if one.total is None else f" @@ {_digits(one.total)} {one.money}"
        yield f"  {names[one.place]}  {_digits(one.amount)} {one.unit}{price}\n"
    yield "\n"


def _component(name: str) -> str:
    """Return a name as Beancount takes it: letters, digits and dashes, beginning with a capital or a digit."""
    plain = "".join(char if char.isalpha() or char.isdecimal() else "-" for char in name).strip("-")
    plain = plain[:1].upper() + plain[1:]
    return plain if plain[:1].isascii() and plain[:1].isalnum() else f"N-{plain}".rstrip("-")


def _digits(amount: Decimal) -> str:
    # Beancount divides a total by the amount and multiplies it again. What that costs in the 28th digit it forgives
    # only where money has decimals: its tolerance is half of the last digit written, and none for whole numbers.
    text = f"{amount:f}"
    return text if "." in text else f"{text}.00"


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    escaped = flat.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
