"""What a cell of a spreadsheet says, as the exact text a person reads there.

A spreadsheet keeps a number as a binary fraction and shows at most fifteen digits of it: 0.1 + 0.2 is kept as
0.30000000000000004 and read as 0.3. Fifteen digits are therefore what is taken; what had more has lost them before.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from app.domain.money import EXACT

NO_RESULT: Final = "(formula without a result)"
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_PLAIN: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}", re.ASCII)
_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_DIGITS: Final = 15
_THREE: Final = 3
_SECOND: Final = 1_000_000
_NEAR: Final = 5_000
_LAST_SERIAL: Final = 2_958_466  # the first day of the year 10000
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def number_text(raw: str, *, comma: bool = False, percent: bool = False) -> tuple[str, bool]:
    """Return a number as a person reads it, and whether digits of it are lost.

    Args:
        raw: as the file keeps it: ``45561``, ``0.30000000000000004``, ``1.5E-3``.
        comma: whether the sheet's person reads a comma as the decimal sign.
        percent: whether the cell shows it as a percentage (0.0995 as 9.95%).

    Three decimals get a fourth, a zero: 1.205 in a cell of numbers has one reading, and 1.2050 has one as text.
    """
    if _WHOLE.fullmatch(raw) and not percent:
        return raw, False
    if not _NUMBER.fullmatch(raw):
        return raw, False
    if not percent and _PLAIN.fullmatch(raw) and len(raw) <= _DIGITS + 1:
        return _pointed(raw.rstrip("0").rstrip("."), comma=comma), False
    try:
        exact = Decimal(raw)
    except InvalidOperation:
        return raw, False
    digits = len(exact.normalize(EXACT).as_tuple().digits) if exact else 1
    lost = digits > _DIGITS and exact == exact.to_integral_value(context=EXACT)
    if digits > _DIGITS and not lost:
        exact = Decimal(f"{float(raw):.{_DIGITS}g}")
    if percent:
        exact = EXACT.multiply(exact, Decimal(100))
    shown = f"{exact.normalize(EXACT):f}" if abs(exact.adjusted()) < 2 * _DIGITS else str(exact)
    text = _pointed(shown, comma=comma)
    return f"{text}%" if percent else text, lost


def _pointed(shown: str, *, comma: bool) -> str:
    whole, _, part = shown.partition(".")
    if len(part) == _THREE:
        part += "0"
    return f"{whole}{',' if comma else '.'}{part}" if part else whole


def date_text(raw: str, epoch: datetime, *, with_time: bool) -> str:
    """Return a day's serial number as a person reads it: a date, a date and a time, or a time alone.

    Args:
        raw: days since ``epoch``, with a fraction for the time.
        epoch: 1899-12-30 or 1904-01-01.
        with_time: whether the cell shows a time of day.
    """
    if not _NUMBER.fullmatch(raw):
        return raw
    serial = float(raw)
    if not 0 <= serial < _LAST_SERIAL:
        return raw
    if serial < 1 and with_time:
        return _seconds(datetime.combine(date(2000, 1, 1), time()), serial).strftime("%H:%M:%S")
    days = int(serial)
    # The calendar of 1900 has a 29 February that never was.
    start = epoch + timedelta(days=days + (1 if epoch.year == 1899 and days < 60 else 0))  # noqa: PLR2004 - that day
    at = _seconds(start, serial - days)
    if not with_time and at == start:
        return f"{at:%Y-%m-%d}"
    return at.isoformat(" ", "milliseconds" if at.microsecond else "seconds")


def shows_percent(code: str) -> bool:
    """Return whether a number format shows a percentage."""
    return "%" in _QUOTED.sub("", code)


def shows_time(code: str) -> bool:
    """Return whether a date's format shows a time of day."""
    return re.search("[hs]", _QUOTED.sub("", code), re.IGNORECASE) is not None


def _seconds(start: datetime, part: float) -> datetime:
    """Return a moment of a day; what is within milliseconds of a whole second is that second."""
    micros = round(part * 86_400 * _SECOND)
    off = micros % _SECOND
    if off < _NEAR:
        micros -= off
    elif off > _SECOND - _NEAR:
        micros += _SECOND - off
    return start + timedelta(microseconds=micros)
