"""Fields for the kinds of things that a book holds: bitcoin, money, ratios, days."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.domain.amounts import BtcUnit, btc_echo, parse_typed_btc, parse_typed_fiat, parse_typed_percent
from app.domain.errors import InputError
from app.domain.money import EXACT, btc_of, check_currency
from app.domain.quotes import Quote
from app.ui.dialogs.fields import TypedField
from app.ui.dialogs.typed_days import parse_day, parse_moment, typed_day, typed_moment
from app.ui.dialogs.typed_values import typed_btc, typed_fiat, typed_percent
from app.ui.formats import Display, day_text, fiat_text, moment_text

LEAST_LTV: Final = Decimal("0.05")
MOST_LTV: Final = Decimal(2)
CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")


def btc_field(
    label: str, display: Display, sats: int | None = None, *, price: Quote | None = None, hint: str = ""
) -> TypedField[int]:
    """Return a field for bitcoin; its value is satoshis, its echo both units and what it is worth at ``price``."""
    unit = BtcUnit.SATS if display.sats else BtcUnit.BTC
    shown = "" if sats is None else str(sats) if display.sats else typed_btc(sats)
    return TypedField(
        f"{label} ({unit.value})",
        lambda text: parse_typed_btc(text, unit=unit).sats,
        text=shown,
        echo=lambda value: _btc_echo(value, price),
        hint=hint,
        placeholder="0.42, 42 000 000 sats, =0.1+0.32",
    )


def fiat_field(
    label: str, currency: str, amount: Decimal | None = None, *, optional: bool = False, hint: str = ""
) -> TypedField[Decimal]:
    """Return a field for money in ``currency``."""
    return TypedField(
        label,
        fiat_parser(currency),
        text=typed_fiat(amount, currency),
        echo=lambda value: parse_typed_fiat(typed_fiat(value, currency), currency).echo,
        hint=hint,
        placeholder="1 200 000 or 1.2m",
        optional=optional,
    )


def fiat_parser(currency: str) -> Callable[[str], Decimal]:
    """Return what reads a text as money in ``currency``."""
    return lambda text: parse_typed_fiat(text, currency).amount


def ltv_field(label: str, ltv: Decimal | None = None, *, optional: bool = False, hint: str = "") -> TypedField[Decimal]:
    """Return a field for an LTV; its value is a fraction."""
    return TypedField(
        label,
        lambda text: parse_typed_percent(text, least=LEAST_LTV, most=MOST_LTV),
        text=typed_percent(ltv),
        echo=typed_percent,
        hint=hint,
        placeholder="75 %",
        optional=optional,
    )


def rate_field(
    label: str, rate: Decimal | None = None, *, optional: bool = False, example: str = "10.5 %"
) -> TypedField[Decimal]:
    """Return a field for a yearly rate or a fee; its value is a fraction."""
    return TypedField(
        label,
        parse_typed_percent,
        text=typed_percent(rate),
        echo=typed_percent,
        placeholder=example,
        optional=optional,
    )


def whole_field(
    label: str,
    value: int | None = None,
    *,
    optional: bool = False,
    negative: bool = False,
    hint: str = "",
    unit: str = "",
) -> TypedField[int]:
    """Return a field for hours or basis points."""
    return TypedField(
        label,
        lambda text: _whole(text, unit, negative=negative),
        text="" if value is None else str(value),
        hint=hint,
        optional=optional,
    )


def day_field(
    label: str, today: date, day: date | None = None, *, optional: bool = False, hint: str = ""
) -> TypedField[date]:
    """Return a field for a calendar day (UTC)."""
    return TypedField(
        label,
        lambda text: parse_day(text, today),
        text=typed_day(day),
        echo=day_text,
        hint=hint,
        placeholder="year-month-day" if optional else today.isoformat(),
        optional=optional,
    )


def moment_field(label: str, now: datetime, at: datetime | None = None) -> TypedField[datetime]:
    """Return a field for a moment, UTC."""
    return TypedField(
        f"{label} (UTC)",
        lambda text: parse_moment(text, now),
        text=typed_moment(at or now),
        echo=lambda value: f"{moment_text(value, value.tzinfo)} UTC",
        placeholder=typed_moment(now),
    )


def text_field(label: str, text: str = "", *, optional: bool = False, hint: str = "") -> TypedField[str]:
    """Return a field for words."""
    return TypedField(label, str, text=text, optional=optional, hint=hint)


def currency_field(label: str, code: str) -> TypedField[str]:
    """Return a field for a currency's code; small letters will do."""
    return TypedField(label, lambda text: check_currency(text.upper()), text=code, hint=", ".join(CURRENCIES))


def _btc_echo(sats: int, price: Quote | None) -> str:
    echo = btc_echo(sats)
    if price is None:
        return echo
    return f"{echo} ≈ {fiat_text(EXACT.multiply(btc_of(sats), price.value), price.currency)}"


def _whole(text: str, unit: str, *, negative: bool) -> int:
    bare = text.replace("−", "-").removesuffix(unit).strip()
    digits = bare.removeprefix("-") if negative else bare
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):  # noqa: PLR2004 - a century in hours
        msg = f"“{text[:30]}” is not a whole number; write digits alone"
        raise InputError(msg)
    return int(bare)
