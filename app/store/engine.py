"""SQLAlchemy engines with the settings of this house. Imported only when something is written, or for a server."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from app.domain.errors import BookError
from app.store.failures import changed_underneath, sqlite_failure, too_large
from app.store.location import without_password
from app.store.sqlite_file import WRITE_PRAGMAS, connect

# What a server says to the later one of two changes at the same time.
_MOVED: Final = "40001"


def file_engine(path: Path, pragmas: tuple[str, ...] = WRITE_PRAGMAS) -> Engine:
    """Return an engine for writing an existing SQLite file; each transaction begins by taking the write lock.

    The driver's own transactions are switched off: they would not hold a change of tables, nor lock at the start.
    """
    engine = create_engine("sqlite://", creator=lambda: connect(path, pragmas=pragmas), poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def server_engine(url: str) -> Engine:
    """Return an engine for a database server; each transaction sees one state of it.

    Raises:
        BookError: no such driver, or no such URL.
    """
    shown = without_password(url)
    try:
        return create_engine(url, isolation_level="REPEATABLE READ", pool_pre_ping=True)
    except ModuleNotFoundError as error:
        msg = f"{shown} needs the Python package {error.name}; install it and try again."
        raise BookError(msg) from error
    except (ArgumentError, NoSuchModuleError) as error:
        msg = f"{shown} is no database Plimsoll knows; write a file name or postgresql+psycopg://user@host/database."
        raise BookError(msg) from error


@contextmanager
def told(place: object, *, writing: bool) -> Iterator[None]:
    """Turn what the database says into one sentence about the book."""
    try:
        yield
    except sqlite3.Error as error:
        raise sqlite_failure(error, place, writing=writing) from error
    except OverflowError as error:
        raise too_large(place) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise sqlite_failure(error.orig, place, writing=writing) from error
        if getattr(error.orig, "sqlstate", None) == _MOVED:
            raise changed_underneath() from error
        said = str(error.orig).strip().partition("\n")[0]
        msg = f"The database {place} refused ({said}); nothing was changed. Check the server and your rights on it."
        raise BookError(msg) from error
