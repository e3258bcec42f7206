"""Every movement of free bitcoin in a book as numbered lines in the order of time, made when they are looked at (pure).

A transfer has two lines, one in each account, so that the lines of an account add up to its balance; what a loan took
from an account and gave back is told, too. A book of half a million entries costs some arrays, not a million objects.
"""

from array import array
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from app.domain.book import INFLOWS, Book, EventKind, LoanEvent, Transaction
from app.services.transaction_order import PIECE, nothing, ordered

PLEDGE: Final = "pledge"
RELEASE: Final = "release"
TRANSFER_IN: Final = "transfer_in"


class Side(IntEnum):
    """From which part of the book a line comes."""

    OWN = 0
    RECEIVED = 1
    LOAN = 2


class Line(NamedTuple):
    """A movement of one account's free bitcoin.

    Attributes:
        number: its place in the order of time, from 0.
        account: whose balance it changes.
        kind: a ``TransactionKind``'s value, ``transfer_in``, ``pledge`` or ``release``.
        sats: signed: what it changed the balance by.
        after: free satoshis of the account after it.
        currency: of ``value`` and ``fee``.
        other: the other account of a transfer, or the loan.
        papers: how many papers are attached.
        entry: the transaction behind it, or None (an event of a loan).
        home: the account in whose list the entry stands.
        loan: the loan that took or gave it, or None.
    """

    number: int
    at: datetime
    account: str
    kind: str
    sats: int
    after: int
    value: Decimal | None
    currency: str
    fee: Decimal | None
    other: str
    note: str
    external_id: str
    papers: int
    entry: Transaction | None
    home: str
    loan: str | None


class Lines:
    """All lines of a book; reading one costs nothing that was not there before."""

    def __init__(self, book: Book, check: Callable[[], None] = nothing) -> None:
        self.book = book
        self.names = tuple(account.name for account in book.accounts)
        self._place = {name: place for place, name in enumerate(self.names)}
        self._currency = book.base_currency
        self._owner, self._side = array("l"), array("b")
        self._home, self._entry = array("l"), array("l")
        self._sats, self._after = array("q"), array("q")
        self._gather(check)

    def __len__(self) -> int:
        return len(self._owner)

    def __getitem__(self, number: int) -> Line:
        return self.line(number)

    def line(self, number: int) -> Line:
        """Return a line by its number."""
        side, home, entry = self._side[number], self._home[number], self._entry[number]
        account, sats, after = self.names[self._owner[number]], self._sats[number], self._after[number]
        if side == Side.LOAN:
            loan = self.book.loans[home]
            event = loan.events[entry]
            kind = RELEASE if event.kind is EventKind.RELEASE else PLEDGE
            return Line(
                number, event.at, account, kind, sats, after, None, loan.currency, None, loan.name, event.note,
                event.external_id or "", 0, None, "", loan.name,
            )  # fmt: skip
        row = self.book.accounts[home].transactions[entry]
        if side == Side.OWN:
            return Line(
                number, row.at, account, row.kind.value, sats, after, row.value, row.currency or self._currency,
                row.fee, row.to_account or "", row.note, row.external_id or "", len(row.attachments), row, account,
                None,
            )  # fmt: skip
        return Line(
            number, row.at, account, TRANSFER_IN, sats, after, None, self._currency, None, self.names[home], row.note,
            row.external_id or "", len(row.attachments), row, self.names[home], None,
        )  # fmt: skip

    def at(self, number: int) -> datetime:
        """Return when a line was, without making it."""
        home, entry = self._home[number], self._entry[number]
        if self._side[number] == Side.LOAN:
            return self.book.loans[home].events[entry].at
        return self.book.accounts[home].transactions[entry].at

    def owner(self, number: int) -> int:
        """Return which account a line belongs to, by its place in the book."""
        return self._owner[number]

    def sats(self, number: int) -> int:
        """Return what a line changed its account's balance by."""
        return self._sats[number]

    def after(self, number: int) -> int:
        """Return the account's free satoshis after a line."""
        return self._after[number]

    def balances_over_time(self, account: str) -> tuple[tuple[datetime, int], ...]:
        """Return when an account's balance changed, and to what; one figure for each moment."""
        place = self._place.get(account)
        found: list[tuple[datetime, int]] = []
        for number, owner in enumerate(self._owner):
            if owner == place:
                at = self.at(number)
                if found and found[-1][0] == at:
                    found.pop()
                found.append((at, self._after[number]))
        return tuple(found)

    def last_moved(self) -> dict[str, datetime]:
        """Return when each account last moved; accounts without a movement are not in it."""
        last = {owner: number for number, owner in enumerate(self._owner)}
        return {self.names[owner]: self.at(number) for owner, number in last.items()}

    def _gather(self, check: Callable[[], None]) -> None:
        owners, sides, homes, entries, sats = array("l"), array("b"), array("l"), array("l"), array("q")
        times: list[datetime] = []

        def add(owner: int, side: Side, home: int, entry: int, change: int, row: Transaction | LoanEvent) -> None:
            owners.append(owner)
            sides.append(side)
            homes.append(home)
            entries.append(entry)
            sats.append(change)
            times.append(row.at)

        for home, account in enumerate(self.book.accounts):
            for place, row in enumerate(account.transactions):
                if not place % PIECE:
                    check()
                add(home, Side.OWN, home, place, row.sats if row.kind in INFLOWS else -row.sats, row)
                taker = None if row.to_account is None else self._place.get(row.to_account)
                if taker is not None:
                    add(taker, Side.RECEIVED, home, place, row.sats, row)
        for home, loan in enumerate(self.book.loans):
            for place, event in enumerate(loan.events):
                taker = None if event.account is None else self._place.get(event.account)
                if taker is not None and event.sats is not None:
                    back = event.kind is EventKind.RELEASE
                    add(taker, Side.LOAN, home, place, event.sats if back else -event.sats, event)
        balances = [0] * len(self.names)
        for number in ordered(range(len(times)), times.__getitem__, check=check):
            owner = owners[number]
            balances[owner] += sats[number]
            self._owner.append(owner)
            self._side.append(sides[number])
            self._home.append(homes[number])
            self._entry.append(entries[number])
            self._sats.append(sats[number])
            self._after.append(balances[owner])
