"""River: the account activity as CSV. A row has what was sent, what was received, or both; times are UTC."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.cells import Cells
from app.importers.format import Format, each_row, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Outcome

_KEY: Final = "river"
_HEADER: Final = "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Tag"
_KINDS: Final = {
    "": None,
    "buy": None,
    "sell": None,
    "interest": TransactionKind.INCOME,
    "income": TransactionKind.INCOME,
}


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, *places, tag_at = [table.at(name) for name in _HEADER.split(",")]

    def one(line: int, row: Row) -> Outcome:
        tag = row[tag_at].strip().casefold()
        if tag not in _KINDS:
            return unrecognised(line, row[tag_at], row)
        sides = Sides(*(row[place] for place in places))
        return two_sided(line, cells, cells.utc(row[date]), row_id(_KEY, row), sides, kind=_KINDS[tag])

    return each_row(table, one)


FORMAT: Final = Format(
    key=_KEY,
    name="River, account activity",
    place="River",
    place_kind=AccountKind.EXCHANGE,
    signatures=(Signature("2024", columns(_HEADER), closed=True),),
    read=read,
)
