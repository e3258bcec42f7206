"""A price history in a CSV file becomes candles; the file is read line by line and is never held as a whole.

The first line names the columns: ``date`` and ``close``, and ``open``, ``high``, ``low`` where they are known; other
columns are passed over. Commas, semicolons or tabs stand between fields, quotes around them where need be.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final

from app.domain.candles import DailyCandle, is_sound
from app.domain.errors import AmountError, InputError
from app.domain.money import MAX_FIAT, parse_decimal

MAX_LINES: Final = 100_000
MAX_LINE_BYTES: Final = 4096
FIRST_DAY: Final = date(2009, 1, 3)
_DELIMITERS: Final = (",", ";", "\t")
_BOM: Final = b"\xef\xbb\xbf"
_DAY: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00| ?UTC)?)?",
    re.ASCII,
)
_EXAMPLE: Final = "write date,close or date,open,high,low,close into the first line"


@dataclass(frozen=True, slots=True)
class FileDays:
    """What a file holds.

    Attributes:
        candles: oldest first, one per day.
        lines: the line of each day, from 1.
        duplicates: lines that said the same once more.
        running: the day that is still running and was left out, or None.
    """

    candles: tuple[DailyCandle, ...]
    lines: dict[date, int]
    duplicates: int
    running: date | None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a line's fields stand; None for columns that the file has not."""

    delimiter: str
    count: int
    day: int
    close: int
    open: int | None
    high: int | None
    low: int | None


def read_days(file: BinaryIO, name: str, currency: str, today: date) -> FileDays:
    """Return the days of a CSV file.

    Args:
        file: open for reading.
        name: the file's, for messages.
        currency: what the prices are in; a column ``price_usd`` has to agree with it.
        today: the running UTC day, which is left out.

    Raises:
        InputError: a line cannot be taken; its place is the file and the line.
    """
    lines = _lines(file, name)
    columns = _header(lines, name, currency)
    days: dict[date, DailyCandle] = {}
    numbers: dict[date, int] = {}
    duplicates, running = 0, None
    for number, text in lines:
        place = f"{name}, line {number}"
        candle = _candle(_fields(text, columns.delimiter, place), columns, place)
        if candle.day > today:
            raise InputError(f"{candle.day} lies in the future; check the date, and the computer's clock", place)
        known = days.setdefault(candle.day, candle)
        first = numbers.setdefault(candle.day, number)
        if known != candle:
            raise InputError(f"{candle.day} has other prices than on line {first}; keep one of the two", place)
        duplicates += first != number
    if today in days:
        running = today
        del days[today]
    if not days:
        raise InputError("holds no finished day; a history has one line a day", name)
    return FileDays(tuple(days[day] for day in sorted(days)), numbers, duplicates, running)


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    """Give each line that is not blank, with its number.

    Raises:
        InputError: it is no text in UTF-8, or longer than a history's lines are.
    """
    for number in range(1, MAX_LINES + 1):
        data = file.readline(MAX_LINE_BYTES + 1)
        if not data:
            return
        place = f"{name}, line {number}"
        if number == 1:
            data = data.removeprefix(_BOM)
        if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError("is not text in UTF-8; save the file as CSV in UTF-8", place)
        if len(data) > MAX_LINE_BYTES:
            raise InputError(f"is longer than {MAX_LINE_BYTES} bytes; a history has one short line a day", place)
        try:
            text = data.decode("utf-8").strip("\r\n")
        except UnicodeDecodeError:
            raise InputError("is not text in UTF-8; save the file as CSV in UTF-8", place) from None
        if text.strip(" ,;\t"):
            yield number, text
    if file.read(1):
        raise InputError(f"has over {MAX_LINES:,} lines; a history has one line a day", name)


def _header(lines: Iterator[tuple[int, str]], name: str, currency: str) -> _Columns:
    """Return where the columns are.

    Raises:
        InputError: the file is empty, or the first line names no date or no close.
    """
    number, text = next(lines, (0, ""))
    if not number:
        raise InputError(f"is empty; {_EXAMPLE}, and one day into each line after it", name)
    place = f"{name}, line {number}"
    for delimiter in _DELIMITERS:
        names = [field.strip().lower() for field in _fields(text, delimiter, place)]
        if len(names) > 1 and not {"date", "day"}.isdisjoint(names):
            break
    else:
        raise InputError(f"names no column date; {_EXAMPLE}", place)
    for column in ("date", "day", "open", "high", "low", "close"):
        if names.count(column) > 1:
            raise InputError(f"names the column {column} twice; leave one of them out", place)
    return _Columns(
        delimiter,
        len(names),
        names.index("date" if "date" in names else "day"),
        names.index(_close_column(names, currency, place)),
        *(names.index(one) if one in names else None for one in ("open", "high", "low")),
    )


def _close_column(names: list[str], currency: str, place: str) -> str:
    """Return the column of closes: ``close``, else the only one called ``price`` or ``price_usd``."""
    if "close" in names:
        return "close"
    own = f"price_{currency.lower()}"
    found = [name for name in names if name in ("price", own)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"names several columns of prices; {_EXAMPLE}", place)
    other = next((name for name in names if re.fullmatch(r"price_[a-z]{3,5}", name, re.ASCII)), None)
    if other is not None:
        code = other.removeprefix("price_").upper()
        raise InputError(f"has prices in {code}, not in {currency}; say --currency {code}", place)
    raise InputError(f"names no column close; {_EXAMPLE}", place)


def _fields(text: str, delimiter: str, place: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise InputError("has a quotation mark without its other half; check the line", place) from None


def _candle(fields: list[str], columns: _Columns, place: str) -> DailyCandle:
    if len(fields) != columns.count:
        raise InputError(f"has {len(fields)} fields where the first line names {columns.count}; check the line", place)

    def price(column: str, index: int | None) -> Decimal | None:
        text = "" if index is None else fields[index].strip()
        return _price(column, text, place) if text or column == "close" else None

    close = price("close", columns.close)
    candle = DailyCandle(
        _day(fields[columns.day].strip(), place),
        price("open", columns.open),
        price("high", columns.high),
        price("low", columns.low),
        close if close is not None else Decimal(0),
    )
    if not is_sound(candle):
        raise InputError(_what_contradicts(candle), place)
    return candle


def _day(text: str, place: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if day is None:
        raise InputError(f"“{text[:40]}” is not a day; write it like 2026-02-10", place)
    if day < FIRST_DAY:
        raise InputError(f"{day} lies before there was bitcoin ({FIRST_DAY}); check the date", place)
    return day


def _price(column: str, text: str, place: str) -> Decimal:
    try:
        value = parse_decimal(text)
    except AmountError:
        problem = f"{column} “{text[:40]}” is not a number; write digits with a point, like 70727.00"
        raise InputError(problem, place) from None
    if value <= 0:
        raise InputError(f"{column} {text} is not above zero; leave out a day without a price", place)
    if value >= MAX_FIAT:
        raise InputError(f"{column} {text[:40]} is too large for a price; check the line", place)
    return value


def _what_contradicts(candle: DailyCandle) -> str:
    if candle.high is not None and candle.low is not None and candle.high < candle.low:
        return f"the high {candle.high} is below the low {candle.low}; check the columns"
    low = "" if candle.low is None else f" low {candle.low}"
    high = "" if candle.high is None else f" high {candle.high}"
    for name, price in (("close", candle.close), ("open", candle.open)):
        below = price is not None and candle.low is not None and price < candle.low
        above = price is not None and candle.high is not None and price > candle.high
        if below or above:
            return (
                f"the {name} {price} lies outside the day's{low}{' and' if low and high else ''}{high}; check the line"
            )
    return "its prices contradict each other; check the line"
