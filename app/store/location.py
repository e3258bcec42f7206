"""Where a book lies: a file, or a database behind a URL."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from app.domain.errors import BookError

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.ASCII | re.IGNORECASE)
_SQLITE: Final = re.compile(r"sqlite(?:\+pysqlite)?:///", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """One place of a book.

    Attributes:
        path: the file, or None for a database server.
        url: the database URL, or None for a file.
    """

    path: Path | None
    url: str | None

    def __str__(self) -> str:
        """Return the place as it may be shown and logged: without a password."""
        return str(self.path) if self.url is None else without_password(self.url)


def parse_location(place: str | Path) -> Location:
    """Return where ``place`` points: a path, a ``sqlite:///`` URL (the same as its path) or a server's URL.

    Raises:
        BookError: an SQLite URL that names no file.
    """
    if isinstance(place, Path):
        return Location(place, None)
    found = _SQLITE.match(place)
    if found:
        name = unquote(place[found.end() :].partition("?")[0])
        if not name or name == ":memory:":
            msg = f"{place} names no file; write sqlite:///folder/book.plimsoll."
            raise BookError(msg)
        return Location(Path(name), None)
    if _URL.match(place):
        return Location(None, place)
    return Location(Path(place), None)


def without_password(url: str) -> str:
    """Return ``url`` with the password and the query (which may hold one, too) left out."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username
    return urlunsplit((parts.scheme, f"{user}@{host}" if user else host, parts.path, "", ""))
