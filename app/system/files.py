"""Reading and replacing whole small files, so that a reader never sees half of one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import BookFileError, BookNotWritableError


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return a file's bytes; one that is larger than ``most_bytes`` is not read.

    Raises:
        BookFileError: missing, a folder, too large, or not readable; the place is the path.
    """
    try:
        if path.is_dir():
            raise BookFileError("is a folder; name a file in it", str(path))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > most_bytes else file.read(most_bytes + 1)
    except FileNotFoundError:
        raise BookFileError("there is no such file; check the name", str(path)) from None
    except OSError as error:
        raise BookFileError(f"cannot be read ({reason(error)}); check the file", str(path)) from None
    if max(size, len(data)) > most_bytes:
        raise BookFileError(f"is larger than {most_bytes >> 20} MB, which no book file is", str(path))
    return data


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to read bit by bit.

    Raises:
        BookFileError: missing, a folder, or not readable; the place is the path.
    """
    try:
        if path.is_dir():
            raise BookFileError("is a folder; name a file in it", str(path))
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise BookFileError("there is no such file; check the name", str(path)) from None
    except OSError as error:
        raise BookFileError(f"cannot be read ({reason(error)}); check the file", str(path)) from None


def read_head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def write_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` as a whole, or leave what was there.

    Raises:
        BookNotWritableError: no permission, no space, no such folder.
    """
    temporary: str | None = None
    try:
        if os.name != "nt" and not path.parent.stat().st_mode & 0o222:
            # An administrator could write there all the same, against the mark that somebody has set.
            raise PermissionError(EACCES, "its folder is read-only")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o777)  # noqa: PTH101 - of a name, not a Path
        os.replace(temporary, path)  # noqa: PTH105 - of a name, not a Path
        temporary = None
    except OSError as error:
        message = f"{path} cannot be written ({reason(error)}); choose another place or make room."
        raise BookNotWritableError(message) from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - of a name, not a Path


def reason(error: OSError) -> str:
    """Return the system's own words for a failure, without the path and the number."""
    return (error.strerror or type(error).__name__).lower()
