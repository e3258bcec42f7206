"""Channels: the ways on which a warning reaches a person. Where one leads is a secret and never lies here."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class ChannelKind(StrEnum):
    """Which service carries the message; ``OTHER`` is any that is named by an address of its own."""

    DESKTOP = "desktop"
    EMAIL = "email"
    WEBHOOK = "webhook"
    NTFY = "ntfy"
    TELEGRAM = "telegram"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    PUSHOVER = "pushover"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When warnings wait: from ``start`` to ``end`` on the clock of ``zone``; margin calls and forced sales never do.

    Attributes:
        start, end: local times; ``end`` before ``start`` means the next morning.
        zone: an IANA time zone.
    """

    start: time
    end: time
    zone: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach one person.

    Attributes:
        key: unique in the book, made once; deliveries refer to it, and its secret lies under it.
        name: unique in the book, for people.
        kind: which service.
        person: whom it reaches, or empty.
        after_minutes: 0: told at once; else only of what is still unacknowledged after so many minutes.
        quiet: when warnings wait, or None.
        internal: whether it may lead to an address inside the own network.
        enabled: False: kept, but nothing is sent.
    """

    key: str
    name: str
    kind: ChannelKind
    person: str = ""
    after_minutes: int = 0
    quiet: QuietHours | None = None
    internal: bool = False
    enabled: bool = True

    @property
    def needs_secret(self) -> bool:
        """Whether there is an address to keep secret."""
        return self.kind is not ChannelKind.DESKTOP
