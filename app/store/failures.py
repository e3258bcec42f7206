"""What a database driver says, as one sentence that names the book and the remedy."""

import sqlite3
from typing import Final

from app.domain.errors import BookError, BookLockedError, BookNotWritableError, NotABookError

_DAMAGED: Final = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT))
_BUSY: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_DENIED: Final = frozenset((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH))


def sqlite_failure(error: sqlite3.Error, place: object, *, writing: bool = False) -> BookError:
    """Return the failure to raise for what SQLite said about the book at ``place``."""
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte is the kind, the rest the detail.
    kind = code & 0xFF if isinstance(code, int) else None
    if kind in _BUSY:
        return BookLockedError(f"{place} is being written by another program; close that program and try again.")
    if kind == sqlite3.SQLITE_FULL:
        return BookNotWritableError(
            f"There is no space left for {place}; nothing was changed. Free some space and try again."
        )
    if kind == sqlite3.SQLITE_IOERR and writing:
        return BookNotWritableError(
            f"The drive refused to write {place}; nothing was changed."
            " Check the drive and its free space, and try again."
        )
    if kind == sqlite3.SQLITE_IOERR or kind in _DENIED:
        return not_writable(place) if writing else _unreadable(error, place)
    if writing and kind not in _DAMAGED:
        return BookError(f"{place} could not be changed ({error}); nothing was changed.")
    # Also a table or a column that ought to be there and is not, or a text that is none.
    return damaged(place)


def _unreadable(error: sqlite3.Error, place: object) -> BookError:
    return BookError(f"{place} cannot be read ({error}); check its permissions and the drive it is on.")


def changed_underneath() -> BookError:
    """Return the failure for a change on top of a book that somebody else has changed."""
    return BookError("The book was changed by another program since it was read; nothing was written. Open it again.")


def too_large(place: object) -> BookError:
    """Return the failure for a whole number that no column holds."""
    return BookError(f"A number is too large for {place}; nothing was changed. Correct it and try again.")


def damaged(place: object) -> NotABookError:
    """Return the failure for a book whose file is damaged."""
    return NotABookError(
        f"Damage found in {place}; nothing was changed. Restore it from a backup with plimsoll book restore."
    )


def not_writable(place: object) -> BookNotWritableError:
    """Return the failure for a book that may be read but not written."""
    return BookNotWritableError(
        f"{place} cannot be written: the file or its folder is read-only; nothing was changed."
        " Allow writing there, or copy the book to another folder."
    )
