"""One warning in full: what to do, its margin call, what people did, and the numbers that explain it (pure)."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.figures import LoanFigures
from app.domain.margin_calls import CallState, MarginCall
from app.domain.quotes import Quote, Verdict
from app.domain.rules import LINES
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import LINE_KINDS, WarningKind, WarningRecord, WarningStatus
from app.ui.formats import (
    HIDDEN,
    NOT_KNOWN,
    UP,
    Display,
    age_text,
    btc_text,
    danger_price_text,
    fiat_text,
    headroom_text,
    left_text,
    ltv_text,
    moment_text,
    money_text,
    percent_text,
    price_text,
    seconds_between,
)
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_words import masked, short_moment, status_words
from app.ui.words import TRIGGER_WORDS

NOTE_LENGTH: Final = 500
_TODO: Final = {
    WarningKind.BLIND: "See in Settings which price sources answer; F5 asks them again.",
    WarningKind.DISPUTED: "Nothing is judged by a price that is disputed. Settings shows what each source says.",
    WarningKind.WATCHER: "Start the watcher again, or leave this window open: it judges while no watcher does.",
    WarningKind.CHANNEL: "Correct the channel's address in Settings, then send a fire drill.",
    WarningKind.COLLATERAL: "Compare with the lender's own statement, then enter what was posted or given back.",
    WarningKind.STORE: "Make room or change the file's rights. Until then warnings are told, but not kept.",
}
_STATES: Final = {
    CallState.RUNNING: "runs",
    CallState.OVERDUE: "the time to cure it is over",
    CallState.CURED: "cured",
    CallState.CANCELLED: "lapsed: the price came back",
    CallState.SOLD: "ended by a forced sale",
    CallState.ENDED: "ended with the loan",
}
_MONEY: Final = re.compile(
    r"(?:CA\$|A\$|[$€£¥]|\b(?:CHF|USD|EUR|GBP|JPY|CAD|AUD)[ \u00a0\u202f]?)\d\S*", re.ASCII | re.IGNORECASE
)
_PUBLIC: Final = ("price", "source", "called at", "sold at", "fall", "move", "low", "high")
_DIGITS: Final = re.compile(r"\d[\d.,\u2009\u202f]*")


class Fact(NamedTuple):
    """A number with its name."""

    name: str
    value: str


def todo_words(record: WarningRecord, context: WarningContext) -> str:
    """Return what to do, where the sentence does not say it, as a loan's does."""
    if record.is_over:
        return ""
    if record.status is WarningStatus.PENDING:
        return "Nothing yet: it fires if it still holds when its time is over."
    own = _TODO.get(record.kind)
    if own is not None:
        return own
    return "" if context.figures(record) is not None else "Plan works out what would put the book right."


def times_words(record: WarningRecord, context: WarningContext, zone: tzinfo | None = None) -> str:
    """Return since when it stands, what has been done about it, and by when it is to be cured."""
    parts = [f"Since {moment_text(record.opened_at, zone)}"]
    parts.append(status_words(record, context.now, zone, context.rule(record)))
    if record.due_at is not None and record.is_open:
        left = left_text(seconds_between(context.now, record.due_at))
        over = record.due_at <= context.now
        parts.append(f"cure by {moment_text(record.due_at, zone)} · {'over' if over else f'{left} left'}")
    if record.told_at is not None:
        times = "once" if record.told == 1 else f"{record.told} times"
        parts.append(f"told {times}, last {short_moment(record.told_at, context.now, zone)}")
    price = context.price_words(record)
    if price != NOT_KNOWN:
        parts.append(f"price {price}")
    return " · ".join(parts)


def call_lines(
    call: MarginCall, currency: str, now: datetime, display: Display, zone: tzinfo | None = None
) -> tuple[str, ...]:
    """Return a margin call on record: when, at what, what cures it, whether the price alone can end it, its state."""
    at, price = moment_text(call.issued_at, zone), price_text(call.price, currency)
    lines = [f"Reached {at} at {price}: LTV {ltv_text(call.ltv)}, called at {ltv_text(call.level)}."]
    if call.due_at is None:
        lines.append("The contract sets no time to cure it.")
    else:
        rest = f"{left_text(seconds_between(now, call.due_at))} left" if call.due_at > now else "over"
        lines.append(f"To be cured by {moment_text(call.due_at, zone)}{f' · {rest}' if call.stands else ''}.")
    remedies = []
    if call.top_up_sats is not None:
        remedies.append(f"post {btc_text(call.top_up_sats, display, UP, 8)}")
    if call.repay is not None:
        remedies.append(f"repay {money_text(call.repay, currency, display, UP)}")
    if remedies:
        lines.append(f"Would have cured it then: {' or '.join(remedies)}.")
    lines.append(_latch_words(call))
    end = f", {moment_text(call.ended_at, zone)}" if call.ended_at is not None else ""
    lines.append(f"State: {_STATES[call.state]}{end}.")
    return tuple(lines)


def _latch_words(call: MarginCall) -> str:
    goal = "it is under the call level" if call.cure_ltv is None else f"the LTV is back at {ltv_text(call.cure_ltv)}"
    if call.latching:
        return f"It stands until {goal} by a deposit or a repayment; a higher price alone does not end it."
    return f"It lapses by itself once {goal}, by a payment or by the price."


def action_lines(
    actions: Iterable[WarningAction], now: datetime, display: Display, zone: tzinfo | None = None
) -> tuple[str, ...]:
    """Return what people did with it, newest first; figures in notes are hidden with the amounts."""
    return tuple(_action(action, now, display, zone) for action in sorted(actions, key=_at, reverse=True))


def _at(action: WarningAction) -> datetime:
    return action.at


def _action(action: WarningAction, now: datetime, display: Display, zone: tzinfo | None) -> str:
    head = f"{short_moment(action.at, now, zone)} {action.who}".strip()
    late = "" if action.applied or action.kind is ActionKind.NOTE else " (not taken up yet)"
    if action.kind is ActionKind.ACKNOWLEDGE:
        return f"{head}: acknowledged{late}"
    if action.kind is ActionKind.SNOOZE:
        return f"{head}: snoozed until {short_moment(action.until, now, zone)}{late}"
    return f"{head}: “{_DIGITS.sub(HIDDEN, action.text) if display.hidden else action.text}”"


def recorded_facts(record: WarningRecord, display: Display) -> tuple[Fact, ...]:
    """Return the numbers that it was judged by when it last changed, as its record holds them."""
    return tuple(_recorded(line, hidden=display.hidden) for line in record.facts.splitlines() if line.strip())


def _recorded(line: str, *, hidden: bool) -> Fact:
    name, colon, value = line.partition(": ")
    fact = Fact(name.strip(), value.strip()) if colon else Fact("", line.strip())
    if not hidden:
        return fact
    value = masked(fact.value)
    public = any(word in fact.name.casefold() for word in _PUBLIC)
    return fact._replace(value=value if public else _MONEY.sub(HIDDEN, value))


def loan_facts(figures: LoanFigures, display: Display, now: datetime) -> tuple[Fact, ...]:
    """Return a loan's own numbers as they are now."""
    currency, balance, lookup = figures.loan.currency, figures.balance, figures.lookup
    facts = []
    if isinstance(lookup, Quote):
        age = age_text(seconds_between(lookup.at, now))
        origin = f"{lookup.sources_used} of {lookup.sources_asked} sources" if lookup.sources_asked else lookup.origin
        facts.append(Fact("Price", f"{fiat_text(lookup.value, currency, cents=True)} · {origin} · {age}"))
    else:
        facts.append(Fact("Price", f"{NOT_KNOWN} ({lookup.reason})"))
    facts.append(Fact("Owed", money_text(balance.exposure, currency, display, UP)))
    facts.append(Fact("Collateral", btc_text(balance.collateral_sats, display, digits=8)))
    facts.append(Fact("LTV now", ltv_text(figures.ltv)))
    for line in figures.triggers:
        below = NOT_KNOWN if line.headroom is None else headroom_text(line.headroom)
        far = "reached" if line.headroom is not None and line.headroom <= 0 else f"{below} below now"
        at = danger_price_text(line.price, currency)
        facts.append(Fact(TRIGGER_WORDS[line.trigger.kind], f"{ltv_text(line.trigger.ltv)} · at {at} · {far}"))
    test = figures.drop_test
    if test is not None:
        facts.append(Fact("Fall as tested", f"{percent_text(test.drop)} · LTV then {ltv_text(test.ltv)}"))
    return tuple(facts)


def source_facts(record: WarningRecord, context: WarningContext) -> tuple[Fact, ...]:
    """Return what every price source said last, and how old that is, in the currency that the warning is about."""
    figures = context.figures(record)
    fallback = record.subject if record.kind in (WarningKind.BLIND, WarningKind.DISPUTED) else ""
    currency = figures.loan.currency if figures is not None else fallback
    consensus = context.snapshot.consensus.get(currency or context.snapshot.settings.display_currency)
    if consensus is None:
        return ()
    since = seconds_between(consensus.at, context.now)
    found = []
    for source in consensus.sources:
        if source.verdict is Verdict.OFF:
            continue
        price = NOT_KNOWN if source.price is None else fiat_text(source.price, consensus.currency, cents=True)
        age = "" if source.age_seconds is None else f" · {age_text(source.age_seconds + since)}"
        why = f" · {source.reason}" if source.reason else ""
        found.append(Fact(source.name, f"{price}{age} · {source.verdict.value}{why}"))
    return tuple(found)


def history_facts(record: WarningRecord, zone: tzinfo | None = None) -> tuple[Fact, ...]:
    """Return when it opened, changed, was told and ended."""
    moments = (
        ("Opened", record.opened_at),
        ("Last told", record.told_at),
        ("Acknowledged", record.acknowledged_at),
        ("Clear since", record.resolving_since),
        ("Over", record.closed_at),
    )
    return tuple(Fact(name, moment_text(at, zone)) for name, at in moments if at is not None)


def rule_words(record: WarningRecord, context: WarningContext) -> str:
    """Return the sentence of the rule that a warning comes from."""
    if record.kind in LINE_KINDS or (record.rule == LINES and record.kind is WarningKind.RULE):
        fall = percent_text(Decimal(context.snapshot.settings.drop))
        return f"Every loan is watched for its contract's own lines, reached now or by a fall of {fall}."
    if record.kind is not WarningKind.RULE:
        return "Plimsoll watches itself: its prices, its judge, its channels and its book."
    rule = context.rule(record)
    if rule is None:
        return "Its rule is no longer in the book."
    from app.services.rule_sentences import rule_sentence  # noqa: PLC0415 - only an explanation needs it

    sentence = rule_sentence(rule)
    return masked(sentence) if context.display.hidden else sentence


def explained(record: WarningRecord, context: WarningContext) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Return the tables of an explanation, each with its heading; empty ones are left out."""
    figures = context.figures(record)
    tables = (
        ("What it was judged by", recorded_facts(record, context.display)),
        ("The loan now", () if figures is None else loan_facts(figures, context.display, context.now)),
        ("Price sources", source_facts(record, context)),
        ("When", history_facts(record)),
    )
    return tuple(table for table in tables if table[1])


def explained_text(record: WarningRecord, context: WarningContext) -> str:
    """Return the explanation as plain text, to be copied."""
    parts = [f"{context.title(record)}: {record.sentence}", rule_words(record, context)]
    for heading, facts in explained(record, context):
        parts.append("\n".join([heading, *(f"  {fact.name}: {fact.value}" for fact in facts)]))
    return "\n\n".join(parts)
