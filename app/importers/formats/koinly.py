"""Koinly: the universal file that people make for it, and the report of transactions that it makes. Times are UTC.

A label of Koinly's is a purpose. One that is not known here changes nothing of what moved: it goes into the note.
"""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells
from app.importers.chain_moves import named_by_chain
from app.importers.format import Format, each_row, fee_of, moved, other_asset, row_id
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Moved, Outcome, Skipped

_KEY: Final = "koinly"
_SIDES: Final = "Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency"
_UNIVERSAL: Final = f"Date,{_SIDES},Net Worth Amount,Net Worth Currency,Label,Description,TxHash"
_REPORT: Final = (
    "Date,Type,Sending Wallet,Sent Amount,Sent Currency,Receiving Wallet,Received Amount,Received Currency,"
    "Fee Amount,Fee Currency,Net Value ({cur}),TxHash,Description"
)
_REPORT_MORE: Final = (
    "Label,Tag,Sent Cost Basis,Received Cost Basis,Gain ({cur}),Fee Value ({cur}),TxSrc,TxDest,ID,Parent ID,Notes"
)
_INCOME: Final = frozenset(
    ("reward", "income", "other income", "mining", "staking", "airdrop", "fork", "loan interest", "lending interest",
     "interest", "cashback", "salary", "realized gain", "margin gain", "liquidity out reward")
)  # fmt: skip
_SPENT: Final = frozenset(
    ("cost", "fee", "margin fee", "loan fee", "interest payment", "realized gain", "margin loss", "payment")
)
_IGNORED: Final = frozenset(("ignored", "ignore"))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, *places = [table.at(name) for name in f"Date,{_SIDES}".split(",")]
    label_at, note_at, hash_at = table.find("Label", "Tag"), table.at("Description"), table.at("TxHash")
    report = table.generation == "report"
    worth_at = table.at(f"Net Value ({table.currency})" if report else "Net Worth Amount")
    worth_in, giver_at, taker_at = (table.find(n) for n in ("Net Worth Currency", "Sending Wallet", "Receiving Wallet"))

    def one(line: int, row: Row) -> Outcome:
        label = "" if label_at is None else row[label_at].strip().casefold().replace("_", " ")
        if label in _IGNORED:
            return Skipped(line, "is ignored in Koinly")
        sides = _plain_codes(Sides(*(row[place] for place in places)))
        giver, taker = (("" if at is None else row[at].strip()) for at in (giver_at, taker_at))
        inward = code(sides.got_in) in BITCOIN and not cells.empty(sides.got)
        kind = _kind(label, inward=inward)
        told = "" if kind is not None or not label else f"({label}) "
        note, native = f"{told}{row[note_at].strip()}", row_id(_KEY, row)
        if _is_transfer(sides, cells) and giver and taker and giver != taker:
            return _transfer(line, cells, row[date], native, sides, giver, taker, note)
        found = two_sided(
            line,
            cells,
            cells.utc(row[date]),
            native,
            sides,
            kind=None if _is_transfer(sides, cells) else kind,
            note=note,
            wallet=taker if inward else giver,
        )
        if not isinstance(found, Moved):
            return found
        currency = table.currency if worth_in is None else code(row[worth_in])
        return named_by_chain(_with_worth(found, cells, row[worth_at], currency), row[hash_at])

    return each_row(table, one)


def _kind(label: str, *, inward: bool) -> TransactionKind | None:
    if inward and label in _INCOME:
        return TransactionKind.INCOME
    return TransactionKind.SPEND if not inward and label in _SPENT else None


def _plain_codes(sides: Sides) -> Sides:
    """Return the sides without the numbers that Koinly's own lists put behind a coin (``BTC;9546698``)."""
    return sides._replace(
        sent_in=sides.sent_in.partition(";")[0],
        got_in=sides.got_in.partition(";")[0],
        fee_in=sides.fee_in.partition(";")[0],
    )


def _is_transfer(sides: Sides, cells: Cells) -> bool:
    both = code(sides.sent_in) in BITCOIN and code(sides.got_in) in BITCOIN
    return both and not cells.empty(sides.sent) and not cells.empty(sides.got)


def _transfer(
    line: int, cells: Cells, date: str, native: str, sides: Sides, giver: str, taker: str, note: str
) -> Outcome:
    """Return what went from one wallet of the report to another; what did not arrive is the fee."""
    sent, got = abs(cells.sats(sides.sent)), abs(cells.sats(sides.got))
    if got > sent:
        raise CellError(f"gets {sides.got.strip()[:30]} of {sides.sent.strip()[:30]} BTC that were sent; check the row")
    fee = 0
    if code(sides.fee_in) in BITCOIN and not cells.empty(sides.fee):
        fee_of(cells.money(sides.fee))
        fee = cells.sats(sides.fee)
    lost = sent - got
    cost = lost if lost == fee else lost + fee
    kind = TransactionKind.TRANSFER
    if not got:
        return other_asset(line, "BTC")
    return moved(line, cells.utc(date), kind, got, native, fee_sats=cost, note=note, to_account=taker, wallet=giver)


def _with_worth(found: Moved, cells: Cells, text: str, currency: str) -> Moved:
    """Return a row with what Koinly says it was worth, where its sides tell no money."""
    first, *rest = found.transactions
    worth = cells.money(text)
    if worth is None or not worth or first.value is not None or currency not in MONEY:
        return found
    if first.kind is TransactionKind.FEE or (first.fee is not None and first.currency != currency):
        return found
    return found._replace(transactions=(first._replace(value=abs(worth), currency=currency), *rest))


FORMAT: Final = Format(
    key=_KEY,
    name="Koinly, universal file or report of transactions",
    place="Koinly",
    place_kind=AccountKind.OTHER,
    signatures=(
        Signature("universal", columns(_UNIVERSAL)),
        Signature("report", columns(_REPORT), optional=columns(_REPORT_MORE)),
    ),
    read=read,
)
