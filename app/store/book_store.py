"""One book in one place: made, read, changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.domain.book import Book
from app.store import sqlite_file
from app.store.backend import Backend
from app.store.failures import not_writable
from app.store.file_backend import FileBackend, create_file
from app.store.location import Location, parse_location
from app.store.schema import READABLE_SINCE, SCHEMA_NUMBER


class BookStore:
    """Keeps one book. Belongs to one thread at a time; holds no file open between two calls.

    Attributes:
        location: where the book lies.
        readonly: whether changes are refused, because that was asked for or because the file is read-only.
        backend: its database, for the prices and warnings that lie in the same place.
    """

    def __init__(self, location: Location, backend: Backend, *, readonly: bool, revision: int | None = None) -> None:
        self.location = location
        self.backend = backend
        self.readonly = readonly
        self._revision = revision

    @property
    def revision(self) -> int | None:
        """Which revision of the book was read or written last; None before the first."""
        return self._revision

    @classmethod
    def create(cls, place: str | Path, book: Book) -> "BookStore":
        """Write ``book`` to a new file, or into an empty database, and return its store.

        Raises:
            BookExistsError: there is something already; it stays as it is.
            BookError: it cannot be written there; nothing is left behind.
        """
        location = parse_location(place)
        if location.path is not None:
            create_file(location.path, book)
            return cls(location, FileBackend(location.path), readonly=False, revision=1)
        # SQLAlchemy is not for the common start.
        from app.store.server_backend import create_on_server  # noqa: PLC0415

        server = create_on_server(str(location.url), book)
        return cls(location, server, readonly=False, revision=1)

    @classmethod
    def open(cls, place: str | Path, *, readonly: bool = False) -> "BookStore":
        """Check the book at ``place``, bring an older one up to date, and return its store.

        A read-only file is opened for reading, an older one as it is. ``readonly`` asks for that, and skips the walk
        through every page: reading the whole book walks through nearly all of them anyway.

        Raises:
            BookError: missing, foreign, empty, damaged or newer; its bytes are as they were.
        """
        location = parse_location(place)
        if location.path is None:
            from app.store.server_backend import open_on_server  # noqa: PLC0415 - as above

            server = open_on_server(str(location.url), readonly=readonly)
            return cls(location, server, readonly=readonly)
        number = sqlite_file.check_file(location.path, thorough=not readonly)
        only_read = readonly or not sqlite_file.is_writable(location.path)
        if number < (READABLE_SINCE if only_read else SCHEMA_NUMBER):
            from app.store.migrating import migrate_file  # noqa: PLC0415 - Alembic is needed for this alone

            migrate_file(location.path, number)
        file = FileBackend(location.path)
        return cls(location, file, readonly=readonly or not file.is_writable())

    def read(self) -> Book:
        """Return the whole book as it is stored now.

        Raises:
            BookError: damaged, or out of reach.
        """
        book, self._revision = self.backend.read_book()
        return book

    def apply(self, before: Book, after: Book, also: Callable[[Any], None] | None = None) -> None:
        """Write what turned ``before``, the book as last read or written, into ``after``; all of it or nothing.

        ``also`` is handed the SQLAlchemy connection and writes what lies beside the book in the same transaction.

        Raises:
            BookNotWritableError: read-only, no space, no permission.
            BookError: changed underneath by another program, or the database failed. The stored book is as it was.
        """
        if before is after and also is None:
            return
        if self.readonly:
            raise not_writable(self.location)
        from app.store.writing import BookWriter  # noqa: PLC0415 - SQLAlchemy comes with the first change

        with self.backend.transaction() as connection:
            writer = BookWriter(connection)
            known = writer.revision() if self._revision is None else self._revision
            revision = known if before is after else writer.apply(before, after, known)
            if also is not None:
                also(connection)
        self._revision = revision

    def close(self) -> None:
        """Let go of the database."""
        self.backend.close()
