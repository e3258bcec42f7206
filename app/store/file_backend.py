"""A book in an SQLite file. Reading and small writes use the standard library alone; see ``backend``."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.book import Book
from app.store import placing, sqlite_file
from app.store.backend import Fence, Parameters, Row, Statement
from app.store.failures import not_writable, sqlite_failure, too_large
from app.store.reading import read_book
from app.store.schema import APPLICATION_ID, SCHEMA_NUMBER

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class FileBackend:
    """Opens the file anew for each call, and so never keeps another program from it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: Engine | None = None

    def is_writable(self) -> bool:
        """Return whether the file and its folder may be written."""
        return sqlite_file.is_writable(self.path)

    def read_book(self) -> tuple[Book, int]:
        """Return the whole book and its revision, of one moment."""
        with self._reading() as connection:
            return read_book(connection.cursor(), self.path)

    def query(self, statement: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one query."""
        with self._reading() as connection:
            return connection.execute(statement, parameters).fetchall()

    def execute(self, statements: Iterable[Statement], fence: Fence | None = None) -> bool:
        """Run statements in one transaction, if the fence lets them through."""
        if not self.is_writable():
            raise not_writable(self.path)
        with closing(sqlite_file.connect(self.path, pragmas=sqlite_file.WRITE_PRAGMAS)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                if fence is not None and connection.execute(*fence).rowcount != 1:
                    connection.execute("ROLLBACK")
                    return False
                for statement, rows in statements:
                    connection.executemany(statement, rows)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                # Closing rolls back what was not committed.
                raise sqlite_failure(error, self.path, writing=True) from error
            except OverflowError as error:
                raise too_large(self.path) from error
        return True

    @contextmanager
    def transaction(self) -> "Iterator[Connection]":
        """Give a connection in a transaction."""
        # SQLAlchemy comes with the first change of the book, not with the start.
        from app.store.engine import file_engine, told  # noqa: PLC0415

        if not self.is_writable():
            raise not_writable(self.path)
        if self._engine is None:
            self._engine = file_engine(self.path)
        with told(self.path, writing=True), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the engine."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite_file.connect(self.path)) as connection:
            try:
                # One transaction, so that all tables are of one moment.
                connection.execute("BEGIN")
                yield connection
            except sqlite3.Error as error:
                raise sqlite_failure(error, self.path) from error


def create_file(path: Path, book: Book) -> None:
    """Write ``book`` to a new file at ``path``; on failure nothing is left behind.

    Raises:
        BookExistsError: something is there already.
        BookError: it cannot be written there, or refers to what is not in it.
    """
    from app.store import all_tables  # noqa: PLC0415 - as above
    from app.store.engine import file_engine, told  # noqa: PLC0415
    from app.store.writing import BookWriter  # noqa: PLC0415

    placing.check_target(path)
    temporary = placing.temporary_beside(path)
    try:
        placing.claim(temporary)
        # Nobody else knows this file, and it is synced as a whole before it gets its name.
        engine = file_engine(
            temporary, ("PRAGMA foreign_keys=ON", "PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF")
        )
        with told(path, writing=True), engine.begin() as connection:
            all_tables.metadata.create_all(connection, checkfirst=False)
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_NUMBER}")
            BookWriter(connection).create(book)
        engine.dispose()
        placing.place(temporary, path)
    finally:
        placing.discard(temporary)
