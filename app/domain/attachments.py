"""Papers that belong to a transaction or a loan, kept in the book."""

from dataclasses import dataclass
from typing import Final

MAX_ATTACHMENT_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of a paper; its bytes are stored beside the book and read when somebody asks.

    Attributes:
        key: SHA-256 of its bytes, hexadecimal; entries name it by this.
        name: the file's name, without folders.
        size: in bytes.
    """

    key: str
    name: str
    size: int
