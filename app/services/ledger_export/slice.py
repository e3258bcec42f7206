"""The part of a book that is exported: its accounts, its days, its entries in the order of time (pure)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Final, NamedTuple

from app.domain.book import Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.errors import InputError
from app.domain.money import EXACT, btc_of

_AT: Final = attrgetter("at")
_UNIT: Final = Decimal("1e-8")
_COLLATERAL: Final = frozenset((EventKind.POST, EventKind.RELEASE))


class Placed(NamedTuple):
    """A transaction with its account, and the currency of its money."""

    at: datetime
    account: str
    entry: Transaction
    currency: str


class Happened(NamedTuple):
    """An event of a loan."""

    at: datetime
    loan: Loan
    event: LoanEvent


@dataclass(slots=True)
class LeftOut:
    """What a format cannot hold, counted by a sentence that begins behind the number."""

    counts: "Counter[str]" = field(default_factory=Counter)

    def add(self, what: str) -> None:
        """Count one."""
        self.counts[what] += 1


@dataclass(frozen=True, slots=True)
class Slice:
    """What is exported.

    Attributes:
        book: as it stands.
        accounts: names; together they are one wallet for programs that know no other accounts.
        start: UTC; what happened before is left out (None: nothing is).
        end: UTC; what happens then or later is left out.
        left_out: takes what the format cannot hold.
    """

    book: Book
    accounts: frozenset[str]
    start: datetime | None = None
    end: datetime | None = None
    left_out: LeftOut = field(default_factory=LeftOut)

    def holds(self, at: datetime) -> bool:
        """Return whether a moment is within the days."""
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)

    def entries(self) -> Iterator[Placed]:
        """Yield transactions of the accounts in the order of time, and transfers into them from elsewhere."""
        base = self.book.base_currency
        found = [
            Placed(entry.at, account.name, entry, entry.currency or base)
            for account in self.book.accounts
            for entry in account.transactions
            if self.holds(entry.at) and (account.name in self.accounts or entry.to_account in self.accounts)
        ]
        found.sort(key=_AT)
        return iter(found)

    def events(self) -> Iterator[Happened]:
        """Yield loan events of the days in the order of time; where accounts are left out, loans are, too."""
        found = [
            Happened(event.at, loan, event) for loan in self.book.loans for event in loan.events if self.holds(event.at)
        ]
        if len(self.accounts) < len(self.book.accounts):
            for _ in found:
                self.left_out.add("loan events: they go along when all accounts are exported")
            found = []
        found.sort(key=_AT)
        return iter(found)

    def movements(self) -> Iterator["Placed | Happened"]:
        """Yield transactions and loan events together, in the order of time."""
        both: list[Placed | Happened] = [*self.entries(), *self.events()]
        both.sort(key=_AT)
        return iter(both)


class OneWallet(NamedTuple):
    """An entry as a program sees it that takes all accounts for one wallet.

    Attributes:
        kind: a transfer has become a withdrawal or a deposit.
        note: what a person should see with it.
    """

    at: datetime
    kind: TransactionKind
    entry: Transaction
    currency: str
    note: str


def one_wallet(part: Slice) -> Iterator[OneWallet]:
    """Yield the entries for a program that takes the accounts for one wallet, and counts what that leaves out.

    A transfer within the wallet is nothing to it. Pledging is no movement: the bitcoin stays its owner's. A forced
    sale is a sale.
    """
    for item in part.movements():
        if isinstance(item, Placed):
            entry, kind, note = item.entry, item.entry.kind, item.entry.note
            if kind is TransactionKind.TRANSFER:
                inside, outside = item.account in part.accounts, entry.to_account not in part.accounts
                if inside and not outside:
                    part.left_out.add(
                        "transfers between exported accounts: the other program takes them for one wallet"
                    )
                    continue
                kind = TransactionKind.WITHDRAWAL if inside else TransactionKind.DEPOSIT
                note = note or (f"to {entry.to_account}" if inside else f"from {item.account}")
            yield OneWallet(item.at, kind, entry, item.currency, note)
        elif item.event.kind is EventKind.LIQUIDATION and item.event.price is not None and item.event.sats:
            yield _forced_sale(item)
        elif item.event.kind in _COLLATERAL:
            part.left_out.add("pledges and releases: the bitcoin stays yours")
        else:
            part.left_out.add("loan events that move money alone")


def _forced_sale(item: Happened) -> OneWallet:
    event, loan = item.event, item.loan
    value = EXACT.multiply(btc_of(event.sats or 0), event.price or Decimal(0))
    entry = Transaction(
        event.at,
        TransactionKind.SELL,
        event.sats or 0,
        value.quantize(_UNIT, context=EXACT),
        loan.currency,
        event.fee,
        event.note,
        event.external_id,
    )
    return OneWallet(event.at, TransactionKind.SELL, entry, loan.currency, f"forced sale, {loan.name}")


def slice_of(
    book: Book, names: tuple[str, ...] = (), start: datetime | None = None, end: datetime | None = None
) -> Slice:
    """Return the part of a book to export; without names all accounts.

    Raises:
        InputError: there is no account of a name.
    """
    known = {account.name for account in book.accounts}
    for name in names:
        if name not in known:
            raise InputError(f"there is no account “{name[:60]}”; correct the name", "--account")
    return Slice(book, frozenset(names or known), start, end)
