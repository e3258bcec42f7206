"""An account's transactions as rows, with what loans took out of it and gave back to it."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.book import INFLOWS, Book, EventKind, Transaction
from app.domain.money import btc_text as exact_btc
from app.ui.formats import MINUS, Display, btc_text, day_text, fiat_text, money_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import TRANSACTION_WORDS


class TransactionRow(NamedTuple):
    """A movement of an account.

    Attributes:
        sats: signed: what it changed the balance by.
        entry: the transaction behind it where it can be edited here, else None (a loan's, or another account's).
        loan: the loan that took or gave it, or None.
        number: its place in the order of time.
        balance: free satoshis after it, once everything is counted in the order of time.
    """

    at: datetime
    what: str
    sats: int
    other: str
    value: Decimal | None
    fee: Decimal | None
    currency: str
    note: str
    entry: Transaction | None = None
    loan: str | None = None
    balance: int = 0
    number: int = 0


def transaction_rows(book: Book, account: str) -> tuple[TransactionRow, ...]:
    """Return every movement of an account in the order of time, with the balance after each."""
    rows = [*_own(book, account), *_received(book, account), *_of_loans(book, account)]
    rows.sort(key=lambda row: row.at)
    balance, told = 0, []
    for number, row in enumerate(rows):
        balance += row.sats
        told.append(row._replace(balance=balance, number=number))
    return tuple(told)


def transactions_model() -> RowsModel[TransactionRow]:
    """Return the model of the transactions table, the newest first."""
    return RowsModel(
        (
            RowColumn("at", "When (UTC)", _when, lambda row: (row.at, row.number), lambda row: row.at.isoformat()),
            RowColumn("kind", "What", lambda row, _d: row.what, lambda row: row.what),
            RowColumn("btc", "Bitcoin", _btc, lambda row: row.sats, lambda row: exact_btc(row.sats), True, True),
            RowColumn(
                "balance", "Free after", _after, lambda row: row.balance, lambda row: exact_btc(row.balance), True, True
            ),
            RowColumn(
                "value", "Value", _value, lambda row: row.value or Decimal(0), lambda row: _plain(row.value), True, True
            ),
            RowColumn("fee", "Fee", _fee, lambda row: row.fee or Decimal(0), lambda row: _plain(row.fee), True, True),
            RowColumn("other", "With", lambda row, _d: row.other, lambda row: row.other.casefold()),
            RowColumn("note", "Note", lambda row, _d: row.note, lambda row: row.note.casefold()),
        ),
        transaction_words,
        sort_key="at",
        descending=True,
    )


def transaction_words(row: TransactionRow, display: Display) -> str:
    """Return a movement as a sentence."""
    parts = [f"{row.what} of {day_text(row.at.date())}", _btc(row, display), row.other, _value(row, display), row.note]
    return ", ".join(part for part in parts if part)


def _own(book: Book, account: str) -> list[TransactionRow]:
    return [
        TransactionRow(
            entry.at,
            TRANSACTION_WORDS[entry.kind],
            entry.sats if entry.kind in INFLOWS else -entry.sats,
            f"to {entry.to_account}" if entry.to_account else "",
            entry.value,
            entry.fee,
            entry.currency or book.base_currency,
            entry.note,
            entry,
        )
        for entry in book.account(account).transactions
    ]


def _received(book: Book, account: str) -> list[TransactionRow]:
    return [
        TransactionRow(
            entry.at, "Transfer in", entry.sats, f"from {other.name}", None, None, book.base_currency, entry.note
        )
        for other in book.accounts
        for entry in other.transactions
        if entry.to_account == account
    ]


def _of_loans(book: Book, account: str) -> list[TransactionRow]:
    rows = []
    for loan in book.loans:
        for event in loan.events:
            if event.account == account and event.sats is not None:
                back = event.kind is EventKind.RELEASE
                what, sats = ("Released", event.sats) if back else ("Pledged", -event.sats)
                rows.append(
                    TransactionRow(
                        event.at, what, sats, loan.name, None, None, loan.currency, event.note, loan=loan.name
                    )
                )
    return rows


def _when(row: TransactionRow, _display: Display) -> str:
    return f"{day_text(row.at.date())} {row.at:%H:%M}"


def _btc(row: TransactionRow, display: Display) -> str:
    return f"{MINUS if row.sats < 0 else '+'}{btc_text(abs(row.sats), display, digits=8)}"


def _after(row: TransactionRow, display: Display) -> str:
    return btc_text(row.balance, display, digits=8)


def _value(row: TransactionRow, display: Display) -> str:
    return "" if row.value is None else money_text(row.value, row.currency, display)


def _fee(row: TransactionRow, display: Display) -> str:
    if row.fee is None:
        return ""
    return (
        money_text(row.fee, row.currency, display) if display.hidden else fiat_text(row.fee, row.currency, cents=True)
    )


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
