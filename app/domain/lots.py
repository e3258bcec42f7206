"""A book's lots: what came in when and at what basis, and which of it left (pure).

Pledging is no disposal: lots move into the loan's pool and come back with their dates and basis. A forced sale is one,
at its price less its fee. A transfer carries its lots. What happens at one moment counts together, like balances do:
what comes in first, then the rest in the order of the file, an entry waiting for another that brings what it takes.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from operator import itemgetter
from typing import Final, NamedTuple

from app.domain.book import Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.disposals import (
    UNIT_DIGITS,
    Disposal,
    Lot,
    LotHistory,
    LotRules,
    LotUse,
    Method,
    OutKind,
    Scope,
    Source,
)
from app.domain.errors import HistoryError
from app.domain.lot_methods import Piece, Pool
from app.domain.money import EXACT, btc_of, btc_text

_BUY, _SELL, _INCOME = TransactionKind.BUY, TransactionKind.SELL, TransactionKind.INCOME
_TRANSFER, _DEPOSIT, _FEE = TransactionKind.TRANSFER, TransactionKind.DEPOSIT, TransactionKind.FEE
_WITHDRAWAL = TransactionKind.WITHDRAWAL
# Looked up here once: in Python 3.11 a member of an enumeration costs more than adding two amounts.
_POST, _LIQUIDATION = EventKind.POST, EventKind.LIQUIDATION
_OUT_FEE, _OUT_LIQUIDATION = OutKind.FEE, OutKind.LIQUIDATION
_NOT_DISPOSED: Final = frozenset((OutKind.WITHDRAWAL, OutKind.RELEASE_OUTSIDE))
_SPECIFIC, _BY_ACCOUNT = Method.SPECIFIC, Scope.ACCOUNT
_OUT: Final = {
    TransactionKind.SELL: OutKind.SELL,
    TransactionKind.SPEND: OutKind.SPEND,
    TransactionKind.FEE: OutKind.FEE,
    TransactionKind.WITHDRAWAL: OutKind.WITHDRAWAL,
}
_PLEDGES: Final = frozenset((EventKind.POST, EventKind.RELEASE, EventKind.LIQUIDATION))
_AT: Final = itemgetter(0)
_PoolKey = tuple[bool, str]


class _Entry(NamedTuple):
    """One row of the book that moves bitcoin: from one pool to another, or in from or out to nowhere."""

    at: datetime
    source: Source
    sats: int
    giver: _PoolKey | None
    taker: _PoolKey | None
    row: Transaction | LoanEvent
    currency: str


# Hundred-millionths, and why they are not known.
_Value = tuple[int | None, str]


def lots_of(book: Book, rules: LotRules | None = None, until: datetime | None = None) -> LotHistory:
    """Return a book's lots, disposals and departures.

    Args:
        book: checked (``domain.check``).
        rules: how to reckon; FIFO by account without them.
        until: UTC; what happens at it or later is left out (None: everything counts).

    Raises:
        HistoryError: more leaves than there is, or picked lots do not fit; the place names the entry.
    """
    rules = rules or LotRules()
    ledger = _Ledger(book, rules)
    entries = [entry for entry in _entries(book) if until is None or entry.at < until]
    entries.sort(key=_AT)
    first, count = 0, len(entries)
    while first < count:
        after = first + 1
        while after < count and entries[after].at == entries[first].at:
            after += 1
        ledger.take_moment(entries[first:after])
        first = after
    return ledger.result()


def _entries(book: Book) -> Iterator[_Entry]:
    base = book.base_currency
    for account in book.accounts:
        key = (False, account.name)
        for index, row in enumerate(account.transactions):
            source, kind = Source(account.name, index), row.kind
            inward = kind is _BUY or kind is _INCOME or kind is _DEPOSIT
            taker = (False, row.to_account) if kind is _TRANSFER and row.to_account is not None else None
            yield _Entry(
                row.at,
                source,
                row.sats,
                None if inward else key,
                key if inward else taker,
                row,
                row.currency or base,
            )
    for loan in book.loans:
        key = (True, loan.name)
        for index, event in enumerate(loan.events):
            if event.kind not in _PLEDGES or event.sats is None:
                continue
            source = Source(loan.name, index, loan=True)
            other = None if event.account is None else (False, event.account)
            posted = event.kind is _POST
            giver, taker = (other, key) if posted else (key, other)
            yield _Entry(event.at, source, event.sats, giver, taker, event, loan.currency)


class _Ledger:
    """Takes entries in the order of time; only ``lots_of`` uses it."""

    def __init__(self, book: Book, rules: LotRules) -> None:
        self._book = book
        self._rules = rules
        self._pools: dict[_PoolKey, Pool] = {}
        one = Pool(rules.method) if rules.scope is Scope.BOOK else None
        for account in book.accounts:
            self._pools[False, account.name] = one or Pool(rules.method)
        for loan in book.loans:
            self._pools[True, loan.name] = Pool(rules.method)
        self._acquired: list[Lot] = []
        self._disposals: list[Disposal] = []
        self._departures: list[Disposal] = []

    def take_moment(self, entries: list[_Entry]) -> None:
        """Take what happened at one moment."""
        if len(entries) == 1:
            waiting = [] if self._took(entries[0]) else entries
        else:
            waiting = self._take_in_turn(sorted(entries, key=lambda entry: entry.giver is not None))
            if waiting:
                waiting = self._take_in_turn(_without_circles(waiting))
        if waiting:
            entry = waiting[0]
            msg = f"{btc_text(entry.sats)} BTC are more than was there; enter what was received before, or take less"
            raise HistoryError(msg, f"{self._place(entry.source)}.btc")

    def _take_in_turn(self, waiting: list[_Entry]) -> list[_Entry]:
        """Take entries as soon as there is enough for them; return those that still wait for each other."""
        while waiting:
            rest = [entry for entry in waiting if not self._took(entry)]
            if len(rest) == len(waiting):
                break
            waiting = rest
        return waiting

    def _took(self, entry: _Entry) -> bool:
        """Take one entry, or return False while there is not enough for it."""
        giver = entry.giver
        if giver is None:
            self._come_in(entry)
            return True
        if self._pools[giver].sats < entry.sats:
            return False
        if entry.taker is not None:
            self._move(entry)
        else:
            self._leave(entry)
        return True

    def _come_in(self, entry: _Entry) -> None:
        basis, reason = self._basis(entry)
        if entry.taker is None:
            raise AssertionError(entry.source)
        lent, owner = entry.taker
        account = "" if lent else owner
        piece = Piece(account, entry.at, entry.sats, basis, entry.source, reason)
        self._acquired.append(piece.lot(account, owner if lent else None))
        self._pools[entry.taker].put(piece)

    def _move(self, entry: _Entry) -> None:
        giver, taker = self._pool(entry.giver), self._pool(entry.taker)
        if giver is taker:
            return
        by_account = self._rules.scope is _BY_ACCOUNT
        for piece in self._lots(entry, giver):
            # A pledged lot keeps the account it was pledged from; one from outside has none until it is released.
            if entry.taker is not None and not entry.taker[0] and (by_account or not piece.account):
                piece.account = entry.taker[1]
            taker.put(piece)

    def _leave(self, entry: _Entry) -> None:
        kind, (proceeds, reason) = self._proceeds(entry)
        gone = kind in _NOT_DISPOSED or (kind is _OUT_FEE and not self._rules.fee_is_disposal)
        pieces = self._lots(entry, self._pool(entry.giver))
        units, left, uses = proceeds, entry.sats, []
        for piece in pieces:
            share = None
            if units is not None:
                # The last part takes what is left, so that the shares are the whole.
                share = units * piece.sats // left
                units -= share
                left -= piece.sats
            uses.append(LotUse(piece.source, piece.acquired_at, piece.sats, piece.basis, share))
        owner = "" if entry.giver is None else entry.giver[1]
        disposal = Disposal(kind, owner, entry.at, entry.sats, proceeds, tuple(uses), entry.source, reason)
        (self._departures if gone else self._disposals).append(disposal)

    def _lots(self, entry: _Entry, pool: Pool) -> list[Piece]:
        if self._rules.method is not _SPECIFIC or not isinstance(entry.row, Transaction) or not entry.row.picks:
            return pool.take(entry.sats)
        try:
            return pool.take_picked(entry.row.picks, entry.sats)
        except HistoryError as error:
            raise HistoryError(error.problem, f"{self._place(entry.source)}.picks") from None

    def _pool(self, key: _PoolKey | None) -> Pool:
        if key is None:
            raise AssertionError
        return self._pools[key]

    def _basis(self, entry: _Entry) -> _Value:
        """Return what a lot cost, or why that is not known."""
        row = entry.row
        if isinstance(row, LoanEvent):
            return (None, "it was pledged from outside the book, which tells no cost")
        if row.value is None:
            if row.kind is _INCOME:
                return self._by_history(entry)
            return (None, f"the {row.kind} tells no cost")
        fee = row.fee if self._rules.fees_in_basis and row.fee is not None else None
        return self._in_base(row.value if fee is None else row.value + fee, entry)

    def _proceeds(self, entry: _Entry) -> tuple[OutKind, _Value]:
        """Return how bitcoin left and what it brought, or why that is not known."""
        row = entry.row
        if isinstance(row, LoanEvent):
            if row.kind is not _LIQUIDATION or row.price is None:
                return OutKind.RELEASE_OUTSIDE, (None, "")
            # What the lender keeps lowers what the sale brought, whether or not fees are in the basis otherwise.
            brought = EXACT.subtract(EXACT.multiply(btc_of(entry.sats), row.price), row.fee or Decimal(0))
            return _OUT_LIQUIDATION, self._in_base(brought, entry)
        kind = _OUT[row.kind]
        if row.kind is _WITHDRAWAL or (row.kind is _FEE and not self._rules.fee_is_disposal):
            return kind, (None, "")
        if row.value is None:
            if row.kind is _SELL:
                return kind, (None, "the sale tells no proceeds")
            return kind, self._by_history(entry)
        fee = row.fee if self._rules.fees_in_basis and row.fee is not None else None
        return kind, self._in_base(row.value if fee is None else row.value - fee, entry)

    def _by_history(self, entry: _Entry) -> _Value:
        """Return the day's value of an amount that the row does not value."""
        price = self._rules.price_on(entry.at.date())
        if price is None:
            return (None, f"the row tells no value, and no price is stored for {entry.at:%Y-%m-%d}")
        return _units(EXACT.multiply(btc_of(entry.sats), price)), ""

    def _in_base(self, amount: Decimal, entry: _Entry) -> _Value:
        if entry.currency == self._book.base_currency:
            return _units(amount), ""
        rate = self._rules.rate_on(entry.currency, entry.at.date())
        if rate is None:
            pair = f"{entry.currency} to {self._book.base_currency}"
            return (None, f"no rate from {pair} is known for {entry.at:%Y-%m-%d}")
        return _units(EXACT.multiply(amount, rate)), ""

    def _place(self, source: Source) -> str:
        if source.loan:
            return f"loans[{[loan.name for loan in self._book.loans].index(source.owner)}].events[{source.entry}]"
        owner = [account.name for account in self._book.accounts].index(source.owner)
        return f"accounts[{owner}].transactions[{source.entry}]"

    def result(self) -> LotHistory:
        """Return everything; nothing can be taken after that."""
        held, seen = [], set()
        for (lent, owner), pool in self._pools.items():
            if id(pool) in seen:
                continue
            seen.add(id(pool))
            held += [piece.lot(piece.account, owner if lent else None) for piece in pool.rest()]
        return LotHistory(
            self._book.base_currency,
            self._rules,
            tuple(self._acquired),
            tuple(held),
            tuple(self._disposals),
            tuple(self._departures),
        )


def _without_circles(waiting: list[_Entry]) -> list[_Entry]:
    """Return entries without what only goes round at one moment, from a pool by others back to itself."""
    left = {entry: entry.sats for entry in waiting}
    onward: dict[_PoolKey, list[_Entry]] = {}
    for entry in waiting:
        if entry.giver is not None and entry.taker is not None:
            onward.setdefault(entry.giver, []).append(entry)
    while any(onward.values()):
        path: list[_Entry] = []
        passed: dict[_PoolKey, int] = {}
        at = next(key for key, moves in onward.items() if moves)
        while at not in passed and onward.get(at):
            passed[at] = len(path)
            path.append(onward[at][-1])
            at = path[-1].taker or at
        # Either a circle was closed at this pool, or the last move leads to where nothing goes on.
        circle = path[passed[at] :] if at in passed else []
        least = min((left[entry] for entry in circle), default=0)
        for entry in circle:
            left[entry] -= least
        for entry in [entry for entry in circle if not left[entry]] or path[-1:]:
            if entry.giver is not None:
                onward[entry.giver].remove(entry)
    return [entry._replace(sats=sats) for entry, sats in left.items() if sats]


def _units(amount: Decimal) -> int:
    """Return an amount in hundred-millionths, half-even; amounts of a book are never finer."""
    return int(amount.scaleb(UNIT_DIGITS, EXACT).to_integral_value(ROUND_HALF_EVEN))
