"""The overview in words: the headline, the sentence below it, and the five figures (pure functions of a snapshot).

Rounded against the user's risk: LTVs, danger prices and remedies up, headroom and free bitcoin down. A figure that
cannot be trusted is “—”, and its note says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final, Protocol

from app.domain.figures import LoanFigures, LoanState
from app.domain.ltv import headroom
from app.domain.money import EXACT
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.terms import TriggerKind
from app.domain.warning_records import LINE_KINDS
from app.services.danger import Danger, first_danger
from app.services.desk_snapshot import DeskSnapshot
from app.services.wording import (
    age,
    btc,
    danger_price,
    hours_left,
    money,
    percent_down,
    percent_up,
    plain_percent,
)

NOT_KNOWN: Final = "—"
NAMED: Final = 2
_WORDS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_HUNDRED_BTC: Final = 10_000_000_000
_ONE_BTC: Final = 100_000_000


class Tone(StrEnum):
    """How grave a sentence or figure is."""

    TEXT = "text"
    MUTED = "muted"
    SAFE = "safe"
    CALL = "call"
    SALE = "sale"


class Shown(Protocol):
    """How amounts are shown: in satoshis or BTC, and whether at all."""

    @property
    def sats(self) -> bool:
        """Satoshis instead of BTC."""
        ...

    @property
    def hidden(self) -> bool:
        """Amounts are masked."""
        ...


@dataclass(frozen=True, slots=True)
class PlainShown:
    """BTC, for everyone to see."""

    sats: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """What a person must know first, and one line of what it rests on."""

    sentence: str
    detail: str
    tone: Tone


PLAIN: Final = PlainShown()


def headline(snapshot: DeskSnapshot, shown: Shown = PLAIN) -> Headline:  # noqa: PLR0911 - one for each situation
    """Return the headline of a book at this moment."""
    found = snapshot.danger
    if not snapshot.book.loans:
        return Headline(
            "No loans yet.", "Add a loan to see how far bitcoin may fall before its lender calls it.", Tone.TEXT
        )
    if not found.owing:
        return Headline("No debts: no fall can call a loan.", _week(snapshot), Tone.SAFE)
    if found.unjudged == found.owing:
        return _blind(snapshot, found)
    detail = " ".join(
        part
        for part in (_more(snapshot, found), _week(snapshot), _curing(snapshot, found, shown), _unjudged(found))
        if part
    )
    if found.sold:
        return Headline(_sold(found.sold, shown), detail, Tone.SALE)
    if found.called:
        return Headline(_called(snapshot, found.called, shown), detail, Tone.SALE)
    if found.falling:
        return Headline(_falling(snapshot, found.falling), detail, Tone.CALL)
    return Headline(_nobody(snapshot), detail, Tone.TEXT)


def fall_text(drop: Decimal) -> str:
    """Return a fall as a person writes it: ``10 %``, ``9.8 %``."""
    digits = EXACT.multiply(drop, Decimal(100)).quantize(Decimal("0.1"), ROUND_CEILING, EXACT)
    return plain_percent(EXACT.divide(digits, Decimal(100)))


def short_btc(sats: int, shown: Shown = PLAIN, rounding: str = ROUND_CEILING) -> str:
    """Return an amount with about four figures (``491.8 BTC``); all of them in satoshis, none when hidden."""
    if shown.hidden:
        return "••• sats" if shown.sats else "••• BTC"
    if shown.sats:
        return f"{sats:,}".replace(",", "\u2009") + " sats"
    size = abs(sats)
    step = _ONE_BTC // (10 if size >= _HUNDRED_BTC else 100 if size >= _ONE_BTC else 10_000)
    return btc(int((Decimal(sats) / step).to_integral_value(rounding)) * step)


def shown_money(amount: Decimal, currency: str, shown: Shown, rounding: str) -> str:
    """Return somebody's money in whole units, masked when hidden."""
    whole = money(amount, currency, 0, rounding)
    if not shown.hidden:
        return whole
    return "".join(letter for letter in whole if not letter.isdigit() and letter not in ",.") + "•••"


def moment(at: datetime) -> str:
    """Return a moment in UTC, to the minute."""
    return f"{at:%a %d %b %H:%M} UTC"


def _falling(snapshot: DeskSnapshot, loans: Sequence[LoanFigures]) -> str:
    sales = sum(_is_sale(loan) for loan in loans)
    verb = "calls" if not sales else "sells" if sales == len(loans) else "calls or sells"
    named = [_at(loan, first=index == 0) for index, loan in enumerate(loans[:NAMED])]
    return f"A {fall_text(snapshot.figures.drop)} fall {verb} {_count(len(loans))}: {_listed(named, len(loans))}."


def _is_sale(loan: LoanFigures) -> bool:
    line = first_danger(loan)
    return line is not None and line.trigger.kind is TriggerKind.LIQUIDATION


def _at(loan: LoanFigures, *, first: bool) -> str:
    line = first_danger(loan)
    if line is None or line.price is None or line.headroom is None:
        return loan.loan.name
    below = f"{percent_down(line.headroom)}{' below now' if first else ''}"
    return f"{loan.loan.name} at {danger_price(line.price, loan.loan.currency)} ({below})"


def _nobody(snapshot: DeskSnapshot) -> str:
    text = f"A {fall_text(snapshot.figures.drop)} fall calls no loan"
    nearest = snapshot.figures.nearest
    if nearest is None:
        return f"{text}; no contract names a margin call or a forced sale ahead."
    return f"{text}; the nearest is {_nearest_words(snapshot)}."


def _nearest_words(snapshot: DeskSnapshot) -> str:
    nearest = snapshot.figures.nearest
    if nearest is None or nearest.trigger.price is None or nearest.trigger.headroom is None:
        return ""
    currency = snapshot.book.loan(nearest.loan).currency
    sold = "sold " if nearest.trigger.trigger.kind is TriggerKind.LIQUIDATION else ""
    return (
        f"{nearest.loan}, {sold}at {danger_price(nearest.trigger.price, currency)} "
        f"({percent_down(nearest.trigger.headroom)} below now)"
    )


def _called(snapshot: DeskSnapshot, loans: Sequence[LoanFigures], shown: Shown) -> str:
    if len(loans) == 1:
        loan = loans[0]
        line = first_danger(loan)
        level = f" (called at {plain_percent(line.trigger.ltv)})" if line is not None else ""
        return f"{loan.loan.name} is called: {_ltv(loan)} LTV{level}.{_remedy(loan, shown)}{_until(snapshot, loan)}"
    named = [f"{loan.loan.name} at {_ltv(loan)} LTV{_short_until(snapshot, loan)}" for loan in loans[:NAMED]]
    return f"{_count(len(loans)).capitalize()} are called: {_listed(named, len(loans))}."


def _sold(loans: Sequence[LoanFigures], shown: Shown) -> str:
    if len(loans) > 1:
        named = [f"{loan.loan.name} at {_ltv(loan)} LTV" for loan in loans[:NAMED]]
        return f"ACT NOW: {_count(len(loans))} are at or past a forced-sale level: {_listed(named, len(loans))}."
    loan = loans[0]
    if loan.state is LoanState.UNCOVERED:
        debt = shown_money(loan.balance.debt, loan.loan.currency, shown, ROUND_CEILING)
        return f"{loan.loan.name} owes {debt} with no collateral left."
    line = loan.first(TriggerKind.LIQUIDATION)
    level = f" of {plain_percent(line.trigger.ltv)}" if line is not None else ""
    return (
        f"ACT NOW: {loan.loan.name} is at {_ltv(loan)} LTV, at or past its forced-sale level{level}."
        f"{_remedy(loan, shown)}{_stop(loan)}"
    )


def _ltv(loan: LoanFigures) -> str:
    return NOT_KNOWN if loan.ltv is None else percent_up(loan.ltv)


def _remedy(loan: LoanFigures, shown: Shown) -> str:
    cure = loan.cure_now
    if cure is None:
        return ""
    repay = shown_money(cure.repay, loan.loan.currency, shown, ROUND_CEILING)
    return f" Post {short_btc(cure.top_up_sats, shown)} or repay {repay}"


def _until(snapshot: DeskSnapshot, loan: LoanFigures) -> str:
    due = _due_at(snapshot, loan)
    return _stop(loan) if due is None else f" until {moment(due)} ({hours_left(due - snapshot.judged_at)})."


def _stop(loan: LoanFigures) -> str:
    """Return the full stop of a remedy; a forced sale has no deadline, for a running cure period no longer protects."""
    return "." if loan.cure_now is not None else ""


def _short_until(snapshot: DeskSnapshot, loan: LoanFigures) -> str:
    due = _due_at(snapshot, loan)
    return "" if due is None else f" (until {moment(due)})"


def _due_at(snapshot: DeskSnapshot, loan: LoanFigures) -> datetime | None:
    return next(
        (
            record.due_at
            for record in snapshot.warnings
            if record.is_open and record.subject == loan.loan.name and record.kind in LINE_KINDS
        ),
        None,
    )


def _more(snapshot: DeskSnapshot, found: Danger) -> str:
    """Return what the headline leaves out because something graver takes its room."""
    parts = []
    if found.sold and found.called:
        parts.append(f"{_count(len(found.called)).capitalize()} {'are' if len(found.called) > 1 else 'is'} called.")
    if (found.sold or found.called) and found.falling:
        more = f"{_count(len(found.falling))} more".replace(" loans more", " more loans").replace(
            " loan more", " more loan"
        )
        parts.append(f"A {fall_text(snapshot.figures.drop)} fall calls {more}.")
    return " ".join(parts)


def _week(snapshot: DeskSnapshot) -> str:
    week = snapshot.moves.week
    if week is None:
        return ""
    size = percent_up(abs(week)) if week < 0 else percent_down(week)
    return f"Bitcoin {'fell' if week < 0 else 'rose'} {size} in the last seven days."


def _curing(snapshot: DeskSnapshot, found: Danger, shown: Shown) -> str:
    if not found.cured:
        return ""
    base = snapshot.figures.prices[snapshot.book.base_currency]
    where = f"after a fall of {fall_text(snapshot.figures.drop)}"
    if isinstance(base, Quote):
        after = EXACT.multiply(base.value, EXACT.subtract(Decimal(1), snapshot.figures.drop))
        where = f"at {money(after, base.currency, 0)}"
    whom = {1: "it", 2: "both"}.get(found.cured, f"all {found.cured:,}")
    free = max(snapshot.figures.totals.unencumbered_sats, 0)
    takes = f"Curing {whom} {where} takes {short_btc(found.cure_sats, shown)}"
    if found.cure_sats <= free:
        return f"{takes} of your {short_btc(free, shown, ROUND_FLOOR)} free."
    lacking = short_btc(found.cure_sats - free, shown)
    return f"{takes}; you have {short_btc(free, shown, ROUND_FLOOR)} free and lack {lacking}."


def _unjudged(found: Danger) -> str:
    one = found.example
    if one is None:
        return ""
    reason = one.lookup.reason if isinstance(one.lookup, NoQuote) else "there is no price"
    if found.unjudged == 1:
        return f"{one.loan.name} is not judged: {reason}."
    return f"{_count(found.unjudged).capitalize()} are not judged: {reason}."


def _blind(snapshot: DeskSnapshot, found: Danger) -> Headline:
    lookup = snapshot.figures.prices[snapshot.book.base_currency]
    if isinstance(lookup, Quote) and found.example is not None:  # all loans are judged by other prices than the base's
        lookup = found.example.lookup
    last = lookup.last if isinstance(lookup, NoQuote) else None
    reason = lookup.reason if isinstance(lookup, NoQuote) else "there is no price"
    if last is None:
        sentence = f"No confirmed price in {lookup.currency} yet; price alarms are blind."
        return Headline(sentence, f"{reason[:1].upper()}{reason[1:]}. No loan is judged without a price.", Tone.CALL)
    old = age(max(int((snapshot.judged_at - last.at).total_seconds()), 0))
    sentence = f"No confirmed price since {moment(last.at)} ({old}); price alarms are blind."
    return Headline(sentence, f"{_nearest_then(snapshot, last)}{reason[:1].upper()}{reason[1:]}.", Tone.CALL)


def _nearest_then(snapshot: DeskSnapshot, last: Quote) -> str:
    """Return how near the nearest danger was at the last price, over the loans that were judged by it."""
    figures = snapshot.figures
    best: tuple[Decimal, int] | None = None
    for key, lines in figures.ledger.dangers.items():
        lookup = figures.lookups[key]
        if (
            lines
            and isinstance(lookup, NoQuote)
            and lookup.last == last
            and (best is None or lines[-1].price > best[0])
        ):
            best = lines[-1].price, lines[-1].loan_index
    if best is None:
        return ""
    price, index = best
    room = headroom(price, last.value)
    place = f"{percent_down(room)} below" if room > 0 else "already passed"
    return (
        f"At {money(last.value, last.currency, 0)}, the last one, the nearest was {snapshot.book.loans[index].name} at "
        f"{danger_price(price, last.currency)} ({place}). "
    )


def _count(number: int) -> str:
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return f"{word} loan{'' if number == 1 else 's'}"


def _listed(named: Sequence[str], total: int) -> str:
    left = total - len(named)
    if left:
        return f"{', '.join(named)} and {left:,} more"
    return " and ".join(named)


def quote_words(lookup: PriceLookup, now: datetime) -> str:
    """Return where a price comes from and how old it is, or why there is none."""
    if isinstance(lookup, NoQuote):
        return f"No price in {lookup.currency}: {lookup.reason}"
    old = age(max(int((now - lookup.at).total_seconds()), 0))
    where = {"demo": "recorded for the demo", "manual": "entered by hand"}.get(lookup.origin, "")
    if not where:
        told = "consensus" if lookup.origin == "consensus" else lookup.origin
        where = f"{told}, {lookup.sources_used} of {lookup.sources_asked} sources, {old} old"
    return f"Price {money(lookup.value, lookup.currency, 2)} ({where})"
