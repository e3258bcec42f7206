"""One writer per book: a lock of the system beside the file, which the system itself lets go when its holder dies.

What is written in the lock file tells a second Plimsoll who holds it. It is never what the decision rests on, so a
file that a crash left behind blocks nobody.
"""

import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.domain.errors import BookLockedError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TRIES: Final = 20
_MOST_BYTES: Final = 4096
# Windows keeps others from reading a locked range; this byte lies beyond what is written.
_LOCKED_BYTE: Final = 1 << 20


class InstanceLock:
    """The right to write one book, held until ``release`` or the end of the process.

    Attributes:
        path: the lock file, beside the book.
        held: False after the release, and where the folder takes no file: what cannot be written needs no lock.
    """

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    @property
    def held(self) -> bool:
        """Whether this process holds the lock."""
        return self._handle is not None

    @classmethod
    def acquire(cls, book: Path, now: datetime, what: str = "") -> "InstanceLock":
        """Take the lock of ``book``.

        Args:
            book: the file; several names of one file count as one.
            now: for the note to others, UTC.
            what: empty for the right to write it; another word for another right (``watch``), with a file of its own.

        Raises:
            BookLockedError: another process has it; the sentence says which.
        """
        book = book.resolve()
        path = book.with_name(f"{book.name}.{what}.lock" if what else f"{book.name}.lock")
        for _ in range(_TRIES):
            try:
                handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                return cls(path, None)
            if not _lock(handle):
                raise BookLockedError(_sentence(book, handle, what))
            if _is_still(path, handle):
                _write_note(handle, now)
                return cls(path, handle)
            # Its holder removed the file between our opening and our locking: take the new one.
            os.close(handle)
        raise BookLockedError(f"{book} is being opened and closed by other programs; close them and try again.")

    def release(self) -> None:
        """Let go; a second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if sys.platform == "win32":
            os.close(handle)
            _remove(self.path)
        else:
            # Removed while still held, so that nobody's new lock is taken away.
            _remove(self.path)
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":

    def _lock(handle: int) -> bool:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _host() -> str:
        return os.environ.get("COMPUTERNAME", "")

else:

    def _host() -> str:
        return os.uname().nodename

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A drive without locks: the database's own locks still keep two writers apart.
            return True
        return True


def _is_still(path: Path, handle: int) -> bool:
    """Return whether ``path`` still names the file that was opened."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _write_note(handle: int, now: datetime) -> None:
    note = {"host": _host(), "pid": os.getpid(), "since": now.isoformat(timespec="seconds")}
    with suppress(OSError):
        # On a full disk the lock is held without a note.
        os.lseek(handle, 0, os.SEEK_SET)
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(note).encode())


def _sentence(book: Path, handle: int, what: str) -> str:
    """Return who holds the lock, and close the handle that could not have it."""
    os.lseek(handle, 0, os.SEEK_SET)
    who = "another Plimsoll"
    try:
        note = json.loads(os.read(handle, _MOST_BYTES))
        since = datetime.fromisoformat(note["since"])
        who += f" (process {int(note['pid'])} on {str(note['host'])[:60]}, since {since:%Y-%m-%d %H:%M} UTC)"
    except (ValueError, KeyError, TypeError, OSError):
        # The holder is just writing its note, or the file is not ours: the lock counts all the same.
        pass
    finally:
        os.close(handle)
    if what:
        return f"{book} is watched by {who} already; stop that one first, or leave it to it."
    return f"{book} is open in {who}; close that one, or look at the book with plimsoll status."


def _remove(path: Path) -> None:
    with suppress(OSError):
        # On Windows somebody else may have opened it in the meantime; an unlocked leftover blocks nobody.
        path.unlink(missing_ok=True)
