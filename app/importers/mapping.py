"""Somebody's own file, read as its columns were mapped: each row becomes a transaction or an event of a loan."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final

from app.domain.book import INFLOWS, EventKind, LoanEvent, TransactionKind
from app.domain.column_map import ASIDE, LOAN, MOVE, REST, SIDE_ROLES, SKIP, TRADE, ColumnMap, folded, place_of, word_of
from app.domain.errors import InputError
from app.domain.money import EXACT
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellDoubt, CellError, Cells, NothingMovedError
from app.importers.format import (
    MAX_NOTE,
    Format,
    currency_of,
    each_row,
    fee_of,
    moved,
    other_asset,
    row_id,
    unrecognised,
)
from app.importers.signatures import Signature
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.importers.xlsx_text import date_text
from app.services.import_ports import Answers, Lent, Outcome, Skipped

_SATS: Final = frozenset(("SAT", "SATS", "SATOSHI", "SATOSHIS"))
_SAT: Final = Decimal("1e-8")
_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY"}
_CODE: Final = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])", re.ASCII)
_UNIT: Final = re.compile(r"(?i)\s*(btc|xbt|₿|sats?|satoshis?)\s*")
_WHOLE: Final = re.compile(r"-?[0-9]{1,17}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day; the zone is the file's
_LONGEST_ID: Final = 120


def mapped_format(columns: ColumnMap, name: str, *, exact: bool) -> Format:
    """Return how a mapped file is read.

    Args:
        columns: the map.
        name: of the profile, for people.
        exact: whether the file must have exactly the profile's columns; else those that are mapped are enough.
    """
    wanted = columns.header if exact else _needed(columns)
    return Format(
        key=key_of(columns),
        name=f"profile “{name}”" if name else "columns as mapped",
        place=columns.place,
        place_kind=columns.place_kind,
        signatures=(Signature("", tuple(each for each in wanted if folded(each)), closed=exact),),
        read=lambda table, cells: _Rows(columns, table, cells).outcomes(),
        zone=columns.read("zone") or "the rows' own zone",
    )


def key_of(columns: ColumnMap) -> str:
    """Return what the ids of a mapped file's rows begin with: the same for a profile under any name, however corrected.

    Files with one header for two places are two sorts of files.
    """
    told = sorted(folded(each) for each in columns.header or tuple(columns.columns.values()))
    text = "\x1f".join([*told, "", folded(columns.place)])
    return f"map-{blake2b(text.encode('utf-8', 'replace'), digest_size=5).hexdigest()}"


def answered(answers: Answers, columns: ColumnMap) -> Answers:
    """Return what a person said, filled up with what the map says; the person comes first."""
    return replace(
        answers,
        decimal=answers.decimal or columns.read("decimal"),
        zone=answers.zone or columns.read("zone"),
        day_first=answers.day_first or columns.read("day_first"),
        unit=answers.unit or columns.read("unit"),
    )


def _needed(columns: ColumnMap) -> tuple[str, ...]:
    """Return the names that a header must have for the map to be of use."""
    return tuple(dict.fromkeys(re.sub(r"#[0-9]+$", "", name) for name in columns.columns.values()))


class _Rows:
    """Reads the rows of one table."""

    def __init__(self, columns: ColumnMap, table: Table, cells: Cells) -> None:
        self.columns = columns
        self.table = table
        self.cells = cells
        self.key = key_of(columns if columns.header else replace(columns, header=table.header))
        self.places: dict[str, int] = {}
        for role, name in columns.columns.items():
            place = place_of(table.header, name)
            if place is None:
                raise InputError(f"has no column “{name[:40]}”, which the map names as {role}", table.name)
            self.places[role] = place

    def outcomes(self) -> Iterator[Outcome]:
        return each_row(self.table, self.one)

    def one(self, line: int, row: Row) -> Outcome:
        """Return what one row becomes."""
        word = self.told(row, "kind")
        kind = self.columns.fixed.get("kind", MOVE)
        if "kind" in self.places:
            kind = self.columns.words.get(word_of(word), self.columns.words.get(REST, ASIDE))
        if kind == SKIP:
            return Skipped(line, f"is “{word[:40]}”, which the map leaves out")
        if kind == ASIDE:
            return unrecognised(line, word, row)
        asset = code(self.told(row, "asset"))
        if ("asset" in self.places or "asset" in self.columns.fixed) and asset not in BITCOIN and asset not in _SATS:
            return other_asset(line, asset)
        at = self.at(row)
        if kind.startswith(LOAN):
            return self.lent(line, row, at, EventKind(kind.removeprefix(LOAN)))
        if SIDE_ROLES[0] in self.places:
            return self.sided(line, row, at, kind)
        return self.moved(line, row, at, kind)

    def told(self, row: Row, role: str) -> str:
        """Return what a row says in a role, or what holds for all rows."""
        place = self.places.get(role)
        return self.columns.fixed.get(role, "") if place is None else row[place].strip()

    def at(self, row: Row) -> datetime:
        """Return when.

        Raises:
            CellError: no time.
            CellDoubt: a time with two readings, or without a zone.
        """
        text = f"{self.told(row, 'date')} {self.told(row, 'time')}".strip()
        how = self.columns.read("time")
        if how in {"epoch_s", "epoch_ms"}:
            if not _WHOLE.fullmatch(text):
                raise CellError(f"“{text[:40]}” is no count of {'milliseconds' if how == 'epoch_ms' else 'seconds'}")
            try:
                return _EPOCH + timedelta(milliseconds=int(text) * (1 if how == "epoch_ms" else 1000))
            except OverflowError:
                raise CellError(f"“{text[:40]}” lies outside the years that can be computed") from None
        if how == "excel":
            text = date_text(text.replace(",", "."), _EXCEL, with_time=True)
        return self.cells.local(text)

    def id(self, row: Row) -> str:
        """Return the row's id. Some files begin to number anew each year, so the date is part of it."""
        native = "_".join(self.told(row, "id").split())
        if not native:
            return row_id(self.key, row)
        when = f"{self.told(row, 'date')} {self.told(row, 'time')}"
        mark = blake2b(when.encode("utf-8", "replace"), digest_size=3).hexdigest()
        if len(native) > _LONGEST_ID or not native.isprintable():
            native = blake2b(native.encode("utf-8", "replace"), digest_size=12).hexdigest()
        return f"{self.key}:{native}.{mark}"

    def sats(self, text: str) -> int:
        """Return bitcoin with its sign; 0 for an empty cell.

        Raises:
            CellError: no amount.
            CellDoubt: without a unit, or with two readings.
        """
        if self.cells.empty(text):
            return 0
        unit, found = self.cells.answers.unit, _UNIT.search(text)
        if found is not None:
            unit = "sats" if found[1].casefold().startswith("sat") else "btc"
            text = f"{text[: found.start()]}{text[found.end() :]}"
        if unit == "sats":
            return self.cells.sats_of(EXACT.multiply(self.cells.number(text, self.cells.coins), _SAT), text)
        if not unit and not self.cells.number(text, self.cells.coins):
            return 0
        if not unit:
            raise CellDoubt("unit", "Amounts of bitcoin stand without a unit")
        return self.cells.sats(text)

    def signed(self, row: Row) -> int:
        """Return what came in (positive) or went out (negative) as the columns say it.

        Raises:
            CellError: no amount, or both.
            CellDoubt: as ``sats``.
        """
        if "btc" in self.places:
            text = self.told(row, "btc")
            if code(self.told(row, "asset")) in _SATS:
                text = f"{text} sats"
            return self.sats(text)
        came, went = self.sats(self.told(row, "btc_in")), abs(self.sats(self.told(row, "btc_out")))
        if came < 0:
            raise CellError("has less than nothing in the column of what came in; check the row")
        if came and went:
            raise CellError("has bitcoin that came in and that went out; check the row")
        return came - went

    def money(self, row: Row, role: str, currency: str) -> Decimal | None:
        """Return an amount of money with its sign.

        Raises:
            CellError: no amount, or in another currency than the row's.
            CellDoubt: two readings.
        """
        text = self.told(row, role)
        if self.cells.empty(text):
            return None
        named = {_SIGNS[sign] for sign in _SIGNS if sign in text} | (MONEY & set(_CODE.findall(text)))
        if currency and named - {currency}:
            raise CellError(f"“{text[:40]}” is not in {currency}; name the column of the currency")
        return self.cells.money(text)

    def currency(self, row: Row) -> str:
        """Return the row's currency, or nothing where it has none.

        Raises:
            CellError: it is none.
        """
        text = self.told(row, "currency")
        return currency_of(text) if text and not self.cells.empty(text) else ""

    def note(self, row: Row) -> str:
        """Return the row's note as one line."""
        return " ".join(self.told(row, "note").split())

    def sided(self, line: int, row: Row, at: datetime, kind: str) -> Outcome:
        """Return a row that names what was sent and what was received."""
        sides = [self.side(row, "sent"), self.side(row, "received")]
        fee = self.told(row, "fee")
        return two_sided(
            line,
            self.cells,
            at,
            self.id(row),
            Sides(*sides[0], *sides[1], fee, self.told(row, "fee_currency") or self.told(row, "currency")),
            kind=None if kind in {MOVE, TRADE} else TransactionKind(kind),
            note=self.note(row),
            wallet=self.told(row, "account"),
        )

    def side(self, row: Row, role: str) -> tuple[str, str]:
        """Return an amount and what it is in; satoshis as bitcoin."""
        text, asset = self.told(row, role), self.told(row, f"{role}_currency")
        if code(asset) in _SATS and not self.cells.empty(text):
            exact = EXACT.multiply(self.cells.number(text, self.cells.coins), _SAT)
            # Eight decimals have one reading, whatever the decimal sign of the file is.
            shown = f"{exact:.8f}"
            return (shown.replace(".", ",") if self.cells.coins.known == "," else shown), "BTC"
        return text, asset

    def moved(self, line: int, row: Row, at: datetime, kind_told: str) -> Outcome:
        """Return a row that names an amount of bitcoin."""
        sats = self.signed(row)
        if not sats:
            raise NothingMovedError("moves no bitcoin, or less than half a satoshi")
        kind = _kind(kind_told, sats)
        if kind in INFLOWS and sats < 0:
            raise CellError(f"is a {kind.value} of less than nothing; map its word to another kind, or check the row")
        to_account = self.told(row, "to_account") or None if kind is TransactionKind.TRANSFER else None
        if kind is TransactionKind.TRANSFER and to_account is None:
            raise CellError("is a transfer and names no receiving account; check the row")
        currency = self.currency(row)
        value = self.money(row, "value", currency)
        if value is None and "price" in self.places:
            price = self.money(row, "price", currency)
            value = None if price is None else EXACT.multiply(price, Decimal(abs(sats)) * _SAT).quantize(_SAT)
        fee, fee_sats, fee_note = self.fee(row, currency)
        if value is not None and fee is not None and self.columns.read("value") == "with_fee":
            value = abs(value) + (fee if kind is TransactionKind.SELL else -fee if kind is TransactionKind.BUY else 0)
            if value < 0:
                raise CellError(f"has a fee of {fee}, more than the whole; check the row")
        if (value is not None or fee is not None) and not currency:
            raise CellError("has money and names no currency; check the row")
        return moved(
            line,
            at,
            kind,
            sats,
            self.id(row),
            value=value,
            currency=currency or None,
            fee=fee,
            fee_sats=fee_sats,
            note=f"{self.note(row)} {fee_note}".strip(),
            to_account=to_account,
            wallet=self.told(row, "account"),
        )

    def fee(self, row: Row, currency: str) -> tuple[Decimal | None, int, str]:
        """Return the fee in the row's money or in satoshis; in another currency it is a note.

        Raises:
            CellError: it is negative, or no amount.
            CellDoubt: two readings.
        """
        text = self.told(row, "fee")
        if self.cells.empty(text):
            return None, 0, ""
        fee_in = code(self.told(row, "fee_currency")) or currency
        if fee_in in BITCOIN or fee_in in _SATS:
            fee_sats = self.sats(f"{text} {'sats' if fee_in in _SATS else 'BTC'}")
            if fee_sats < 0:
                fee_of(Decimal(fee_sats))
            return None, fee_sats, ""
        if fee_in != currency:
            fee = fee_of(self.cells.money(text))
            return None, 0, f"fee {text[:30]} {fee_in[:20]}" if fee else ""
        return fee_of(self.money(row, "fee", currency)), 0, ""

    def lent(self, line: int, row: Row, at: datetime, kind: EventKind) -> Outcome:
        """Return a row as an event of a loan, and a second one where it names a fee."""
        native = self.id(row)
        fields = LoanEvent(at, kind, note=self.note(row)[:MAX_NOTE], external_id=native)
        currency = self.currency(row)
        if kind in {EventKind.DRAW, EventKind.REPAY, EventKind.FEE}:
            amount = self.money(row, "value", currency)
            if not amount:
                raise NothingMovedError("is about no money")
            fields = fields._replace(amount=abs(amount))
        elif kind is EventKind.RATE:
            fields = fields._replace(rate=self.rate(row))
        else:
            sats = self.signed(row)
            if not sats:
                raise NothingMovedError("moves no bitcoin, or less than half a satoshi")
            fields = fields._replace(sats=abs(sats))
        fee = None if kind is EventKind.FEE else fee_of(self.money(row, "fee", currency))
        if kind is EventKind.LIQUIDATION:
            fields = fields._replace(price=self.money(row, "price", currency), fee=fee)
            fee = None
        paid = () if fee is None else (LoanEvent(at, EventKind.FEE, amount=fee, external_id=f"{native}/fee"),)
        named = self.told(row, "account")
        wallet = named if named or self.cells.answers.account else None
        return Lent(line, (fields, *paid), self.told(row, "loan"), wallet)

    def rate(self, row: Row) -> Decimal:
        """Return a yearly rate as a fraction.

        Raises:
            CellError: no rate, or one that can be per cent or a fraction.
            CellDoubt: two readings.
        """
        text = self.told(row, "rate")
        percent = text.endswith("%")
        number = self.cells.number(text.removesuffix("%"))
        how = "percent" if percent else self.columns.read("rate")
        if not how:
            raise CellError(f"“{text[:20]}” is per cent or a fraction; say which in the map (rate:=percent)")
        return EXACT.multiply(number, Decimal("0.01")) if how == "percent" else number


def _kind(told: str, sats: int) -> TransactionKind:
    """Return a row's kind, by its sign where the map says so."""
    if told == MOVE:
        return TransactionKind.DEPOSIT if sats > 0 else TransactionKind.WITHDRAWAL
    if told == TRADE:
        return TransactionKind.BUY if sats > 0 else TransactionKind.SELL
    return TransactionKind(told)
