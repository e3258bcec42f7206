import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import BookError, BookExistsError, BookMissingError, NotABookError
from app.store.backup import backup, restore, verify
from app.store.book_store import BookStore
from tests.unit.store.sample import BOOK, digest, names_in


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    return path


def test_a_backup_is_the_same_book(book_file: Path, tmp_path: Path) -> None:
    before = digest(book_file)
    backup(book_file, tmp_path / "copy")
    assert BookStore.open(tmp_path / "copy").read() == BOOK
    assert verify(tmp_path / "copy") == []
    assert digest(book_file) == before
    assert names_in(tmp_path) == {"desk.plimsoll", "copy"}


def test_a_backup_overwrites_only_when_told(book_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.write_text("precious")
    with pytest.raises(BookExistsError):
        backup(book_file, target)
    assert target.read_text() == "precious"
    backup(book_file, target, overwrite=True)
    assert BookStore.open(target).read() == BOOK


def test_a_backup_while_a_change_is_under_way_holds_the_state_before(book_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(book_file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE book SET name = 'Half done'")
        backup(book_file, tmp_path / "copy")
        writer.execute("ROLLBACK")
    assert BookStore.open(tmp_path / "copy").read() == BOOK


def test_a_backup_into_no_folder_says_so(book_file: Path, tmp_path: Path) -> None:
    with pytest.raises(BookMissingError, match="no folder"):
        backup(book_file, tmp_path / "none" / "copy")


def test_a_damaged_book_makes_no_backup(book_file: Path, tmp_path: Path) -> None:
    content = bytearray(book_file.read_bytes())
    content[-4096:] = b"\xff" * 4096
    book_file.write_bytes(content)
    with pytest.raises(NotABookError, match="Damage found"):
        backup(book_file, tmp_path / "copy")
    assert names_in(tmp_path) == {"desk.plimsoll"}


def test_restoring_brings_the_old_book_back(book_file: Path, tmp_path: Path) -> None:
    backup(book_file, tmp_path / "copy")
    with closing(BookStore.open(book_file)) as store:
        store.apply(store.read(), replace(BOOK, loans=()))
    with pytest.raises(BookExistsError):
        restore(tmp_path / "copy", book_file)
    assert BookStore.open(book_file).read().loans == ()
    restore(tmp_path / "copy", book_file, overwrite=True)
    assert BookStore.open(book_file).read() == BOOK
    assert names_in(tmp_path) == {"desk.plimsoll", "copy"}


@pytest.mark.parametrize("ending", ["-wal", "-journal", "-shm"])
def test_restoring_beside_an_unfinished_change_is_refused(book_file: Path, tmp_path: Path, ending: str) -> None:
    leftover = tmp_path / f"new{ending}"
    leftover.write_bytes(b"half")
    with pytest.raises(BookExistsError, match="unfinished change"):
        restore(book_file, tmp_path / "new")
    assert names_in(tmp_path) == {"desk.plimsoll", f"new{ending}"}


def test_a_damaged_backup_is_not_restored(book_file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(book_file.read_bytes()[:8192])
    before = digest(book_file)
    with pytest.raises(NotABookError):
        restore(broken, book_file, overwrite=True)
    assert digest(book_file) == before


def _stray(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM loan WHERE name = 'First'")
        connection.commit()


def _odd(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE loan_terms SET rate = 'dear'")
        connection.commit()


def _torn(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "words"), [(_stray, "belongs to no row of table loan"), (_odd, "table loan_terms"), (_torn, "amage")]
)
def test_verifying_finds_what_is_wrong(book_file: Path, spoil: Callable[[Path], None], words: str) -> None:
    assert verify(book_file) == []
    spoil(book_file)
    findings = verify(book_file)
    assert any(words in finding for finding in findings)
    assert all(finding.endswith(".") and "\n" not in finding for finding in findings)


def test_a_server_is_sent_to_its_own_backup(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="server's own backup"):
        backup("postgresql://127.0.0.1/desk", tmp_path / "copy")
