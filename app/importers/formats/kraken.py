"""Kraken: ledgers.csv. A trade is two rows that share a refid; a fee is in its row's asset, on top of the amount."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.domain.money import EXACT, MAX_SATS, SATS_PER_BTC, floor_sats
from app.importers.assets import BITCOIN, MONEY
from app.importers.cells import CellDoubt, CellError, Cells, NothingMovedError
from app.importers.format import Format, each_row, fee_of, moved, other_asset, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Aside, AsideKind, Asked, Outcome, ReadNotes, Refused, Skipped

_KEY: Final = "kraken"
_FIRST: Final = "txid,refid,time,type,subtype,aclass,asset"
_LAST: Final = "amount,fee,balance"
_PAIRED: Final = frozenset(("trade", "spend", "receive"))
_INCOME: Final = frozenset(("staking", "dividend", "invite bonus", "reward"))
_WITHIN: Final = frozenset(
    (
        "allocation",
        "autoallocation",
        "deallocation",
        "migration",
        "autodeallocation",
        "spottostaking",
        "stakingfromspot",
        "stakingtospot",
        "spotfromstaking",
    )
)
# The other row of a trade is its neighbour, or nearly so.
_REACH: Final = 400


@dataclass(slots=True)
class _Leg:
    """One row of a trade."""

    line: int
    native: str
    at: datetime
    asset: str
    amount: Decimal
    fee: Decimal
    fee_in: str


@dataclass(slots=True)
class _Trade:
    """The rows that share a refid."""

    seen: int
    legs: list[_Leg] = field(default_factory=list)


class _Purse:
    """Amounts with ten decimals as satoshis, what is finer carried on: rounded one by one they would drift apart."""

    def __init__(self, notes: ReadNotes) -> None:
        self._notes = notes
        self._exact = Decimal(0)

    def sats(self, btc: Decimal) -> int:
        """Return the whole satoshis by which the sum of all amounts so far changes."""
        total = EXACT.add(self._exact, btc)
        if abs(total) * SATS_PER_BTC > MAX_SATS:
            raise CellError(f"{btc} BTC is more than the 21 million that will ever exist")
        sats = floor_sats(total) - floor_sats(self._exact)
        self._exact = total
        if EXACT.multiply(btc, SATS_PER_BTC) != sats:
            self._notes.rounded += 1
        return sats


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns stand."""

    txid: int
    refid: int
    time: int
    kind: int
    subtype: int
    asset: int
    amount: int
    fee: int
    usd: int | None
    fee_in: int | None


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what the rows become; a trade when its rows are complete, which is a few hundred rows later at most."""
    txid, refid, time, kind_at, subtype = (table.at(name) for name in ("txid", "refid", "time", "type", "subtype"))
    asset_at, amount, fee = (table.at(name) for name in ("asset", "amount", "fee"))
    places = _Places(
        txid,
        refid,
        time,
        kind_at,
        subtype,
        asset_at,
        amount,
        fee,
        table.find("amountusd"),
        table.find("feecurrency"),
    )
    trades: dict[str, _Trade] = {}
    purse = _Purse(cells.notes)
    count = 0

    def one(line: int, row: Row) -> Outcome:
        nonlocal count
        count += 1
        if not row[places.txid].strip():
            return Skipped(line, "is pending, without a txid; the settled row follows")
        asset = _asset(row[places.asset])
        kind = row[places.kind].strip().casefold()
        leg = _leg(line, row, places, asset, cells) if kind in _PAIRED or asset in BITCOIN else None
        if leg is None:
            return other_asset(line, asset)
        if kind in _PAIRED:
            trades.setdefault(row[places.refid], _Trade(count)).legs.append(leg)
            return Skipped(line, "", 0)
        return _single(leg, kind, row, places, cells, purse)

    for outcome in each_row(table, one):
        if outcome.rows:
            yield outcome
        while trades and next(iter(trades.values())).seen < count - _REACH:
            yield from _traded(trades.pop(next(iter(trades))), purse)
    for trade in trades.values():
        yield from _traded(trade, purse)


def _asset(text: str) -> str:
    """Return ``XXBT``, ``XBT.M`` as BTC and ``ZEUR``, ``EUR.HOLD`` as EUR."""
    name = text.strip().upper().partition(".")[0]
    if name in BITCOIN:
        return "BTC"
    return name[1:] if name[:1] == "Z" and name[1:] in MONEY else name


def _leg(line: int, row: Row, places: _Places, asset: str, cells: Cells) -> _Leg:
    fee_in = "" if places.fee_in is None else _asset(row[places.fee_in])
    fee_in = fee_in or asset
    return _Leg(
        line,
        f"{_KEY}:{row[places.txid].strip()}",
        cells.utc(row[places.time]),
        asset,
        cells.number(row[places.amount], cells.coins if asset in BITCOIN else cells.cash),
        _number(row[places.fee], cells, fee_in),
        fee_in,
    )


def _number(text: str, cells: Cells, asset: str) -> Decimal:
    return Decimal(0) if cells.empty(text) else cells.number(text, cells.coins if asset in BITCOIN else cells.cash)


def _single(leg: _Leg, kind: str, row: Row, places: _Places, cells: Cells, purse: _Purse) -> Outcome:
    """Return a row of bitcoin that is no part of a trade."""
    subtype = row[places.subtype].strip().casefold()
    if subtype in _WITHIN:
        return Skipped(leg.line, f"moves within Kraken ({subtype})")
    paid = (fee_of(leg.fee) or Decimal(0)) if leg.fee_in in BITCOIN else Decimal(0)
    if kind == "rollover" or (not leg.amount and paid):
        return moved(leg.line, leg.at, TransactionKind.FEE, purse.sats(-paid), leg.native, note=kind)
    entry = _kind(kind, subtype, incoming=leg.amount > 0)
    if entry is None:
        return unrecognised(leg.line, f"{kind} {subtype}".strip(), row)
    sats, fee = purse.sats(leg.amount), purse.sats(-paid)
    value = None if places.usd is None else cells.money(row[places.usd])
    plain = kind in ("deposit", "withdrawal")
    note = "" if plain and (leg.amount > 0) == (kind == "deposit") else f"reversed {kind}" if plain else kind
    return moved(
        leg.line,
        leg.at,
        entry,
        sats,
        leg.native,
        value=value,
        currency="USD" if value else None,
        fee_sats=fee,
        note=note,
    )


def _kind(kind: str, subtype: str, *, incoming: bool) -> TransactionKind | None:
    if kind in _INCOME or subtype in ("reward", "airdrop") or (kind == "earn" and not subtype):
        return TransactionKind.INCOME if incoming else TransactionKind.SPEND
    if kind in ("margin", "settled"):
        return TransactionKind.INCOME if incoming else TransactionKind.SPEND
    if kind in ("deposit", "withdrawal", "adjustment") or subtype in ("spottofutures", "spotfromfutures"):
        return TransactionKind.DEPOSIT if incoming else TransactionKind.WITHDRAWAL
    return None


def _traded(trade: _Trade, purse: _Purse) -> Iterator[Outcome]:
    """Yield the bitcoin of a trade, with the money of its other rows as value."""
    rows = len(trade.legs)
    coins = [leg for leg in trade.legs if leg.asset in BITCOIN]
    others = [leg for leg in trade.legs if leg.asset not in BITCOIN]
    first = trade.legs[0]
    if not coins:
        yield Aside(first.line, AsideKind.OTHER_ASSET, others[-1].asset[:20] or "no asset", (), rows)
        return
    if not others:
        yield Refused(first.line, "is one row of a trade, and the other is missing; export the whole ledger", rows)
        return
    try:
        yield _entered(trade, coins, others, purse)
    except NothingMovedError as error:
        yield Skipped(first.line, str(error), rows)
    except CellError as error:
        yield Refused(first.line, str(error), rows)
    except CellDoubt as doubt:
        yield Asked(first.line, doubt.key, doubt.question, rows)


def _entered(trade: _Trade, coins: list[_Leg], others: list[_Leg], purse: _Purse) -> Outcome:
    leg, rows = coins[0], len(trade.legs)
    btc = sum((each.amount for each in coins), Decimal(0))
    fees = [(each.fee_in, fee_of(each.fee)) for each in trade.legs]
    paid_btc = sum((paid for asset, paid in fees if asset in BITCOIN and paid), Decimal(0))
    sats, fee_sats = purse.sats(btc), purse.sats(-paid_btc)
    kind = TransactionKind.BUY if btc > 0 else TransactionKind.SELL
    money = {each.asset for each in others if each.asset in MONEY}
    value, currency, fee, note = None, None, None, ""
    if len(money) == 1 and len(money) == len({each.asset for each in others}):
        currency = money.pop()
        value = abs(sum((each.amount for each in others), Decimal(0)))
        fee = sum((paid for asset, paid in fees if asset == currency and paid), Decimal(0)) or None
    else:
        note = "for " + ", ".join(f"{abs(each.amount).normalize():f} {each.asset[:20]}" for each in others[:5])
    elsewhere = [
        f"{paid:f} {asset[:20]}" for asset, paid in fees if paid and asset not in BITCOIN and asset != currency
    ]
    if elsewhere:
        note = f"{note} fee {', '.join(elsewhere[:5])}".strip()
    return moved(
        leg.line,
        leg.at,
        kind,
        sats,
        leg.native,
        value=value,
        currency=currency,
        fee=fee,
        fee_sats=fee_sats,
        note=note,
        rows=rows,
    )


FORMAT: Final = Format(
    key=_KEY,
    name="Kraken, ledgers",
    place="Kraken",
    place_kind=AccountKind.EXCHANGE,
    signatures=(
        Signature("2017", columns(f"{_FIRST},{_LAST}")),
        Signature("2023", columns(f"{_FIRST},wallet,{_LAST}")),
        Signature("2025", columns(f"{_FIRST},subclass,wallet,{_LAST}")),
        Signature("2026", columns(f"{_FIRST},subclass,wallet,{_LAST},amountusd,feeusd,balanceusd,feecurrency")),
    ),
    read=read,
)
