"""Amounts as people type them, read so that no text is silently taken for another number.

Both decimal signs and all usual group signs are understood: ``0.42``, ``0,42``, ``$1,234.56``, ``1.234,56``,
``42 000 000 sats``, ``42m sats``, ``120k``, ``=0.1+0.32``. A text with two readings (``61.200`` is 61.2 or 61 200)
is asked about, never guessed at, and what was understood is told back as an echo.

Plain numbers in files and commands are ``money.parse_btc`` and ``money.parse_fiat``.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from app.domain.errors import AmountError
from app.domain.money import EXACT, MAX_FIAT, MAX_SATS, SATS_PER_BTC, btc_text, minor_digits

THIN: Final = "\u202f"
MAX_LENGTH: Final = 80

_SPACES: Final = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u200a\u202f", " ") | {"’": "'", "−": "-"})
_FLAGS: Final = re.ASCII | re.IGNORECASE  # ASCII: or else a long s would do for s, and the Kelvin sign for k
_ONE_READING: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"[0-9]+",
        r"[0-9]*[.,][0-9]+",
        r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+",
        r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+",
        r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}",
        r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}",
        r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?",
        r"[1-9][0-9]{0,2}(?:'[0-9]{3})+(?:[.,][0-9]+)?",
    )
)
_TWO_READINGS: Final = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})", re.ASCII)
_TOKEN: Final = re.compile(
    r" *(?:(?P<number>[0-9.,](?:[0-9.,]|[ '](?=[0-9]))*) ?(?P<times>bn|[kmb])?(?![a-z])|(?P<sign>[-+*/×÷()]))", _FLAGS
)
_TIMES: Final = {"k": 10**3, "m": 10**6, "b": 10**9, "bn": 10**9}
_SIGNS: Final = {"×": "*", "÷": "/"}
_BTC_UNIT: Final = re.compile(r"(?P<body>.*?)(?P<unit>btc|xbt|sats?|satoshis?)", _FLAGS)
_PERCENT: Final = re.compile(r"([0-9]{1,12}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12}) ?(%?)", re.ASCII)
_MARKS: Final = {
    "USD": ("US$", "$"),
    "EUR": ("€",),
    "GBP": ("£",),
    "JPY": ("JP¥", "¥"),
    "CAD": ("CA$", "C$"),
    "AUD": ("AU$", "A$"),
}
_FIAT_DECIMALS: Final = 8


class BtcUnit(StrEnum):
    """What a number without a unit counts."""

    BTC = "BTC"
    SATS = "sats"


@dataclass(frozen=True, slots=True)
class TypedBtc:
    """Bitcoin that was typed: satoshis, and a line that tells what was understood."""

    sats: int
    echo: str


@dataclass(frozen=True, slots=True)
class TypedFiat:
    """Money that was typed: the exact amount, and a line that tells what was understood."""

    amount: Decimal
    currency: str
    echo: str


TypedAmount = TypedBtc | TypedFiat


def parse_typed_btc(text: str, *, unit: BtcUnit = BtcUnit.BTC) -> TypedBtc:
    """Return the satoshis meant by ``text``; ``unit`` counts where the text names none.

    Raises:
        AmountError: no amount, two readings, negative, finer than a satoshi, or more than will ever exist.
    """
    body = _tidy(text)
    named = _BTC_UNIT.fullmatch(body)
    if named:
        unit = BtcUnit.SATS if named["unit"][0] in "sS" else BtcUnit.BTC
        body = named["body"]
    milli = body[-1:] in "mM" if named and body else False
    body = body.strip()
    if milli or (unit is BtcUnit.BTC and re.search(r"[0-9] ?m\b", body, _FLAGS)):
        msg = f"“{text.strip()}” could mean millions or thousandths; write all digits, and BTC or sats after a space"
        raise AmountError(msg)
    whole_only = unit is BtcUnit.SATS and not body.startswith("=")
    value = _Sum(body, text, whole_only=whole_only).value()
    sats = value * SATS_PER_BTC if unit is BtcUnit.BTC else value
    if sats.denominator != 1:
        msg = f"“{text.strip()}” is finer than a satoshi; give at most {8 if unit is BtcUnit.BTC else 0} decimals"
        raise AmountError(msg)
    if sats > MAX_SATS:
        msg = f"“{text.strip()}” is more than the 21 million BTC that will ever exist; check the unit, BTC or sats"
        raise AmountError(msg)
    return TypedBtc(int(sats), btc_echo(int(sats)))


def parse_typed_fiat(text: str, currency: str) -> TypedFiat:
    """Return the amount of ``currency`` meant by ``text``, which may name that currency but no other.

    Raises:
        AmountError: no amount, two readings, negative, another currency, finer than 8 decimals, or not below 10¹⁵.
    """
    body = _without_mark(_tidy(text), currency)
    value = _Sum(body, text).value()
    units = value * 10**_FIAT_DECIMALS
    if units.denominator != 1:
        msg = f"“{text.strip()}” does not come to a round amount; give at most {_FIAT_DECIMALS} decimals"
        raise AmountError(msg)
    if value >= MAX_FIAT:
        msg = f"“{text.strip()}” is too large; an amount must be below 10¹⁵"
        raise AmountError(msg)
    amount = _decimal(units.numerator, minor_digits(currency))
    return TypedFiat(amount, currency, f"{_spelling(amount)}{THIN}{currency}")


def parse_typed_percent(text: str, *, least: Decimal = Decimal(0), most: Decimal = Decimal(1)) -> Decimal:
    """Return the fraction meant by ``text`` (``70 %`` and ``70`` are 0.70).

    With a % sign there is one reading. Without one, 0.7 may be 0.7 % or the fraction 0.7: of the two, those from
    ``least`` to ``most`` are considered, and if both remain the text is asked about. So an LTV field, where nothing
    below 5 % makes sense, passes ``least=Decimal("0.05")`` and takes ``0.70`` as 70 %; a rate field asks.
    A percentage has no thousands, so ``10.125`` and ``10,125`` are both a little above ten.

    Raises:
        AmountError: no percentage, or one with two readings.
    """
    found = _PERCENT.fullmatch(_tidy(text))
    if not found:
        msg = f"“{text.strip()[:40]}” is not a percentage; write one like 70 %"
        raise AmountError(msg)
    number = Decimal(found[1].replace(",", "."))
    as_percent = number.scaleb(-2, EXACT)
    if found[2] or not number:
        return as_percent
    readings = [reading for reading in (as_percent, number) if least <= reading <= most]
    if not readings:
        span = f"{_percent(least)} and {_percent(most)}"
        msg = f"“{text.strip()}” is no percentage between {span}; write one like 70 %"
        raise AmountError(msg)
    if len(readings) > 1:
        msg = f"“{text.strip()}” could mean two things; write {_percent(as_percent)} or {_percent(number)}"
        raise AmountError(msg)
    return readings[0]


def btc_echo(sats: int) -> str:
    """Return an amount in both units (``0.42 BTC = 42 000 000 sats``)."""
    coins = btc_text(sats).rstrip("0").rstrip(".")
    return f"{coins}{THIN}BTC = {_grouped(sats)}{THIN}sats"


class _Sum:
    """One number, or after ``=`` a sum of them, read from left to right as written; exact throughout."""

    def __init__(self, body: str, typed: str, *, whole_only: bool = False) -> None:
        self._typed = typed.strip()
        self._whole_only = whole_only
        self._is_sum = body.startswith("=")
        self._tokens = list(self._split(body.removeprefix("=").strip()))
        self._next = 0

    def value(self) -> Fraction:
        """Return what the text comes to; it is not negative."""
        total = self._terms() if self._is_sum else self._factor()
        if self._next != len(self._tokens):
            raise self._unreadable()
        if total < 0:
            msg = f"“{self._typed}” is negative; the kind of the entry says which way it moves"
            raise AmountError(msg)
        return total

    def _split(self, body: str) -> list[str | Fraction]:
        if body.startswith("-") and not self._is_sum:
            msg = f"“{self._typed}” is negative; the kind of the entry says which way it moves"
            raise AmountError(msg)
        tokens: list[str | Fraction] = []
        position = 0
        while position < len(body):
            found = _TOKEN.match(body, position)
            if not found or (found["sign"] and not self._is_sum):
                raise self._unreadable()
            if found["sign"]:
                tokens.append(_SIGNS.get(found["sign"], found["sign"]))
            else:
                times = _TIMES[found["times"].lower()] if found["times"] else 1
                tokens.append(self._number(found["number"], times))
            position = found.end()
        return tokens

    def _number(self, text: str, times: int) -> Fraction:
        doubtful = _TWO_READINGS.fullmatch(text)
        if doubtful:
            if self._whole_only and times == 1:  # a satoshi has no parts, so only one reading is an amount
                return Fraction(int(doubtful[1] + doubtful[2]))
            small = _spelling(Decimal(f"{doubtful[1]}.{doubtful[2]}"))
            large = f"{doubtful[1]} {doubtful[2]}"
            msg = f"“{text}” could mean two numbers; write {small} or {large}"
            raise AmountError(msg)
        if not any(pattern.fullmatch(text) for pattern in _ONE_READING):
            raise self._unreadable()
        point = max(text.rfind("."), text.rfind(","))
        if point >= 0 and text.count(text[point]) > 1:
            point = -1
        whole, part = (text, "") if point < 0 else (text[:point], text[point + 1 :])
        digits = re.sub(r"[., ']", "", whole)
        return Fraction(int(digits + part), 10 ** len(part)) * times

    def _terms(self) -> Fraction:
        total = self._factors()
        while sign := self._take("+-"):
            other = self._factors()
            total = total + other if sign == "+" else total - other
        return total

    def _factors(self) -> Fraction:
        total = self._factor()
        while sign := self._take("*/"):
            other = self._factor()
            if sign == "/" and not other:
                msg = f"“{self._typed}” divides by zero; correct the sum"
                raise AmountError(msg)
            total = total * other if sign == "*" else total / other
        return total

    def _factor(self) -> Fraction:
        if self._take("("):
            inner = self._terms()
            if not self._take(")"):
                raise self._unreadable()
            return inner
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        if not isinstance(token, Fraction):
            raise self._unreadable()
        self._next += 1
        return token

    def _take(self, signs: str) -> str:
        token = self._tokens[self._next] if self._next < len(self._tokens) else None
        if not isinstance(token, str) or token not in signs:
            return ""
        self._next += 1
        return token

    def _unreadable(self) -> AmountError:
        return AmountError(f"“{self._typed}” is not an amount; write one like 1234.56, or a sum like =0.1+0.32")


def _tidy(text: str) -> str:
    if len(text) > MAX_LENGTH:
        msg = f"“{text[:20]}…” is too long for an amount; give at most {MAX_LENGTH} characters"
        raise AmountError(msg)
    return text.translate(_SPACES).strip()


def _without_mark(body: str, currency: str) -> str:
    for mark in (currency, *_MARKS.get(currency, ())):
        if body.upper().startswith(mark):
            return body[len(mark) :].strip()
        if body.upper().endswith(mark):
            return body[: -len(mark)].strip()
    if re.search(r"[^-+*/×÷()=0-9.,' kmbn]", body, _FLAGS):
        msg = f"“{body}” is not an amount in {currency}; write digits alone, or {currency} after them"
        raise AmountError(msg)
    return body


def _decimal(units: int, digits: int) -> Decimal:
    """Return units of 10⁻⁸ as a decimal with at least ``digits`` decimals and no needless zeros beyond."""
    decimals = _FIAT_DECIMALS
    while decimals > digits and units % 10 == 0:
        units, decimals = units // 10, decimals - 1
    return Decimal(units).scaleb(-decimals, EXACT)


def _spelling(number: Decimal) -> str:
    """Return a number so that it has one reading: a point, thin spaces between groups, never just three decimals."""
    text = f"{number:f}"
    whole, _, part = text.partition(".")
    if len(part) == 3:  # noqa: PLR2004 - as long as a group
        part = part.rstrip("0") if part.endswith("0") else f"{part}0"
    return f"{_grouped(int(whole))}.{part}" if part else _grouped(int(whole))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", THIN)


def _percent(fraction: Decimal) -> str:
    text = f"{fraction.scaleb(2, EXACT):f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
