"""Where what was told is: each delivery in words, and all of a warning's in one short line (pure)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from app.domain.deliveries import Delivery, Message, MessageState
from app.services.channel_health import fault_words
from app.ui.formats import NOT_KNOWN, clock_text
from app.ui.models.warning_words import short_moment

Told = tuple[Delivery, Message | None]
MOST_LINES: Final = 12


class ChannelNames:
    """Names and persons of the book's channels by their keys; one that is gone is told by its key."""

    def __init__(self, named: Mapping[str, tuple[str, str]]) -> None:
        self._named = named

    def name(self, key: str) -> str:
        """Return the channel's name."""
        return self._named.get(key, (key, ""))[0]

    def whole(self, key: str) -> str:
        """Return the channel's name and whom it reaches."""
        name, person = self._named.get(key, (key, ""))
        return f"{name} ({person})" if person else name

    def by_key(self) -> dict[str, str]:
        """Return every name by its key."""
        return {key: name for key, (name, _person) in self._named.items()}


def is_settled(told: Told) -> bool:
    """Return whether nothing more will become of a delivery."""
    message = told[1]
    return message is not None and message.state is not MessageState.WAITING


def short_state(told: Told, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a delivery's state in one or two words (``✓``, ``retry 14:07``)."""
    delivery, message = told
    if message is None:
        held = delivery.not_before > now
        return f"quiet until {short_moment(delivery.not_before, now, zone)}" if held else "going out"
    if message.state is MessageState.SENT:
        return "✓"
    if message.state is MessageState.EXPIRED:
        return "✗ given up"
    if not message.attempts or message.next_at is None:
        return "going out"
    return f"retry {short_moment(message.next_at, now, zone)}"


def told_summary(deliveries: Sequence[Told], names: ChannelNames, now: datetime, zone: tzinfo | None = None) -> str:
    """Return what became of the newest delivery over each channel (``hook retry 14:07 · mail ✓``), trouble first."""
    newest: dict[str, Told] = {}
    for told in deliveries:
        newest[told[0].channel] = told
    open_first = sorted(newest.items(), key=lambda entry: _is_sent(entry[1]))
    return " · ".join(f"{names.name(key)} {short_state(told, now, zone)}" for key, told in open_first) or NOT_KNOWN


def _is_sent(told: Told) -> bool:
    return told[1] is not None and told[1].state is MessageState.SENT


def told_lines(
    deliveries: Sequence[Told], names: ChannelNames, now: datetime, zone: tzinfo | None = None
) -> tuple[str, ...]:
    """Return each delivery as a line, newest first: the channel, whom it reaches, and where it is."""
    lines = [told_line(told, names, now, zone) for told in reversed(deliveries)]
    left = len(lines) - MOST_LINES
    return (*lines[:MOST_LINES], f"and {left} earlier") if left > 0 else tuple(lines)


def told_line(told: Told, names: ChannelNames, now: datetime, zone: tzinfo | None = None) -> str:
    """Return one delivery in words."""
    delivery, message = told
    whom = names.whole(delivery.channel)
    if message is None:
        if delivery.not_before > now:
            return f"◔ {whom}: held until {short_moment(delivery.not_before, now, zone)}, quiet hours"
        return f"◔ {whom}: going out"
    fault = "" if message.fault is None else fault_words(message.fault)
    if message.state is MessageState.SENT and message.sent_at is not None:
        took = max((message.sent_at - delivery.created_at).total_seconds(), 0.0)
        day = short_moment(message.sent_at, now, zone)[:-5]
        return f"✓ {whom}: sent {day}{clock_text(message.sent_at, zone)}, {_span(took)} after it was judged"
    if message.state is MessageState.EXPIRED:
        return f"✗ {whom}: given up after {message.attempts} attempts{f': {fault}' if fault else ''}"
    if not message.attempts or message.next_at is None:
        return f"◔ {whom}: going out"
    times = "once" if message.attempts == 1 else f"{message.attempts} times"
    because = f", {fault}" if fault else ""
    return f"↻ {whom}: tried {times}{because}; again {short_moment(message.next_at, now, zone)}"


def _span(seconds: float) -> str:
    """Return how long it took: tenths of a second while they matter."""
    if seconds < 10:  # noqa: PLR2004 - two digits tell it
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - as ages are told
