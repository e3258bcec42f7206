"""Every edit of the ways on which warnings reach people, as edits with an undo; their addresses lie elsewhere."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.book import Book
from app.domain.channels import Channel, ChannelKind
from app.domain.errors import InputError
from app.services.alert_ports import SecretState
from app.services.edits import Edit
from app.services.heartbeat import HEARTBEAT_SECRET
from app.services.rule_edits import free_key

_MOST_KEY: Final = 40


def channel_key(name: str, kind: ChannelKind, book: Book) -> str:
    """Return a new channel's key, made of its name: an administrator writes it into a unit or an environment."""
    wanted = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_MOST_KEY].strip("-") or kind.value
    return free_key(_taken(book), wanted)


def unshared(key: str, book: Book, address_state: Callable[[str], SecretState | None]) -> str:
    """Return ``key``, or with a number behind it where another book's channel keeps its address under it.

    Args:
        key: made of a new channel's name.
        book: gets the channel.
        address_state: tells why an address is not to be had, None where one is there; slow.
    """
    taken, found = _taken(book), key
    while address_state(found) is None:
        taken.append(found)
        found = free_key(taken, key)
    return found


def _taken(book: Book) -> list[str]:
    return [*(channel.key for channel in book.channels), HEARTBEAT_SECRET]


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
