"""Where the bytes of papers are kept, as the services know it."""

from collections.abc import Collection
from typing import Protocol


class PaperStore(Protocol):
    """Keeps the bytes of papers beside the book, by their SHA-256. Methods raise ``BookError``."""

    def keep(self, key: str, content: bytes) -> None:
        """Store bytes under their key; what is there already stays."""
        ...

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a paper, or None where they are not there."""
        ...

    def sweep(self, named: Collection[str]) -> int:
        """Remove bytes that no paper of the stored book names and that are not in ``named``; return how many."""
        ...
