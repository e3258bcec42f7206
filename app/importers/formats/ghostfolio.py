"""Ghostfolio: activities as CSV or as its JSON export. An activity is a quantity at a price; value is their product."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final

from app.domain.book import AccountKind, TransactionKind
from app.domain.errors import InputError
from app.domain.money import EXACT
from app.importers.assets import MONEY, code
from app.importers.cells import CellDoubt, CellError, Cells, NothingMovedError
from app.importers.format import Format, each_row, fee_of, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Asked, Outcome, Refused, Skipped

_KEY: Final = "ghostfolio"
_HEADER: Final = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note"
_KINDS: Final = {
    "buy": TransactionKind.BUY,
    "sell": TransactionKind.SELL,
    "dividend": TransactionKind.INCOME,
    "interest": TransactionKind.INCOME,
}
_NO_COIN: Final = frozenset(("fee", "item", "liability", "valuable"))
# BTCUSD, BTC-EUR, BTC, bitcoin.
_BITCOIN: Final = re.compile(r"(?:BTC|XBT)(?:[-/]?([A-Z]{3}))?|BITCOIN", re.ASCII)
_UNIT: Final = Decimal("1e-8")
_MOST_TEXT: Final = 64 * 1024 * 1024
_MOST_DIGITS: Final = 40
_JSON: Final = re.compile(r'\s*\{.{0,2000}?"activities"\s*:', re.DOTALL)


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, symbol, _source, currency, price, quantity, action, fee, note = (
        table.at(name) for name in _HEADER.split(",")
    )

    def one(line: int, row: Row) -> Outcome:
        word = row[action].strip().casefold()
        if not _is_bitcoin(row[symbol]) or word in _NO_COIN:
            return other_asset(line, code(row[symbol]))
        kind = _KINDS.get(word)
        if kind is None:
            return unrecognised(line, row[action], row)
        cost = cells.number(row[price], cells.cash)
        amount = cells.number(row[quantity], cells.coins)
        return _activity(
            line,
            cells,
            kind,
            cells.utc(row[date], "yes"),
            (amount, cost, fee_of(cells.money(row[fee]))),
            code(row[currency]),
            row_id(_KEY, row),
            row[note].strip(),
        )

    return each_row(table, one)


def read_json(text: io.TextIOBase, cells: Cells) -> Iterator[Outcome]:
    """Yield what each activity of a JSON export becomes; its number counts as the line.

    Raises:
        InputError: it is no JSON, or too large.
    """
    data = text.read(_MOST_TEXT + 1)
    if len(data) > _MOST_TEXT:
        raise InputError(f"has more than {_MOST_TEXT // 1024**2} MB of JSON; export fewer years at a time")
    try:
        found = json.loads(data, parse_float=_number, parse_int=_number, parse_constant=_number)
    except (ValueError, RecursionError):
        raise InputError("is damaged JSON; export it again") from None
    activities = found.get("activities") if isinstance(found, dict) else None
    if not isinstance(activities, list):
        raise InputError("has no list of activities; export it again")
    for number, item in enumerate(activities, 1):
        try:
            yield _of_item(number, item, cells)
        except NothingMovedError as error:
            yield Skipped(number, str(error))
        except CellError as error:
            yield Refused(number, str(error))
        except CellDoubt as doubt:
            yield Asked(number, doubt.key, doubt.question)


def _of_item(number: int, item: object, cells: Cells) -> Outcome:
    if not isinstance(item, Mapping):
        raise CellError("is no activity; check the file")
    fields: Mapping[str, Any] = item
    symbol, word = _text(fields, "symbol"), _text(fields, "type").casefold()
    if not _is_bitcoin(symbol) or word in _NO_COIN:
        return other_asset(number, code(symbol))
    kind = _KINDS.get(word)
    cut = tuple(f"{key}: {value}"[:200] for key, value in list(fields.items())[:20])
    if kind is None:
        return unrecognised(number, word, list(cut))
    fee = _amount(fields, "fee") if fields.get("fee") is not None else Decimal(0)
    native = _text(fields, "id")
    return _activity(
        number,
        cells,
        kind,
        cells.utc(_text(fields, "date")),
        (_amount(fields, "quantity"), _amount(fields, "unitPrice"), fee_of(fee)),
        code(_text(fields, "currency")),
        f"{_KEY}:{native[:100]}" if native else row_id(_KEY, list(cut)),
        _text(fields, "comment"),
    )


def _activity(
    line: int,
    cells: Cells,
    kind: TransactionKind,
    at: Any,
    amounts: tuple[Decimal, Decimal, Decimal | None],
    currency: str,
    native: str,
    note: str,
) -> Outcome:
    quantity, price, fee = amounts
    if quantity < 0 or price < 0:
        raise CellError("has a negative quantity or price; check the row")
    if currency not in MONEY:
        raise CellError(f"“{currency[:10]}” is no currency that is known; check the row")
    value = EXACT.multiply(quantity, price).quantize(_UNIT, ROUND_HALF_EVEN, EXACT)
    worth = value if price else None
    told = currency if worth is not None or fee is not None else None
    return moved(line, at, kind, cells.sats_of(quantity), native, value=worth, currency=told, fee=fee, note=note)


def _is_bitcoin(symbol: str) -> bool:
    found = _BITCOIN.fullmatch(symbol.strip().upper())
    return found is not None and (found[1] is None or found[1] in MONEY)


def _number(text: str) -> Decimal:
    """Return a JSON number digit for digit; ``ValueError`` for what no amount can be."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text[:40]) from None
    if not value.is_finite() or len(text) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError(text[:40])
    return value


def _amount(fields: Mapping[str, Any], name: str) -> Decimal:
    value = fields.get(name)
    if not isinstance(value, Decimal):
        raise CellError(f"has no number as its {name}; check the file")
    return value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


FORMATS: Final = (
    Format(
        key=_KEY,
        name="Ghostfolio, activities as CSV",
        place="Ghostfolio",
        place_kind=AccountKind.OTHER,
        signatures=(Signature("2022", columns(_HEADER)),),
        read=read,
    ),
    Format(
        key=f"{_KEY}_json",
        name="Ghostfolio, export as JSON",
        place="Ghostfolio",
        place_kind=AccountKind.OTHER,
        recognise=lambda start: _JSON.match(start) is not None,
        read_text=read_json,
    ),
)
