"""A withdrawal here and a deposit there that are one movement between two accounts of the book.

An exchange's file tells a withdrawal, the wallet's file or the chain a deposit; as two entries the lots would end at
the first and begin anew, without a basis, at the second. As one transfer they go along. What has two readings is told,
never chosen.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NamedTuple

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.edits import Edit

LONGEST: Final = timedelta(days=3)
"""A deposit that comes later is no longer taken for the same coins."""
EARLIEST: Final = timedelta(hours=2)
"""How much earlier a deposit may stand than its withdrawal: exchanges note when they booked it."""
DEAREST_SATS: Final = 1_000_000
"""More than this is no fee for one withdrawal."""
_DEAREST_PART: Final = 5
_CHAIN: Final = "chain:"


class Leg(NamedTuple):
    """One entry of an account."""

    account: str
    entry: Transaction


@dataclass(frozen=True, slots=True)
class Pair:
    """A withdrawal and the deposit that it became.

    Attributes:
        same_transaction: both name the same transaction of the chain; otherwise amount and time alone fit.
    """

    out: Leg
    into: Leg
    same_transaction: bool

    @property
    def rest_sats(self) -> int:
        """Satoshis that left and did not arrive."""
        return self.out.entry.sats - self.into.entry.sats


@dataclass(frozen=True, slots=True)
class Unclear:
    """A withdrawal that several deposits fit, or that shares its only one with another withdrawal."""

    out: Leg
    candidates: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """What was found, in the order of time."""

    pairs: tuple[Pair, ...]
    unclear: tuple[Unclear, ...]


def find_pairs(book: Book) -> Pairs:
    """Return the withdrawals and deposits that are one movement, and those that may be."""
    outs = list(_legs(book.accounts, TransactionKind.WITHDRAWAL))
    ins = list(_legs(book.accounts, TransactionKind.DEPOSIT))
    certain = _by_transaction(outs, ins)
    used = {id(leg.entry) for pair in certain for leg in (pair.out, pair.into)}
    outs = [leg for leg in outs if id(leg.entry) not in used]
    ins = [leg for leg in ins if id(leg.entry) not in used]
    days = _Days(ins)
    fitting = {id(out.entry): days.fitting(out) for out in outs}
    wanted: dict[int, int] = {}
    for legs in fitting.values():
        for leg in legs:
            wanted[id(leg.entry)] = wanted.get(id(leg.entry), 0) + 1
    likely, unclear = [], []
    for out in outs:
        legs = fitting[id(out.entry)]
        if len(legs) == 1 and wanted[id(legs[0].entry)] == 1:
            likely.append(Pair(out, legs[0], same_transaction=False))
        elif legs:
            unclear.append(Unclear(out, legs))
    pairs = sorted((*certain, *likely), key=lambda pair: pair.out.entry.at)
    return Pairs(tuple(pairs), tuple(sorted(unclear, key=lambda one: one.out.entry.at)))


def pair_edit(pairs: Sequence[Pair]) -> Edit:
    """Return the edit that makes one transfer of each pair; what did not arrive is its fee, or stays a withdrawal.

    The transfer keeps the ids of both, so that neither file brings its half again.
    """

    def change(book: Book) -> Book:
        into = {id(pair.into.entry) for pair in pairs}
        made = {id(pair.out.entry): pair for pair in pairs}
        left = len(into) + len(made)
        for account in book.accounts:
            entries: list[Transaction] = []
            for entry in account.transactions:
                if id(entry) in into:
                    left -= 1
                elif id(entry) in made:
                    left -= 1
                    entries += _transfer(made[id(entry)])
                else:
                    entries.append(entry)
            if len(entries) != len(account.transactions) or any(
                new is not old for new, old in zip(entries, account.transactions, strict=True)
            ):
                book = book.with_account(replace(account, transactions=tuple(entries)), replacing=account.name)
        if left:
            raise InputError("the book has changed since the transfers were found; look for them again")
        return book

    count = len(pairs)
    return Edit(f"Join {count} transfer{'' if count == 1 else 's'} between accounts", change)


def _legs(accounts: Iterable[Account], kind: TransactionKind) -> Iterator[Leg]:
    for account in accounts:
        for entry in account.transactions:
            if entry.kind is kind:
                yield Leg(account.name, entry)


def _by_transaction(outs: Sequence[Leg], ins: Sequence[Leg]) -> list[Pair]:
    """Return the pairs whose entries name the same transaction, where that leaves no choice."""
    given: dict[str, list[Leg]] = {}
    taken: dict[str, list[Leg]] = {}
    for legs, found in ((outs, given), (ins, taken)):
        for leg in legs:
            for txid in _transactions_of(leg.entry):
                found.setdefault(txid, []).append(leg)
    return [
        Pair(given[txid][0], legs[0], same_transaction=True)
        for txid, legs in taken.items()
        if len(legs) == 1 and len(given.get(txid, ())) == 1 and _may_be(given[txid][0], legs[0])
    ]


def _transactions_of(entry: Transaction) -> Iterator[str]:
    for one in (entry.external_id or "").split(" "):
        if one.startswith(_CHAIN):
            yield one.split(":")[1]


def _may_be(out: Leg, into: Leg) -> bool:
    return out.account != into.account and into.entry.sats <= out.entry.sats


class _Days:
    """Deposits by day, each day's by amount."""

    def __init__(self, legs: Sequence[Leg]) -> None:
        self._days: dict[int, list[Leg]] = {}
        for leg in legs:
            self._days.setdefault(leg.entry.at.toordinal(), []).append(leg)
        for day in self._days.values():
            day.sort(key=_sats)

    def fitting(self, out: Leg) -> tuple[Leg, ...]:
        """Return the deposits elsewhere that a withdrawal may have become."""
        sats = out.entry.sats
        least = sats - min(DEAREST_SATS, sats // _DEAREST_PART)
        first, last = out.entry.at - EARLIEST, out.entry.at + LONGEST
        found = []
        for day in range(first.toordinal(), last.toordinal() + 1):
            legs = self._days.get(day, [])
            for leg in legs[bisect_left(legs, least, key=_sats) :]:
                if leg.entry.sats > sats:
                    break
                if first <= leg.entry.at <= last and _may_be(out, leg):
                    found.append(leg)
        return tuple(found)


def _sats(leg: Leg) -> int:
    return leg.entry.sats


def _transfer(pair: Pair) -> Iterator[Transaction]:
    out, into = pair.out.entry, pair.into.entry
    ids = " ".join(filter(None, (out.external_id, into.external_id)))
    notes = "; ".join(dict.fromkeys(filter(None, (out.note, into.note))))
    yield out._replace(
        kind=TransactionKind.TRANSFER,
        sats=into.sats,
        value=None,
        note=notes,
        external_id=ids or None,
        to_account=pair.into.account,
        attachments=tuple(dict.fromkeys((*out.attachments, *into.attachments))),
    )
    rest = pair.rest_sats
    if rest:
        fee = rest <= min(DEAREST_SATS, out.sats // _DEAREST_PART)
        kind = TransactionKind.FEE if fee else TransactionKind.WITHDRAWAL
        native = f"{out.external_id.split(' ')[0]}:rest" if out.external_id else None
        yield Transaction(out.at, kind, rest, external_id=native)
