"""CoinLedger: the universal file that people make for it. Month before day, times UTC; the platform is the wallet."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import Cells
from app.importers.chain_moves import named_by_chain
from app.importers.format import Format, each_row, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Moved, Outcome

_KEY: Final = "coinledger"
_HEADER: Final = (
    "Date (UTC),Platform (Optional),Asset Sent,Amount Sent,Asset Received,Amount Received,Fee Currency (Optional),"
    "Fee Amount (Optional),Type,Description (Optional),TxHash (Optional)"
)
_INCOME: Final = frozenset(
    ("income", "airdrop", "mining", "staking", "interest", "hard fork", "hardfork", "gift received income", "reward")
)
_SPENT: Final = frozenset(("merchant payment", "payment", "spend", "fee", "investment loss", "casualty loss"))
_PLAIN: Final = frozenset(
    ("", "deposit", "withdrawal", "trade", "buy", "sell", "gift received", "gift sent", "theft loss", "donation",
     "charitable donation", "transfer", "stolen", "lost")
)  # fmt: skip


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, wallet, sent_in, sent, got_in, got, fee_in, fee, kind_at, note_at, hash_at = (
        table.at(name) for name in _HEADER.split(",")
    )

    def one(line: int, row: Row) -> Outcome:
        word = row[kind_at].strip().casefold()
        sides = Sides(row[sent], row[sent_in], row[got], row[got_in], row[fee], row[fee_in])
        inward = code(sides.got_in) in BITCOIN and not cells.empty(sides.got)
        kind = TransactionKind.INCOME if word in _INCOME and inward else None
        if word in _SPENT and not inward:
            kind = TransactionKind.SPEND
        if kind is None and word not in _PLAIN:
            return unrecognised(line, word, row)
        note = row[note_at].strip()
        if kind is None and word not in ("", "deposit", "withdrawal", "trade", "buy", "sell", "transfer"):
            note = f"({word}) {note}".rstrip()
        found = two_sided(
            line,
            cells,
            cells.utc(row[date], "no"),
            row_id(_KEY, row),
            sides,
            kind=kind,
            note=note,
            wallet=row[wallet].strip(),
        )
        return named_by_chain(found, row[hash_at]) if isinstance(found, Moved) else found

    return each_row(table, one)


FORMAT: Final = Format(
    key=_KEY,
    name="CoinLedger, universal file",
    place="CoinLedger",
    place_kind=AccountKind.OTHER,
    signatures=(Signature("2022", columns(_HEADER)),),
    read=read,
)
