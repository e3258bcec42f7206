"""Strike: the annual file, the older European one and the monthly statement. Amounts carry signs; times are UTC.

A bill paid from bitcoin is a sale and a withdrawal of its money, whose references begin alike. What was borrowed and
what was pledged for it are events of a loan.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.book import AccountKind, EventKind, LoanEvent, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.bolt11 import invoice_btc
from app.importers.cells import CellError, Cells
from app.importers.chain_moves import is_txid, with_chain_id
from app.importers.format import MAX_NOTE, Format, currency_of, each_row, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Lent, Outcome, Skipped

_KEY: Final = "strike"
_ANNUAL: Final = (
    "Reference,Date & Time (UTC),Transaction Type,Amount {cur},Fee {cur},Amount BTC,Fee BTC,BTC Price,"
    "Cost Basis ({cur}),Destination,Description"
)
_EU: Final = (
    "Transaction ID,Time (UTC),Status,Transaction Type,Amount {cur},Fee {cur},Amount BTC,Fee BTC,Description,"
    "Exchange Rate,Transaction Hash"
)
_MONTHLY: Final = (
    "Transaction ID,Initiated Date (UTC),Initiated Time (UTC),Completed Date (UTC),Completed Time (UTC),"
    "Transaction Type,State,Amount 1,Currency 1,Fee 1,Amount 2,Currency 2,Fee 2,BTC Price,Balance 1,Currency 1,"
    "Balance - BTC,Destination,Description"
)
_TRADES: Final = {"purchase": TransactionKind.BUY, "sale": TransactionKind.SELL}
_MOVES: Final = frozenset(("deposit", "withdrawal", "send", "receive", "transfer"))
_LEAVES: Final = frozenset(("withdrawal", "send"))
_OPEN: Final = frozenset(("pending", "failed", "canceled", "cancelled", "reversed", "expired", "initiated", "declined"))
_DONE: Final = frozenset(("", "completed", "complete", "succeeded", "success"))
_ALIKE: Final = 8
_SAME_PAYMENT: Final = timedelta(days=1)


class _Read(NamedTuple):
    """A row of any of the layouts; amounts with their signs, None where the file has none."""

    line: int
    at: datetime
    kind: str
    native: str
    money: Decimal | None
    currency: str
    fee: Decimal | None
    sats: int | None
    fee_sats: int
    note: str
    destination: str
    txid: str
    row: Row


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes; withdrawals last, when the sales that pay for them are known."""
    layout = _monthly(table, cells) if table.generation == "monthly" else _with_columns(table, cells)
    kind_at, status = table.at("Transaction Type"), table.find("Status", "State")
    sales: dict[str, list[_Read]] = {}
    withdrawals: list[_Read] = []

    def one(line: int, row: Row) -> Outcome:
        state = "" if status is None else row[status].strip().casefold()
        if state in _OPEN:
            return Skipped(line, f"was not carried out ({state})")
        if state not in _DONE:
            return unrecognised(line, f"{row[kind_at]} {state}", row)
        found = layout(line, row)
        if found.kind == "sale":
            sales.setdefault(_begin(found), []).append(found)
        if found.kind == "withdrawal":
            withdrawals.append(found)
            return Skipped(line, "", 0)
        return _outcome(found, cells)

    yield from (outcome for outcome in each_row(table, one) if outcome.rows)
    for found in withdrawals:
        if any(_pays(sale, found) for sale in sales.get(_begin(found), ())):
            yield Skipped(found.line, "is the money of a sale, paid out")
            continue
        # As each_row does it: a cell can refuse its row.
        alone = Table(table.name, table.header, iter([(found.line, found.row)]))
        yield from each_row(alone, _Late(found, cells).outcome)


class _Late(NamedTuple):
    """A row that was put off."""

    found: _Read
    cells: Cells

    def outcome(self, _line: int, _row: Row) -> Outcome:
        """Return what it becomes."""
        return _outcome(self.found, self.cells)


def _pays(sale: _Read, withdrawal: _Read) -> bool:
    """Return whether a withdrawal is of what a sale brought, which the sale's row has told already."""
    near = abs(sale.at - withdrawal.at) <= _SAME_PAYMENT
    return near and (not withdrawal.sats or abs(withdrawal.sats) == abs(sale.sats or 0))


def _begin(found: _Read) -> str:
    """Return how a reference begins; those of one payment begin alike."""
    return found.native.removeprefix(f"{_KEY}:")[:_ALIKE]


def _outcome(found: _Read, cells: Cells) -> Outcome:
    if found.kind.startswith("loan"):
        return _loan(found)
    if found.kind in _TRADES:
        return _moved(found, _TRADES[found.kind], abs(found.sats or 0), value=found.money, fee=found.fee)
    if found.kind not in _MOVES:
        return unrecognised(found.line, found.kind, found.row)
    sats = found.sats
    if not sats and not found.money:
        btc = invoice_btc(found.destination)
        if btc is None:
            return unrecognised(found.line, f"{found.kind} without an amount", found.row)
        sats = cells.sats_of(btc)
        sats = -sats if found.kind in _LEAVES else sats
    if not sats:
        return other_asset(found.line, found.currency)
    kind = TransactionKind.WITHDRAWAL if sats < 0 else TransactionKind.DEPOSIT
    return _moved(found, kind, sats, fee=found.fee)


def _moved(
    found: _Read, kind: TransactionKind, sats: int, *, value: Decimal | None = None, fee: Decimal | None = None
) -> Outcome:
    entry = moved(
        found.line,
        found.at,
        kind,
        sats,
        found.native,
        value=value,
        currency=currency_of(found.currency) if value is not None or fee else None,
        fee=abs(fee) if fee else None,
        fee_sats=found.fee_sats,
        note=found.note,
    )
    chained = is_txid(found.txid) and kind in (TransactionKind.WITHDRAWAL, TransactionKind.DEPOSIT)
    return with_chain_id(entry, found.txid, sats) if chained else entry


def _loan(found: _Read) -> Outcome:
    """Return a row about a loan: money that came or went back, bitcoin pledged or given back."""
    note, native = found.note, found.native
    if found.kind == "loan collateral" and found.sats:
        kind = EventKind.POST if found.sats < 0 else EventKind.RELEASE
        event = LoanEvent(found.at, kind, sats=abs(found.sats), note=note[:MAX_NOTE], external_id=native)
        return Lent(found.line, (event,), wallet="")
    if found.kind == "loan" and found.money:
        kind = EventKind.DRAW if found.money > 0 else EventKind.REPAY
        paid = f"fee {abs(found.fee)} {found.currency}" if found.fee else ""
        told = "; ".join(filter(None, (note, paid)))[:MAX_NOTE]
        event = LoanEvent(found.at, kind, amount=abs(found.money), note=told, external_id=native)
        return Lent(found.line, (event,), currency=currency_of(found.currency))
    return unrecognised(found.line, found.kind, found.row)


def _with_columns(table: Table, cells: Cells) -> Callable[[int, Row], _Read]:
    """Return what reads the layouts with a column for each currency."""
    native, at = table.at("Reference", "Transaction ID"), table.at("Date & Time (UTC)", "Time (UTC)")
    kind, money, fee = table.at("Transaction Type"), table.at("Amount {cur}"), table.at("Fee {cur}")
    btc, fee_btc, destination = table.at("Amount BTC"), table.at("Fee BTC"), table.find("Destination")
    told = table.find("Description"), table.find("Description", nth=1), table.find("Note")
    txid = table.find("Transaction Hash")

    def one(line: int, row: Row) -> _Read:
        return _Read(
            line,
            cells.utc(row[at]),
            _folded(row[kind]),
            _native(row[native], row),
            cells.money(row[money]),
            table.currency,
            cells.money(row[fee]),
            None if cells.empty(row[btc]) else cells.sats(row[btc]),
            0 if cells.empty(row[fee_btc]) else abs(cells.sats(row[fee_btc])),
            _note(row, told),
            _text(row, destination),
            _text(row, txid).casefold(),
            row,
        )

    return one


def _monthly(table: Table, cells: Cells) -> Callable[[int, Row], _Read]:
    """Return what reads the statement, whose amounts name their currency in a cell."""
    native, kind = table.at("Transaction ID"), table.at("Transaction Type")
    done = table.at("Completed Date (UTC)"), table.at("Completed Time (UTC)")
    begun = table.at("Initiated Date (UTC)"), table.at("Initiated Time (UTC)")
    sides = tuple(tuple(table.at(f"{name} {side}") for name in ("Amount", "Currency", "Fee")) for side in (1, 2))
    told, destination = (table.find("Description"), table.find("Note")), table.find("Destination")

    def one(line: int, row: Row) -> _Read:
        money, fee, currency, sats, fee_sats = None, None, "", None, 0
        for amount, named, paid in sides:
            asset = code(row[named])
            if asset in BITCOIN:
                if sats is not None:
                    raise CellError("has bitcoin on both sides; check the row")
                sats = None if cells.empty(row[amount]) else cells.sats(row[amount])
                fee_sats = 0 if cells.empty(row[paid]) else abs(cells.sats(row[paid]))
            elif asset:
                money, fee, currency = cells.money(row[amount]), cells.money(row[paid]), asset
        day, hour = done if row[done[0]].strip() else begun
        return _Read(
            line,
            cells.utc(f"{row[day].strip()} {row[hour].strip()}"),
            _folded(row[kind]),
            _native(row[native], row),
            money,
            currency,
            fee,
            sats,
            fee_sats,
            _note(row, told),
            _text(row, destination),
            "",
            row,
        )

    return one


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _native(text: str, row: Row) -> str:
    return f"{_KEY}:{''.join(text.split())}" if text.strip() else row_id(_KEY, row)


def _note(row: Row, places: tuple[int | None, ...]) -> str:
    return "; ".join(dict.fromkeys(filter(None, (_text(row, place) for place in places))))


def _text(row: Row, place: int | None) -> str:
    return "" if place is None else row[place].strip()


FORMAT: Final = Format(
    key=_KEY,
    name="Strike, transactions",
    place="Strike",
    place_kind=AccountKind.EXCHANGE,
    signatures=(
        Signature("annual", columns(_ANNUAL), optional=("Transaction Hash", "Note", "Description")),
        Signature("eu", columns(_EU)),
        Signature("monthly", columns(_MONTHLY), optional=("Note",)),
    ),
    read=read,
)
