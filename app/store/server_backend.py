"""A book in a database on a server, one book per database (or schema); see ``backend``."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager

from sqlalchemy import Connection, inspect, select, text

from app.domain.book import Book
from app.domain.errors import BookExistsError, NotABookError
from app.store import all_tables, tables
from app.store.backend import Fence, Parameters, Row, Statement
from app.store.engine import server_engine, told
from app.store.location import without_password
from app.store.reading import read_book
from app.store.schema import READABLE_SINCE, SCHEMA_NUMBER
from app.store.sqlite_file import newer
from app.store.writing import BookWriter


class ServerBackend:
    """Talks to a server through SQLAlchemy's pool of connections."""

    def __init__(self, url: str) -> None:
        self.place = without_password(url)
        self._engine = server_engine(url)

    def check(self, *, readonly: bool) -> None:
        """Refuse a database that holds no book, or a newer one; bring an older one up to date.

        Args:
            readonly: an older one that can be read is left as it is.

        Raises:
            NotABookError: there is no book in it.
            NewerBookError: written by a newer Plimsoll.
        """
        with self.transaction() as connection:
            if not inspect(connection).has_table(tables.book.name):
                msg = f"There is no book in {self.place}; make one with plimsoll book new."
                raise NotABookError(msg)
            number = int(connection.execute(select(tables.alembic_version.c.version_num)).scalar_one())
            if number > SCHEMA_NUMBER:
                raise newer(self.place, number)
            if number < (READABLE_SINCE if readonly else SCHEMA_NUMBER):
                from app.store.migrating import upgrade  # noqa: PLC0415 - Alembic is needed for this alone

                upgrade(connection)

    def create(self, book: Book) -> None:
        """Make the tables and write ``book``, all in one transaction.

        Raises:
            BookExistsError: there is a book already.
        """
        with self.transaction() as connection:
            if inspect(connection).has_table(tables.book.name):
                msg = f"There is already a book in {self.place}; nothing was changed. Choose another database."
                raise BookExistsError(msg)
            all_tables.metadata.create_all(connection)
            BookWriter(connection).create(book)

    def is_writable(self) -> bool:
        """Return True; the server says no when it is asked."""
        return True

    def read_book(self) -> tuple[Book, int]:
        """Return the whole book and its revision, of one moment."""
        with (
            told(self.place, writing=False),
            self._engine.connect() as connection,
            closing(connection.connection.cursor()) as cursor,
        ):
            return read_book(cursor, self.place)

    def query(self, statement: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one query."""
        with told(self.place, writing=False), self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), parameters)]

    def execute(self, statements: Iterable[Statement], fence: Fence | None = None) -> bool:
        """Run statements in one transaction, if the fence lets them through."""
        # Each statement sees what was committed before it: a fence waits for another writer and then looks at what
        # that one left, where a transaction of one state would be refused.
        with told(self.place, writing=True), self._engine.connect() as plain:
            connection = plain.execution_options(isolation_level="READ COMMITTED")
            with connection.begin() as transaction:
                if fence is not None and connection.execute(text(fence[0]), fence[1]).rowcount != 1:
                    transaction.rollback()
                    return False
                for statement, rows in statements:
                    if rows:
                        connection.execute(text(statement), list(rows))
        return True

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in a transaction."""
        with told(self.place, writing=True), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the pool."""
        self._engine.dispose()


def create_on_server(url: str, book: Book) -> ServerBackend:
    """Return the backend of a new book; on failure the database is as it was.

    Raises:
        BookError: as ``ServerBackend.create``, or the server is out of reach.
    """
    backend = ServerBackend(url)
    with _closed_on_failure(backend):
        backend.create(book)
    return backend


def open_on_server(url: str, *, readonly: bool) -> ServerBackend:
    """Return the backend of the book behind ``url``.

    Raises:
        BookError: as ``ServerBackend.check``, or the server is out of reach.
    """
    backend = ServerBackend(url)
    with _closed_on_failure(backend):
        backend.check(readonly=readonly)
    return backend


@contextmanager
def _closed_on_failure(backend: ServerBackend) -> Iterator[None]:
    with ExitStack() as stack:
        stack.callback(backend.close)
        yield
        stack.pop_all()
