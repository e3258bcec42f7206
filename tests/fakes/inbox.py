"""A full inbox: a warning of every kind on every shelf, with rules, channels, deliveries, actions and a margin call."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.margin_calls import MarginCall
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.desk import DeskSnapshot
from app.services.watch_state import ChannelHealth, WarningStory, Watching
from tests.fakes.desk import NOW, at_price, treasury, treasury_loans, warning_record

FREE = "The accounts hold 1,025 BTC, less than your floor of 1,100 BTC. Add 75 BTC to be back at it."
NOTE = "Rang the lender, wire of 250,000 goes at 9"
HOSTILE = "<b>Bank</b> & <img src=x>"
MAIL = Channel("mail", "Desk mail", ChannelKind.EMAIL, "Anna")
HOOK = Channel("hook", "Pager hook", ChannelKind.WEBHOOK, quiet=QuietHours(time(22), time(7), "UTC"))
DESKTOP = Channel("desktop", "Desktop", ChannelKind.DESKTOP)
CHANNELS = (DESKTOP, MAIL, HOOK)
HOLD = Rule("ltv-70", RuleKind.LTV, Decimal("0.7"), hold_minutes=5)
RULES = (HOLD, Rule("free-btc", RuleKind.FREE_BTC, Decimal(100_000_000_000), urgency=Urgency.NOTICE))


def ago(**span: float) -> datetime:
    """Return a moment before ``NOW``."""
    return NOW - timedelta(**span)


def rule_record(subject: str, rule: Rule, sentence: str, **changes: object) -> WarningRecord:
    """Return a warning of a rule."""
    record = warning_record(subject, WarningKind.RULE, sentence=sentence, opened_before=timedelta(minutes=40))
    record = record._replace(
        id=f"{rule.key}-{subject}", rule=rule.key, urgency=rule.urgency, told=1, told_at=ago(minutes=40)
    )
    return record._replace(**changes)  # type: ignore[arg-type] # the caller names fields of the record


def called() -> WarningRecord:
    """Return a margin call that nobody has answered."""
    record = warning_record(
        "Coin revolver", WarningKind.CALL, due_in=timedelta(hours=11), opened_before=timedelta(hours=1)
    )
    return record._replace(urgency=Urgency.CALL, told=2, told_at=ago(minutes=10))


def sold() -> WarningRecord:
    """Return a forced sale that nobody has answered."""
    sentence = "ACT NOW: EUR bridge is at 80.2 % LTV, at or past its forced-sale level of 80 %. Post 12.5 BTC now."
    record = warning_record("EUR bridge", WarningKind.SALE, sentence=sentence, opened_before=timedelta(minutes=2))
    return record._replace(urgency=Urgency.SALE, told=1, told_at=ago(minutes=2))


def call_of(loan: str = "Coin revolver", *, latching: bool = True) -> MarginCall:
    """Return the margin call on record."""
    return MarginCall(
        "call-1", loan, ago(hours=1), Decimal("0.75"), Decimal("0.7512"), Decimal(65_203), 3_602_251_489,
        Decimal("1490442.18"), NOW + timedelta(hours=11), Decimal("0.65"), latching,
    )  # fmt: skip


def delivery(channel: Channel, warning_id: str, step: int = 0, **changes: object) -> Delivery:
    """Return a delivery of an hour ago."""
    at, key = ago(hours=1), f"{warning_id}-{step}-{channel.key}"
    made = Delivery(key, warning_id, step, channel.key, at, at, Urgency.CALL, "x", "m")
    return made._replace(**changes)  # type: ignore[arg-type] # the caller names fields of the delivery


def message(channel: Channel, state: MessageState, **changes: object) -> Message:
    """Return the message that carries it."""
    sent = ago(hours=1) + timedelta(seconds=1.2) if state is MessageState.SENT else None
    made = Message(
        f"m-{channel.key}",
        channel.key,
        MessageKind.WARNING,
        ago(hours=1),
        Urgency.CALL,
        "s",
        "t",
        state,
        1,
        sent_at=sent,
    )
    return made._replace(**changes)  # type: ignore[arg-type] # the caller names fields of the message


def full_story(warning_id: str) -> WarningStory:
    """Return deliveries in every state and an action of each kind."""
    told = (
        (delivery(DESKTOP, warning_id), message(DESKTOP, MessageState.SENT)),
        (delivery(MAIL, warning_id), message(MAIL, MessageState.SENT)),
        (
            delivery(HOOK, warning_id),
            message(
                HOOK, MessageState.WAITING, attempts=3, next_at=NOW + timedelta(minutes=7), fault=DeliveryFault.TIMEOUT
            ),
        ),
    )
    actions = (
        WarningAction("a1", warning_id, ActionKind.SNOOZE, ago(minutes=50), "anna", ago(minutes=20), applied=True),
        WarningAction("a2", warning_id, ActionKind.NOTE, ago(minutes=15), "ben", text=NOTE),
    )
    return WarningStory(told, actions, call_of())


def inbox_records() -> tuple[WarningRecord, ...]:
    """Return warnings for every shelf."""
    pending = rule_record(
        "Term loan B", HOLD, "Term loan B is at 70.4 % LTV, at or above 70 %.",
        status=WarningStatus.PENDING, opened_at=ago(minutes=3), told=0, told_at=None,
    )  # fmt: skip
    return (
        called(),
        sold(),
        warning_record("Equipment facility")._replace(told=1, told_at=ago(hours=3), resolving_since=ago(minutes=4)),
        rule_record(
            "", RULES[1], FREE, facts="Rule: x\nPrice: $65,100.00, consensus, 5 of 5 sources.\nFree: 1,025 BTC"
        ),
        warning_record("hook", WarningKind.CHANNEL, sentence="Pager hook has failed for 35 min: no answer in time."),
        pending,
        pending._replace(id="skipped", status=WarningStatus.SKIPPED),
        warning_record(
            "EUR bridge", snoozed_for=timedelta(hours=2), sentence="EUR bridge is called at €49,524, 17.5 % below now."
        ),
        warning_record("Term loan B", status=WarningStatus.ACKNOWLEDGED, sentence="Term loan B is called at $49,325."),
        warning_record("USD", WarningKind.BLIND, WarningStatus.CLOSED, sentence="No confirmed price for 9 min."),
        warning_record(
            "Coin revolver",
            status=WarningStatus.CLOSED,
            sentence="Coin revolver is back under 73 % LTV.",
            opened_before=timedelta(days=9),
        ),
    )


def inbox_snapshot(
    records: tuple[WarningRecord, ...] | None = None,
    *,
    price: str = "64800",
    broken: bool = False,
    hostile: bool = False,
) -> DeskSnapshot:
    """Return a snapshot whose inbox is full."""
    loans = treasury_loans()
    if hostile:
        loans = (replace(loans[0], name=HOSTILE, lender=HOSTILE), *loans[1:])
    book = replace(treasury(loans), rules=RULES, channels=CHANNELS)
    made = at_price(price, book)
    health = tuple(
        ChannelHealth(
            channel,
            fault=DeliveryFault.REFUSED_LOGIN if broken else None,
            failing_since=ago(minutes=35) if broken else None,
            drilled_at=ago(days=9),
            drill_seconds=1.4,
        )
        for channel in CHANNELS
    )
    return replace(
        made,
        warnings=inbox_records() if records is None else records,
        calls=(call_of(),),
        watching=Watching(channels=health),
        asked_at=ago(seconds=12),
    )


def many_records(count: int) -> tuple[WarningRecord, ...]:
    """Return so many open warnings."""
    base = warning_record("Coin revolver")
    return tuple(base._replace(id=f"w{number}", subject=f"Loan {number:05d}", told=1) for number in range(count))
