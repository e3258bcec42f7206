"""A book of an older schema is copied, checked and brought up to date; or it stays what it is."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.errors import BookError, BookNotWritableError
from app.store.backup import verify
from app.store.book_store import BookStore
from app.store.migrating import SCRIPTS, copy_before, migrate_file
from tests.unit.store.sample import BOOK, digest, names_in

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("loan", sa.Column("desk", sa.Text(), nullable=False, server_default="main"))
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
    {fault}
"""
FAULTS = {
    "raises": "raise ValueError",
    "no such table": 'op.execute("UPDATE nowhere SET x = 1")',
    "leaves strays": 'op.execute("UPDATE loan_event SET loan_id = 99")',
}


def _scripts(folder: Path, fault: str) -> Path:
    scripts = folder / "100% scripts"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0002_next.py").write_text(NEXT.format(fault=fault))
    return scripts


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    BookStore.create(folder / "desk", BOOK).close()
    return folder / "desk"


def test_all_steps_are_taken_and_the_copy_is_the_old_book(book_file: Path, tmp_path: Path) -> None:
    migrate_file(book_file, 1, target=2, scripts=_scripts(tmp_path, "pass"))
    with closing(sqlite3.connect(book_file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT DISTINCT desk FROM loan").fetchall() == [("main",)]
        assert connection.execute("SELECT count(*) FROM txn").fetchone() == (1,)
    copy = copy_before(book_file, 1)
    assert verify(copy) == []
    assert BookStore.open(copy).read() == BOOK
    assert names_in(book_file.parent) == {"desk", copy.name}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_step_that_fails_leaves_the_old_book(book_file: Path, tmp_path: Path, fault: str) -> None:
    before = digest(book_file)
    with pytest.raises((BookError, ValueError)):
        migrate_file(book_file, 1, target=2, scripts=_scripts(tmp_path, FAULTS[fault]))
    assert digest(book_file) == before
    assert BookStore.open(book_file).read() == BOOK
    assert BookStore.open(copy_before(book_file, 1)).read() == BOOK


def test_a_read_only_book_is_not_migrated(book_file: Path, tmp_path: Path) -> None:
    book_file.chmod(0o444)
    before = digest(book_file)
    with pytest.raises(BookNotWritableError):
        migrate_file(book_file, 1, target=2, scripts=_scripts(tmp_path, "pass"))
    assert digest(book_file) == before
    assert names_in(book_file.parent) == {"desk"}
