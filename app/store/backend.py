"""What a book store needs of the place its book lies in; one kind for files, one for servers.

Statements are SQL that SQLite and PostgreSQL both understand, with ``:name`` parameters.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.book import Book

if TYPE_CHECKING:
    from sqlalchemy import Connection

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]
Statement = tuple[str, Sequence[Parameters]]
Fence = tuple[str, Parameters]


class Backend(Protocol):
    """A database that holds one book. Every method raises ``BookError`` where the database refuses."""

    def is_writable(self) -> bool:
        """Return whether changes can be made at all."""
        ...

    def read_book(self) -> tuple[Book, int]:
        """Return the whole book and its revision, of one moment."""
        ...

    def query(self, statement: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one query."""
        ...

    def execute(self, statements: Iterable[Statement], fence: Fence | None = None) -> bool:
        """Run statements, each once per row of parameters, in one transaction: all of them or none.

        Args:
            statements: in their order.
            fence: runs first and has to touch exactly one row; where it does not, nothing is kept.

        Returns:
            Whether the fence let them through; True without one.
        """
        ...

    def transaction(self) -> "AbstractContextManager[Connection]":
        """Give a connection whose transaction is committed at the end, or rolled back by any exception."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
