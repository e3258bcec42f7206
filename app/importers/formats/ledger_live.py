"""Ledger Live: the operations of all accounts. What is sent has the fee in it; every row carries the account's xpub."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.book import AccountKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import CellError, Cells, NothingMovedError
from app.importers.chain_moves import chain_move, txid_of
from app.importers.format import Format, each_row, other_asset, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome, Refused, Skipped

_KEY: Final = "ledger_live"
_COMMON: Final = (
    "Operation Date,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name"
)
_COUNTERVALUE: Final = "Countervalue Ticker,Countervalue at Operation Date,Countervalue at CSV Export"
_TYPES: Final = frozenset(("in", "out", "fees"))
_REVEALS: Final = (
    "a row with the extended public key (xpub) of its account: who has this file sees all that the account ever does, "
    "so keep it safe; the key can also be watched, with “plimsoll wallet add”"
)


@dataclass(slots=True)
class _Gathered:
    """The rows of one transaction in one account: sending to oneself is told as one that leaves and one that comes."""

    line: int
    at: datetime
    came: int | None = None
    left: int | None = None
    fee: int | None = None
    rows: int = 0

    def add(self, kind: str, sats: int, paid: int | None) -> bool:
        """Take a row; return whether it says something that none has said.

        Raises:
            CellError: it contradicts an earlier one.
        """
        told = self.came if kind == "in" else self.left
        if told is not None and told != sats:
            raise CellError(f"tells another amount for the transaction of line {self.line}; keep one")
        if told is not None:
            return False
        if kind == "in":
            self.came = sats
        else:
            self.left, self.fee = sats, paid
        self.rows += 1
        return True


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes; those of bitcoin at the end, by transaction."""
    at, ticker, kind_at, amount, fee, txid, name = (table.at(column) for column in _COMMON.split(","))
    status, key = table.find("Status"), table.find("Account xpub", "Account id")
    gathered: dict[tuple[str, str], _Gathered] = {}

    def one(line: int, row: Row) -> Outcome:
        if code(row[ticker]) not in BITCOIN:
            return other_asset(line, row[ticker])
        if key is not None and row[key].strip():
            cells.notes.remarks[_REVEALS] = cells.notes.remarks.get(_REVEALS, 0) + 1
            row[key] = "…"  # it is shown nowhere
        if status is not None and row[status].strip().casefold() != "confirmed":
            return Skipped(line, f"is not confirmed ({row[status].strip()[:20].casefold() or 'no status'})")
        kind = row[kind_at].strip().casefold()
        if kind not in _TYPES:
            return unrecognised(line, row[kind_at], row)
        paid = None if cells.empty(row[fee]) else abs(cells.sats(row[fee]))
        sats = abs(cells.sats(row[amount])) if not cells.empty(row[amount]) else 0
        if kind == "fees":
            sats = sats or paid or 0
        place = (row[name].strip(), txid_of(row[txid]))
        known = gathered.setdefault(place, _Gathered(line, cells.utc(row[at])))
        if known.add(kind, sats, paid):
            return Skipped(line, "", 0)  # told at the end, with the rest of its transaction
        return Skipped(line, "says once more what another row says")

    yield from (outcome for outcome in each_row(table, one) if outcome.rows)
    for place in list(gathered):
        yield _whole(*place, gathered.pop(place))  # a large file is not kept twice


def _whole(wallet: str, txid: str, found: _Gathered) -> Outcome:
    net = (found.came or 0) - (found.left or 0)
    try:
        return chain_move(found.line, found.at, txid, net, found.fee, wallet=wallet, rows=found.rows)
    except NothingMovedError as error:
        return Skipped(found.line, str(error), found.rows)
    except CellError as error:
        return Refused(found.line, str(error), found.rows)


FORMAT: Final = Format(
    key=_KEY,
    name="Ledger Live, operations",
    place="Ledger",
    place_kind=AccountKind.SELF_CUSTODY,
    signatures=(
        Signature("status", columns(f"{_COMMON},Status,Account xpub,{_COUNTERVALUE}")),
        Signature("countervalue", columns(f"{_COMMON},Account xpub,{_COUNTERVALUE}")),
        Signature("xpub", columns(f"{_COMMON},Account xpub")),
        Signature("id", columns(f"{_COMMON},Account id")),
    ),
    read=read,
)
