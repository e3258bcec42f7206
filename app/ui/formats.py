"""Figures as text for the screen: pure functions, rounding against the user's risk.

LTVs and danger prices are rounded up, headroom and time left down, remedies up. Exact figures stay exact in the
domain; nothing here is ever read back. A figure that is not known is ``NOT_KNOWN``, never a zero.

Groups of fiat use a comma, groups of satoshis and decimals of bitcoin a thin space that does not break.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from app.domain.money import EXACT, SATS_PER_BTC, minor_digits

THIN: Final = "\u202f"
MINUS: Final = "−"
NOT_KNOWN: Final = "—"
HIDDEN: Final = "•••"
UP: Final = ROUND_CEILING
DOWN: Final = ROUND_FLOOR
NEAREST: Final = ROUND_HALF_EVEN
_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}
_STEPS: Final = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_LONG_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Display:
    """How amounts are shown: in satoshis or BTC, hidden or not, and in which money totals are told."""

    sats: bool = False
    hidden: bool = False
    currency: str = "USD"


def currency_symbol(currency: str) -> str:
    """Return what stands before an amount (``$``, ``CHF`` and a thin space)."""
    return _SYMBOLS.get(currency, f"{currency}{THIN}")


def number_text(value: Decimal, digits: int, rounding: str = NEAREST) -> str:
    """Return ``value`` with ``digits`` decimals, grouped by commas, with a true minus sign."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding, EXACT)
    text = f"{abs(rounded):,.{digits}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def fiat_text(amount: Decimal | None, currency: str, rounding: str = NEAREST, *, cents: bool = False) -> str:
    """Return money in whole units (``$118,400,000``), or to the minor unit with ``cents``."""
    if amount is None:
        return NOT_KNOWN
    text = number_text(amount, minor_digits(currency) if cents else 0, rounding)
    sign, bare = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{currency_symbol(currency)}{bare}"


def short_fiat_text(amount: Decimal | None, currency: str, rounding: str = NEAREST) -> str:
    """Return money in few digits (``$200.2 M``); below a million it is told in full."""
    if amount is None:
        return NOT_KNOWN
    for step, letter in _STEPS:
        if abs(amount) >= step:
            size = EXACT.divide(abs(amount), step)
            digits = 1 if size >= 10 else 2  # noqa: PLR2004 - three or four digits in all
            sign = MINUS if amount < 0 else ""
            turned = _mirrored(rounding) if amount < 0 else rounding
            return f"{sign}{currency_symbol(currency)}{number_text(size, digits, turned)}{THIN}{letter}"
    return fiat_text(amount, currency, rounding)


def price_text(price: Decimal | None, currency: str) -> str:
    """Return a market price (``$70,727``), to the nearest unit."""
    return fiat_text(price, currency)


def danger_price_text(price: Decimal | None, currency: str) -> str:
    """Return a price at which something bad happens, rounded up: it comes a little early, never late."""
    return fiat_text(price, currency, UP)


def ltv_text(ltv: Decimal | None) -> str:
    """Return an LTV in per cent with one decimal, rounded up."""
    return NOT_KNOWN if ltv is None else f"{number_text(ltv * 100, 1, UP)}{THIN}%"


def headroom_text(headroom: Decimal | None) -> str:
    """Return how far the price may still fall, in per cent with one decimal, rounded down (``7.6 %``)."""
    return NOT_KNOWN if headroom is None else f"{number_text(headroom * 100, 1, DOWN)}{THIN}%"


def percent_text(ratio: Decimal | None, digits: int | None = None) -> str:
    """Return a ratio that carries no risk of its own; without ``digits`` as many as it needs, at most two."""
    if ratio is None:
        return NOT_KNOWN
    if digits is not None:
        return f"{number_text(ratio * 100, digits)}{THIN}%"
    text = number_text(ratio * 100, 2)
    return f"{text.rstrip('0').rstrip('.')}{THIN}%"


def move_text(ratio: Decimal | None) -> str:
    """Return a move of the price with its direction as a shape and a sign-free figure (``▼ 9.8 %``)."""
    if ratio is None:
        return NOT_KNOWN
    rounded = ratio.quantize(Decimal("0.001"), NEAREST, EXACT)
    shape = "▼" if rounded < 0 else "▲" if rounded > 0 else "■"
    return f"{shape} {number_text(abs(rounded) * 100, 1)}{THIN}%"


def btc_text(sats: int | None, display: Display, rounding: str = NEAREST, digits: int = 4) -> str:
    """Return an amount of bitcoin in the unit of ``display``, hidden if it says so.

    BTC have at most ``digits`` decimals (trailing zeros are left out), satoshis all of theirs.
    """
    if sats is None:
        return NOT_KNOWN
    unit = "sats" if display.sats else "BTC"
    if display.hidden:
        return f"{HIDDEN}{THIN}{unit}"
    return f"{bare_btc_text(sats, display, rounding, digits)}{THIN}{unit}"


def bare_btc_text(sats: int, display: Display, rounding: str = NEAREST, digits: int = 4) -> str:
    """Return the same without its unit, for a column whose heading names it."""
    if display.hidden:
        return HIDDEN
    if display.sats:
        return f"{MINUS if sats < 0 else ''}{abs(sats):,}".replace(",", THIN)
    text = number_text(EXACT.divide(Decimal(sats), Decimal(SATS_PER_BTC)), digits, rounding)
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(amount: Decimal | None, currency: str, display: Display, rounding: str = NEAREST) -> str:
    """Return an amount that belongs to somebody: hidden if ``display`` says so."""
    if display.hidden and amount is not None:
        return f"{currency_symbol(currency)}{HIDDEN}"
    return fiat_text(amount, currency, rounding)


def short_money_text(amount: Decimal | None, currency: str, display: Display, rounding: str = NEAREST) -> str:
    """Return the same in few digits."""
    if display.hidden and amount is not None:
        return f"{currency_symbol(currency)}{HIDDEN}"
    return short_fiat_text(amount, currency, rounding)


def age_text(seconds: int | None) -> str:
    """Return an age in words (``4 s ago``, ``21 min ago``), rounded up: nothing looks fresher than it is."""
    if seconds is None:
        return NOT_KNOWN
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{-(-seconds // size)}{THIN}{unit} ago"
    return f"{max(seconds, 0)}{THIN}s ago"


def left_text(seconds: int) -> str:
    """Return a time that is left, in one unit, rounded down."""
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size}{THIN}{unit}"
    return f"{max(seconds, 0)}{THIN}s"


def hours_text(hours: int | None) -> str:
    """Return a contract's hours (``12 h``; from three days on in days and hours)."""
    if hours is None:
        return NOT_KNOWN
    days, rest = divmod(hours, 24)
    if hours <= _LONG_HOURS:
        return f"{hours}{THIN}h"
    return f"{days}{THIN}d" if not rest else f"{days}{THIN}d {rest}{THIN}h"


def day_text(day: date | None) -> str:
    """Return a calendar day that every reader takes for the same one (``10 Feb 2026``)."""
    return NOT_KNOWN if day is None else f"{day.day}{THIN}{_MONTHS[day.month - 1]}{THIN}{day.year}"


def moment_text(at: datetime | None, zone: tzinfo | None = None) -> str:
    """Return a moment in ``zone`` (None for this computer's), to the minute."""
    if at is None:
        return NOT_KNOWN
    local = at.astimezone(zone)
    return f"{day_text(local.date())} {local:%H:%M}"


def clock_text(at: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of day in ``zone`` (None for this computer's), with seconds."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def seconds_between(earlier: datetime, later: datetime) -> int:
    """Return whole seconds from one to the other, not below zero."""
    return max(int((later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds()), 0)


def _mirrored(rounding: str) -> str:
    return {UP: DOWN, DOWN: UP}.get(rounding, rounding)


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
