"""Coinbase: “Transaction history”, in the five layouts that downloads since 2017 have.

The bought leg of a conversion, and the quote asset of an advanced trade, stand in the notes alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells
from app.importers.format import Format, each_row, fee_of, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome, Skipped

_KEY: Final = "coinbase"
_FEES: Final = "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes"
_PLAIN: Final = "Timestamp,Transaction Type,Asset,Quantity Transacted"
_KINDS: Final = {
    **dict.fromkeys(("buy", "advanced trade buy", "advance trade buy"), TransactionKind.BUY),
    **dict.fromkeys(("sell", "advanced trade sell", "advance trade sell"), TransactionKind.SELL),
    **dict.fromkeys(("receive", "deposit", "vault withdrawal"), TransactionKind.DEPOSIT),
    **dict.fromkeys(("exchange withdrawal", "pro withdrawal", "prime withdrawal"), TransactionKind.DEPOSIT),
    **dict.fromkeys(("send", "withdrawal"), TransactionKind.WITHDRAWAL),
    **dict.fromkeys(("exchange deposit", "pro deposit", "prime deposit"), TransactionKind.WITHDRAWAL),
    **dict.fromkeys(
        (
            "coinbase earn",
            "learning reward",
            "reward income",
            "rewards income",
            "staking income",
            "inflation reward",
            "interest payout",
            "subscription rebate",
            "subscription rebates (24 hours)",
            "credit",
        ),
        TransactionKind.INCOME,
    ),
    **dict.fromkeys(("card spend", "donation", "subscription", "admin debit"), TransactionKind.SPEND),
}
_WITHIN: Final = frozenset(
    (
        "cash to savings",
        "savings to cash",
        "transfer",
        "retail staking transfer",
        "retail unstaking transfer",
        "asset migration",
    )
)
_CONVERTED: Final = re.compile(r"Converted ([0-9.,]+) (\w{2,10}) to ([0-9.,]+) (\w{2,10})", re.ASCII)
_BTC_WORD: Final = re.compile(r"\bBTC\b")
_TRADED: Final = re.compile(r"(Bought|Sold) ([0-9.,]+) (\w{2,10}) for ([0-9.,]+) (\w{2,10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns stand."""

    native: int | None
    at: int
    kind: int
    asset: int
    quantity: int
    currency: int | None
    subtotal: int
    fee: int
    notes: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What every row tells."""

    line: int
    at: datetime
    native: str
    kind: str
    value: Decimal | None
    currency: str | None
    fee: Decimal | None
    notes: str


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    places = _Places(
        table.find("ID"),
        table.at("Timestamp"),
        table.at("Transaction Type"),
        table.at("Asset"),
        table.at("Quantity Transacted"),
        table.find("Price Currency", "Spot Price Currency"),
        table.at("Subtotal", "{cur} Subtotal"),
        table.at("Fees and/or Spread", "Fees", "{cur} Fees"),
        table.at("Notes"),
    )

    def one(line: int, row: Row) -> Outcome:
        notes, asset = row[places.notes], code(row[places.asset])
        btc_in_notes = asset not in BITCOIN and _BTC_WORD.search(notes) is not None
        if asset not in BITCOIN and not btc_in_notes:
            return other_asset(line, asset)
        currency = table.currency if places.currency is None else code(row[places.currency])
        value = cells.money(row[places.subtotal])
        fee = fee_of(cells.money(row[places.fee]))
        told = _Told(
            line,
            cells.utc(row[places.at]),
            row_id(_KEY, row) if places.native is None else f"{_KEY}:{row[places.native].strip()}",
            row[places.kind].strip().casefold(),
            value if currency else None,
            currency or None,
            fee if currency else None,
            notes.strip(),
        )
        return _from_notes(told, cells, asset) if btc_in_notes else _from_row(told, cells, row, row[places.quantity])

    return each_row(table, one)


def _from_row(told: _Told, cells: Cells, row: Row, quantity: str) -> Outcome:
    """Return a row about bitcoin."""
    sats = cells.sats(quantity)
    if told.kind in _WITHIN:
        return Skipped(told.line, f"moves within Coinbase ({told.kind})")
    if told.kind in ("convert", "retail simple dust"):
        found = _CONVERTED.search(told.notes)
        bought = found is not None and found[4] in BITCOIN and found[2] not in BITCOIN
        if bought:
            return _as(_bought(told), TransactionKind.BUY, sats, leg="/btc")
        return _as(told, TransactionKind.SELL, sats)
    kind = _KINDS.get(told.kind)
    if kind is None:
        return unrecognised(told.line, told.kind, row)
    return _as(told, kind, sats)


def _from_notes(told: _Told, cells: Cells, asset: str) -> Outcome:
    """Return a row about another coin whose notes tell of bitcoin on the other side."""
    converted, traded = _CONVERTED.search(told.notes), _TRADED.search(told.notes)
    if told.kind == "convert" and converted is not None and converted[4] in BITCOIN:
        return _as(_bought(told), TransactionKind.BUY, cells.sats(converted[3]), leg="/btc")
    if traded is not None and traded[5] in BITCOIN and asset not in MONEY:
        kind = TransactionKind.SELL if traded[1] == "Bought" else TransactionKind.BUY
        return _as(told, kind, cells.sats(traded[4]), leg="/btc")
    if told.kind in ("convert", *(kind for kind in _KINDS if "trade" in kind)):
        raise CellError(f"its notes name BTC in a way that is not known: “{told.notes[:80]}”; enter it by hand")
    return other_asset(told.line, asset)


def _bought(told: _Told) -> _Told:
    """Return a conversion under an id that both of its rows share, should a file have one for the bought coin, too."""
    return replace(told, native=row_id(_KEY, [told.at.isoformat(), told.notes]))


def _as(told: _Told, kind: TransactionKind, sats: int, leg: str = "") -> Outcome:
    note = (
        told.notes if kind not in (TransactionKind.BUY, TransactionKind.SELL) or leg or "Convert" in told.notes else ""
    )
    return moved(
        told.line,
        told.at,
        kind,
        sats,
        told.native + leg,
        value=told.value,
        currency=told.currency,
        fee=told.fee,
        note=note,
    )


FORMAT: Final = Format(
    key=_KEY,
    name="Coinbase, transaction history",
    place="Coinbase",
    place_kind=AccountKind.EXCHANGE,
    signatures=(
        Signature("v5", columns(f"ID,{_PLAIN},Price Currency,Price at Transaction,Subtotal,{_FEES}")),
        Signature("v4", columns(f"{_PLAIN},Price Currency,Price at Transaction,Subtotal,{_FEES}")),
        Signature("v3", columns(f"{_PLAIN},Spot Price Currency,Spot Price at Transaction,Subtotal,{_FEES}")),
        Signature(
            "v2",
            columns(
                f"{_PLAIN},Spot Price Currency,Spot Price at Transaction,Subtotal,Total (inclusive of fees),Fees,Notes"
            ),
        ),
        Signature(
            "v1",
            columns(
                f"{_PLAIN},{{cur}} Spot Price at Transaction,{{cur}} Subtotal,{{cur}} Total (inclusive of fees),"
                "{cur} Fees,Notes"
            ),
        ),
    ),
    read=read,
)
