"""Is anyone watching? What a screen or a command says of it (values only)."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.channels import Channel
from app.domain.deliveries import Delivery, DeliveryFault, Message
from app.domain.margin_calls import MarginCall
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import WarningKind
from app.services.alert_ports import Lease

ABSENCE: Final = "absence"


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


class Fault(NamedTuple):
    """Something about the alarm itself that people must know of.

    Attributes:
        kind: which kind of warning it makes.
        subject: what it is about.
        present: whether it is there; None: that cannot be told now.
        sentence: what to tell.
    """

    kind: WarningKind
    subject: str
    present: bool | None
    sentence: str


class WarningStory(NamedTuple):
    """What became of one warning.

    Attributes:
        deliveries: what was told or is to be told, with the message that carries it, oldest first.
        actions: what people did, oldest first.
        call: the loan's margin call that belongs to it, or None.
    """

    deliveries: tuple[tuple[Delivery, Message | None], ...]
    actions: tuple[WarningAction, ...]
    call: MarginCall | None
