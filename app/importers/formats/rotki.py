"""rotki: its generic files of trades and of events. Times are milliseconds since 1970, UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells
from app.importers.format import Format, each_row, fee_of, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Outcome

_KEY: Final = "rotki"
_TRADES: Final = (
    "Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp"
)
_EVENTS: Final = "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp"
_EVENT_KINDS: Final = {
    "deposit": TransactionKind.DEPOSIT,
    "receive": TransactionKind.DEPOSIT,
    "withdrawal": TransactionKind.WITHDRAWAL,
    "send": TransactionKind.WITHDRAWAL,
    "spend": TransactionKind.SPEND,
    "fee": TransactionKind.FEE,
    "income": TransactionKind.INCOME,
    "reward": TransactionKind.INCOME,
    "staking": TransactionKind.INCOME,
    "mining": TransactionKind.INCOME,
    "airdrop": TransactionKind.INCOME,
    "interest": TransactionKind.INCOME,
    "dividends": TransactionKind.INCOME,
    "donation": TransactionKind.INCOME,
    "gift": TransactionKind.DEPOSIT,
    "loss": TransactionKind.WITHDRAWAL,
    "lost": TransactionKind.WITHDRAWAL,
}
# 3 January 2009 and 1 January 2100 in milliseconds: seconds would lie before.
_FIRST, _LAST = 1_230_940_800_000, 4_102_444_800_000


def read_trades(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each trade becomes."""
    location, sent_in, got_in, got, sent, fee, fee_in, note_at, at = (table.at(name) for name in _TRADES.split(","))

    def one(line: int, row: Row) -> Outcome:
        sides = Sides(row[sent], row[sent_in], row[got], row[got_in], row[fee], row[fee_in])
        when, wallet = _moment(row[at]), row[location].strip()
        return two_sided(line, cells, when, row_id(_KEY, row), sides, note=row[note_at].strip(), wallet=wallet)

    return each_row(table, one)


def read_events(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each event becomes."""
    kind_at, location, asset_at, amount, fee_at, fee_in_at, note_at, at = (
        table.at(name) for name in _EVENTS.split(",")
    )

    def one(line: int, row: Row) -> Outcome:
        asset = code(row[asset_at])
        if asset not in BITCOIN:
            return other_asset(line, asset)
        kind = _EVENT_KINDS.get(row[kind_at].strip().casefold())
        if kind is None:
            return unrecognised(line, row[kind_at], row)
        fee_in, told = code(row[fee_in_at]), not cells.empty(row[fee_at])
        fee = fee_of(cells.money(row[fee_at])) if told else None
        note = row[note_at].strip()
        if fee is not None and fee_in not in BITCOIN and fee_in not in MONEY:
            note, fee = f"{note} fee {row[fee_at].strip()[:30]} {fee_in[:20]}".strip(), None
        return moved(
            line,
            _moment(row[at]),
            kind,
            cells.sats(row[amount]),
            row_id(f"{_KEY}_events", row),
            currency=fee_in if fee is not None and fee_in in MONEY else None,
            fee=fee if fee_in in MONEY else None,
            fee_sats=cells.sats(row[fee_at]) if fee is not None and fee_in in BITCOIN else 0,
            note=note,
            wallet=row[location].strip(),
        )

    return each_row(table, one)


def _moment(text: str) -> datetime:
    """Return a time from milliseconds since 1970.

    Raises:
        CellError: it is none, or in seconds.
    """
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > len(str(_LAST)):
        raise CellError(f"“{text.strip()[:40]}” is no time in milliseconds since 1970; check the row")
    milliseconds = int(digits)
    if not _FIRST <= milliseconds < _LAST:
        raise CellError(f"“{digits}” is no time in milliseconds that lies in bitcoin's years; is it in seconds?")
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)


FORMATS: Final = (
    Format(
        key=_KEY,
        name="rotki, trades",
        place="rotki",
        place_kind=AccountKind.OTHER,
        signatures=(Signature("2023", columns(_TRADES)),),
        read=read_trades,
    ),
    Format(
        key=f"{_KEY}_events",
        name="rotki, events",
        place="rotki",
        place_kind=AccountKind.OTHER,
        signatures=(Signature("2023", columns(_EVENTS)),),
        read=read_events,
    ),
)
