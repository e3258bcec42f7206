"""What the frame says of prices and of the watch, as pure functions."""

from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.money import EXACT
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote, Verdict
from app.domain.rules import Urgency
from app.domain.warning_records import LINE_KINDS, WarningKind, WarningRecord
from app.services.desk import DeskSnapshot
from app.ui.formats import THIN, UP, age_text, day_text, number_text, price_text, seconds_between
from app.ui.levels import SHAPES, Level
from app.ui.models.alarm_words import broken_channels

_ONE_SOURCE: Final = 1
_BLINDING: Final = frozenset(
    (WarningKind.BLIND, WarningKind.DISPUTED, WarningKind.WATCHER, WarningKind.CHANNEL, WarningKind.STORE)
)


class WatchState(NamedTuple):
    """Whether anybody watches: a level (for its shape), words, and the reason in full."""

    level: Level
    words: str
    detail: str
    trouble: bool


def shown_price(snapshot: DeskSnapshot, lookup: PriceLookup) -> str:
    """Return the headline price; the last good one where there is none to rely on."""
    del snapshot
    if isinstance(lookup, Quote):
        return f"BTC {price_text(lookup.value, lookup.currency)}"
    if lookup.last is not None:
        return f"BTC {price_text(lookup.last.value, lookup.currency)}"
    return "BTC —"


def agreement_text(consensus: Consensus | None, lookup: PriceLookup, now: datetime) -> str:
    """Return how far the sources agree, and how old the price is."""
    if isinstance(lookup, NoQuote):
        return f"{'No price' if lookup.last is None else 'Not relied on'}: {lookup.reason}"
    if lookup.origin == "demo":
        return f"Recorded demo price of {day_text(lookup.at.date())}"
    age = age_text(seconds_between(lookup.at, now))
    if lookup.origin == "manual" or consensus is None:
        return f"{'Price given by hand' if lookup.origin == 'manual' else 'Last known price'} · {age}"
    used = sum(1 for source in consensus.sources if source.verdict is Verdict.USED)
    asked = sum(1 for source in consensus.sources if source.verdict is not Verdict.OFF)
    if used <= _ONE_SOURCE:
        return f"{used} of {asked} sources · {age}"
    return f"{used} of {asked} sources agree{_spread(consensus)} · {age}"


def watch_state(snapshot: DeskSnapshot, seconds_left: float | None, *, asking: bool) -> WatchState:
    """Return what is being watched."""
    if snapshot.asking_off:
        reason = snapshot.asking_off
        return WatchState(
            Level.QUIET,
            "Not asking: demo" if snapshot.book.demo else "Not asking",
            f"No source is asked: {reason}.",
            trouble=False,
        )
    missing = [lookup for lookup in snapshot.figures.prices.values() if isinstance(lookup, NoQuote)]
    if missing and snapshot.asked_at is not None:
        reason = missing[0].reason
        return WatchState(
            Level.WATCH, "Price alarms cannot fire", f"No price in {missing[0].currency}: {reason}.", True
        )
    if asking:
        return WatchState(Level.SAFE, "Watching · asking now", "The sources are being asked.", trouble=False)
    if seconds_left is None:
        return WatchState(Level.QUIET, "Starting", "The first prices have not come yet.", trouble=False)
    left = max(int(seconds_left), 0)
    return WatchState(
        Level.SAFE, f"Watching · next check in {left}{THIN}s", "Every check judges each loan.", trouble=False
    )


def price_detail(consensus: Consensus | None) -> str:
    """Return every source's part in the price, a line each, for a tooltip."""
    if consensus is None or not consensus.sources:
        return ""
    lines = []
    for source in consensus.sources:
        price = price_text(source.price, consensus.currency) if source.price is not None else "—"
        reason = f" ({source.reason})" if source.reason else ""
        lines.append(f"{source.name}: {price}, {source.verdict.value}{reason}")
    return "\n".join(lines)


def waiting(warnings: tuple[WarningRecord, ...], now: datetime) -> tuple[WarningRecord, ...]:
    """Return the warnings that wait for the user."""
    return tuple(record for record in warnings if record.needs_you(now))


def book_level(snapshot: DeskSnapshot) -> Level:
    """Return the gravest thing that is open, as one level: what the tray's icon shows."""
    found = {(record.kind, record.urgency) for record in snapshot.warnings if record.is_open}
    kinds = {kind for kind, _urgency in found}
    pressing = {urgency for kind, urgency in found if kind is WarningKind.RULE}
    if WarningKind.SALE in kinds or Urgency.SALE in pressing:
        return Level.SALE
    if WarningKind.CALL in kinds or Urgency.CALL in pressing:
        return Level.CALL
    if kinds & _BLINDING or broken_channels(snapshot, snapshot.judged_at):
        return Level.UNKNOWN
    if kinds & {WarningKind.DROP_CALL, WarningKind.DROP_SALE} or Urgency.EARLY in pressing:
        return Level.WATCH
    return Level.SAFE


def tray_text(snapshot: DeskSnapshot) -> str:
    """Return the tray's tooltip: no amounts, no names."""
    level = book_level(snapshot)
    kinds = {record.kind for record in snapshot.warnings if record.is_open}
    words = {
        Level.SALE: "a loan is at its forced sale",
        Level.CALL: "a margin call level is reached"
        if WarningKind.CALL in kinds
        else "a pressing warning waits for you",
        Level.UNKNOWN: _blinded(kinds, snapshot),
        Level.WATCH: "the weekly drop would call a loan" if kinds & LINE_KINDS else "a warning of a rule is open",
        Level.SAFE: "every loan holds through the weekly drop",
    }[level]
    demo = " (demo)" if snapshot.book.demo else ""
    return f"Plimsoll{demo}: {SHAPES[level]} {words}"


def _blinded(kinds: set[WarningKind], snapshot: DeskSnapshot) -> str:
    """Return what keeps the alarm from working."""
    if kinds & {WarningKind.BLIND, WarningKind.DISPUTED}:
        return "no price to rely on; price alarms cannot fire"
    if WarningKind.WATCHER in kinds:
        return "the watcher has gone silent"
    if broken_channels(snapshot, snapshot.judged_at):
        return "no channel reaches anybody"
    return "a channel is broken" if WarningKind.CHANNEL in kinds else "the book takes no changes"


def _spread(consensus: Consensus) -> str:
    """Return how far apart the used prices are; an outlier is no part of what agrees."""
    used = [one.price for one in consensus.sources if one.verdict is Verdict.USED and one.price is not None]
    if not used or not consensus.value or consensus.status is PriceStatus.DISAGREE:
        return ""
    ratio = EXACT.divide(EXACT.subtract(max(used), min(used)), consensus.value)
    return f" within {number_text(ratio * Decimal(100), 2, UP)}{THIN}%"
