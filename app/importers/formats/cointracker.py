"""CoinTracker: the file that people make for it. Month before day, times UTC.

Its header is that of Swan's trades, which is in CoinTracker's format: whose file it is has to be said.
"""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import Cells
from app.importers.format import Format, each_row, row_id
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Outcome

_KEY: Final = "cointracker"
_HEADER: Final = "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag"
_INCOME: Final = frozenset(
    ("airdrop", "fork", "mined", "mining", "payment", "staked", "staking", "reward", "interest", "income", "cashback")
)
_SPENT: Final = frozenset(("payment", "spent", "spend", "fee", "margin fee", "expense"))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes; a tag that is not known goes into the note."""
    date, got, got_in, sent, sent_in, fee, fee_in, tag_at = (table.at(name) for name in _HEADER.split(","))

    def one(line: int, row: Row) -> Outcome:
        sides = Sides(row[sent], row[sent_in], row[got], row[got_in], row[fee], row[fee_in])
        tag = row[tag_at].strip().casefold().replace("_", " ")
        inward = code(sides.got_in) in BITCOIN and not cells.empty(sides.got)
        kind = None
        if inward and cells.empty(sides.sent) and tag in _INCOME:
            kind = TransactionKind.INCOME
        elif not inward and cells.empty(sides.got) and tag in _SPENT:
            kind = TransactionKind.SPEND
        note = "" if kind is not None else row[tag_at].strip()
        return two_sided(line, cells, cells.utc(row[date], "no"), row_id(_KEY, row), sides, kind=kind, note=note)

    return each_row(table, one)


FORMAT: Final = Format(
    key=_KEY,
    name="CoinTracker",
    place="CoinTracker",
    place_kind=AccountKind.OTHER,
    signatures=(Signature("2022", columns(_HEADER), closed=True),),
    read=read,
)
