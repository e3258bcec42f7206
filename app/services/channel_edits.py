"""Every edit of the ways on which warnings reach people, as edits with an undo; their addresses lie elsewhere."""

from dataclasses import replace

from app.domain.book import Book
from app.domain.channels import Channel
from app.domain.errors import InputError
from app.services.edits import Edit


def add_channel(channel: Channel) -> Edit:
    """Return the edit that puts a new channel at the end."""
    return Edit(f"Add channel {_quoted(channel)}", lambda book: replace(book, channels=(*book.channels, channel)))


def replace_channel(old: Channel, new: Channel) -> Edit:
    """Return the edit that puts ``new`` in the place of ``old``; a new name is carried into the rules that name it."""

    def change(book: Book) -> Book:
        if old not in book.channels:
            raise _gone(old)
        channels = tuple(new if channel == old else channel for channel in book.channels)
        book = replace(book, channels=channels)
        return book if old.name == new.name else _renamed(book, old.name, new.name)

    return Edit(f"Edit channel {_quoted(new)}", change)


def remove_channel(channel: Channel) -> Edit:
    """Return the edit that takes a channel out; a rule that told it alone tells all of them from then on."""

    def change(book: Book) -> Book:
        kept = tuple(other for other in book.channels if other.key != channel.key)
        if len(kept) == len(book.channels):
            raise _gone(channel)
        return _renamed(replace(book, channels=kept), channel.name, None)

    return Edit(f"Delete channel {_quoted(channel)}", change)


def switch_channel(channel: Channel, *, enabled: bool) -> Edit:
    """Return the edit that switches a channel on or off; it is kept either way."""

    def change(book: Book) -> Book:
        if all(other.key != channel.key for other in book.channels):
            raise _gone(channel)
        switched = (replace(other, enabled=enabled) if other.key == channel.key else other for other in book.channels)
        return replace(book, channels=tuple(switched))

    return Edit(f"Switch channel {_quoted(channel)} {'on' if enabled else 'off'}", change)


def _renamed(book: Book, old: str, new: str | None) -> Book:
    """Return the book with a channel's new name in its rules, or without the old one."""
    if all(old not in rule.channels for rule in book.rules):
        return book
    named = () if new is None else (new,)
    rules = (
        replace(rule, channels=tuple(name for other in rule.channels for name in (named if other == old else (other,))))
        if old in rule.channels
        else rule
        for rule in book.rules
    )
    return replace(book, rules=tuple(rules))


def _quoted(channel: Channel) -> str:
    return f"“{channel.name[:60]}”"


def _gone(channel: Channel) -> InputError:
    return InputError(f"The channel {_quoted(channel)} was changed or deleted meanwhile; close this and look again")
