"""What a new book begins with: nothing owned or owed, the usual rules, and the desktop as the one way to a person."""

from typing import Final

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind
from app.services.rule_defaults import default_rules

DESKTOP: Final = Channel("desktop", "This desktop", ChannelKind.DESKTOP)


def new_book(name: str, currency: str) -> Book:
    """Return an empty book that warns by itself from its first loan on."""
    return Book(name, currency, rules=default_rules(), channels=(DESKTOP,))
