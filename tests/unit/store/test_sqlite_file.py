"""What is no sound book of ours is refused in one sentence, and its bytes stay."""

import random
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.domain.errors import BookError, BookMissingError, NewerBookError, NotABookError
from app.store.book_store import BookStore
from app.store.schema import APPLICATION_ID, SCHEMA_NUMBER
from app.store.sqlite_file import check_header
from tests.fakes.books import big_book
from tests.unit.store.sample import BOOK, digest, names_in


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.plimsoll"
    BookStore.create(path, BOOK).close()
    return path


def _patched(at: int, new: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[at : at + len(new)] = new
        path.write_bytes(content)

    return change


def _cut(share: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return change


def _lost_page(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'loan_event'").fetchone()[0]
    _patched((page - 1) * 4096, bytes(4096))(path)


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE book (name, base_currency, revision)")


BAD: dict[str, tuple[Callable[[Path], object], type[BookError], str]] = {
    "empty": (lambda path: path.write_bytes(b""), NotABookError, "is empty"),
    "text": (lambda path: path.write_text("name,btc\n" * 50), NotABookError, "not a Plimsoll book"),
    "short": (lambda path: path.write_bytes(b"SQLite format 3\0"), NotABookError, "not a Plimsoll book"),
    "zeros": (lambda path: path.write_bytes(bytes(8192)), NotABookError, "not a Plimsoll book"),
    "another program's database": (_foreign, NotABookError, "another program"),
    "another program's mark": (_patched(68, b"ABCD"), NotABookError, "another program"),
    "newer": (_patched(60, struct.pack(">I", SCHEMA_NUMBER + 1)), NewerBookError, "newer Plimsoll"),
    "half of it": (_cut(0.5), NotABookError, "Damage found"),
    "its header alone": (_cut(0.01), NotABookError, "Damage found"),
    "a page of zeros": (_lost_page, NotABookError, "Damage found"),
    "a root page of noise": (_patched(104, b"\xff" * 200), NotABookError, "Damage found"),
}


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize("kind", BAD)
def test_it_is_refused_and_left_alone(book_file: Path, kind: str, readonly: bool) -> None:
    spoil, error, words = BAD[kind]
    spoil(book_file)
    before, names = digest(book_file), names_in(book_file.parent)
    with pytest.raises(error, match=words) as caught:
        BookStore.open(book_file, readonly=readonly).read()
    sentence = str(caught.value)
    assert str(book_file) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert digest(book_file) == before
    assert names_in(book_file.parent) == names


def test_a_book_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BookMissingError, match="no book at"):
        BookStore.open(tmp_path / "none.plimsoll")
    assert names_in(tmp_path) == set()


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(NotABookError, match="is a folder"):
        BookStore.open(tmp_path)


def test_a_sound_book_says_who_made_it(book_file: Path) -> None:
    header = book_file.read_bytes()[:100]
    assert header[68:72] == b"PLIM"
    assert struct.unpack(">I", header[68:72])[0] == APPLICATION_ID
    assert check_header(book_file) == SCHEMA_NUMBER


def test_noise_anywhere_is_refused_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "desk.plimsoll"
    BookStore.create(path, big_book(40, 10)).close()
    sound = path.read_bytes()
    chance = random.Random(2026)
    refused = 0
    for _ in range(90):
        content = bytearray(sound)
        at = chance.randrange(len(content))
        content[at : at + 16] = chance.randbytes(16)
        path.write_bytes(content[: len(sound)])
        before = digest(path)
        # Anything but a refusal or a book would fail here.
        with suppress(BookError):
            BookStore.open(path).read()
            refused -= 1
        refused += 1
        assert digest(path) == before
    assert refused > 10
