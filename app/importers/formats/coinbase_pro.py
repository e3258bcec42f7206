"""Coinbase Pro, once GDAX, later Exchange: the fills report, and the account report with its rows in pairs.

Trades have the same ids in both, so that both may be imported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells
from app.importers.format import Format, each_row, fee_of, moved, other_asset, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Aside, AsideKind, Moved, Outcome, Refused, Skipped

_KEY: Final = "coinbase_pro"
_FILLS: Final = "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit"
_ACCOUNT: Final = "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id"
_PARTS: Final = frozenset(("match", "fee"))


def read_fills(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of the fills report becomes."""
    trade, product, side_at, at = (table.at(name) for name in ("trade id", "product", "side", "created at"))
    size, size_in, fee_at, total_at = (table.at(name) for name in ("size", "size unit", "fee", "total"))
    quote_at = table.at("price/fee/total unit")

    def one(line: int, row: Row) -> Outcome:
        base, quote = code(row[size_in]), code(row[quote_at])
        if base not in BITCOIN and quote not in BITCOIN:
            return other_asset(line, base)
        side = row[side_at].strip().casefold()
        if side not in ("buy", "sell"):
            return unrecognised(line, row[side_at], row)
        native, when, buys = f"{_KEY}:{code(row[product])}:{row[trade].strip()}", cells.utc(row[at]), side == "buy"
        if base not in BITCOIN:
            # Another coin against bitcoin: what was paid or received, the fee with it, moved.
            kind = TransactionKind.SELL if buys else TransactionKind.BUY
            note = f"for {row[size].strip()[:30]} {base[:20]}"
            return moved(line, when, kind, cells.sats(row[total_at]), native, note=note)
        fee = fee_of(cells.money(row[fee_at]))
        total = abs(cells.money(row[total_at]) or Decimal(0))
        value = total - (fee or 0) if buys else total + (fee or 0)
        kind = TransactionKind.BUY if buys else TransactionKind.SELL
        if quote not in MONEY:
            note = f"for {row[total_at].strip()[:30]} {quote[:20]}"
            return moved(line, when, kind, cells.sats(row[size]), native, note=note)
        return moved(line, when, kind, cells.sats(row[size]), native, value=value, currency=quote, fee=fee)

    return each_row(table, one)


@dataclass(slots=True)
class _Trade:
    """The rows of one trade, which stand apart in the file."""

    line: int
    at: datetime
    rows: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    fees: dict[str, Decimal] = field(default_factory=dict)


def read_account(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what the rows of the account report become; those of a trade together, at the end."""
    kind_at, at, amount, unit = (table.at(name) for name in ("type", "time", "amount", "amount/balance unit"))
    transfer, trade_at = table.at("transfer id"), table.at("trade id")
    trades: dict[str, _Trade] = {}

    def one(line: int, row: Row) -> Outcome:
        kind, asset = row[kind_at].strip().casefold(), code(row[unit])
        when = cells.utc(row[at])
        if kind in _PARTS and row[trade_at].strip():
            number = cells.number(row[amount], cells.coins if asset in BITCOIN else cells.cash)
            trade = trades.setdefault(row[trade_at].strip(), _Trade(line, when))
            sums = trade.sums if kind == "match" else trade.fees
            sums[asset] = sums.get(asset, Decimal(0)) + number
            trade.rows += 1
            return Skipped(line, "", 0)
        if asset not in BITCOIN:
            return other_asset(line, asset)
        sats = cells.sats(row[amount])
        kinds = {
            "deposit": TransactionKind.DEPOSIT,
            "withdrawal": TransactionKind.WITHDRAWAL,
            "rebate": TransactionKind.INCOME,
        }
        if kind not in kinds:
            return unrecognised(line, kind, row)
        native = row[transfer].strip() or f"{kind}:{row[at].strip()}:{row[amount].strip()}"
        return moved(line, when, kinds[kind], sats, f"{_KEY}:{native}")

    yield from (outcome for outcome in each_row(table, one) if outcome.rows)
    for native, trade in trades.items():
        yield _traded(native, trade, cells)


def _traded(native: str, trade: _Trade, cells: Cells) -> Outcome:
    asset = next((each for each in trade.sums if each in BITCOIN), None)
    if asset is None:
        return Aside(trade.line, AsideKind.OTHER_ASSET, next(iter({**trade.sums, **trade.fees})), (), trade.rows)
    other = next((each for each in trade.sums if each != asset), None)
    if other is None:
        return Refused(trade.line, f"is one side of the trade {native[:40]}, and the other is missing", trade.rows)
    try:
        return _entered(native, trade, cells, asset, other)
    except CellError as error:
        return Refused(trade.line, str(error), trade.rows)


def _entered(native: str, trade: _Trade, cells: Cells, asset: str, other: str) -> Moved:
    btc, paid = trade.sums[asset], trade.sums[other]
    kind = TransactionKind.BUY if btc > 0 else TransactionKind.SELL
    # A fee is a row of its own with a negative amount.
    fee_sats = cells.sats_of(-trade.fees.get(asset, Decimal(0)))
    if other not in MONEY:
        note = f"for {abs(paid)} {other[:20]}"
        name = f"{_KEY}:{other}-{asset}:{native}"
        sats = cells.sats_of(btc) - fee_sats  # as the fills report has it, with the fee in it
        return moved(trade.line, trade.at, kind, sats, name, note=note, rows=trade.rows)
    fee = fee_of(-trade.fees.get(other, Decimal(0)))
    name = f"{_KEY}:{asset}-{other}:{native}"
    return moved(
        trade.line,
        trade.at,
        kind,
        cells.sats_of(btc),
        name,
        value=paid,
        currency=other,
        fee=fee,
        fee_sats=fee_sats,
        rows=trade.rows,
    )


FORMATS: Final = (
    Format(
        key="coinbase_pro_fills",
        name="Coinbase Pro, fills",
        place="Coinbase Pro",
        place_kind=AccountKind.EXCHANGE,
        signatures=(Signature("fills", columns(_FILLS)),),
        read=read_fills,
    ),
    Format(
        key="coinbase_pro_account",
        name="Coinbase Pro, account",
        place="Coinbase Pro",
        place_kind=AccountKind.EXCHANGE,
        signatures=(Signature("account", columns(_ACCOUNT)),),
        read=read_account,
    ),
)
