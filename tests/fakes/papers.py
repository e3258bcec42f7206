"""Papers' bytes kept in memory."""

from collections.abc import Collection

from app.domain.errors import BookNotWritableError


class MemoryPapers:
    """Implements ``PaperStore``.

    Attributes:
        content: bytes by key.
        full: makes it refuse.
        swept: what each sweep was told to keep.
    """

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.full = False
        self.swept: list[frozenset[str]] = []

    def keep(self, key: str, content: bytes) -> None:
        if self.full:
            msg = "The disk is full; nothing was changed."
            raise BookNotWritableError(msg)
        self.content.setdefault(key, content)

    def read(self, key: str) -> bytes | None:
        return self.content.get(key)

    def sweep(self, named: Collection[str]) -> int:
        self.swept.append(frozenset(named))
        gone = set(self.content) - set(named)
        for key in gone:
            del self.content[key]
        return len(gone)
