"""Plimsoll's own CSV: what people write by hand or by a program of theirs, and what Plimsoll writes out.

One file of transactions, one of loan events. One decimal sign holds for a whole file.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, EventKind, LoanEvent, TransactionKind
from app.domain.plain_cells import plain_cell
from app.importers.cells import CellError, Cells
from app.importers.format import MAX_NOTE, Format, currency_of, each_row, moved, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Lent, Outcome

_KEY: Final = "plimsoll"
_OPTIONAL: Final = columns("value,currency,fee,note,id,to_account")
_LOAN_OPTIONAL: Final = columns("account,rate,price,fee,note,id")
_KINDS: Final = {kind.value: kind for kind in TransactionKind}
_EVENTS: Final = {kind.value: kind for kind in EventKind}
_MONEY_EVENTS: Final = frozenset((EventKind.DRAW, EventKind.REPAY, EventKind.FEE))
_COIN_EVENTS: Final = frozenset((EventKind.POST, EventKind.RELEASE, EventKind.LIQUIDATION))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of a file of transactions becomes."""
    cells.cash = cells.coins
    kind_at, at, sats_of = table.at("kind"), table.at("at"), _amounts(table, cells)
    cell = _cells_of(table)

    def one(line: int, row: Row) -> Outcome:
        kind = _KINDS.get(row[kind_at].strip().casefold())
        if kind is None:
            return unrecognised(line, row[kind_at], row)
        sats = sats_of(row)  # first: its eight decimals tell the decimal sign
        value, fee = _money(cells, cell(row, "value")), _money(cells, cell(row, "fee"))
        code, target = cell(row, "currency"), cell(row, "to_account")
        if (kind is TransactionKind.TRANSFER) != bool(target):
            raise CellError("a transfer needs a to_account, and no other kind has one; correct the row")
        if sats <= 0:
            raise CellError("moves nothing, or carries a sign; write the amount without one, the kind tells the way")
        return moved(
            line,
            cells.utc(row[at]),
            kind,
            sats,
            _native(_KEY, cell(row, "id"), row),
            value=value,
            currency=currency_of(code) if code else None,
            fee=fee,
            note=cell(row, "note"),
            to_account=target or None,
            wallet=cell(row, "account"),
        )

    return each_row(table, one)


def read_loans(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of a file of loan events becomes."""
    cells.cash = cells.coins
    kind_at, at, sats_of = table.at("kind"), table.at("at"), _amounts(table, cells)
    cell = _cells_of(table)

    def one(line: int, row: Row) -> Outcome:
        kind = _EVENTS.get(row[kind_at].strip().casefold())
        if kind is None:
            return unrecognised(line, row[kind_at], row)
        sats, account = sats_of(row), cell(row, "account") or None
        amount, price, fee = (_money(cells, cell(row, name)) for name in ("amount", "price", "fee"))
        rate = cell(row, "rate")
        _complete(kind, {"amount": amount, "btc": sats or None, "rate": rate or None, "price": price})
        event = LoanEvent(
            cells.utc(row[at]),
            kind,
            amount=amount,
            sats=sats or None,
            rate=cells.number(rate, cells.coins) if rate else None,
            price=price,
            fee=fee,
            note=cell(row, "note")[:MAX_NOTE],
            external_id=_native(f"{_KEY}_loans", cell(row, "id"), row),
        )
        return Lent(line, (event,), cell(row, "loan"), account)

    return each_row(table, one)


def _cells_of(table: Table) -> Callable[[Row, str], str]:
    """Return what gives a row's text by the column's name; empty where the file has no such column."""
    places = {name: table.find(name) for name in (*_OPTIONAL, *_LOAN_OPTIONAL, "loan", "amount")}

    def cell(row: Row, name: str) -> str:
        place = places[name]
        text = "" if place is None else row[place].strip()
        # The apostrophe that keeps spreadsheets from running a text.
        return text[1:] if text[:1] == "'" and plain_cell(text[1:]) == text else text

    return cell


def _amounts(table: Table, cells: Cells) -> Callable[[Row], int]:
    """Return what gives a row's satoshis, by the unit that the header names; zero for an empty cell."""
    btc, sats = table.find("btc"), table.find("sats")

    def in_sats(row: Row) -> int:
        text = "" if sats is None else row[sats].strip()
        if text and (not text.isascii() or not text.isdigit() or len(text) > 16):  # noqa: PLR2004 - 21 million
            raise CellError(f"“{text[:40]}” is no whole number of satoshis; write digits alone")
        return int(text or 0)

    def in_btc(row: Row) -> int:
        text = "" if btc is None else row[btc].strip()
        return cells.sats(text) if text else 0

    return in_sats if btc is None else in_btc


def _money(cells: Cells, text: str) -> Decimal | None:
    value = cells.money(text)
    if value is not None and value < 0:
        raise CellError(f"“{text[:40]}” is negative; write amounts without a sign")
    return value


def _complete(kind: EventKind, given: dict[str, object]) -> None:
    """Refuse an event without what its kind needs, or with what it has not.

    Raises:
        CellError: the first such column.
    """
    needed = {
        "amount": kind in _MONEY_EVENTS,
        "btc": kind in _COIN_EVENTS,
        "rate": kind is EventKind.RATE,
        "price": kind is EventKind.LIQUIDATION,
    }
    for name, wanted in needed.items():
        if wanted != (given[name] is not None):
            raise CellError(f"a {kind} {'needs' if wanted else 'has no'} {name}; correct the row")


def _native(key: str, text: str, row: Row) -> str:
    """Return a row's id: as it stands where a format or the chain gave it, else marked as this file's."""
    if not text:
        return row_id(key, row)
    return " ".join([each if ":" in each else f"{key}:{each}" for each in text.split()])


def _signatures(needed: str, optional: tuple[str, ...]) -> tuple[Signature, ...]:
    return tuple(
        Signature(unit, columns(f"{needed},{unit}"), optional=optional, closed=True) for unit in ("btc", "sats")
    )


FORMATS: Final = (
    Format(
        key=_KEY,
        name="Plimsoll, transactions",
        place="My bitcoin",
        place_kind=AccountKind.SELF_CUSTODY,
        signatures=_signatures("account,at,kind", _OPTIONAL),
        read=read,
    ),
    Format(
        key=f"{_KEY}_loans",
        name="Plimsoll, loan events",
        place="My bitcoin",
        place_kind=AccountKind.SELF_CUSTODY,
        signatures=_signatures("loan,at,kind,amount", _LOAN_OPTIONAL),
        read=read_loans,
    ),
)
