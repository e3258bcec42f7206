import gc
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.domain.errors import NotABookError
from app.store import all_tables
from app.store.book_store import BookStore
from app.store.reading import read_book
from app.store.stored_rows import QUERIES
from tests.fakes.books import big_book
from tests.unit.store.sample import BOOK


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    return path


def test_every_column_is_read() -> None:
    for name, query in QUERIES.items():
        found = re.fullmatch(r"SELECT (.*) FROM (\w+)(?: ORDER BY .*)?", query)
        assert found is not None
        assert found[2] == name
        columns = set(found[1].split(", "))
        # What puts rows in order is not part of the book.
        silent = {"id", "position"} - columns
        assert columns | silent == {column.name for column in all_tables.metadata.tables[name].columns} | silent


def test_the_same_book_comes_through_the_standard_library_and_sqlalchemy(book_file: Path) -> None:
    with closing(sqlite3.connect(book_file)) as connection:
        plain, revision = read_book(connection.cursor(), "here")
    engine = create_engine(f"sqlite:///{book_file}")
    with engine.connect() as proxied, closing(proxied.connection.cursor()) as cursor:
        assert read_book(cursor, "here") == (plain, revision)
    engine.dispose()
    assert repr(plain) == repr(BOOK)
    assert revision == 1


def test_more_rows_than_one_piece_keep_their_order(tmp_path: Path) -> None:
    book = big_book(90, 20)
    with closing(BookStore.create(tmp_path / "big", book)) as store:
        assert store.read() == book


def test_rows_added_to_an_older_loan_come_after_its_own(book_file: Path) -> None:
    with closing(BookStore.open(book_file)) as store:
        before = store.read()
        first = before.loans[0]
        grown = before.with_loan(replace(first, events=(*first.events, first.events[1])), "First")
        store.apply(before, grown)
        assert store.read() == grown


def test_the_collector_is_as_it_was_afterwards(book_file: Path) -> None:
    with closing(sqlite3.connect(book_file)) as connection:
        assert gc.isenabled()
        read_book(connection.cursor(), "here")
        assert gc.isenabled()
        gc.disable()
        try:
            read_book(connection.cursor(), "here")
            assert not gc.isenabled()
        finally:
            gc.enable()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM book", "book"),
        ("UPDATE account SET kind = 'cellar'", "account"),
        ("UPDATE txn SET at = '2026-02-10T12:30:00'", "txn"),
        ("UPDATE txn SET at = 'yesterday, or so, Z'", "txn"),
        ("UPDATE txn SET sats = 1.5", "txn"),
        ("UPDATE txn SET value = 'NaN'", "txn"),
        ("UPDATE loan_event SET sats = 'many' WHERE sats IS NOT NULL", "loan_event"),
        ("UPDATE loan_event SET amount = '1,5' WHERE amount IS NOT NULL", "loan_event"),
        ("UPDATE loan_event SET amount = 'Infinity' WHERE amount IS NOT NULL", "loan_event"),
        ("UPDATE loan_event SET account_id = 99 WHERE account_id IS NOT NULL", "loan_event"),
        ("UPDATE loan_trigger SET ltv = ''", "loan_trigger"),
        ("UPDATE loan_trigger SET kind = 'surprise'", "loan_trigger"),
        ("UPDATE loan_terms SET basis_bps = 'some'", "loan_terms"),
        ("UPDATE loan_terms SET start = '2026-13-01'", "loan_terms"),
        ("UPDATE loan SET opened_on = 'soon'", "loan"),
        ("DELETE FROM loan_terms", "loan"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_table(book_file: Path, statement: str, table: str) -> None:
    with closing(sqlite3.connect(book_file)) as connection:
        connection.execute(statement)
        connection.commit()
        with pytest.raises(NotABookError, match=f"found in here, table {table}:"):
            read_book(connection.cursor(), "here")
