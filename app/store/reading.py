"""Reads a whole book from any DB-API cursor: the way of ``status`` and of every start.

Ten thousand loans with twenty events each are two hundred thousand rows. So there is no Python call per row:
every column is decoded by C functions mapped over it, and repeated values become one object. Only the standard
library is imported here.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import islice, repeat
from operator import attrgetter, itemgetter
from typing import Any, Final, TypeVar

from app.domain.book import Account, AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.errors import NotABookError
from app.domain.terms import (
    Accrual,
    DayCount,
    Delivery,
    Evidence,
    Exposure,
    ExtentMode,
    FeeBase,
    Payment,
    Terms,
    Trigger,
    TriggerKind,
)
from app.store.list_reading import Names, with_lists
from app.store.stored_rows import Cursor, Row, Stored

Column = Sequence[Any]
_T = TypeVar("_T")
Children = Callable[[int], tuple[_T, ...]]
_E = TypeVar("_E", bound=StrEnum)
_N = TypeVar("_N", Transaction, LoanEvent)
_WHOLE: Final = frozenset((int, type(None)))
_NOT_FINITE: Final = frozenset("nNiI")


def read_book(cursor: Cursor, place: object) -> tuple[Book, int]:
    """Return the book that the cursor's database holds, and its revision.

    The caller sees to it that all reads belong to one transaction.

    Args:
        cursor: of the database.
        place: where that is, for the error.

    Raises:
        NotABookError: a row cannot be what a book consists of; the error names the table.
    """
    stored = Stored(cursor)
    with _without_collector():
        try:
            ((version,),) = stored.rows("alembic_version")
            stored.version = int(version)
            ((name, base_currency, demo, revision),) = stored.rows("book")
            account_rows = stored.rows("account")
            kinds = list(map(_words(AccountKind).__getitem__, (row[2] for row in account_rows)))
            account_names: Names = {None: None, **{row[0]: row[1] for row in account_rows}}
            transactions = _read_transactions(stored, account_names)
            accounts = tuple(
                Account(row[1], kind, transactions(row[0])) for row, kind in zip(account_rows, kinds, strict=True)
            )
            triggers = _read_triggers(stored)
            terms = _read_terms(stored, triggers)
            events = _read_events(stored, account_names)
            loan_rows = stored.rows("loan")
            loans = _read_loans(loan_rows, terms, events)
            book = Book(name, base_currency, accounts, loans, bool(demo))
            book = with_lists(book, stored, account_names, {None: None, **{row[0]: row[1] for row in loan_rows}})
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            msg = (
                f"Damage found in {place}, table {stored.table}: it holds a value that no book can hold; nothing was"
                " changed. Restore the book from a backup with plimsoll book restore."
            )
            raise NotABookError(msg) from error
    return book, revision


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the cycle collector: it would walk the growing book again and again and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_events(stored: Stored, accounts: Names) -> Children[LoanEvent]:
    parents: list[int] = []
    events: list[LoanEvent] = []
    kinds, make = _words(EventKind), _maker(LoanEvent)
    for rows in stored.chunks("loan_event"):
        parent, at, kind, amount, sats, account, rate, price, fee, note, external = zip(*rows, strict=True)
        fields = zip(
            _instants(at),
            map(kinds.__getitem__, kind),
            _decimals(amount),
            _integers(sats),
            map(accounts.__getitem__, account),
            _decimals(rate),
            _decimals(price),
            _decimals(fee),
            note,
            external,
            strict=True,
        )
        parents += parent
        events += map(make, fields)
    return _children(parents, events)


def _read_transactions(stored: Stored, accounts: Names) -> Children[Transaction]:
    parents: list[int] = []
    transactions: list[Transaction] = []
    kinds, make = _words(TransactionKind), _maker(Transaction)
    for rows in stored.chunks("txn"):
        columns: list[Column] = list(zip(*rows, strict=True))
        parent, at, kind, sats, value, currency, fee, note, external, to_account, picks, papers = columns
        fields = zip(
            _instants(at),
            map(kinds.__getitem__, kind),
            _integers(sats),
            _decimals(value),
            currency,
            _decimals(fee),
            note,
            external,
            map(accounts.__getitem__, to_account),
            _picks(picks),
            _keys(papers),
            strict=True,
        )
        parents += parent
        transactions += map(make, fields)
    return _children(parents, transactions)


def _read_triggers(source: Stored) -> Children[Trigger]:
    rows = source.rows("loan_trigger")
    # The triggers of ten thousand loans are a few hundred different ones. They are told apart by the stored text,
    # not by value: 0.7 and 0.70 are equal, and yet each keeps its digits.
    stored = list(map(itemgetter(slice(1, None)), rows))
    distinct = list(set(stored))
    known = dict(zip(distinct, _made_triggers(distinct), strict=True))
    return _children([row[0] for row in rows], list(map(known.__getitem__, stored)))


def _made_triggers(rows: list[Row]) -> Iterable[Trigger]:
    if not rows:
        return ()
    kind, ltv, cure_hours, cure_ltv, latching, extent, extent_ltv, fee_rate, fee_base = zip(*rows, strict=True)
    return map(
        Trigger,
        map(_words(TriggerKind).__getitem__, kind),
        _decimals(ltv),
        _integers(cure_hours),
        _decimals(cure_ltv),
        map(bool, latching),
        map(_words(ExtentMode).__getitem__, extent),
        _decimals(extent_ltv),
        _decimals(fee_rate),
        map(_words(FeeBase).__getitem__, fee_base),
    )


def _read_terms(stored: Stored, triggers: Children[Trigger]) -> Children[Terms]:
    rows = stored.rows("loan_terms")
    if not rows:
        return _children([], [])
    columns: list[Column] = list(zip(*rows, strict=True))
    parents, ids, start, rate, day_count, accrual, payment, exposure, source, bps = columns[:10]
    terms = map(
        Terms,
        _days(start),
        _decimals(rate),
        map(_words(DayCount).__getitem__, day_count),
        map(_words(Accrual).__getitem__, accrual),
        map(_words(Payment).__getitem__, payment),
        map(_words(Exposure).__getitem__, exposure),
        map(triggers, ids),
        source,
        _integers(bps),
        _deliveries(columns[10:13]),
        map(Evidence, columns[13], _days(columns[14])),
    )
    return _children(parents, list(terms))


def _deliveries(columns: list[Column]) -> Iterator[Delivery]:
    """Return one delivery per row, the same object where the stored texts are the same."""
    stored = list(zip(*columns, strict=True))
    distinct = list(set(stored))
    hours, sats, money = zip(*distinct, strict=True)
    made = map(Delivery, _integers(hours), _integers(sats), _decimals(money))
    return map(dict(zip(distinct, made, strict=True)).__getitem__, stored)


def _read_loans(rows: Sequence[Row], terms: Children[Terms], events: Children[LoanEvent]) -> tuple[Loan, ...]:
    if not rows:
        return ()
    columns: list[Column] = list(zip(*rows, strict=True))
    ids, name, lender, currency, opened_on, matures_on, papers = columns
    dates = _days(opened_on), _days(matures_on)
    loans = tuple(map(Loan, name, lender, currency, *dates, map(terms, ids), map(events, ids), _keys(papers)))
    if not all(map(attrgetter("terms"), loans)):
        msg = "a loan without terms"
        raise ValueError(msg)
    return loans


def _picks(column: Column) -> Iterable[Any]:
    if column.count(None) == len(column):
        return repeat((), len(column))
    from app.store.ledger_rows import picks_of  # noqa: PLC0415 - as above

    return map(picks_of, column)


def _keys(column: Column) -> Iterable[Any]:
    if column.count(None) == len(column):
        return repeat((), len(column))
    from app.store.ledger_rows import keys_of  # noqa: PLC0415 - as above

    return map(keys_of, column)


def _children(parents: Sequence[int], items: list[_T]) -> Children[_T]:
    """Return a function that gives the items of one parent, in the order they came."""
    in_order = sorted(parents)
    if in_order != list(parents):
        # Something was added to an older parent: bring each parent's rows together.
        items = [items[index] for index in sorted(range(len(items)), key=parents.__getitem__)]
    source = iter(items)
    groups = {parent: tuple(islice(source, count)) for parent, count in Counter(in_order).items()}
    nothing: tuple[_T, ...] = ()
    return lambda parent: groups.get(parent, nothing)


def _maker(kind: type[_N]) -> Callable[[Row], _N]:
    """Return what makes a named tuple of a complete row; it is what ``_make`` calls, less one Python frame."""
    return partial(tuple.__new__, kind)


def _words(kind: type[_E]) -> dict[str, _E]:
    return {member.value: member for member in kind}


def _instants(column: Column) -> Iterator[datetime]:
    if "|".join(column).count("Z|") + column[-1].endswith("Z") != len(column):
        msg = "an instant that is not in UTC"
        raise ValueError(msg)
    return map(datetime.fromisoformat, column)


def _days(column: Column) -> Iterator[Any]:
    known: dict[Any, date | None] = {text: date.fromisoformat(text) for text in set(column) if text is not None}
    known[None] = None
    return map(known.__getitem__, column)


def _decimals(column: Column) -> Iterable[Any]:
    if column.count(None) == len(column):
        return column
    values = [None if text is None else Decimal(text) for text in column]
    # The first letters of NaN and Infinity; E stands in exact small amounts.
    if not _NOT_FINITE.isdisjoint("".join(filter(None, column))):
        msg = "not a finite number"
        raise ValueError(msg)
    return values


def _integers(column: Column) -> Column:
    """Return the column as it is; SQLite would keep a text or a float in it, a book never does."""
    if not set(map(type, column)) <= _WHOLE:
        msg = "not a whole number"
        raise TypeError(msg)
    return column
