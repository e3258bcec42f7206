"""Opens the file of a book with the standard library alone, and refuses what is no book of ours.

A file is judged by its first hundred bytes before SQLite may touch it: SQLite would make a book out of an empty
file, and roll a foreign journal back.
"""

import os
import sqlite3
import struct
from pathlib import Path
from stat import S_ISREG
from typing import Final

from app.domain.errors import BookError, BookMissingError, NewerBookError, NotABookError
from app.store.failures import damaged, sqlite_failure
from app.store.schema import APPLICATION_ID, SCHEMA_NUMBER

BUSY_TIMEOUT_SECONDS: Final = 5.0
READ_PRAGMAS: Final = ("PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON")
WRITE_PRAGMAS: Final = (
    *READ_PRAGMAS,
    "PRAGMA foreign_keys=ON",
    # No WAL: older SQLite libraries can damage such a book when two programs have it open.
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA fullfsync=ON",
    "PRAGMA secure_delete=ON",
)

_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\0"
_LARGEST_PAGE: Final = 65_536


def check_header(path: Path) -> int:
    """Return the schema number of the book in ``path`` without changing a byte of it.

    Raises:
        BookMissingError: nothing is there.
        NotABookError: empty, foreign, or shorter than it says.
        NewerBookError: written by a newer Plimsoll.
        BookError: it may not be read.
    """
    try:
        if not S_ISREG(path.stat().st_mode) and not path.is_dir():
            # Reading a pipe would wait for somebody who writes.
            msg = f"{path} is not a file but a pipe or a device; choose another place."
            raise NotABookError(msg)
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        msg = f"There is no book at {path}; check the name, or make one with plimsoll book new."
        raise BookMissingError(msg) from error
    except IsADirectoryError as error:
        msg = f"{path} is a folder, not a book; name a file in it."
        raise NotABookError(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); check its permissions and the drive it is on."
        raise BookError(msg) from error
    if not header:
        msg = f"{path} is empty, not a book; nothing was changed. Choose another file, or restore a backup."
        raise NotABookError(msg)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        msg = f"{path} is not a Plimsoll book; nothing was changed. Choose another file."
        raise NotABookError(msg)
    number, application = struct.unpack(">I4xI", header[60:72])
    if application != APPLICATION_ID:
        msg = f"{path} belongs to another program, not to Plimsoll; nothing was changed. Choose another file."
        raise NotABookError(msg)
    if number > SCHEMA_NUMBER:
        raise newer(path, number)
    page = struct.unpack(">H", header[16:18])[0]
    pages, counted, valid_for = struct.unpack(">I", header[28:32])[0], header[24:28], header[92:96]
    if counted == valid_for and size < pages * (_LARGEST_PAGE if page == 1 else page) and not journal_of(path).exists():
        raise damaged(path)
    return int(number)


def newer(place: object, number: int) -> NewerBookError:
    """Return the failure for a book of schema ``number``, which is above ours."""
    return NewerBookError(
        f"{place} was saved by a newer Plimsoll (book format {number}; this one knows {SCHEMA_NUMBER});"
        " nothing was changed. Install the newest Plimsoll to open it."
    )


def journal_of(path: Path) -> Path:
    """Return where SQLite keeps the journal of a transaction in ``path``."""
    return path.with_name(path.name + "-journal")


def is_writable(path: Path) -> bool:
    """Return whether the file and its folder (where the journal goes) may be written.

    A mark that says read-only counts for an administrator, too, whom the system would let through.
    """
    return all(os.access(place, os.W_OK) and place.stat().st_mode & 0o222 for place in (path, path.resolve().parent))


def connect(path: Path, *, pragmas: tuple[str, ...] = READ_PRAGMAS) -> sqlite3.Connection:
    """Return a connection to an existing file, in autocommit mode; read-only where the file is.

    Raises:
        BookError: SQLite cannot open it.
    """
    try:
        # A journal that a crash left behind can only be rolled back by a connection that may write.
        mode = "rw" if is_writable(path) else "ro"
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_SECONDS,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise sqlite_failure(error, path) from error
    except FileNotFoundError as error:
        msg = f"There is no book at {path} any more; check the drive it is on."
        raise BookMissingError(msg) from error
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except sqlite3.Error as error:
        connection.close()
        raise sqlite_failure(error, path) from error
    return connection


def check_file(path: Path, *, thorough: bool) -> int:
    """Return the schema number of the book in ``path`` after the checks of an opening.

    Args:
        path: the file.
        thorough: also walk every page for damage, as every start of a writer does.

    Raises:
        BookError: as ``check_header``; NotABookError also for damage.
    """
    number = check_header(path)
    if not thorough:
        return number
    connection = connect(path)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        number = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise sqlite_failure(error, path) from error
    except UnicodeDecodeError as error:  # SQLite names a damaged table by what is left of its name
        raise damaged(path) from error
    finally:
        connection.close()
    if found != "ok":
        raise damaged(path)
    return number
