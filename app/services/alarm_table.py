"""The alarm of a book as a page for a terminal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.domain.channels import Channel
from app.domain.deliveries import Message, MessageState
from app.domain.margin_calls import CallState, MarginCall
from app.domain.rules import Rule, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alarm_report import RECENT, SHORT_ID, AlarmView, Shelf
from app.services.channel_health import fault_words
from app.services.plain_line import minutes_text
from app.services.rule_sentences import rule_sentence
from app.services.text_table import NOTHING, table_lines
from app.services.wording import btc, money, percent_up

_WORDS: Final = {
    WarningKind.BLIND: "no price",
    WarningKind.DISPUTED: "disputed price",
    WarningKind.WATCHER: "not watched",
    WarningKind.CHANNEL: "channel broken",
    WarningKind.STORE: "not stored",
    WarningKind.COLLATERAL: "collateral",
    WarningKind.DROP_CALL: "call near",
    WarningKind.DROP_SALE: "forced sale near",
    WarningKind.CALL: "margin call",
    WarningKind.SALE: "forced sale",
}
_URGENCIES: Final = {
    Urgency.NOTICE: "notice",
    Urgency.EARLY: "early warning",
    Urgency.CALL: "pressing",
    Urgency.SALE: "act now",
}
_HEADS: Final = {
    Shelf.NEEDS_YOU: "Needs you",
    Shelf.STANDS: "Stands, seen or put off",
    Shelf.WAITS: "Reached, but not yet for as long as its rule asks",
    Shelf.OVER: "Over",
}
_CALLS: Final = {
    CallState.RUNNING: "running",
    CallState.OVERDUE: "overdue",
    CallState.CURED: "cured",
    CallState.CANCELLED: "lapsed",
    CallState.SOLD: "sold",
    CallState.ENDED: "ended",
}
_FRESH: Final = timedelta(minutes=5)


def alarm_page(view: AlarmView, *, everything: bool) -> str:
    """Return warnings, margin calls and deliveries; without ``everything`` of what is over the newest alone."""
    lines = [judge_line(view)]
    shelves = view.standing()
    if not any(shelves[shelf] for shelf in (Shelf.NEEDS_YOU, Shelf.STANDS, Shelf.WAITS)):
        lines += ["", "No warning stands."]
    for shelf, records in shelves.items():
        shown = records if everything or shelf is not Shelf.OVER else records[:RECENT]
        if shown:
            count = "" if len(shown) == len(records) else f", the newest of {len(records)} (--all shows them all)"
            lines += ["", f"{_HEADS[shelf]}{count}:"]
            for record in shown:
                lines += _warning_lines(view, record)
    lines += _call_lines(view, everything=everything)
    lines += _delivery_lines(view, everything=everything)
    return "\n".join(lines)


def judge_line(view: AlarmView) -> str:
    """Return who judges the book now, in a sentence."""
    if view.book.demo:
        return "The demo book is judged by recorded prices, and sends nothing outside."
    if view.judge is None:
        return "Nobody judges this book now: open the window, or run plimsoll watch (--install for good)."
    judge = view.judge
    late = "" if view.now - judge.renewed_at <= _FRESH else ", which is long ago"
    stuck = f" Its messages do not go out: {judge.stuck.rstrip('.')}." if judge.stuck else ""
    return (
        f"A {judge.role} judges this book (process {judge.pid} on {judge.host or 'another machine'}, "
        f"last sign of life {moment(judge.renewed_at, view.now)}{late}).{stuck}"
    )


def moment(at: datetime, now: datetime) -> str:
    """Return a moment in UTC, today's without its day."""
    return f"{at:%H:%M}Z" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}Z"


def channel_rows(channels: Sequence[tuple[Channel, str]]) -> list[str]:
    """Return channels as lines, each with whether its address is to be had."""
    head = ("name", "kind", "person", "told", "quiet", "state", "address")
    rows = [_channel_row(channel, secret) for channel, secret in channels]
    return table_lines([head, *rows], left=range(len(head)))


def rule_rows(rules: Sequence[Rule]) -> list[str]:
    """Return rules as lines: key, on or off, sentence."""
    rows = [(rule.key, "on" if rule.enabled else "off", rule_sentence(rule)) for rule in rules]
    return table_lines(rows, left=(0, 1, 2))


def _channel_row(channel: Channel, secret: str) -> tuple[str, ...]:
    told = f"if unseen after {minutes_text(channel.after_minutes)}" if channel.after_minutes else "at once"
    quiet = channel.quiet
    hours = NOTHING if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M} {quiet.zone}"
    state = "on" if channel.enabled else "off"
    return channel.name, channel.kind.value, channel.person or NOTHING, told, hours, state, secret


def _warning_lines(view: AlarmView, record: WarningRecord) -> list[str]:
    word = _URGENCIES[record.urgency] if record.kind is WarningKind.RULE else _WORDS[record.kind]
    said = [word if record.confirmed else f"{word}, unconfirmed", _status(record, view.now)]
    if record.due_at is not None and record.is_open:
        words = "due" if record.kind is WarningKind.RULE else "to be cured by"
        said.append(f"{words} {moment(record.due_at, view.now)}")
    head = f"  {record.id[:SHORT_ID]}  {view.about(record)} ({', '.join(said)})"
    # What only waits has no sentence yet.
    return [head, f"            {record.sentence}"] if record.sentence else [head]


def _status(record: WarningRecord, now: datetime) -> str:
    if record.closed_at is not None:
        return f"{moment(record.opened_at, now)} to {moment(record.closed_at, now)}"
    since = f"since {moment(record.opened_at, now)}"
    if record.status is WarningStatus.ACKNOWLEDGED and record.acknowledged_at is not None:
        return f"{since}, seen {moment(record.acknowledged_at, now)}"
    if record.snoozed_until is not None and record.snoozed_until > now:
        return f"{since}, snoozed until {moment(record.snoozed_until, now)}"
    if record.resolving_since is not None:
        return f"{since}, clear since {moment(record.resolving_since, now)}"
    return since


def _call_lines(view: AlarmView, *, everything: bool) -> list[str]:
    over = [call for call in view.calls if not call.stands]
    shown = [*[call for call in view.calls if call.stands], *(over if everything else over[:RECENT])]
    if not shown:
        return []
    currencies = {loan.name: loan.currency for loan in view.book.loans}
    return ["", "Margin calls:", *[_call(call, currencies.get(call.loan), view.now) for call in shown]]


def _call(call: MarginCall, currency: str | None, now: datetime) -> str:
    at = "" if currency is None else f" at BTC {money(call.price, currency)}"
    due = "no clock" if call.due_at is None else f"due {moment(call.due_at, now)}"
    cure = [] if call.top_up_sats is None else [f"post {btc(call.top_up_sats)}"]
    if call.repay is not None and currency is not None:
        cure.append(f"repay {money(call.repay, currency)}")
    how = f"; {' or '.join(cure)}" if cure and call.stands else ""
    ended = "" if call.ended_at is None else f" {moment(call.ended_at, now)}"
    issued = f"issued {moment(call.issued_at, now)}{at}, LTV {percent_up(call.ltv)}"
    return f"  {call.loan}: {_CALLS[call.state]}{ended}; {issued}; {due}{how}"


def _delivery_lines(view: AlarmView, *, everything: bool) -> list[str]:
    deliveries, messages = view.waiting
    finished = view.finished if everything else view.finished[:RECENT]
    rows = [
        (view.channel(one.channel), f"waits until {moment(one.not_before, view.now)}", one.text.partition("\n")[0])
        for one in deliveries
    ]
    rows += [(view.channel(one.channel), _message_state(one, view.now), one.subject) for one in (*messages, *finished)]
    if not rows:
        return []
    return ["", "Deliveries:", *[f"  {line}" for line in table_lines(rows, left=(0, 1, 2))]]


def _message_state(message: Message, now: datetime) -> str:
    fault = "" if message.fault is None else f" ({fault_words(message.fault)})"
    if message.state is MessageState.SENT and message.sent_at is not None:
        return f"sent {moment(message.sent_at, now)}"
    if message.state is MessageState.EXPIRED:
        return f"given up{fault}"
    if message.attempts and message.next_at is not None:
        times = "once" if message.attempts == 1 else f"{message.attempts} times"
        return f"tried {times}{fault}, again {moment(message.next_at, now)}"
    return "going out"
