"""One small book for the store's tests."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.domain.book import Account, AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.terms import Terms, Trigger, TriggerKind

AT = datetime(2026, 2, 10, 12, 30, tzinfo=UTC)
VAULT = Account(
    "Vault", AccountKind.SELF_CUSTODY, (Transaction(AT, TransactionKind.BUY, 10**9, Decimal("620.00"), "USD"),)
)
LEDGER = Account("Ledger", AccountKind.EXCHANGE)


def loan(name: str, events: int = 3) -> Loan:
    """Return a loan with so many events."""
    call = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 12, Decimal("0.65"), latching=True)
    drawn = tuple(LoanEvent(AT, EventKind.DRAW, Decimal(f"{number}.50")) for number in range(1, events))
    return Loan(
        name,
        "Lender",
        "USD",
        date(2026, 1, 1),
        None,
        (Terms(date(2026, 1, 1), Decimal("0.1050"), triggers=(call,)),),
        (LoanEvent(AT, EventKind.POST, sats=10**8, account="Vault"), *drawn),
    )


BOOK = Book("Desk", "USD", (VAULT, LEDGER), (loan("First"), loan("Second"), loan("Third")))


def digest(path: Path) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_in(folder: Path) -> set[str]:
    """Return the names of all files in a folder, hidden ones, too."""
    return {entry.name for entry in folder.iterdir()}
