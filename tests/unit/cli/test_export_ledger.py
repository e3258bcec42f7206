"""``plimsoll export``."""

from pathlib import Path

import pytest

from app.store.book_store import BookStore
from tests.fakes.lots import book_of, buy, row
from tests.unit.cli.conftest import Run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "desk.plimsoll"
    book = book_of(buy("2024-01-01", "2", "80000"), row("transfer", "2024-01-02", "1", to="Cold"), Cold=())
    BookStore.create(path, book).close()
    return path


def test_a_file_is_written_once_and_replaced_when_that_is_said(run: Run, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    done = run("--book", place, "export", file, "--to", "koinly")
    assert (done.code, done.err) == (0, "")
    assert "Not as in the book: 1 transfers" in done.out
    before = file.read_bytes()
    again = run("--book", place, "export", file, "--to", "hledger")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert "--overwrite" in again.err
    assert file.read_bytes() == before
    assert run("--book", place, "export", file, "--to", "hledger", "--overwrite").code == 0
    assert b"assets:bitcoin:Cold" in file.read_bytes()


def test_stdout_has_the_file_alone(run: Run, place: Path) -> None:
    done = run("--book", place, "export", "-", "--to", "koinly", "--until", "2024-01-01")
    assert len(done.out.splitlines()) == 2
    assert done.err == ""


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        (["--account", "Attic"], 1, "there is no account “Attic”"),
        (["--from", "2024-02-01", "--until", "2024-01-01"], 1, "lies before --from"),
        (["--from", "20240201"], 2, "is no day"),
        (["--to", "excel"], 2, "invalid choice"),
    ],
)
def test_what_cannot_be_asked(run: Run, place: Path, asked: list[str], code: int, told: str) -> None:
    done = run("--book", place, "export", "-", "--to", "koinly", *asked)
    assert done.code == code
    assert told in done.err
