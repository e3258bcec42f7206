"""Reads a book file (JSON): text at the door, domain objects inside.

Every reader below takes a JSON value and says what is wrong with it; the place is put together on the way out
(``loans[0].events[3].btc: …``), so that a sound file costs nothing for it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

from app.domain.book import Account, AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.errors import AmountError, BookFileError, HistoryError
from app.domain.money import parse_btc, parse_decimal, parse_fiat
from app.domain.terms import (
    CONSENSUS,
    Accrual,
    DayCount,
    Delivery,
    Evidence,
    Exposure,
    ExtentMode,
    FeeBase,
    Payment,
    Terms,
    Trigger,
    TriggerKind,
)

FORMAT: Final = "plimsoll-book"
VERSION: Final = 1
MAX_BYTES: Final = 256 * 1024 * 1024

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_Object = dict[str, Any]
_Reader = Callable[[Any], _T]

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
_MAX_WHOLE: Final = 2**31 - 1

_BOOK_KEYS: Final = frozenset(("format", "version", "name", "base_currency", "accounts", "loans", "demo"))
_ACCOUNT_KEYS: Final = frozenset(("name", "kind", "transactions"))
_TRANSACTION_KEYS: Final = frozenset(
    ("at", "kind", "btc", "value", "currency", "fee", "note", "external_id", "to_account")
)
_LOAN_KEYS: Final = frozenset(("name", "lender", "currency", "opened_on", "matures_on", "terms", "events"))
_EVENT_KEYS: Final = frozenset(
    ("at", "kind", "amount", "btc", "account", "rate", "price", "fee", "note", "external_id")
)
_TERMS_KEYS: Final = frozenset(
    (
        "from", "rate", "day_count", "accrual", "payment", "exposure", "triggers", "price_source", "basis_bps",
        "delivery", "evidence",
    )
)  # fmt: skip
_TRIGGER_KEYS: Final = {
    TriggerKind.WARNING: frozenset(("kind", "ltv")),
    TriggerKind.MARGIN_CALL: frozenset(("kind", "ltv", "cure_hours", "cure_ltv", "latching")),
    TriggerKind.LIQUIDATION: frozenset(("kind", "ltv", "extent", "fee_rate", "fee_base")),
}
_ANY_TRIGGER_KEYS: Final = frozenset().union(*_TRIGGER_KEYS.values())
_EXTENT_KEYS: Final = frozenset(("mode", "ltv"))
_DELIVERY_KEYS: Final = frozenset(("hours", "daily_cap_btc", "daily_cap"))
_EVIDENCE_KEYS: Final = frozenset(("source", "confirmed_on"))


def parse_book(data: bytes | str) -> Book:
    """Return the checked book that a book file holds.

    Raises:
        BookFileError: with the line and column of a fault in the JSON, or the place of a fault in the book.
    """
    book = _book(_json(data))
    try:
        check_book(book)
    except HistoryError as error:
        raise BookFileError(error.problem, error.place) from None
    return book


class _Repeated:
    """Stands for an object in which one key occurs twice, until the reader comes to its place."""

    def __init__(self, key: str) -> None:
        self.key = key


def _json(data: bytes | str) -> Any:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        msg = f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise BookFileError(msg) from None
    if not text.strip():
        msg = "the file is empty; a book file begins with {"
        raise BookFileError(msg)
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        msg = f"{error.msg[:1].lower()}{error.msg[1:]}; this is not valid JSON"
        raise BookFileError(msg, f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        msg = "the file is nested too deeply to be a book"
        raise BookFileError(msg) from None
    except ValueError:
        # Python refuses to read whole numbers of more than some thousand digits.
        msg = "the file holds a number that is too long to be true"
        raise BookFileError(msg) from None


def _pairs(pairs: list[tuple[str, Any]]) -> _Object | _Repeated:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Repeated(key)
        seen.add(key)
    return result


def _refuse_constant(word: str) -> NoReturn:
    msg = f"the file holds {word}, which is no amount; write a number in quotes"
    raise BookFileError(msg)


def _book(value: Any) -> Book:
    fields = _object(value, None)
    if fields.get("format") != FORMAT:
        msg = f"this is not a Plimsoll book file; it must say “{FORMAT}”"
        raise BookFileError(msg, "format")
    version = _required(fields, "version", _whole)
    if version != VERSION:
        msg = f"version {version} is not known here; this Plimsoll reads version {VERSION}, a newer one may read more"
        raise BookFileError(msg, "version")
    _refuse_unknown(fields, _BOOK_KEYS)
    return Book(
        _required(fields, "name", _text),
        _optional(fields, "base_currency", _text, "USD"),
        _list(fields, "accounts", _account),
        _list(fields, "loans", _loan),
        _optional(fields, "demo", _flag, default=False),
    )


def _account(value: Any) -> Account:
    fields = _object(value, _ACCOUNT_KEYS)
    return Account(
        _required(fields, "name", _text),
        _optional(fields, "kind", _ACCOUNT_KIND, AccountKind.SELF_CUSTODY),
        _list(fields, "transactions", _transaction),
    )


def _transaction(value: Any) -> Transaction:
    fields = _object(value, _TRANSACTION_KEYS)
    return Transaction(
        _required(fields, "at", _time),
        _required(fields, "kind", _TRANSACTION_KIND),
        _required(fields, "btc", _btc),
        _nullable(fields, "value", _fiat),
        _nullable(fields, "currency", _text),
        _nullable(fields, "fee", _fiat),
        _optional(fields, "note", _text, ""),
        _nullable(fields, "external_id", _text),
        _nullable(fields, "to_account", _text),
    )


def _loan(value: Any) -> Loan:
    fields = _object(value, _LOAN_KEYS)
    return Loan(
        _required(fields, "name", _text),
        _required(fields, "lender", _text),
        _required(fields, "currency", _text),
        _required(fields, "opened_on", _day),
        _nullable(fields, "matures_on", _day),
        _list(fields, "terms", parse_terms, needed=True),
        _list(fields, "events", _event),
    )


def _event(value: Any) -> LoanEvent:
    fields = _object(value, _EVENT_KEYS)
    return LoanEvent(
        _required(fields, "at", _time),
        _required(fields, "kind", _EVENT_KIND),
        _nullable(fields, "amount", _fiat),
        _nullable(fields, "btc", _btc),
        _nullable(fields, "account", _text),
        _nullable(fields, "rate", _ratio),
        _nullable(fields, "price", _fiat),
        _nullable(fields, "fee", _fiat),
        _optional(fields, "note", _text, ""),
        _nullable(fields, "external_id", _text),
    )


def parse_terms(value: Any) -> Terms:
    """Return one set of terms as it stands in a book file.

    Raises:
        BookFileError: the place is relative to the terms.
    """
    fields = _object(value, _TERMS_KEYS)
    return Terms(
        _required(fields, "from", _day),
        _required(fields, "rate", _ratio),
        _optional(fields, "day_count", _DAY_COUNT, DayCount.ACT_365F),
        _optional(fields, "accrual", _ACCRUAL, Accrual.SIMPLE),
        _optional(fields, "payment", _PAYMENT, Payment.BULLET),
        _optional(fields, "exposure", _EXPOSURE, Exposure.PRINCIPAL_AND_ACCRUED),
        _list(fields, "triggers", _trigger),
        _optional(fields, "price_source", _source, CONSENSUS),
        _optional(fields, "basis_bps", _whole, 0),
        _optional(fields, "delivery", _delivery, Delivery()),
        _optional(fields, "evidence", _evidence, Evidence()),
    )


def _trigger(value: Any) -> Trigger:
    fields = _object(value, None)
    kind = _required(fields, "kind", _TRIGGER_KIND)
    _refuse_unknown(fields, _ANY_TRIGGER_KEYS)
    _refuse_unknown(_said(fields), _TRIGGER_KEYS[kind], f"a {kind} has no such key")
    extent, extent_ltv = _nullable(fields, "extent", _extent) or (ExtentMode.FULL, None)
    return Trigger(
        kind,
        _required(fields, "ltv", _ratio),
        _nullable(fields, "cure_hours", _whole),
        _nullable(fields, "cure_ltv", _ratio),
        _optional(fields, "latching", _flag, default=False),
        extent,
        extent_ltv,
        _nullable(fields, "fee_rate", _ratio) or Decimal(0),
        _nullable(fields, "fee_base", _FEE_BASE) or FeeBase.LIQUIDATED,
    )


def _said(fields: _Object) -> _Object:
    """Return the keys that say something: a script may write every trigger with every key, null where it has none."""
    return {key: value for key, value in fields.items() if value is not None and value is not False}


def _extent(value: Any) -> tuple[ExtentMode, Decimal | None]:
    fields = _object(value, _EXTENT_KEYS)
    mode = _required(fields, "mode", _EXTENT_MODE)
    ltv = _nullable(fields, "ltv", _ratio)
    if mode is ExtentMode.FULL and ltv is not None:
        msg = "a full sale has no ltv; leave it out or write to_ltv"
        raise BookFileError(msg, "ltv")
    return mode, ltv


def _delivery(value: Any) -> Delivery:
    fields = _object(value, _DELIVERY_KEYS)
    return Delivery(
        _optional(fields, "hours", _whole, 0),
        _nullable(fields, "daily_cap_btc", _btc),
        _nullable(fields, "daily_cap", _fiat),
    )


def _evidence(value: Any) -> Evidence:
    fields = _object(value, _EVIDENCE_KEYS)
    return Evidence(_optional(fields, "source", _text, ""), _nullable(fields, "confirmed_on", _day))


def _object(value: Any, known: frozenset[str] | None) -> _Object:
    if isinstance(value, _Repeated):
        msg = "this key stands twice in one object; remove one of the two"
        raise BookFileError(msg, value.key[:60])
    if not isinstance(value, dict):
        msg = f"must be an object in braces, not {_named(value)}"
        raise BookFileError(msg)
    if known is not None and not known.issuperset(value):
        _refuse_unknown(value, known)
    return value


def _refuse_unknown(fields: Mapping[str, Any], known: frozenset[str], why: str = "this key is not known") -> None:
    unknown = next((key for key in fields if key not in known), None)
    if unknown is None:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only a faulty file needs it

    close = get_close_matches(unknown, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    msg = f"{why}; {hint}"
    raise BookFileError(msg, unknown[:60])


def _required(fields: _Object, key: str, read: _Reader[_T]) -> _T:
    if key not in fields:
        msg = "is missing; it has to be there"
        raise BookFileError(msg, key)
    return _read(fields[key], key, read)


def _optional(fields: _Object, key: str, read: _Reader[_T], default: _T) -> _T:
    return _read(fields[key], key, read) if key in fields else default


def _nullable(fields: _Object, key: str, read: _Reader[_T]) -> _T | None:
    value = fields.get(key)
    return None if value is None else _read(value, key, read)


def _read(value: Any, key: str, read: _Reader[_T]) -> _T:
    try:
        return read(value)
    except AmountError as error:
        raise BookFileError(error.problem, key) from None
    except BookFileError as error:
        raise error.at(key) from None


def _list(fields: _Object, key: str, read: _Reader[_T], *, needed: bool = False) -> tuple[_T, ...]:
    if key not in fields and not needed:
        return ()
    items = _required(fields, key, _items)
    result: list[_T] = []
    try:
        for item in items:
            result.append(read(item))  # noqa: PERF401 - the length so far tells the place of a fault
    except BookFileError as error:
        raise error.at(f"{key}[{len(result)}]") from None
    return tuple(result)


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        msg = f"must be a list in brackets, not {_named(value)}"
        raise BookFileError(msg)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        msg = f"must be text in quotes, not {_named(value)}"
        raise BookFileError(msg)
    if _UNFIT.search(value):
        msg = "holds a character that is no text; remove it"
        raise BookFileError(msg)
    return value


def _amount_text(value: Any) -> str:
    if not isinstance(value, str):
        msg = f'must be an amount in quotes, like "0.5", not {_named(value)}'
        raise BookFileError(msg)
    return value


def _btc(value: Any) -> int:
    return parse_btc(_amount_text(value))


def _fiat(value: Any) -> Decimal:
    return parse_fiat(_amount_text(value))


def _ratio(value: Any) -> Decimal:
    return parse_decimal(_amount_text(value))


def _source(value: Any) -> str:
    text = _text(value)
    if not text.strip():
        msg = f"names no source; write “{CONSENSUS}” or a source’s key"
        raise BookFileError(msg)
    return text


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"must be a whole number without quotes, not {_named(value)}"
        raise BookFileError(msg)
    if abs(value) > _MAX_WHOLE:
        msg = "is too large to be true"
        raise BookFileError(msg)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        msg = f"must be true or false, not {_named(value)}"
        raise BookFileError(msg)
    return value


def _time(value: Any) -> datetime:
    text = _text(value)
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    msg = f"“{text[:40]}” is not a time with its zone; write it like 2024-03-01T00:00:00Z"
    raise BookFileError(msg)


def _day(value: Any) -> date:
    text = _text(value)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    msg = f"“{text[:40]}” is not a day; write it like 2024-03-01"
    raise BookFileError(msg)


def _word(words: type[_E]) -> _Reader[_E]:
    table: dict[Any, _E] = {member.value: member for member in words}

    def read(value: Any) -> _E:
        found = table.get(value) if isinstance(value, str) else None
        if found is None:
            shown = f"“{value[:40]}”" if isinstance(value, str) else _named(value)
            msg = f"{shown} is not known; write one of {', '.join(table)}"
            raise BookFileError(msg)
        return found

    return read


def _named(value: Any) -> str:
    """Return what a JSON value is, for a sentence."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "text", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")


_ACCOUNT_KIND: Final = _word(AccountKind)
_TRANSACTION_KIND: Final = _word(TransactionKind)
_EVENT_KIND: Final = _word(EventKind)
_TRIGGER_KIND: Final = _word(TriggerKind)
_DAY_COUNT: Final = _word(DayCount)
_ACCRUAL: Final = _word(Accrual)
_PAYMENT: Final = _word(Payment)
_EXPOSURE: Final = _word(Exposure)
_EXTENT_MODE: Final = _word(ExtentMode)
_FEE_BASE: Final = _word(FeeBase)
