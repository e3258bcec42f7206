"""Random ledgers that go out: journals balance to the last digit, and what comes back is what went out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap.imports import read_files
from app.domain.book import Account, Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.holdings import balances
from app.domain.money import EXACT
from app.services.import_ports import Answers
from app.services.imports import import_edit, preview
from app.services.ledger_export.journal import Root, journal_of
from app.services.ledger_export.slice import slice_of
from app.services.ledger_export.targets import TARGETS
from tests.fakes.lots import BTC, at, loan_of

NAMES = ("Main", 'Cold "vault"; x', "a:b")
NOTES = ("", "plain", '=HYPERLINK("x")', "two\nlines", '"', "ünïcode, ;", "date: 2024-13-01")
FUND = Transaction(at("2020-01-01"), TransactionKind.BUY, 100 * BTC, Decimal(700_000), "USD")
TRADES = frozenset((TransactionKind.BUY, TransactionKind.SELL))
WORTH = TRADES | {TransactionKind.INCOME, TransactionKind.SPEND}

moments = st.integers(0, 400_000).map(lambda minutes: at("2024-01-01") + timedelta(minutes=minutes))
amounts = st.one_of(st.none(), st.integers(1, 10**10).map(lambda units: Decimal(units).scaleb(-2)))


@st.composite
def entries(draw: st.DrawFn, account: str) -> Transaction:
    kind = draw(st.sampled_from(list(TransactionKind)))
    if kind is TransactionKind.TRANSFER:
        there = draw(st.sampled_from([name for name in NAMES if name != account]))
        return Transaction(draw(moments), kind, draw(st.integers(1, BTC)), to_account=there)
    value, fee = draw(amounts), draw(amounts)
    currency = None if value is fee is None else draw(st.sampled_from([None, "EUR", "USD"]))
    return Transaction(
        draw(moments), kind, draw(st.integers(1, BTC)), value, currency, fee, draw(st.sampled_from(NOTES))
    )


@st.composite
def loan_events(draw: st.DrawFn) -> tuple[LoanEvent, ...]:
    place = draw(st.sampled_from([None, *NAMES]))
    price = Decimal(draw(st.integers(10**6, 10**9))).scaleb(-draw(st.sampled_from([2, 4])))
    found = (
        LoanEvent(at("2024-02-01"), EventKind.POST, sats=10 * BTC, account=place, note=draw(st.sampled_from(NOTES))),
        LoanEvent(at("2024-02-01"), EventKind.DRAW, Decimal("12000000.12")),
        LoanEvent(at("2024-02-02"), EventKind.FEE, Decimal("5.10")),
        LoanEvent(at("2024-02-03"), EventKind.RATE, rate=Decimal("0.105")),
        LoanEvent(at("2024-02-04"), EventKind.REPAY, Decimal(draw(st.integers(1, 10**6))).scaleb(-2)),
        LoanEvent(
            at("2024-02-05"),
            EventKind.LIQUIDATION,
            sats=draw(st.integers(BTC // 100, BTC)),
            price=price,
            fee=draw(st.sampled_from([None, Decimal("3.33")])),
        ),
        LoanEvent(at("2024-02-06"), EventKind.RELEASE, sats=BTC, account=draw(st.sampled_from([None, *NAMES]))),
    )
    return found[: draw(st.integers(1, len(found)))]


@st.composite
def books(draw: st.DrawFn) -> Book:
    accounts = []
    for name in NAMES:
        rows = draw(st.lists(entries(name), max_size=8, unique_by=lambda entry: entry.at))
        accounts.append(Account(name, transactions=(FUND, *sorted(rows, key=lambda entry: entry.at))))
    loans = (loan_of(*draw(loan_events())),) if draw(st.booleans()) else ()
    return Book("Desk", "USD", tuple(accounts), loans)


def written(folder: Path, book: Book, target: str) -> Path:
    path = folder / "file.csv"
    path.write_text("".join(TARGETS[target].lines(slice_of(book))), encoding="utf-8", newline="")
    return path


def taken_in(book: Book, path: Path, answers: Answers) -> Book:
    seen = preview(book, read_files([path], answers), answers)
    assert not seen.refused, (seen.fault, seen.files[0].refused, seen.files[0].asked)
    return import_edit(seen).change(book)


def told(rows: Iterable[Transaction]) -> list[tuple[object, ...]]:
    """Return what the rows tell of moments, satoshis and money."""
    return [
        (entry.at, entry.sats, entry.value, entry.fee, (entry.currency or "USD") if entry.value or entry.fee else None)
        for entry in rows
    ]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round_trips")


@settings(max_examples=60, deadline=None)
@given(book=books())
def test_a_journal_of_any_book_balances_and_ends_where_the_book_does(book: Book) -> None:
    check_book(book)
    held: dict[tuple[Root, str], Decimal] = defaultdict(Decimal)
    for entry in journal_of(slice_of(book)):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in entry.postings:
            weight, unit = one.weight
            sums[unit] = EXACT.add(sums[unit], weight)
            held[one.place] = EXACT.add(held[one.place], one.amount)
        assert not any(sums.values()), entry
    for name, sats in balances(book).items():
        assert held[Root.BITCOIN, name] * BTC == sats
    for loan in book.loans:
        pledged = owed = Decimal(0)
        for event in loan.events:
            moved, amount = Decimal(event.sats or 0), event.amount or Decimal(0)
            pledged += moved if event.kind is EventKind.POST else -moved
            owed += -amount if event.kind is EventKind.REPAY else amount
            if event.price is not None:
                owed -= moved / BTC * event.price - (event.fee or 0)
        assert held[Root.PLEDGED, loan.name] * BTC == pledged
        assert held[Root.LOAN, loan.name] == -owed


@settings(max_examples=30, deadline=None)
@given(book=books())
def test_plimsoll_s_files_bring_the_whole_ledger_back(folder: Path, book: Book) -> None:
    bare = replace(
        book,
        accounts=tuple(replace(account, transactions=()) for account in book.accounts),
        loans=tuple(replace(loan, events=()) for loan in book.loans),
    )
    back = taken_in(bare, written(folder, book, "plimsoll"), Answers(format="plimsoll", duplicates="keep"))
    if book.loans:
        back = taken_in(back, written(folder, book, "plimsoll-loans"), Answers(format="plimsoll_loans"))
    assert balances(back) == balances(book)
    for account in book.accounts:
        assert told(back.account(account.name).transactions) == told(account.transactions)
    for was, now in zip(book.loans, back.loans, strict=True):
        assert [event._replace(external_id=None) for event in now.events] == list(was.events)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(entries("Main"), max_size=10, unique_by=lambda entry: entry.at))
def test_koinly_s_file_keeps_values_and_fees(folder: Path, rows: list[Transaction]) -> None:
    rows = sorted((row for row in rows if row.kind is not TransactionKind.TRANSFER), key=lambda row: row.at)
    book = Book("Desk", "USD", (Account("Main", transactions=(FUND, *rows)),))
    answers = Answers(format="koinly", account="Main", duplicates="keep")
    back = taken_in(Book("Back"), written(folder, book, "koinly"), answers)
    assert told(back.account("Main").transactions) == told(book.account("Main").transactions)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(entries("Main"), max_size=10, unique_by=lambda entry: entry.at))
def test_cointracker_s_file_keeps_what_trades_cost(folder: Path, rows: list[Transaction]) -> None:
    rows = sorted((row for row in rows if row.kind in TRADES), key=lambda row: row.at)
    book = Book("Desk", "USD", (Account("Main", transactions=(FUND, *rows)),))
    answers = Answers(format="cointracker", account="Main", duplicates="keep")
    back = taken_in(Book("Back"), written(folder, book, "cointracker"), answers)
    assert told(back.account("Main").transactions) == told(book.account("Main").transactions)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(entries("Main"), max_size=10, unique_by=lambda entry: entry.at.date()))
def test_ghostfolio_s_file_keeps_quantities_and_values(folder: Path, rows: list[Transaction]) -> None:
    rows = sorted((row for row in rows if row.kind in WORTH and row.value is not None), key=lambda row: row.at)
    book = Book("Desk", "USD", (Account("Main", transactions=(FUND, *rows)),))
    answers = Answers(format="ghostfolio", account="Main", duplicates="keep")
    back = taken_in(Book("Back"), written(folder, book, "ghostfolio"), answers)
    assert balances(back) == balances(book)
    for was, now in zip((FUND, *rows), back.account("Main").transactions, strict=True):
        assert now.at == datetime(was.at.year, was.at.month, was.at.day, tzinfo=UTC)
        assert (now.sats, now.fee, now.currency) == (was.sats, was.fee, was.currency or "USD")
        assert abs((now.value or Decimal(0)) - (was.value or Decimal(0))) <= Decimal("2e-8")
