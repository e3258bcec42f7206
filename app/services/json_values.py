"""Single values of a JSON document: each reader takes one and gives the domain's type, or says what is wrong with it.

The place of a fault is put together on the way out (``loans[0].events[3].btc``), so that a sound file costs nothing for
it. Every reader raises ``BookFileError``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.domain.errors import AmountError, BookFileError, HistoryError
from app.domain.money import SATS_PER_BTC, parse_btc, parse_decimal, parse_fiat
from app.domain.scenario import request_text
from app.domain.terms import CONSENSUS

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
JsonObject = dict[str, Any]
Reader = Callable[[Any], _T]

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
_MAX_WHOLE: Final = 2**31 - 1


class Repeated:
    """Stands for an object in which one key occurs twice, until the reader comes to its place."""

    def __init__(self, key: str) -> None:
        self.key = key


def as_object(value: Any, known: frozenset[str] | None) -> JsonObject:
    """Return an object whose keys are all ``known`` (None: any)."""
    if isinstance(value, Repeated):
        msg = "this key stands twice in one object; remove one of the two"
        raise BookFileError(msg, value.key[:60])
    if not isinstance(value, dict):
        msg = f"must be an object in braces, not {described(value)}"
        raise BookFileError(msg)
    if known is not None and not known.issuperset(value):
        refuse_unknown(value, known)
    return value


def refuse_unknown(fields: Mapping[str, Any], known: frozenset[str], why: str = "this key is not known") -> None:
    """Refuse a key that is not known, with a guess at what was meant."""
    unknown = next((key for key in fields if key not in known), None)
    if unknown is None:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only a faulty file needs it

    close = get_close_matches(unknown, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    msg = f"{why}; {hint}"
    raise BookFileError(msg, unknown[:60])


def required(fields: JsonObject, key: str, read: Reader[_T]) -> _T:
    """Return a field that has to be there."""
    if key not in fields:
        msg = "is missing; it has to be there"
        raise BookFileError(msg, key)
    return read_field(fields[key], key, read)


def optional(fields: JsonObject, key: str, read: Reader[_T], default: _T) -> _T:
    """Return a field, or the default where it is left out."""
    return read_field(fields[key], key, read) if key in fields else default


def nullable(fields: JsonObject, key: str, read: Reader[_T]) -> _T | None:
    """Return a field, or None where it is null or left out."""
    value = fields.get(key)
    return None if value is None else read_field(value, key, read)


def read_field(value: Any, key: str, read: Reader[_T]) -> _T:
    """Return what ``read`` makes of a value; a fault gets the key as its place."""
    try:
        return read(value)
    except AmountError as error:
        raise BookFileError(error.problem, key) from None
    except BookFileError as error:
        raise error.at(key) from None


def read_list(fields: JsonObject, key: str, read: Reader[_T], *, needed: bool = False) -> tuple[_T, ...]:
    """Return a list's items, each read; a fault gets the item's number as its place."""
    if key not in fields and not needed:
        return ()
    items = required(fields, key, items_of)
    result: list[_T] = []
    try:
        for item in items:
            result.append(read(item))  # noqa: PERF401 - the length so far tells the place of a fault
    except BookFileError as error:
        raise error.at(f"{key}[{len(result)}]") from None
    return tuple(result)


def items_of(value: Any) -> list[Any]:
    """Return the items of a list."""
    if not isinstance(value, list):
        msg = f"must be a list in brackets, not {described(value)}"
        raise BookFileError(msg)
    return value


def as_text(value: Any) -> str:
    """Return text that can be stored."""
    if not isinstance(value, str):
        msg = f"must be text in quotes, not {described(value)}"
        raise BookFileError(msg)
    if _UNFIT.search(value):
        msg = "holds a character that is no text; remove it"
        raise BookFileError(msg)
    return value


def as_amount_text(value: Any) -> str:
    """Return the text of an amount, which is never a bare number."""
    if not isinstance(value, str):
        msg = f'must be an amount in quotes, like "0.5", not {described(value)}'
        raise BookFileError(msg)
    return value


def as_btc(value: Any) -> int:
    """Return satoshis."""
    return parse_btc(as_amount_text(value))


def as_fiat(value: Any) -> Decimal:
    """Return money, not negative."""
    return parse_fiat(as_amount_text(value))


def as_ratio(value: Any) -> Decimal:
    """Return a plain decimal."""
    return parse_decimal(as_amount_text(value))


def as_source(value: Any) -> str:
    """Return the name of a price source."""
    text = as_text(value)
    if not text.strip():
        msg = f"names no source; write “{CONSENSUS}” or a source’s key"
        raise BookFileError(msg)
    return text


def as_whole(value: Any) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"must be a whole number without quotes, not {described(value)}"
        raise BookFileError(msg)
    if abs(value) > _MAX_WHOLE:
        msg = "is too large to be true"
        raise BookFileError(msg)
    return value


def as_flag(value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        msg = f"must be true or false, not {described(value)}"
        raise BookFileError(msg)
    return value


def as_time(value: Any) -> datetime:
    """Return an instant in UTC."""
    text = as_text(value)
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    msg = f"“{text[:40]}” is not a time with its zone; write it like 2024-03-01T00:00:00Z"
    raise BookFileError(msg)


def as_day(value: Any) -> date:
    """Return a day."""
    text = as_text(value)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    msg = f"“{text[:40]}” is not a day; write it like 2024-03-01"
    raise BookFileError(msg)


def as_word(words: type[_E]) -> Reader[_E]:
    """Return a reader for one of these words."""
    table: dict[Any, _E] = {member.value: member for member in words}

    def read(value: Any) -> _E:
        found = table.get(value) if isinstance(value, str) else None
        if found is None:
            shown = f"“{value[:40]}”" if isinstance(value, str) else described(value)
            msg = f"{shown} is not known; write one of {', '.join(table)}"
            raise BookFileError(msg)
        return found

    return read


def as_request(value: Any) -> str:
    """Return an object of plain data as canonical JSON text."""
    fields = as_object(value, None)
    _refuse_repeated(fields)
    try:
        return request_text(fields)
    except HistoryError as error:
        raise BookFileError(error.problem) from None


def _refuse_repeated(value: Any) -> None:
    """Refuse what no stored text can hold, at any depth."""
    if isinstance(value, (dict, Repeated)):
        for key, item in as_object(value, None).items():
            as_text(key)
            _refuse_repeated(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_repeated(item)
    elif isinstance(value, str):
        as_text(value)


def time_text(at: datetime) -> str:
    """Return a UTC time the short way: no microseconds where there are none."""
    return at.isoformat().removesuffix("+00:00") + "Z"


def btc_digits(sats: int) -> str:
    """Return satoshis as bitcoin without zeros at the end."""
    whole, rest = divmod(sats, SATS_PER_BTC)
    return f"{whole}.{rest:08d}".rstrip("0") if rest else str(whole)


def described(value: Any) -> str:
    """Return what a JSON value is, for a sentence."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "text", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")
