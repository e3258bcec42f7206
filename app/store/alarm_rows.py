"""Rows of the alarm's tables as values and back. Standard library only; rows have the order of the field names here.

``replaced`` and ``newest_first`` write the SQL that SQLite and PostgreSQL both understand.
"""

import json
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.margin_calls import CallState, MarginCall
from app.domain.policy_breaches import Breach
from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.store.backend import Parameters, Row
from app.store.instants import instant_text, optional_instant

WARNING_FIELDS: Final = WarningRecord._fields
CALL_FIELDS: Final = MarginCall._fields
DELIVERY_FIELDS: Final = Delivery._fields
MESSAGE_FIELDS: Final = Message._fields
ACTION_FIELDS: Final = WarningAction._fields
_E = TypeVar("_E", bound=StrEnum)


def replaced(table: str, fields: Sequence[str], change: str = "") -> str:
    """Return the statement that inserts a row, or changes the one of the same id.

    Args:
        table: its name.
        fields: its columns, ``id`` first.
        change: what follows ``DO UPDATE SET``; empty: every column is replaced.
    """
    change = change or ", ".join(f"{name} = excluded.{name}" for name in fields[1:])
    return (
        f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({', '.join(f':{name}' for name in fields)})"  # noqa: S608 - names of our own
        f" ON CONFLICT (id) DO UPDATE SET {change}"
    )


def row_of(item: WarningRecord | MarginCall | Delivery | Message | WarningAction | Breach) -> Parameters:
    """Return an item's row: words, instants and decimals as their text."""
    return {name: _stored(value) for name, value in zip(item._fields, item, strict=True)}


def warning_of(row: Row) -> WarningRecord:
    """Return a warning; ``ValueError`` or ``TypeError`` for a row that cannot be one."""
    value = dict(zip(WARNING_FIELDS, row, strict=True))
    return WarningRecord(**value)._replace(
        kind=WarningKind(value["kind"]),
        status=WarningStatus(value["status"]),
        confirmed=bool(value["confirmed"]),
        announced=bool(value["announced"]),
        opened_at=_instant(value["opened_at"]),
        updated_at=_instant(value["updated_at"]),
        closed_at=optional_instant(value["closed_at"]),
        due_at=optional_instant(value["due_at"]),
        acknowledged_at=optional_instant(value["acknowledged_at"]),
        snoozed_until=optional_instant(value["snoozed_until"]),
        calm_rounds=int(value["calm_rounds"]),
        urgency=Urgency(value["urgency"]),
        told=int(value["told"]),
        told_at=optional_instant(value["told_at"]),
        resolving_since=optional_instant(value["resolving_since"]),
        first_told_at=optional_instant(value["first_told_at"]),
    )


def call_of(row: Row) -> MarginCall:
    """Return a margin call."""
    value = dict(zip(CALL_FIELDS, row, strict=True))
    return MarginCall(**value)._replace(
        issued_at=_instant(value["issued_at"]),
        level=_number(value["level"]),
        ltv=_number(value["ltv"]),
        price=_number(value["price"]),
        repay=_optional_number(value["repay"]),
        due_at=optional_instant(value["due_at"]),
        cure_ltv=_optional_number(value["cure_ltv"]),
        latching=bool(value["latching"]),
        state=CallState(value["state"]),
        ended_at=optional_instant(value["ended_at"]),
    )


def delivery_of(row: Row) -> Delivery:
    """Return a delivery."""
    value = dict(zip(DELIVERY_FIELDS, row, strict=True))
    return Delivery(**value)._replace(
        step=int(value["step"]),
        created_at=_instant(value["created_at"]),
        not_before=_instant(value["not_before"]),
        urgency=Urgency(value["urgency"]),
    )


def message_of(row: Row) -> Message:
    """Return a message."""
    value = dict(zip(MESSAGE_FIELDS, row, strict=True))
    return Message(**value)._replace(
        kind=MessageKind(value["kind"]),
        created_at=_instant(value["created_at"]),
        urgency=Urgency(value["urgency"]),
        state=MessageState(value["state"]),
        attempts=int(value["attempts"]),
        next_at=optional_instant(value["next_at"]),
        sent_at=optional_instant(value["sent_at"]),
        fault=_optional_word(DeliveryFault, value["fault"]),
    )


def action_of(row: Row) -> WarningAction:
    """Return what was done with a warning."""
    value = dict(zip(ACTION_FIELDS, row, strict=True))
    return WarningAction(**value)._replace(
        kind=ActionKind(value["kind"]),
        at=_instant(value["at"]),
        until=optional_instant(value["until"]),
        applied=bool(value["applied"]),
    )


def rule_of(row: Row) -> Rule:
    """Return a rule of its columns without the id."""
    key, kind, limit, line, fall, due, horizon, loans, urgency, hold, keep, channels, enabled = row
    return Rule(
        key,
        RuleKind(kind),
        _optional_number(limit),
        _optional_word(TriggerKind, line),
        _optional_word(Fall, fall),
        _optional_word(Due, due),
        horizon,
        _names(loans),
        Urgency(urgency),
        int(hold),
        int(keep),
        _names(channels),
        bool(enabled),
    )


def channel_of(row: Row) -> Channel:
    """Return a channel of its columns without the id."""
    key, name, kind, person, after, start, end, zone, internal, enabled = row
    quiet = None if start is None else QuietHours(time.fromisoformat(start), time.fromisoformat(end), zone)
    return Channel(key, name, ChannelKind(kind), person, int(after), quiet, bool(internal), bool(enabled))


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        msg = "not a finite number"
        raise ValueError(msg)
    return number


def _optional_number(text: str | None) -> Decimal | None:
    return None if text is None else _number(text)


def _optional_word(words: type[_E], text: str | None) -> _E | None:
    return None if text is None else words(text)


def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        msg = "not a list of names"
        raise ValueError(msg)
    return tuple(names)
