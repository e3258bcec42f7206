"""Which loans an edit has touched: an edit of one loan ends no warning of another."""

from collections.abc import Set as AbstractSet

from app.domain.rules import BOOK_SUBJECT

Edited = bool | AbstractSet[str]
"""Names of the loans that were changed since the last round; True where that may be any of them."""


def touches(edited: Edited, subject: str) -> bool:
    """Return whether an edit may have changed what is judged about ``subject``; the book as a whole, by any edit."""
    if isinstance(edited, bool):
        return edited
    return subject in edited or (subject == BOOK_SUBJECT and bool(edited))
