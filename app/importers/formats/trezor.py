"""Trezor Suite: the transactions of an account, one row for each address that was paid; the fee stands beside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from app.domain.book import AccountKind
from app.domain.money import MAX_SATS
from app.importers.assets import BITCOIN, code
from app.importers.cells import CellError, Cells, NothingMovedError
from app.importers.chain_moves import chain_move, txid_of
from app.importers.format import Format, each_row, other_asset, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome, Refused, Skipped

_KEY: Final = "trezor"
_HEADER: Final = "Timestamp,Type,Transaction ID,Fee,Fee unit,Address,Label,Amount,Amount unit"
_OPTIONAL: Final = columns("Date,Time,Other,Fiat ({cur})")
_SATS: Final = frozenset(("SAT", "SATS", "SATOSHI"))
_TYPES: Final = frozenset(("sent", "recv", "self"))
_LAST_SECOND: Final = 7_258_118_400  # the year 2200


@dataclass(slots=True)
class _Sent:
    """The rows of one transaction."""

    line: int
    at: datetime
    kind: str
    sats: int = 0
    fee: int = 0
    rows: int = 0
    labels: dict[str, None] = field(default_factory=dict)


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes; those of bitcoin at the end, by transaction."""
    at, kind_at, txid, fee, fee_in, _address, label, amount, amount_in = (table.at(name) for name in _HEADER.split(","))
    found: dict[str, _Sent] = {}

    def one(line: int, row: Row) -> Outcome:
        kind, unit = row[kind_at].strip().casefold(), code(row[amount_in]) or code(row[fee_in])
        if unit not in BITCOIN and unit not in _SATS:
            return other_asset(line, unit)
        if kind == "failed":
            return Skipped(line, "was not carried out")
        if kind not in _TYPES:
            return unrecognised(line, row[kind_at], row)
        when, sats, paid = _second(row[at]), _sats(cells, row[amount], unit), _sats(cells, row[fee], code(row[fee_in]))
        sent = found.setdefault(txid_of(row[txid]), _Sent(line, when, kind))
        if sent.kind != kind:
            raise CellError(f"is “{row[kind_at][:20]}”, and line {sent.line} of the same transaction is not")
        sent.sats += sats
        sent.fee = max(sent.fee, paid)  # beside each address, or beside the first alone
        sent.rows += 1
        if row[label].strip():
            sent.labels[row[label].strip()] = None
        return Skipped(line, "", 0)

    yield from (outcome for outcome in each_row(table, one) if outcome.rows)
    for native in list(found):
        yield _whole(native, found.pop(native))  # a large file is not kept twice


def _whole(txid: str, sent: _Sent) -> Outcome:
    net = {"recv": sent.sats, "sent": -sent.sats - sent.fee}.get(sent.kind, -sent.fee)
    note = ", ".join(sent.labels)
    try:
        return chain_move(sent.line, sent.at, txid, net, sent.fee, note=note, rows=sent.rows)
    except NothingMovedError as error:
        return Skipped(sent.line, str(error), sent.rows)
    except CellError as error:
        return Refused(sent.line, str(error), sent.rows)


def _sats(cells: Cells, text: str, unit: str) -> int:
    if cells.empty(text):
        return 0
    if unit not in _SATS:
        return abs(cells.sats(text))
    value = abs(cells.number(text))
    if value > MAX_SATS or value != int(value):
        raise CellError(f"“{text[:40]}” is no whole number of satoshis; check the row")
    return int(value)


def _second(text: str) -> datetime:
    """Return the moment of a count of seconds; the day and hour beside it are those of the computer."""
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > len(str(_LAST_SECOND)) or int(plain) >= _LAST_SECOND:
        raise CellError(f"“{plain[:40]}” is no count of seconds since 1970; check the row")
    return datetime.fromtimestamp(int(plain), UTC)


FORMAT: Final = Format(
    key=_KEY,
    name="Trezor Suite, transactions",
    place="Trezor",
    place_kind=AccountKind.SELF_CUSTODY,
    signatures=(Signature("suite", columns(_HEADER), optional=_OPTIONAL),),
    read=read,
)
