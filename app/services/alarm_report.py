"""What is stored about the alarm of a book, sorted out, and as documents for scripts. No address is part of it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.domain.book import Book
from app.domain.channels import Channel
from app.domain.deliveries import Delivery, Message
from app.domain.errors import InputError
from app.domain.margin_calls import MarginCall
from app.domain.rules import LINES, URGENCY_RANK, Rule
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import RANK, WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import apply_action
from app.services.alert_ports import Lease
from app.services.policy_words import POLICY_TITLES
from app.services.report_figures import plain, ratio_text, time_text
from app.services.rule_sentences import rule_sentence, rule_title

RECENT: Final = 5
SHORT_ID: Final = 8
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS: Final = (
    "id", "shelf", "about", "rule", "kind", "urgency", "status", "confirmed", "opened_at", "closed_at", "due_at",
    "acknowledged_at", "snoozed_until", "told", "told_at", "sentence",
)  # fmt: skip
_ABOUT: Final = {
    WarningKind.WATCHER: "the watch",
    WarningKind.STORE: "this book",
    WarningKind.BLIND: "price in ",
    WarningKind.DISPUTED: "price in ",
    WarningKind.CHANNEL: "channel ",
}


class Shelf(StrEnum):
    """Where a warning lies: it needs somebody, it stands and was seen or put off, it waits to fire, it is over."""

    NEEDS_YOU = "needs_you"
    STANDS = "stands"
    WAITS = "waits"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AlarmView:
    """What is stored.

    Attributes:
        records, calls: as stored; ``actions`` are not applied to them yet.
        waiting: deliveries that no message carries yet, and messages that wait.
        finished: messages that went out or were given up, newest first.
        actions: what people did and nobody has taken over yet.
        judge: who judges the book now, or None.
    """

    book: Book
    now: datetime
    records: tuple[WarningRecord, ...]
    calls: tuple[MarginCall, ...]
    waiting: tuple[tuple[Delivery, ...], tuple[Message, ...]]
    finished: tuple[Message, ...]
    actions: tuple[WarningAction, ...]
    judge: Lease | None

    def standing(self) -> dict[Shelf, list[WarningRecord]]:
        """Return the warnings by shelf: gravest first, those that are over newest first."""
        found: dict[Shelf, list[WarningRecord]] = {shelf: [] for shelf in Shelf}
        for record in self._with_actions():
            shelf = shelf_of(record, self.now)
            if shelf is not None:
                found[shelf].append(record)
        for shelf in (Shelf.NEEDS_YOU, Shelf.STANDS, Shelf.WAITS):
            found[shelf].sort(key=_gravity)
        found[Shelf.OVER].sort(key=lambda record: record.closed_at or record.updated_at, reverse=True)
        return found

    def find(self, start: str) -> WarningRecord:
        """Return the warning whose id begins so.

        Raises:
            InputError: there is none, or more than one.
        """
        wanted = start.strip().lower()
        shown = [record for records in self.standing().values() for record in records]
        found = [record for record in shown if wanted and record.id.lower().startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            msg = f"“{start[:40]}” begins the id of {len(found)} warnings; write more of it"
        else:
            msg = f"no warning has an id that begins with “{start[:40]}”; see plimsoll alarm list --all"
        raise InputError(msg)

    def about(self, record: WarningRecord) -> str:
        """Return what a warning is about, in a few words."""
        if record.kind is WarningKind.RULE:
            named = POLICY_TITLES.get(record.rule, record.rule)
            title = next((rule_title(rule) for rule in self.book.rules if rule.key == record.rule), named)
            return f"{record.subject} · {title}" if record.subject else title
        words = _ABOUT.get(record.kind, "")
        if not words.endswith(" "):
            return words or record.subject
        return words + (self.channel(record.subject) if record.kind is WarningKind.CHANNEL else record.subject)

    def channel(self, key: str) -> str:
        """Return a channel's name by its key."""
        return next((channel.name for channel in self.book.channels if channel.key == key), key)

    def _with_actions(self) -> Iterable[WarningRecord]:
        for record in self.records:
            shown = record
            for action in self.actions:
                if action.warning_id == record.id:
                    shown = apply_action(shown, action, self.now)
            yield shown


def _gravity(record: WarningRecord) -> tuple[int, int, datetime]:
    return -URGENCY_RANK[record.urgency], -RANK[record.kind], record.opened_at


def shelf_of(record: WarningRecord, now: datetime) -> Shelf | None:
    """Return where a warning lies; None for one that nobody was told of, and nobody is shown."""
    if record.status is WarningStatus.CLOSED:
        return Shelf.OVER if record.told or record.announced else None
    if record.status is WarningStatus.SKIPPED:
        return None
    if record.status is WarningStatus.PENDING:
        return Shelf.WAITS
    return Shelf.NEEDS_YOU if record.needs_you(now) else Shelf.STANDS


def alarm_document(view: AlarmView, *, everything: bool) -> dict[str, Any]:
    """Return the whole list as a document; without ``everything`` of what is over the newest alone."""
    most = None if everything else RECENT
    deliveries, messages = view.waiting
    over = [call for call in view.calls if not call.stands][:most]
    return {
        "as_of": time_text(view.now),
        "judge": None if view.judge is None else _judge(view.judge),
        "warnings": warning_rows(view, everything=everything),
        "margin_calls": [_call(call) for call in (*[call for call in view.calls if call.stands], *over)],
        "deliveries": [
            *[_delivery(view, delivery) for delivery in deliveries],
            *[_message(view, message) for message in (*messages, *view.finished[:most])],
        ],
    }


def warning_rows(view: AlarmView, *, everything: bool) -> list[dict[str, Any]]:
    """Return every warning that is listed, one document each."""
    shelves = view.standing()
    most = None if everything else RECENT
    return [
        _warning(view, shelf, record)
        for shelf, records in shelves.items()
        for record in (records[:most] if shelf is Shelf.OVER else records)
    ]


def alarm_csv(view: AlarmView, *, everything: bool) -> str:
    """Return the warnings as CSV that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in warning_rows(view, everything=everything):
        writer.writerow([_cell(row[column]) for column in _COLUMNS])
    return out.getvalue()


def channel_document(channel: Channel, secret: str) -> dict[str, Any]:
    """Return a channel; ``secret`` says whether its address is to be had, never what it is."""
    quiet = channel.quiet
    return {
        "key": channel.key,
        "name": channel.name,
        "kind": channel.kind.value,
        "person": channel.person,
        "after_minutes": channel.after_minutes,
        "quiet": None if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}",
        "quiet_zone": None if quiet is None else quiet.zone,
        "internal": channel.internal,
        "enabled": channel.enabled,
        "address": secret,
    }


def rule_document(rule: Rule) -> dict[str, Any]:
    """Return a rule with its sentence."""
    return {
        "key": rule.key,
        "enabled": rule.enabled,
        "sentence": rule_sentence(rule),
        "kind": rule.kind.value,
        "limit": None if rule.limit is None else plain(rule.limit),
        "urgency": rule.urgency.value,
        "loans": list(rule.loans),
        "channels": list(rule.channels),
    }


def _judge(lease: Lease) -> dict[str, Any]:
    return {
        "role": lease.role.value,
        "host": lease.host,
        "process": lease.pid,
        "last_sign": time_text(lease.renewed_at),
        "price_at": _time(lease.price_at),
        "stuck": lease.stuck,
    }


def _warning(view: AlarmView, shelf: Shelf, record: WarningRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "shelf": shelf.value,
        "about": view.about(record),
        "rule": None if record.rule == LINES else record.rule,
        "kind": record.kind.value,
        "urgency": record.urgency.value,
        "status": record.status.value,
        "confirmed": record.confirmed,
        "opened_at": time_text(record.opened_at),
        "closed_at": _time(record.closed_at),
        "due_at": _time(record.due_at),
        "acknowledged_at": _time(record.acknowledged_at),
        "snoozed_until": _time(record.snoozed_until),
        "told": record.told,
        "told_at": _time(record.told_at),
        "sentence": record.sentence,
    }


def _call(call: MarginCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "loan": call.loan,
        "state": call.state.value,
        "issued_at": time_text(call.issued_at),
        "due_at": _time(call.due_at),
        "ended_at": _time(call.ended_at),
        "level": ratio_text(call.level),
        "ltv": ratio_text(call.ltv),
        "price": plain(call.price),
        "top_up_sats": call.top_up_sats,
        "repay": None if call.repay is None else plain(call.repay),
        "cure_ltv": ratio_text(call.cure_ltv),
    }


def _delivery(view: AlarmView, delivery: Delivery) -> dict[str, Any]:
    headline = delivery.text.partition("\n")[0]
    at = time_text(delivery.created_at)
    return _sent(view, delivery.channel, "queued", headline, at, next_at=_time(delivery.not_before))


def _message(view: AlarmView, message: Message) -> dict[str, Any]:
    return {
        **_sent(
            view,
            message.channel,
            message.state.value,
            message.subject,
            time_text(message.created_at),
            next_at=_time(message.next_at),
        ),
        "attempts": message.attempts,
        "sent_at": _time(message.sent_at),
        "fault": None if message.fault is None else message.fault.value,
    }


def _sent(
    view: AlarmView, channel: str, state: str, subject: str, created_at: str, *, next_at: str | None
) -> dict[str, Any]:
    return {
        "channel": view.channel(channel),
        "state": state,
        "subject": subject,
        "created_at": created_at,
        "next_at": next_at,
        "attempts": 0,
        "sent_at": None,
        "fault": None,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else time_text(at)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
