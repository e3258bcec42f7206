"""CoinTracking: the trade list as CSV. Days stand before months; times are those of the account's own zone.

Amounts hold their fee already: what was given is with it, what was got without. A fee in a third currency is a row of
its own (“Other Fee”); where it stands beside a trade it says nothing.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.domain.money import EXACT
from app.importers.assets import BITCOIN, code
from app.importers.cells import CellError, Cells, Signs
from app.importers.chain_moves import named_by_chain
from app.importers.format import Format, each_row, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Moved, Outcome

_KEY: Final = "cointracking"
# Read by position where names repeat: bought, sold and the fee have a currency each.
_HEADER: Final = "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Group,Comment,Date"
_INCOME: Final = frozenset(
    (
        "income", "mining", "mining (commercial)", "staking", "masternode", "airdrop", "reward / bonus", "reward/bonus",
        "interest income", "dividends income", "lending income", "other income", "minting", "income (non taxable)",
        "airdrop (non taxable)",
    )
)  # fmt: skip
_SPENT: Final = frozenset(("spend", "other fee", "other expense", "borrowing fee", "expense (non taxable)"))
_PLAIN: Final = frozenset(
    (
        "trade", "deposit", "withdrawal", "transfer (in)", "transfer (out)", "gift / tip", "gift/tip", "gift",
        "donation", "stolen", "stolen / hacked / fraud", "lost", "swap (non taxable)",
    )
)  # fmt: skip
_SAY_NOTHING: Final = frozenset(("trade", "deposit", "withdrawal", "transfer (in)", "transfer (out)"))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    kind_at, bought, sold, paid = (table.at(name) for name in ("Type", "Buy", "Sell", "Fee"))
    bought_in, sold_in, paid_in = (table.at("Cur.", nth=number) for number in range(3))
    wallet, comment, date, native = table.at("Exchange"), table.at("Comment"), table.at("Date"), table.find("Tx-ID")

    def one(line: int, row: Row) -> Outcome:
        word = " ".join(row[kind_at].split()).casefold()
        sides = _fee_apart(
            Sides(*(_filled(row[at]) for at in (sold, sold_in, bought, bought_in, paid, paid_in))), cells
        )
        inward = code(sides.got_in) in BITCOIN
        kind = TransactionKind.INCOME if word in _INCOME and inward else None
        if word in _SPENT and not inward:
            kind = TransactionKind.SPEND
        if kind is None and word not in _PLAIN:
            return unrecognised(line, row[kind_at], row)
        note = _filled(row[comment].strip())
        if kind is None and word not in _SAY_NOTHING:
            note = f"({word}) {note}".rstrip()
        found = two_sided(
            line,
            cells,
            cells.local(row[date], "yes"),
            row_id(_KEY, row),
            sides,
            kind=kind,
            note=note,
            wallet=_filled(row[wallet].strip()),
        )
        return named_by_chain(found, row[native]) if isinstance(found, Moved) and native is not None else found

    return each_row(table, one)


def _fee_apart(sides: Sides, cells: Cells) -> Sides:
    """Return the sides with the fee on top of them, as other programs write it.

    Raises:
        CellError: the fee is more than what it is part of.
        CellDoubt: an amount has two readings.
    """
    fee_in, sent_in, got_in = code(sides.fee_in), code(sides.sent_in), code(sides.got_in)
    if cells.empty(sides.fee):
        return sides
    coin = fee_in in BITCOIN
    signs = cells.coins if coin else cells.cash
    fee = cells.number(sides.fee, signs)
    if fee < 0:
        raise CellError(f"the fee {fee} is negative; check the row, and enter a refund by hand")
    if fee_in == sent_in or (coin and sent_in in BITCOIN):
        whole = cells.number(sides.sent, signs)
        if fee > whole:
            raise CellError(
                f"has a fee of {fee} {fee_in[:10]}, more than the {whole} that it is part of; check the row"
            )
        return sides._replace(sent=_text(EXACT.subtract(whole, fee), signs))
    if fee_in == got_in and not coin:
        return sides._replace(got=_text(EXACT.add(cells.number(sides.got, signs), fee), signs))
    return sides._replace(fee="", fee_in="")


def _text(value: Decimal, signs: Signs) -> str:
    """Return an amount as its column writes it; eight decimals leave no doubt what the sign means."""
    plain = f"{value:.8f}"
    return plain.replace(".", ",") if signs.known == "," else plain


def _filled(text: str) -> str:
    """Return a cell; a dash stands for nothing."""
    return "" if text.strip() == "-" else text


FORMAT: Final = Format(
    key=_KEY,
    name="CoinTracking, trade list",
    place="CoinTracking",
    place_kind=AccountKind.OTHER,
    signatures=(Signature("2019", columns(_HEADER), optional=columns("Tx-ID,Trade ID,LPN")),),
    read=read,
    zone="the account's zone",
)
