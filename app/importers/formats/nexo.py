"""Nexo: the transactions of an account with a credit line. Older layouts have Zurich's time; rejected rows stay out.

What was drawn and repaid, and collateral that was sold or exchanged, are events of a loan. Its interest is not: the
loan's rate reckons that.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from app.domain.book import AccountKind, EventKind, LoanEvent, TransactionKind
from app.domain.money import EXACT, SATS_PER_BTC
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells, named_zone
from app.importers.chain_moves import is_txid, with_chain_id
from app.importers.format import MAX_NOTE, Format, each_row, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Aside, Lent, Moved, Outcome, Skipped

_KEY: Final = "nexo"
_SIDES: Final = "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent"
_ZURICH: Final = "Europe/Zurich"
_DOLLARS: Final = dict.fromkeys(("XUSD", "USDX", "USDT", "USDC", "DAI", "USDP", "TUSD"), "USD")
_COINED: Final = {**_DOLLARS, "EURX": "EUR", "XEUR": "EUR", "GBPX": "GBP", "XGBP": "GBP"}
_DRAWN: Final = frozenset(("withdrawalcredit", "loanwithdrawal"))
_REPAID: Final = frozenset(("repayment", "manualrepayment", "forcedrepayment"))
_SOLD: Final = frozenset(("liquidation", "manualsellorder", "automaticsellorder"))
_EARNED: Final = """
    interest fixedterminterest interestadditional dividend bonus referralbonus cashback exchangecashback
    nexocardcashback nexocardcashbackreversal
"""
_INCOME: Final = frozenset(_EARNED.split())
_POCKETS: Final = """
    lockingtermdeposit unlockingtermdeposit transferin transferout transferfromprowallet transfertoprowallet
"""
_WITHIN: Final = frozenset(_POCKETS.split())
_OPEN: Final = frozenset(("rejected", "pending", "canceled", "cancelled", "failed"))
_CENT: Final = Decimal("0.01")


class _Read(NamedTuple):
    """A row of any of the layouts; what went in has its sign, as the file has it."""

    line: int
    at: datetime
    kind: str
    native: str
    sent: str
    sent_in: str
    got: str
    got_in: str
    worth: Decimal | None
    fee: str
    fee_in: str
    told: str
    row: Row


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    layout, details = _layout(table, cells), table.at("Details")
    # A repayment in bitcoin is a sale, and a repayment with its money; the row counts once.
    more: list[Outcome] = []

    def one(line: int, row: Row) -> Outcome:
        status = row[details].partition("/")[0].strip().casefold()
        if status in _OPEN:
            return Skipped(line, f"was not carried out ({status})")
        return _outcome(layout(line, row), cells, more)

    for outcome in each_row(table, one):
        yield outcome
        yield from more
        more.clear()


def _outcome(found: _Read, cells: Cells, more: list[Outcome]) -> Outcome:
    kind = found.kind
    if kind in _WITHIN:
        return Skipped(found.line, "moves between two pockets of one place")
    if kind in _DRAWN or kind in _REPAID:
        return _credit(found, cells, more)
    if BITCOIN & {found.sent_in, found.got_in}:
        reads = _liquidated if kind in _SOLD else _exchanged if kind == "exchangecollateral" else _plain
        return reads(found, cells)
    if kind == "interest" and found.sent.startswith(("-", "−")):
        return Skipped(found.line, "is interest on the loan, which the loan's own rate reckons")
    return other_asset(found.line, found.sent_in or found.got_in)


def _credit(found: _Read, cells: Cells, more: list[Outcome]) -> Outcome:
    """Return what was drawn or repaid; what was repaid in bitcoin was sold for it."""
    lent = _money_event(found, EventKind.DRAW if found.kind in _DRAWN else EventKind.REPAY, cells)
    if found.kind in _DRAWN or found.sent_in not in BITCOIN:
        return lent
    more.append(lent._replace(rows=0))
    return _sold(found, cells)


def _plain(found: _Read, cells: Cells) -> Outcome:
    """Return what is about no loan."""
    sats = cells.sats(found.sent if found.sent_in in BITCOIN else found.got)
    if found.kind in _INCOME and sats < 0:
        note = "interest on a loan, paid in bitcoin" if found.kind == "interest" else found.told
        return moved(found.line, found.at, TransactionKind.FEE, sats, found.native, note=note)
    if found.kind in _INCOME:
        worth = abs(found.worth) if found.worth else None
        currency = "USD" if worth else None
        return moved(
            found.line,
            found.at,
            TransactionKind.INCOME,
            sats,
            found.native,
            value=worth,
            currency=currency,
            note=found.told,
        )
    if found.kind in ("exchange", "exchangecredit"):
        sides = Sides(_bare(found.sent), found.sent_in, _bare(found.got), found.got_in, found.fee, found.fee_in)
        return _valued(two_sided(found.line, cells, found.at, found.native, sides, note=found.told), found.worth)
    kinds = {
        "deposit": TransactionKind.DEPOSIT,
        "topupcrypto": TransactionKind.DEPOSIT,
        "withdrawal": TransactionKind.WITHDRAWAL,
    }
    if found.kind not in kinds:
        return unrecognised(found.line, found.kind, found.row)
    fee_sats = abs(cells.sats(found.fee)) if found.fee_in in BITCOIN and not cells.empty(found.fee) else 0
    entry = moved(found.line, found.at, kinds[found.kind], sats, found.native, fee_sats=fee_sats, note=found.told)
    txid = found.told.casefold()
    return with_chain_id(entry, txid, sats if found.kind != "withdrawal" else -abs(sats)) if is_txid(txid) else entry


def _valued(entry: Moved | Aside, worth: Decimal | None) -> Moved | Aside:
    """Return a trade for another coin with the value in dollars that the row tells."""
    if not isinstance(entry, Moved) or not worth or entry.transactions[0].currency is not None:
        return entry
    first, *rest = entry.transactions
    return entry._replace(transactions=(first._replace(value=abs(worth), currency="USD"), *rest))


def _money_event(found: _Read, kind: EventKind, cells: Cells) -> Lent:
    """Return what was drawn or repaid; in dollars where it was another coin than a currency's own."""
    sides = ((found.got, found.got_in), (found.sent, found.sent_in))
    for amount, coin in sides:
        currency = _COINED.get(coin, coin)
        if currency in MONEY and not cells.empty(amount):
            value = abs(cells.money(amount) or Decimal(0))
            break
    else:
        value, currency = abs(found.worth or Decimal(0)), "USD"
    if not value:
        raise CellError("tells no amount of money; enter this one by hand")
    native = f"{found.native}/loan" if found.sent_in in BITCOIN else found.native
    note = "; ".join(filter(None, (found.told, f"in {found.got_in}" if found.got_in in _COINED else "")))
    event = LoanEvent(found.at, kind, amount=value, note=note[:MAX_NOTE], external_id=native)
    return Lent(found.line, (event,), currency=currency)


def _sold(found: _Read, cells: Cells) -> Moved:
    value = abs(found.worth) if found.worth else None
    return moved(
        found.line,
        found.at,
        TransactionKind.SELL,
        cells.sats(found.sent),
        found.native,
        value=value,
        currency="USD" if value is not None else None,
        note=found.told,
    )


def _liquidated(found: _Read, cells: Cells) -> Lent:
    """Return collateral that was sold for the debt, at the price that amount and worth make."""
    sats = abs(cells.sats(found.sent if found.sent_in in BITCOIN else found.got))
    worth = abs(found.worth or Decimal(0))
    if not sats or not worth:
        raise CellError("tells no amount or no value in dollars; enter this sale by hand")
    price = EXACT.divide(EXACT.multiply(worth, SATS_PER_BTC), sats).quantize(_CENT, context=EXACT)
    event = LoanEvent(
        found.at,
        EventKind.LIQUIDATION,
        sats=sats,
        price=price,
        note=found.told[:MAX_NOTE],
        external_id=found.native,
    )
    return Lent(found.line, (event,), currency="USD")


def _exchanged(found: _Read, cells: Cells) -> Lent:
    """Return collateral that became another coin, or came of one: outside the book either way."""
    out = found.sent_in in BITCOIN
    amount, other, other_in = (found.sent, found.got, found.got_in) if out else (found.got, found.sent, found.sent_in)
    event = LoanEvent(
        found.at,
        EventKind.RELEASE if out else EventKind.POST,
        sats=abs(cells.sats(amount)),
        note=f"exchanged for {_bare(other)[:30]} {other_in[:20]}".strip(),
        external_id=found.native,
    )
    return Lent(found.line, (event,))


def _layout(table: Table, cells: Cells) -> Callable[[int, Row], _Read]:
    """Return what reads a row of the file's layout."""
    at, native, kind = table.at("Date / Time (UTC)", "Date / Time"), table.at("Transaction"), table.at("Type")
    worth, details = table.find("USD Equivalent"), table.at("Details")
    fee, fee_in = table.find("Fee"), table.find("Fee Currency")
    places = [table.find(f"{side} {what}") for side in ("Input", "Output") for what in ("Amount", "Currency")]
    single, single_in = table.find("Amount"), table.find("Currency")
    local = None if table.find("Date / Time (UTC)") is not None else _zone(cells)

    def moment(text: str) -> datetime:
        when = cells.utc(text)
        return when if local is None else local(when)

    def one(line: int, row: Row) -> _Read:
        if single is not None and single_in is not None:
            amounts, coins = _halves(row[single]), _halves(row[single_in])
            sides = amounts[0], code(coins[0]), amounts[-1], code(coins[-1])
        else:
            sent, sent_in, got, got_in = (_text(row, place) for place in places)
            sides = sent, code(sent_in), got, code(got_in)
        name = row[native].strip()
        return _Read(
            line,
            moment(row[at]),
            "".join(row[kind].split()).casefold(),
            f"{_KEY}:{''.join(name.split())}" if name else row_id(_KEY, row),
            *sides,
            None if worth is None else cells.money(row[worth]),
            _text(row, fee),
            code(_text(row, fee_in)),
            row[details].partition("/")[2].strip(),
            row,
        )

    return one


def _zone(cells: Cells) -> Callable[[datetime], datetime]:
    """Return what takes a time that was read as UTC for one in Zurich, or where somebody said."""
    name = cells.answers.zone or _ZURICH
    zone = named_zone(name)
    utc = ZoneInfo("UTC")

    def placed(when: datetime) -> datetime:
        cells.notes.zones[name] = cells.notes.zones.get(name, 0) + 1
        return when.replace(tzinfo=zone).astimezone(utc)

    return placed


def _halves(text: str) -> list[str]:
    """Return both sides of ``EUR/BTC`` or ``-100 / +0.005``; one of a cell with one."""
    return [part.strip() for part in text.split("/")]


def _bare(amount: str) -> str:
    return amount.strip().lstrip("+-−").strip()


def _text(row: Row, place: int | None) -> str:
    return "" if place is None else row[place].strip()


FORMAT: Final = Format(
    key=_KEY,
    name="Nexo, transactions",
    place="Nexo",
    place_kind=AccountKind.EXCHANGE,
    signatures=(
        Signature("fees", columns(f"{_SIDES},Fee,Fee Currency,Details,Date / Time (UTC)")),
        Signature("utc", columns(f"{_SIDES},Details,Date / Time (UTC)")),
        Signature("sides", columns(f"{_SIDES},Details,Outstanding Loan,Date / Time")),
        Signature(
            "single",
            columns("Transaction,Type,Currency,Amount,Details,Outstanding Loan,Date / Time"),
            optional=("USD Equivalent",),
        ),
    ),
    read=read,
    zone="UTC, or Zurich's in older layouts",
)
