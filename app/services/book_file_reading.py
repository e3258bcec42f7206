"""Reads a book file (JSON): text at the door, domain objects inside.

Every reader below takes a JSON value and says what is wrong with it; the place is put together on the way out
(``loans[0].events[3].btc: …``), so that a sound file costs nothing for it.
"""

import json
from decimal import Decimal
from typing import Any, Final, NoReturn

from app.domain.book import Account, AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.errors import BookFileError, HistoryError
from app.domain.scenario import Scenario, ScenarioKind
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
from app.services.book_file_alarm import read_channel, read_rule
from app.services.book_file_ledger import (
    read_label,
    read_limit,
    read_paper,
    read_pick,
    read_profile,
    read_wallet,
)
from app.services.json_values import (
    JsonObject,
    Repeated,
    as_btc,
    as_day,
    as_fiat,
    as_flag,
    as_object,
    as_ratio,
    as_request,
    as_source,
    as_text,
    as_time,
    as_whole,
    as_word,
    nullable,
    optional,
    read_list,
    refuse_unknown,
    required,
)

FORMAT: Final = "plimsoll-book"
VERSION: Final = 1
MAX_BYTES: Final = 256 * 1024 * 1024


_BOOK_KEYS: Final = frozenset(
    (
        "format", "version", "name", "base_currency", "accounts", "loans", "demo", "scenarios", "rules", "channels",
        "limits", "wallets", "labels", "profiles", "attachments",
    )
)  # fmt: skip
_SCENARIO_KEYS: Final = frozenset(("name", "created_at", "kind", "request"))
_ACCOUNT_KEYS: Final = frozenset(("name", "kind", "transactions"))
_TRANSACTION_KEYS: Final = frozenset(
    (
        "at", "kind", "btc", "value", "currency", "fee", "note", "external_id", "to_account", "picks", "attachments",
    )
)  # fmt: skip
_LOAN_KEYS: Final = frozenset(
    ("name", "lender", "currency", "opened_on", "matures_on", "terms", "events", "attachments")
)
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
    return parse_book_and_papers(data)[0]


def parse_book_and_papers(data: bytes | str) -> tuple[Book, dict[str, bytes]]:
    """Return the checked book that a book file holds, and the bytes of its papers by their keys.

    Raises:
        BookFileError: as ``parse_book``.
    """
    book, papers = _book(_json(data))
    try:
        check_book(book)
    except HistoryError as error:
        raise BookFileError(error.problem, error.place) from None
    return book, papers


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


def _pairs(pairs: list[tuple[str, Any]]) -> JsonObject | Repeated:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return Repeated(key)
        seen.add(key)
    return result


def _refuse_constant(word: str) -> NoReturn:
    msg = f"the file holds {word}, which is no amount; write a number in quotes"
    raise BookFileError(msg)


def _book(value: Any) -> tuple[Book, dict[str, bytes]]:
    fields = as_object(value, None)
    if fields.get("format") != FORMAT:
        msg = f"this is not a Plimsoll book file; it must say “{FORMAT}”"
        raise BookFileError(msg, "format")
    version = required(fields, "version", as_whole)
    if version != VERSION:
        msg = f"version {version} is not known here; this Plimsoll reads version {VERSION}, a newer one may read more"
        raise BookFileError(msg, "version")
    refuse_unknown(fields, _BOOK_KEYS)
    papers = read_list(fields, "attachments", read_paper)
    book = Book(
        required(fields, "name", as_text),
        optional(fields, "base_currency", as_text, "USD"),
        read_list(fields, "accounts", _account),
        read_list(fields, "loans", _loan),
        optional(fields, "demo", as_flag, default=False),
        read_list(fields, "scenarios", _scenario),
        read_list(fields, "rules", read_rule),
        read_list(fields, "channels", read_channel),
        read_list(fields, "limits", read_limit),
        read_list(fields, "wallets", read_wallet),
        read_list(fields, "labels", read_label),
        read_list(fields, "profiles", read_profile),
        tuple(paper.attachment for paper in papers),
    )
    return book, {paper.attachment.key: paper.content for paper in papers if paper.content is not None}


def _account(value: Any) -> Account:
    fields = as_object(value, _ACCOUNT_KEYS)
    return Account(
        required(fields, "name", as_text),
        optional(fields, "kind", _ACCOUNT_KIND, AccountKind.SELF_CUSTODY),
        read_list(fields, "transactions", _transaction),
    )


def _transaction(value: Any) -> Transaction:
    fields = as_object(value, _TRANSACTION_KEYS)
    return Transaction(
        required(fields, "at", as_time),
        required(fields, "kind", _TRANSACTION_KIND),
        required(fields, "btc", as_btc),
        nullable(fields, "value", as_fiat),
        nullable(fields, "currency", as_text),
        nullable(fields, "fee", as_fiat),
        optional(fields, "note", as_text, ""),
        nullable(fields, "external_id", as_text),
        nullable(fields, "to_account", as_text),
        read_list(fields, "picks", read_pick),
        read_list(fields, "attachments", as_text),
    )


def _loan(value: Any) -> Loan:
    fields = as_object(value, _LOAN_KEYS)
    return Loan(
        required(fields, "name", as_text),
        required(fields, "lender", as_text),
        required(fields, "currency", as_text),
        required(fields, "opened_on", as_day),
        nullable(fields, "matures_on", as_day),
        read_list(fields, "terms", parse_terms, needed=True),
        read_list(fields, "events", _event),
        read_list(fields, "attachments", as_text),
    )


def _event(value: Any) -> LoanEvent:
    fields = as_object(value, _EVENT_KEYS)
    return LoanEvent(
        required(fields, "at", as_time),
        required(fields, "kind", _EVENT_KIND),
        nullable(fields, "amount", as_fiat),
        nullable(fields, "btc", as_btc),
        nullable(fields, "account", as_text),
        nullable(fields, "rate", as_ratio),
        nullable(fields, "price", as_fiat),
        nullable(fields, "fee", as_fiat),
        optional(fields, "note", as_text, ""),
        nullable(fields, "external_id", as_text),
    )


def parse_terms(value: Any) -> Terms:
    """Return one set of terms as it stands in a book file.

    Raises:
        BookFileError: the place is relative to the terms.
    """
    fields = as_object(value, _TERMS_KEYS)
    return Terms(
        required(fields, "from", as_day),
        required(fields, "rate", as_ratio),
        optional(fields, "day_count", _DAY_COUNT, DayCount.ACT_365F),
        optional(fields, "accrual", _ACCRUAL, Accrual.SIMPLE),
        optional(fields, "payment", _PAYMENT, Payment.BULLET),
        optional(fields, "exposure", _EXPOSURE, Exposure.PRINCIPAL_AND_ACCRUED),
        read_list(fields, "triggers", _trigger),
        optional(fields, "price_source", as_source, CONSENSUS),
        optional(fields, "basis_bps", as_whole, 0),
        optional(fields, "delivery", _delivery, Delivery()),
        optional(fields, "evidence", _evidence, Evidence()),
    )


def _trigger(value: Any) -> Trigger:
    fields = as_object(value, None)
    kind = required(fields, "kind", _TRIGGER_KIND)
    refuse_unknown(fields, _ANY_TRIGGER_KEYS)
    refuse_unknown(_said(fields), _TRIGGER_KEYS[kind], f"a {kind} has no such key")
    extent, extent_ltv = nullable(fields, "extent", _extent) or (ExtentMode.FULL, None)
    return Trigger(
        kind,
        required(fields, "ltv", as_ratio),
        nullable(fields, "cure_hours", as_whole),
        nullable(fields, "cure_ltv", as_ratio),
        optional(fields, "latching", as_flag, default=False),
        extent,
        extent_ltv,
        nullable(fields, "fee_rate", as_ratio) or Decimal(0),
        nullable(fields, "fee_base", _FEE_BASE) or FeeBase.LIQUIDATED,
    )


def _said(fields: JsonObject) -> JsonObject:
    """Return the keys that say something: a script may write every trigger with every key, null where it has none."""
    return {key: value for key, value in fields.items() if value is not None and value is not False}


def _extent(value: Any) -> tuple[ExtentMode, Decimal | None]:
    fields = as_object(value, _EXTENT_KEYS)
    mode = required(fields, "mode", _EXTENT_MODE)
    ltv = nullable(fields, "ltv", as_ratio)
    if mode is ExtentMode.FULL and ltv is not None:
        msg = "a full sale has no ltv; leave it out or write to_ltv"
        raise BookFileError(msg, "ltv")
    return mode, ltv


def _delivery(value: Any) -> Delivery:
    fields = as_object(value, _DELIVERY_KEYS)
    return Delivery(
        optional(fields, "hours", as_whole, 0),
        nullable(fields, "daily_cap_btc", as_btc),
        nullable(fields, "daily_cap", as_fiat),
    )


def _evidence(value: Any) -> Evidence:
    fields = as_object(value, _EVIDENCE_KEYS)
    return Evidence(optional(fields, "source", as_text, ""), nullable(fields, "confirmed_on", as_day))


_ACCOUNT_KIND: Final = as_word(AccountKind)
_TRANSACTION_KIND: Final = as_word(TransactionKind)


def _scenario(value: Any) -> Scenario:
    fields = as_object(value, _SCENARIO_KEYS)
    return Scenario(
        required(fields, "name", as_text),
        required(fields, "created_at", as_time),
        required(fields, "kind", _SCENARIO_KIND),
        required(fields, "request", as_request),
    )


_EVENT_KIND: Final = as_word(EventKind)
_SCENARIO_KIND: Final = as_word(ScenarioKind)
_TRIGGER_KIND: Final = as_word(TriggerKind)
_DAY_COUNT: Final = as_word(DayCount)
_ACCRUAL: Final = as_word(Accrual)
_PAYMENT: Final = as_word(Payment)
_EXPOSURE: Final = as_word(Exposure)
_EXTENT_MODE: Final = as_word(ExtentMode)
_FEE_BASE: Final = as_word(FeeBase)
