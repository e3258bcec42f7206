"""Rows for lots, short to write.

>>> from tests.fakes.lots import at, book_of, buy, sell
"""

from datetime import UTC, datetime
from decimal import Decimal

from app.domain.book import Account, Book, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.terms import Terms

BTC = 100_000_000


def at(day: str) -> datetime:
    """Return a day's 00:00 UTC, or the time that is given with it."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def row(
    kind: str,
    day: str,
    btc: str,
    value: str | None = None,
    *,
    fee: str | None = None,
    currency: str | None = None,
    to: str | None = None,
) -> Transaction:
    """Return a transaction."""
    sats = int(Decimal(btc) * BTC)
    worth, cost = (None if text is None else Decimal(text) for text in (value, fee))
    return Transaction(at(day), TransactionKind(kind), sats, worth, currency, cost, to_account=to)


def buy(day: str, btc: str, value: str | None, fee: str | None = None) -> Transaction:
    """Return a purchase."""
    return row("buy", day, btc, value, fee=fee)


def sell(day: str, btc: str, value: str | None, fee: str | None = None) -> Transaction:
    """Return a sale."""
    return row("sell", day, btc, value, fee=fee)


def book_of(*rows: Transaction, loans: tuple[Loan, ...] = (), **others: tuple[Transaction, ...]) -> Book:
    """Return a book with the account “Main” and any others."""
    accounts = [
        Account("Main", transactions=rows),
        *(Account(name, transactions=found) for name, found in others.items()),
    ]
    return Book("Lots", "USD", tuple(accounts), loans)


def loan_of(*events: LoanEvent, currency: str = "USD") -> Loan:
    """Return the loan “Bridge”."""
    opened = at("2020-01-01").date()
    return Loan("Bridge", "Lender", currency, opened, None, (Terms(opened, Decimal("0.1")),), events)


def whole(amount: Decimal | None) -> int | None:
    """Return an amount that has no decimals as a number, for comparing."""
    if amount is None:
        return None
    assert amount == int(amount)
    return int(amount)
