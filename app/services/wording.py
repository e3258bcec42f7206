"""Numbers and sentences as a person reads them, rounded against the user's risk.

LTVs, danger prices and remedies are rounded up; headroom and time left are rounded down. Thin no-break spaces
(U+2009) part thousands of satoshis; money uses commas and a point.
"""

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final

from app.domain.figures import LoanFigures, LoanState, TriggerFigures
from app.domain.ltv import Cure
from app.domain.money import EXACT, btc_of, minor_digits
from app.domain.quotes import Consensus, Quote
from app.domain.terms import TriggerKind

_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "CHF": "CHF "}
_HUNDRED: Final = Decimal(100)
_QUANTUM: Final = tuple(Decimal(1).scaleb(-digits) for digits in range(9))


def money(amount: Decimal, currency: str, digits: int | None = None, rounding: str = ROUND_HALF_EVEN) -> str:
    """Return an amount with its symbol: ``$1,490,442.18``; ``digits`` None means the currency's minor unit."""
    places = minor_digits(currency) if digits is None else digits
    number = amount.quantize(_QUANTUM[places], rounding, EXACT)
    return f"{'−' if number < 0 else ''}{_SYMBOLS.get(currency, currency + ' ')}{abs(number):,}"


def danger_price(price: Decimal, currency: str) -> str:
    """Return a price at which something bad happens, rounded up to the whole unit (or more digits when small)."""
    return money(price, currency, 0 if price >= _HUNDRED else 4, ROUND_CEILING)


def percent_up(ratio: Decimal, digits: int = 1) -> str:
    """Return a ratio as per cent, rounded up (for LTVs)."""
    return _percent(ratio, digits, ROUND_CEILING)


def percent_down(ratio: Decimal, digits: int = 1) -> str:
    """Return a ratio as per cent, rounded down (for headroom)."""
    return _percent(ratio, digits, ROUND_FLOOR)


@lru_cache(maxsize=1000)
def plain_percent(ratio: Decimal) -> str:
    """Return a contract's own ratio exactly as it stands there: ``75 %``, ``66.7 %``."""
    value = EXACT.multiply(ratio, _HUNDRED).normalize(EXACT)
    return f"{value:f} %"


def btc(sats: int) -> str:
    """Return satoshis as BTC, trailing zeros left out: ``36.02251489 BTC``."""
    value = btc_of(sats).normalize(EXACT)
    return f"{value:,f} BTC"


def remedy(cure: Cure, currency: str) -> str:
    """Return what to do, with the exact amounts: ``post 36.02251489 BTC or repay $1,490,442.18``."""
    return f"post {btc(cure.top_up_sats)} or repay {money(cure.repay, currency, rounding=ROUND_CEILING)}"


def warning_sentence(figures: LoanFigures, level: str, now: datetime, due_at: datetime | None) -> str:
    """Return what, when, how much and by when, for a loan that a warning is about.

    Args:
        figures: judged at a quote.
        level: a ``WarningKind`` value.
        now: UTC.
        due_at: when a running cure period ends, or None.
    """
    if figures.state is LoanState.UNCOVERED:
        return f"{figures.loan.name} owes money and has no collateral left; the lender may sell nothing and claim all."
    if level in ("call", "sale"):
        return _reached_sentence(figures, level, now, due_at)
    return _drop_sentence(figures, level)


def _drop_sentence(figures: LoanFigures, level: str) -> str:
    test = figures.drop_test
    kind = TriggerKind.LIQUIDATION if level == "drop_sale" else TriggerKind.MARGIN_CALL
    line = figures.first(kind)
    if test is None or line is None or line.price is None or line.headroom is None:
        return f"{figures.loan.name} cannot be judged: its figures are not known."
    verb, noun = ("is sold", "forced sale") if level == "drop_sale" else ("is called", "call")
    text = (
        f"{figures.loan.name} {verb} at {danger_price(line.price, figures.loan.currency)}, "
        f"{percent_down(line.headroom)} below now. A fall of {plain_percent(test.drop)} leaves it at "
        f"{percent_up(test.ltv or Decimal(0))} LTV ({noun} at {plain_percent(line.trigger.ltv)})."
    )
    return f"{text} {_cure_clause(figures, test.cure)}" if test.cure else text


def _cure_clause(figures: LoanFigures, cure: Cure) -> str:
    clock = f"You would have {cure.deadline_hours} h to " if cure.deadline_hours is not None else "It would then take: "
    return f"{clock}{remedy(cure, figures.loan.currency)} to be back at {plain_percent(cure.cure_ltv)}."


def _reached_sentence(figures: LoanFigures, level: str, now: datetime, due_at: datetime | None) -> str:
    name, ratio = figures.loan.name, percent_up(figures.ltv or Decimal(0))
    sale, call = figures.first(TriggerKind.LIQUIDATION), figures.first(TriggerKind.MARGIN_CALL)
    if level == "sale":
        at = f" of {plain_percent(sale.trigger.ltv)}" if sale is not None else ""
        if not _is_clear(sale):
            # A cure period that may still be running does not hold the lender back from here on, so none is told.
            text = f"ACT NOW: {name} is at {ratio} LTV, at or past its forced-sale level{at}."
        else:
            text = f"{name} was at or past its forced-sale level{at}, and is at {ratio} LTV now."
            if call is not None and not _is_clear(call):
                text += f" Its margin call at {plain_percent(call.trigger.ltv)} is reached."
                text += _deadline(figures, now, due_at)
    elif _is_clear(call):
        text = f"{name} was at or past its margin call, and is at {ratio} LTV now.{_deadline(figures, now, due_at)}"
    else:
        text = f"MARGIN CALL level reached: {name} is at {ratio} LTV.{_deadline(figures, now, due_at)}"
    cure = figures.cure_now
    if cure is not None:
        remedy_text = remedy(cure, figures.loan.currency)
        text += f" {remedy_text[0].upper()}{remedy_text[1:]} to be back at {plain_percent(cure.cure_ltv)}."
    if level == "call" and sale is not None and sale.price is not None and sale.headroom is not None:
        text += f" Forced sale at {danger_price(sale.price, figures.loan.currency)}, {_distance(sale)}."
    return text


def _is_clear(line: TriggerFigures | None) -> bool:
    """Whether the price is better than a line that a warning still stands for."""
    return line is not None and line.headroom is not None and line.headroom > 0


def _deadline(figures: LoanFigures, now: datetime, due_at: datetime | None) -> str:
    """Return until when a call has to be cured; one that the price has left may have lapsed, unless it latches."""
    if due_at is None:
        return ""
    until = f"{due_at:%a %d %b %H:%M} UTC ({hours_left(due_at - now)})"
    latching = any(line.trigger.latching for line in figures.triggers)
    if latching or not _is_clear(figures.first(TriggerKind.MARGIN_CALL)):
        return f" You have until {until}."
    return f" Ask the lender whether its deadline still holds: {until}."


def _distance(line: TriggerFigures) -> str:
    room = line.headroom or Decimal(0)
    return f"{percent_down(room)} below" if room > 0 else "passed"


def unconfirmed_sentence(sentence: str) -> str:
    """Return the sentence of a warning that not all sources bear out."""
    return f"Unconfirmed: the price sources disagree, and some say this. {sentence}"


def blind_sentence(minutes: int, last: Quote | None) -> str:
    """Return the sentence that nobody knows the price."""
    if last is None:
        return "No confirmed price yet. Price alarms cannot fire."
    return (
        f"No confirmed price since {last.at:%a %d %b %H:%M} UTC ({minutes} min). Price alarms cannot fire. "
        f"The last one was {money(last.value, last.currency)}."
    )


def named_blind_sentence(source: str, currency: str, reason: str) -> str:
    """Return the sentence that the source a contract names gives no price to rely on."""
    return f"No price from {source} in {currency} for the loans that price on it: {reason}. Their alarms cannot fire."


def disputed_sentence(consensus: Consensus) -> str:
    """Return the sentence that the price sources disagree; what is told is the span, never a source's words."""
    if consensus.low is None or consensus.high is None:
        return f"The price sources disagree on bitcoin in {consensus.currency}. No price is used until two agree."
    span = f"{money(consensus.low, consensus.currency, 0)} and {money(consensus.high, consensus.currency, 0)}"
    return (
        f"The price sources disagree: they show between {span}. No price is used until they agree; warnings that only "
        "some of them bear out are marked unconfirmed. Look at your lender's own price."
    )


def hours_left(left: timedelta) -> str:
    """Return a duration, rounded down: ``11 h``, ``45 min``, ``over`` when it has passed."""
    minutes = int(left.total_seconds() // 60)
    if minutes <= 0:
        return "the time is over"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour


def age(seconds: int) -> str:
    """Return an age in words, rounded up so that nothing looks fresher than it is: ``12 s``, ``21 min``, ``3 h``."""
    for limit, size, unit in ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h")):
        if seconds < limit:
            return f"{-(-seconds // size)} {unit}"
    return f"{-(-seconds // 86_400)} days"


def _percent(ratio: Decimal, digits: int, rounding: str) -> str:
    value = EXACT.multiply(ratio, _HUNDRED).quantize(_QUANTUM[digits], rounding, EXACT)
    return f"{'−' if value < 0 else ''}{abs(value)} %"
