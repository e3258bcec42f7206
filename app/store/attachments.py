"""The bytes of papers in the book's database, by their SHA-256; read when somebody opens one."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection
from typing import Final

from app.store.backend import Backend

_KEEP: Final = "INSERT INTO attachment_content (code, content) VALUES (:code, :content) ON CONFLICT (code) DO NOTHING"
_READ: Final = "SELECT content FROM attachment_content WHERE code = :code"
_UNNAMED: Final = (
    "SELECT code FROM attachment_content WHERE code NOT IN (SELECT attachment.code FROM attachment) ORDER BY code"
)
_DROP: Final = (
    "DELETE FROM attachment_content WHERE code = :code"
    " AND NOT EXISTS (SELECT 1 FROM attachment WHERE attachment.code = attachment_content.code)"
)


class BookPapers:
    """Keeps papers beside the book; a copy of the book's file has them, too."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def keep(self, key: str, content: bytes) -> None:
        """Store bytes under their key; what is there already stays.

        Raises:
            BookError: the database refused.
        """
        self._backend.execute([(_KEEP, [{"code": key, "content": b64encode(content).decode("ascii")}])])

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a paper, or None where they are not there or cannot be read.

        Raises:
            BookError: the database cannot be read.
        """
        rows = self._backend.query(_READ, {"code": key})
        if not rows:
            return None
        try:
            return b64decode(rows[0][0], validate=True)
        except (binascii.Error, TypeError, ValueError):
            return b""  # fits no key, and is told as damaged

    def sweep(self, named: Collection[str]) -> int:
        """Remove bytes that no paper of the stored book names and that are not in ``named``; return how many.

        Raises:
            BookError: the database refused.
        """
        unnamed = [row[0] for row in self._backend.query(_UNNAMED, {}) if row[0] not in named]
        if unnamed:
            self._backend.execute([(_DROP, [{"code": code} for code in unnamed])])
        return len(unnamed)
