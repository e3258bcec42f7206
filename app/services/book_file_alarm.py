"""Rules and channels in a book file: the readers of one object each, and the objects as they are written.

Addresses are secrets: no key holds one, and a file that brings one is refused like any unknown key.
"""

from datetime import time
from decimal import Decimal
from typing import Any, Final

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.errors import BookFileError
from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.services.json_values import (
    JsonObject,
    as_flag,
    as_object,
    as_ratio,
    as_text,
    as_whole,
    as_word,
    nullable,
    optional,
    read_list,
    required,
)

_RULE_KEYS: Final = frozenset(
    (
        "key", "kind", "limit", "line", "fall", "due", "horizon_days", "loans", "urgency", "hold_minutes",
        "keep_minutes", "channels", "enabled",
    )
)  # fmt: skip
_CHANNEL_KEYS: Final = frozenset(("key", "name", "kind", "person", "after_minutes", "quiet", "internal", "enabled"))
_QUIET_KEYS: Final = frozenset(("start", "end", "zone"))
_RULE_KIND: Final = as_word(RuleKind)
_LINE: Final = as_word(TriggerKind)
_FALL: Final = as_word(Fall)
_DUE: Final = as_word(Due)
_URGENCY: Final = as_word(Urgency)
_CHANNEL_KIND: Final = as_word(ChannelKind)
_PLAIN_RULE: Final = Rule("", RuleKind.LTV)
_PLAIN_CHANNEL: Final = Channel("", "", ChannelKind.OTHER)


def read_rule(value: Any) -> Rule:
    """Return a rule; ``BookFileError`` names what is wrong with it."""
    fields = as_object(value, _RULE_KEYS)
    return Rule(
        required(fields, "key", as_text),
        required(fields, "kind", _RULE_KIND),
        nullable(fields, "limit", as_ratio),
        nullable(fields, "line", _LINE),
        nullable(fields, "fall", _FALL),
        nullable(fields, "due", _DUE),
        nullable(fields, "horizon_days", as_whole),
        read_list(fields, "loans", as_text),
        optional(fields, "urgency", _URGENCY, _PLAIN_RULE.urgency),
        optional(fields, "hold_minutes", as_whole, _PLAIN_RULE.hold_minutes),
        optional(fields, "keep_minutes", as_whole, _PLAIN_RULE.keep_minutes),
        read_list(fields, "channels", as_text),
        optional(fields, "enabled", as_flag, default=True),
    )


def read_channel(value: Any) -> Channel:
    """Return a channel; ``BookFileError`` names what is wrong with it."""
    fields = as_object(value, _CHANNEL_KEYS)
    return Channel(
        required(fields, "key", as_text),
        required(fields, "name", as_text),
        required(fields, "kind", _CHANNEL_KIND),
        optional(fields, "person", as_text, ""),
        optional(fields, "after_minutes", as_whole, 0),
        nullable(fields, "quiet", _quiet),
        optional(fields, "internal", as_flag, default=False),
        optional(fields, "enabled", as_flag, default=True),
    )


def rule_object(rule: Rule) -> JsonObject:
    """Return a rule's object; what is as it would be anyway is left out."""
    return {
        "key": rule.key,
        "kind": rule.kind.value,
        **_present("limit", None if rule.limit is None else _digits(rule.limit)),
        **_present("line", rule.line),
        **_present("fall", rule.fall),
        **_present("due", rule.due),
        **_present("horizon_days", rule.horizon_days),
        **_present("loans", list(rule.loans) or None),
        "urgency": rule.urgency.value,
        "hold_minutes": rule.hold_minutes,
        "keep_minutes": rule.keep_minutes,
        **_present("channels", list(rule.channels) or None),
        **_present("enabled", None if rule.enabled else False),
    }


def channel_object(channel: Channel) -> JsonObject:
    """Return a channel's object; what is as it would be anyway is left out."""
    quiet = channel.quiet
    return {
        "key": channel.key,
        "name": channel.name,
        "kind": channel.kind.value,
        **_present("person", channel.person or None),
        **_present("after_minutes", channel.after_minutes or None),
        **_present("quiet", None if quiet is None else _quiet_object(quiet)),
        **_present("internal", channel.internal or None),
        **_present("enabled", None if channel.enabled else False),
    }


def _quiet(value: Any) -> QuietHours:
    fields = as_object(value, _QUIET_KEYS)
    return QuietHours(
        required(fields, "start", _clock),
        required(fields, "end", _clock),
        required(fields, "zone", as_text),
    )


def _clock(value: Any) -> time:
    text = as_text(value)
    try:
        at = time.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None or ":" not in text:
        msg = 'must be a time of day like "22:00"'
        raise BookFileError(msg)
    return at


def _quiet_object(quiet: QuietHours) -> JsonObject:
    return {"start": _clock_text(quiet.start), "end": _clock_text(quiet.end), "zone": quiet.zone}


def _clock_text(at: time) -> str:
    return f"{at:%H:%M}" if at == at.replace(second=0, microsecond=0) else at.isoformat()


def _digits(value: Decimal) -> str:
    return f"{value:f}"


def _present(key: str, value: Any) -> JsonObject:
    return {} if value is None else {key: value}
