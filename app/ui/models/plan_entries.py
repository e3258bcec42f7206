"""What entering a plan would write into the book, entry by entry (pure)."""

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import NamedTuple, TypeVar

from app.domain.book import Book, LoanEvent, Transaction
from app.ui.formats import Display, btc_text, fiat_text, moment_text, money_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import EVENT_WORDS, TRANSACTION_WORDS

_Entry = TypeVar("_Entry", LoanEvent, Transaction)


class EntryRow(NamedTuple):
    """One entry; every field is text to show."""

    place: int
    where: str
    what: str
    amount: str
    account: str
    when: str


def entry_rows(before: Book, after: Book, display: Display) -> tuple[EntryRow, ...]:
    """Return what ``after`` holds more than ``before``: loan events first, then transactions."""
    told: list[tuple[str, str, str, str, str]] = []
    loans = {loan.name: loan for loan in before.loans}
    accounts = {account.name: account for account in before.accounts}
    for loan in after.loans:
        old = loans.get(loan.name)
        told += [
            (loan.name, EVENT_WORDS[event.kind], _event(event, loan.currency, display), _account(event), _when(event))
            for event in _added(() if old is None else old.events, loan.events)
        ]
    for account in after.accounts:
        was = accounts.get(account.name)
        told += [
            (account.name, TRANSACTION_WORDS[entry.kind], _transaction(entry, display), account.name, _when(entry))
            for entry in _added(() if was is None else was.transactions, account.transactions)
        ]
    return tuple(EntryRow(place, *row) for place, row in enumerate(told))


def entries_model() -> RowsModel[EntryRow]:
    """Return the model of the list."""
    return RowsModel(
        (
            RowColumn("where", "Where", lambda row, _d: row.where, lambda row: row.place),
            RowColumn("what", "Entry", lambda row, _d: row.what, lambda row: row.what),
            RowColumn("amount", "Amount", lambda row, _d: row.amount, lambda row: row.place, None, True),
            RowColumn("account", "Account", lambda row, _d: row.account, lambda row: row.account),
            RowColumn("when", "When (UTC)", lambda row, _d: row.when, lambda row: row.when),
        ),
        lambda row, _d: f"{row.where}: {row.what} of {row.amount}, {row.account}, {row.when}",
        sort_key="where",
    )


def _added(old: Sequence[_Entry], new: Sequence[_Entry]) -> list[_Entry]:
    known = {id(item) for item in old}
    return [item for item in new if id(item) not in known]


def _event(event: LoanEvent, currency: str, display: Display) -> str:
    if event.sats is not None:
        return btc_text(event.sats, display, digits=8)
    return _money(event.amount or Decimal(0), currency, display)


def _transaction(entry: Transaction, display: Display) -> str:
    sats = btc_text(entry.sats, display, digits=8)
    if entry.value is None or entry.currency is None:
        return sats
    return f"{sats} for {_money(entry.value, entry.currency, display)}"


def _money(amount: Decimal, currency: str, display: Display) -> str:
    hidden = money_text(amount, currency, display)
    return hidden if display.hidden else fiat_text(amount, currency, cents=True)


def _account(event: LoanEvent) -> str:
    if event.sats is None:
        return "from cash or the sale"
    return event.account or "outside this book"


def _when(entry: LoanEvent | Transaction) -> str:
    return moment_text(entry.at, UTC)
