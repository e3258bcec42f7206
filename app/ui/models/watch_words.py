"""Who watches, and could they reach anyone: the lines of the watch card and the cells of the status bar (pure)."""

from datetime import datetime
from typing import Final, NamedTuple

from app.domain.quotes import NoQuote, PriceStatus
from app.services.alert_ports import JudgeRole
from app.services.desk import DeskSnapshot
from app.services.watch_state import Watching, WatchRole
from app.ui.formats import age_text, seconds_between
from app.ui.models.channels import proved_words, state_of
from app.ui.widgets.labels import Tone

TITLE: Final = "Is anyone watching?"
NO_ONE: Final = "No one will wake you"
HOW: Final = "How shall we reach you at 3 a.m.? Add a channel, such as mail or a push to your phone, and prove it."
MOST_CHANNELS: Final = 3
JUDGED_BY: Final = "Judged by"
_MARKS: Final[dict[Tone, str]] = {"safe": "✓", "watch": "▲", "call": "▲", "sale": "✗"}


class WatchLine(NamedTuple):
    """One line: what it is about, how it stands, and whether that is well."""

    name: str
    words: str
    tone: Tone
    remedy: str = ""

    @property
    def mark(self) -> str:
        """Its shape."""
        return _MARKS.get(self.tone, "○")


def price_line(snapshot: DeskSnapshot, now: datetime) -> WatchLine:
    """Return how the price stands: its age, and how many sources agree."""
    code = snapshot.settings.display_currency
    lookup = snapshot.figures.prices.get(code) or next(iter(snapshot.figures.prices.values()), None)
    if lookup is None:
        return WatchLine("Price", "none yet", "call", "Ask now, or switch on more price sources.")
    if isinstance(lookup, NoQuote):
        return WatchLine("Price", f"{lookup.reason}", "sale", "Price alarms are blind until one is there.")
    if lookup.origin == "demo":
        return WatchLine("Price", "recorded, for the demo", "muted")
    age = age_text(seconds_between(lookup.at, now))
    consensus = snapshot.consensus.get(lookup.currency)
    agree = f"{lookup.sources_used} of {lookup.sources_asked} agree"
    if consensus is not None and consensus.status is not PriceStatus.OK:
        return WatchLine("Price", f"{age} · {agree}", "watch", "The price is not confirmed by enough sources.")
    return WatchLine("Price", f"{age} · {agree}", "safe")


def judge_line(watching: Watching, now: datetime, *, alone: bool = False) -> WatchLine:
    """Return who judges, and when its pulse was last seen; ``alone``: no watcher takes over when this one is closed."""
    match watching.role:
        case WatchRole.HERE if alone:
            remedy = "When it is closed nobody watches."
            return WatchLine(JUDGED_BY, "this window, while it is open", "watch", remedy)
        case WatchRole.HERE:
            return WatchLine(JUDGED_BY, "this window", "safe")
        case WatchRole.ELSEWHERE:
            return WatchLine(JUDGED_BY, f"{_holder(watching)}{_pulse(watching, now)}", "safe")
        case WatchRole.NOBODY:
            words = f"nobody: {_holder(watching)} is silent{_pulse(watching, now)}"
            return WatchLine(JUDGED_BY, words, "sale", "This window takes over by itself within a minute.")
        case WatchRole.OFF:
            return WatchLine(JUDGED_BY, "nobody: this book is only looked at", "muted")


def channel_lines(watching: Watching, now: datetime, most: int = MOST_CHANNELS) -> tuple[WatchLine, ...]:
    """Return each channel that is switched on, those in trouble first; what is too many is one line."""
    shown = [(state_of(health, now), health) for health in watching.channels if health.channel.enabled]
    shown.sort(key=lambda entry: entry[0].tone == "safe")
    lines = []
    for state, health in shown:
        words = proved_words(health, now) if state.tone in ("safe", "watch") else state.words[2:]
        lines.append(WatchLine(health.channel.name, words, state.tone, state.remedy))
    left = len(lines) - most
    if left > 0:
        return (*lines[:most], WatchLine("", f"and {left} more", "muted"))
    return tuple(lines)


def heartbeat_line(snapshot: DeskSnapshot, now: datetime) -> WatchLine:
    """Return whether a service outside is told that somebody watches."""
    if not snapshot.settings.heartbeat:
        return WatchLine("Heartbeat", "off", "muted")
    at = snapshot.watching.heartbeat_at
    if at is None:
        return WatchLine("Heartbeat", "on, not sent yet", "watch", "It is sent once a fresh price was judged.")
    return WatchLine("Heartbeat", age_text(seconds_between(at, now)), "safe")


def reaches_nobody(snapshot: DeskSnapshot) -> bool:
    """Return whether no channel is switched on."""
    return not any(channel.enabled for channel in snapshot.book.channels)


def judge_cell(snapshot: DeskSnapshot, now: datetime) -> tuple[str, bool, str]:
    """Return the status bar's cell of the watch: its words, whether it is trouble, and why."""
    watching = snapshot.watching
    if watching.role is WatchRole.NOBODY:
        return "Nobody watches", True, f"{judge_line(watching, now).words}. This window takes over by itself."
    if watching.role is WatchRole.OFF:
        return "Not judged", False, "This book is only looked at: nobody judges it here."
    blind, missing = _blindness(snapshot)
    if blind:
        return blind, True, f"{missing} Judged by {judge_line(watching, now).words}"
    at = watching.pulse_at if watching.role is WatchRole.ELSEWHERE else snapshot.judged_at
    age = "" if at is None or snapshot.asking_off else f" {age_text(seconds_between(at, now)).removesuffix(' ago')}"
    return f"Watching ✓{age}", False, f"{JUDGED_BY} {judge_line(watching, now).words}"


def channels_cell(snapshot: DeskSnapshot, now: datetime) -> tuple[str, bool, str]:
    """Return the status bar's cell of the channels (``Mail ✓ Hook ✗``), whether it is trouble, and why."""
    if snapshot.book.demo:
        return "Demo: sends nothing", False, "The demo book sends nothing outside."
    if reaches_nobody(snapshot):
        return NO_ONE, True, HOW
    states = [(health, state_of(health, now)) for health in snapshot.watching.channels if health.channel.enabled]
    if not states:
        return "Channels …", False, "How the channels do is not known yet."
    marks = {"safe": "✓", "watch": "?", "call": "✗", "sale": "✗"}
    trouble = any(state.tone in ("call", "sale") for _, state in states)
    states.sort(key=lambda entry: entry[1].tone in ("safe", "watch"))
    told = [f"{health.channel.name[:16]} {marks.get(state.tone, '○')}" for health, state in states[:3]]
    more = f" +{len(states) - 3}" if len(states) > 3 else ""  # noqa: PLR2004 - as many as fit
    detail = ". ".join(f"{health.channel.name}: {state.words[2:]}" for health, state in states)
    return " ".join(told) + more, trouble, detail


def channels_line(snapshot: DeskSnapshot, now: datetime) -> WatchLine:
    """Return how all channels do, in one line: those in trouble by name, else how many are well."""
    if snapshot.book.demo:
        return WatchLine("", "the demo sends nothing outside", "muted")
    lines = channel_lines(snapshot.watching, now, len(snapshot.watching.channels))
    bad = [line for line in lines if line.tone != "safe"]
    if not lines:
        return WatchLine("", "", "muted")
    if not bad:
        count = f"{len(lines)} channels" if len(lines) > 1 else lines[0].name
        return WatchLine(count, "proved" if len(lines) > 1 else lines[0].words, "safe")
    if len(bad) == 1:
        return bad[0]
    broken = [line for line in bad if line.tone == "sale"] or bad
    named = ", ".join(line.name for line in broken[:MOST_CHANNELS])
    more = f" and {len(broken) - MOST_CHANNELS} more" if len(broken) > MOST_CHANNELS else ""
    words = "broken" if broken[0].tone == "sale" else "not proved yet"
    remedy = " ".join(f"{line.name}: {line.words}." for line in broken)
    return WatchLine(f"{named}{more}", words, broken[0].tone, remedy)


def _blindness(snapshot: DeskSnapshot) -> tuple[str, str]:
    """Return the words of a watch that lacks prices, and what is lacking; empty where every price is there."""
    lookups = tuple(snapshot.figures.lookups.values()) or tuple(snapshot.figures.prices.values())
    missing = [lookup for lookup in lookups if isinstance(lookup, NoQuote)]
    if not missing or snapshot.asking_off:
        return "", ""
    words = "Watching, blind" if len(missing) == len(lookups) else "Watching, partly blind"
    return words, f"No price in {missing[0].currency}: {missing[0].reason}. Price alarms cannot fire without one."


def _holder(watching: Watching) -> str:
    lease = watching.lease
    if lease is None:
        return "another program"
    what = "the watcher" if lease.role is JudgeRole.WATCHER else "another window"
    return f"{what} on {lease.host[:40]}" if lease.host else what


def _pulse(watching: Watching, now: datetime) -> str:
    return "" if watching.pulse_at is None else f", pulse {age_text(seconds_between(watching.pulse_at, now))}"
