"""Whatever goes wrong in the middle of a write, the book is as it was before or as it should be after."""

import resource
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.book import Book
from app.domain.errors import BookError, BookLockedError, BookNotWritableError
from app.domain.quotes import LastGood
from app.store import engine, sqlite_file
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.store.sqlite_file import connect
from tests.fakes.books import big_book
from tests.integration.store.statements import Interrupted, at_statement, interrupt
from tests.unit.store.sample import AT, BOOK, LEDGER, digest, loan, names_in

LAST = LastGood("USD", Decimal(70727), Decimal(70700), Decimal(70800), ("kraken",), 7, AT)
FIRST = BOOK.loans[0]
# Something of everything: a removal, a rename, shorter and longer events, other terms, another order, an addition.
AFTER = replace(
    BOOK,
    name="Other desk",
    accounts=(replace(LEDGER, name="Broker"), BOOK.accounts[0]),
    loans=(
        BOOK.loans[2],
        replace(FIRST, name="Primus", events=(*FIRST.events[:1], *loan("x", 6).events), terms=loan("x").terms),
        loan("Fourth", 9),
    ),
)


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    return path


def test_a_failure_at_any_statement_leaves_the_book_as_it_was(book_file: Path) -> None:
    before = digest(book_file)
    store = BookStore.open(book_file)
    book = store.read()
    number = 0
    while True:
        with at_statement(number, interrupt) as sent:
            try:
                store.apply(book, _onto(book))
            except Interrupted:
                assert digest(book_file) == before
                assert names_in(book_file.parent) == {book_file.name}
                number += 1
                continue
        break
    assert number == len(sent) > 15
    assert store.read() == AFTER


def _onto(book: Book) -> Book:
    """Return ``AFTER`` sharing with ``book`` what it shares with ``BOOK``."""
    same = {id(old): new for old, new in zip((*BOOK.accounts, *BOOK.loans), (*book.accounts, *book.loans), strict=True)}
    return replace(
        AFTER,
        accounts=tuple(same.get(id(account), account) for account in AFTER.accounts),  # type: ignore[misc] # of one kind
        loans=tuple(same.get(id(item), item) for item in AFTER.loans),  # type: ignore[misc] # of one kind
    )


def test_a_failure_while_a_book_is_made_leaves_nothing(tmp_path: Path) -> None:
    number = 0
    while True:
        with at_statement(number, interrupt) as sent:
            try:
                BookStore.create(tmp_path / "new", BOOK)
            except Interrupted:
                assert names_in(tmp_path) == set()
                number += 1
                continue
        break
    assert number == len(sent) > 20
    assert BookStore.open(tmp_path / "new").read() == BOOK


def test_one_event_in_a_big_book_writes_one_loan(tmp_path: Path) -> None:
    store = BookStore.create(tmp_path / "big", big_book(300, 10))
    book = store.read()
    changed = book.loans[150]
    extra = changed.events[-1]._replace(note="one more")
    with at_statement(-1, interrupt) as sent:
        store.apply(book, book.with_loan(replace(changed, events=(*changed.events, extra)), changed.name))
    written = [line for line in sent if not line.startswith(("SELECT", "PRAGMA", "BEGIN"))]
    assert [line.split("(")[0].strip() for line in written][1:] == ["INSERT INTO loan_event"]
    assert store.read().loans[150].events[-1] == extra


def test_a_full_drive_is_told_and_changes_nothing(book_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = book_file.stat().st_size // 4096

    def full(path: Path, *, pragmas: tuple[str, ...]) -> sqlite3.Connection:
        return connect(path, pragmas=(*pragmas, f"PRAGMA max_page_count={pages}"))

    before = digest(book_file)
    store = BookStore.open(book_file)
    book = store.read()
    bigger = book.with_loan(loan("Big", 3000))
    with monkeypatch.context() as patch:
        patch.setattr(engine, "connect", full)
        with pytest.raises(BookNotWritableError, match="no space left"):
            store.apply(book, bigger)
    assert digest(book_file) == before
    assert names_in(book_file.parent) == {book_file.name}
    store.apply(book, bigger)  # and goes on once there is space
    assert store.read() == bigger


if sys.platform != "win32":

    @contextmanager
    def _largest_file(size: int) -> Iterator[None]:
        """Let the system refuse to make files larger than that: an error of the drive in the middle of a write."""
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)

    @pytest.mark.parametrize("room", [0, 4096, 20_000])
    def test_a_drive_that_stops_writing_is_told_and_changes_nothing(book_file: Path, room: int) -> None:
        before = digest(book_file)
        store = BookStore.open(book_file)
        book = store.read()
        with _largest_file(book_file.stat().st_size + room), pytest.raises(BookNotWritableError):
            store.apply(book, book.with_loan(loan("Big", 3000)))
        assert digest(book_file) == before
        assert store.read() == BOOK

    def test_a_new_book_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
        with _largest_file(50_000), pytest.raises(BookNotWritableError):
            BookStore.create(tmp_path / "new", BOOK.with_loan(loan("Big", 3000)))
        assert names_in(tmp_path) == set()


def test_another_program_that_writes_is_waited_for_and_then_told(
    book_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_SECONDS", 0.05)
    store = BookStore.open(book_file)
    book = store.read()
    with sqlite3.connect(book_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BookLockedError, match="another program"):
            store.apply(book, AFTER)
        assert store.read() == BOOK  # readers go on
        other.execute("ROLLBACK")
    other.close()


def test_a_file_that_became_read_only_keeps_its_bytes(users_folder: Path) -> None:
    path = users_folder / "desk.plimsoll"
    store = BookStore.create(path, BOOK)
    before = digest(path)
    path.chmod(0o444)
    with pytest.raises(BookNotWritableError, match="read-only"):
        store.apply(BOOK, AFTER)
    reader = BookStore.open(path)
    assert reader.readonly
    assert reader.read() == BOOK
    BookPrices(reader.backend).save_daily("kraken", "USD", ())  # nothing to keep is no failure
    with pytest.raises(BookNotWritableError):
        BookPrices(reader.backend).save_last_good(LAST)
    assert digest(path) == before


@pytest.mark.parametrize("writable_file", [True, False])
def test_a_read_only_folder_can_be_looked_at(users_folder: Path, writable_file: bool) -> None:
    folder = users_folder / "archive"
    folder.mkdir()
    path = folder / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    path.chmod(0o644 if writable_file else 0o444)
    folder.chmod(0o555)
    before = digest(path)
    try:
        store = BookStore.open(path)
        assert store.readonly
        assert store.read() == BOOK
        with pytest.raises(BookNotWritableError, match="read-only"):
            store.apply(BOOK, AFTER)
        with pytest.raises(BookNotWritableError, match=f"{folder} is read-only"):
            BookStore.create(folder / "new", BOOK)
        assert names_in(folder) == {"desk.plimsoll"}
    finally:
        folder.chmod(0o755)
    assert digest(path) == before


def test_a_book_that_may_not_be_read_is_told(users_folder: Path) -> None:
    path = users_folder / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    path.chmod(0)
    with pytest.raises(BookError, match="cannot be read"):
        BookStore.open(path)
