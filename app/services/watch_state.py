"""Is anyone watching? What a screen or a command says of it (values only)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.domain.channels import Channel
from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import Lease


class WatchRole(StrEnum):
    """Who judges the book that is shown.

    Attributes:
        HERE: this program.
        ELSEWHERE: another one, whose pulse is seen; this one only shows.
        NOBODY: the one that did has gone silent, and nobody has taken over yet.
        OFF: nothing is judged: the book is only read, or its prices are recorded.
    """

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOBODY = "nobody"
    OFF = "off"


class ChannelHealth(NamedTuple):
    """How one channel does.

    Attributes:
        channel: which.
        waiting: messages and deliveries that wait for it.
        fault: of the newest attempt, None where that went out or none was made.
        failing_since: UTC; since when every attempt failed, or None.
        proved_at: UTC; when something last went out, or None.
        drilled_at, drill_seconds: the last fire drill that went out and how long it took; None before the first.
    """

    channel: Channel
    waiting: int = 0
    fault: DeliveryFault | None = None
    failing_since: datetime | None = None
    proved_at: datetime | None = None
    drilled_at: datetime | None = None
    drill_seconds: float | None = None


class Watching(NamedTuple):
    """Whether anyone watches, and could reach a person.

    Attributes:
        role: who judges.
        lease: the judge's own words, None before the first.
        pulse_at: UTC; when its pulse was last seen to beat, or None.
        channels: the book's, in its order.
        heartbeat_at: UTC; when the service outside was last told, None where there is none or it never was.
        asleep: what was missed while nobody could watch, one sentence, or empty.
    """

    role: WatchRole = WatchRole.HERE
    lease: Lease | None = None
    pulse_at: datetime | None = None
    channels: tuple[ChannelHealth, ...] = ()
    heartbeat_at: datetime | None = None
    asleep: str = ""
