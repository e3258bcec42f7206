"""Channels as the screens tell them: kind, step, quiet hours, state, and what a test found (pure)."""

from datetime import datetime
from typing import Final, NamedTuple

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import SecretState, Sent, given_names
from app.services.channel_health import fault_remedy, fault_words
from app.services.plain_line import minutes_text
from app.services.watch_state import ChannelHealth
from app.ui.formats import THIN, age_text, seconds_between
from app.ui.models.warning_words import short_moment
from app.ui.widgets.labels import Tone

KIND_WORDS: Final = {
    ChannelKind.EMAIL: "E-mail",
    ChannelKind.NTFY: "ntfy (push to a phone)",
    ChannelKind.PUSHOVER: "Pushover (push to a phone)",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.SLACK: "Slack",
    ChannelKind.TEAMS: "Microsoft Teams",
    ChannelKind.DISCORD: "Discord",
    ChannelKind.WEBHOOK: "Webhook",
    ChannelKind.DESKTOP: "This desktop's notifications",
    ChannelKind.OTHER: "Another service, by its address",
}
SHORT_KINDS: Final = {
    **KIND_WORDS,
    ChannelKind.NTFY: "ntfy",
    ChannelKind.PUSHOVER: "Pushover",
    ChannelKind.TEAMS: "Teams",
    ChannelKind.DESKTOP: "Desktop",
    ChannelKind.OTHER: "By address",
}
DEMO_SENDS_NOTHING: Final = "The demo book sends nothing outside. Channels belong to your own book."
ADDRESS_STAYS: Final = "Its address stays in the password store, so that undoing brings back a channel that works."
_SECRETS: Final = {
    SecretState.MISSING: "No address is kept on this machine: open Edit and give it.",
    SecretState.LOCKED: "The password store is locked: what goes by this channel waits. Unlock it, then try again.",
    SecretState.UNAVAILABLE: "There is no password store on this machine: start one, such as GNOME Keyring or "
    "KWallet, then try again. An address is never kept in plain text.",
    SecretState.SLOW: "The password store does not answer. Look whether it asks for something, then try again.",
}


class ChannelState(NamedTuple):
    """How a channel does, for a row: one line with its shape, and what to do where something is wrong."""

    words: str
    tone: Tone
    remedy: str = ""


def secret_words(state: SecretState) -> str:
    """Return why an address is not to be had, and what to do."""
    return _SECRETS[state]


def step_words(channel: Channel) -> str:
    """Return when a channel is told, and when it is quiet."""
    step = f"if nobody acknowledged after {minutes_text(channel.after_minutes)}" if channel.after_minutes else "at once"
    if channel.quiet is None:
        return step
    quiet = channel.quiet
    return f"{step} · quiet {quiet.start:%H:%M}–{quiet.end:%H:%M} {quiet.zone}"


def whom_words(channel: Channel) -> str:
    """Return a channel's kind and whom it reaches."""
    kind = SHORT_KINDS[channel.kind]
    return f"{kind} · {channel.person}" if channel.person else kind


def seconds_text(seconds: float) -> str:
    """Return a short time with the digits that matter."""
    return f"{seconds:.1f}{THIN}s" if seconds < 10 else f"{seconds:.0f}{THIN}s"  # noqa: PLR2004 - two digits tell it


def sent_words(sent: Sent) -> tuple[str, Tone]:
    """Return what a test found, in words and a tone."""
    if sent.fault is None:
        return f"✓ Taken after {seconds_text(sent.seconds)}. Look whether it has arrived.", "safe"
    remedy = fault_remedy(sent.fault)
    if "by itself" in remedy:  # which is true of a warning, not of a test
        remedy = "Check the address and the network, then test again."
    return f"✗ {_upper(fault_words(sent.fault))}. {remedy}", "sale"


def result_words(name: str, fault: DeliveryFault | None, seconds: float) -> tuple[str, Tone]:
    """Return one line of a fire drill."""
    if fault is None:
        return f"✓ {name}: {seconds_text(seconds)}", "safe"
    return f"✗ {name}: {fault_words(fault)}", "sale"


def proved_words(health: ChannelHealth, now: datetime) -> str:
    """Return when something last went out, and how long the last drill took."""
    if health.proved_at is None:
        return "not proved yet"
    took = ""
    if health.drill_seconds is not None and health.drilled_at == health.proved_at:
        took = f" in {seconds_text(max(health.drill_seconds, 0.0))}"
    return f"proved {age_text(seconds_between(health.proved_at, now))}{took}"


def state_of(health: ChannelHealth, now: datetime, secret: SecretState | None = None) -> ChannelState:
    """Return how a channel does; ``secret`` is why its address is not to be had, None where it is there or unknown."""
    if not health.channel.enabled:
        return ChannelState("○ Switched off", "muted")
    waits = f" · {health.waiting:,} waiting" if health.waiting else ""
    if health.fault is not None:
        since = "" if health.failing_since is None else f" since {short_moment(health.failing_since, now)}"
        words = f"✗ Broken{since}: {fault_words(health.fault)}{waits}"
        return ChannelState(words, "sale", fault_remedy(health.fault))
    if secret is not None:
        if secret in (SecretState.MISSING, SecretState.UNAVAILABLE):
            given = f"On a server it can be given as {given_names(health.channel.key)[0]}."
            remedy = f"{secret_words(secret)} {given}" if secret is SecretState.MISSING else given
            return ChannelState(f"▲ No address on this machine{waits}", "call", remedy)
        # What is wrong with the store stands above all channels, once.
        return ChannelState(f"▲ Its address cannot be read now{waits}", "call")
    if health.proved_at is None:
        remedy = "Press Test: only a message that arrived proves a channel."
        return ChannelState(f"▲ Not proved yet{waits}", "watch", remedy)
    return ChannelState(f"✓ {_upper(proved_words(health, now))}{waits}", "safe")


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
