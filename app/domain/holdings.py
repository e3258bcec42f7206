"""Free and pledged bitcoin: account balances over time, from transactions and from what loans took and gave back."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, islice
from operator import le
from typing import Final, NamedTuple

from app.domain.book import INFLOWS, Book, EventKind, TransactionKind
from app.domain.errors import HistoryError
from app.domain.money import btc_text

_RELEASE: Final = EventKind.RELEASE
_IN_ACCOUNT: Final = "accounts[{}].transactions[{}]"
_IN_LOAN: Final = "loans[{}].events[{}]"


class Movement(NamedTuple):
    """A change of an account's balance, and the numbers that tell where in the book it stands."""

    at: datetime
    account: str
    sats: int
    part: str
    owner: int
    entry: int

    @property
    def place(self) -> str:
        """Where in the book it stands; put into words only for a fault."""
        return self.part.format(self.owner, self.entry)


def movements(book: Book) -> Iterator[Movement]:
    """Yield every change of every account's balance, in the order of the file."""
    for a, account in enumerate(book.accounts):
        for t, entry in enumerate(account.transactions):
            sign = 1 if entry.kind in INFLOWS else -1
            yield Movement(entry.at, account.name, sign * entry.sats, _IN_ACCOUNT, a, t)
            if entry.kind is TransactionKind.TRANSFER and entry.to_account is not None:
                yield Movement(entry.at, entry.to_account, entry.sats, _IN_ACCOUNT, a, t)
    for index, loan in enumerate(book.loans):
        for e, event in enumerate(loan.events):
            if event.account is None or event.sats is None:
                continue
            sats = event.sats if event.kind is _RELEASE else -event.sats
            yield Movement(event.at, event.account, sats, _IN_LOAN, index, e)


def balances(book: Book, as_of: datetime | None = None) -> dict[str, int]:
    """Return the free satoshis of each account at ``as_of`` (None: after everything)."""
    result = {account.name: 0 for account in book.accounts}
    for move in movements(book):
        if as_of is None or move.at <= as_of:
            result[move.account] += move.sats
    return result


def check_balances(book: Book) -> None:
    """Refuse a book in which an account holds less than nothing at any time.

    What happens at one and the same moment counts together.

    Raises:
        HistoryError: the place names the entry that took too much.
    """
    times: dict[str, list[datetime]] = {}
    changes: dict[str, list[int]] = {}
    # Without an object for each movement: a book may have millions.
    for name, at, sats in _plain_movements(book):
        try:
            times[name].append(at)
        except KeyError:
            times[name], changes[name] = [at], []
        changes[name].append(sats)
    for name, at_times in times.items():
        if _never_below_zero(at_times, changes[name]):
            continue
        moves = [move for move in movements(book) if move.account == name]
        moves.sort(key=lambda move: move.at)
        _check_account(name, moves)


def _plain_movements(book: Book) -> Iterator[tuple[str, datetime, int]]:
    for account in book.accounts:
        name = account.name
        for entry in account.transactions:
            yield name, entry.at, entry.sats if entry.kind in INFLOWS else -entry.sats
            if entry.to_account is not None:
                yield entry.to_account, entry.at, entry.sats
    for loan in book.loans:
        for event in loan.events:
            if event.account is not None and event.sats is not None:
                yield event.account, event.at, event.sats if event.kind is _RELEASE else -event.sats


def _never_below_zero(times: list[datetime], changes: list[int]) -> bool:
    """Return whether a balance holds entry by entry; where it does not, moments may still make it good."""
    if not all(map(le, times, islice(times, 1, None))):
        order = sorted(range(len(times)), key=times.__getitem__)
        changes = [changes[index] for index in order]
    return min(accumulate(changes), default=0) >= 0


def _check_account(name: str, moves: list[Movement]) -> None:
    balance = 0
    for position, move in enumerate(moves):
        balance += move.sats
        moment_ends = position + 1 == len(moves) or moves[position + 1].at != move.at
        if balance < 0 and moment_ends:
            taker = next(m for m in reversed(moves[: position + 1]) if m.sats < 0)
            msg = (
                f"“{name}” would hold {btc_text(balance)} BTC after this entry of {taker.at:%Y-%m-%d %H:%M}; "
                f"enter what it received before, or take less"
            )
            raise HistoryError(msg, f"{taker.place}.btc")
