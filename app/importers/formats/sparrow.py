"""Sparrow: the transactions of a wallet. The unit is the user's setting and stands nowhere; the fee is in the value."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from app.domain.book import AccountKind
from app.importers.cells import CellDoubt, CellError, Cells
from app.importers.chain_moves import chain_move, txid_of
from app.importers.format import Format, each_row
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome, Skipped

_KEY: Final = "sparrow"
_HEADER: Final = "Date (UTC),Label,Value,Balance,Fee,Txid"
_LOOKED_AT: Final = 500
_DUST: Final = 546
_DECIMALS: Final = re.compile(r"-?[0-9]+[.,][0-9]{1,8}", re.ASCII)
_WHOLE: Final = re.compile(r"-?(?:[0-9]{1,16}|[1-9][0-9]{0,2}(?:[.,][0-9]{3})+)", re.ASCII)
_SPACES: Final = str.maketrans("", "", " \u00a0\u2009\u202f'")


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    at, label, value, balance, fee, txid = (table.at(name) for name in _HEADER.split(","))
    first = list(islice(table.rows, _LOOKED_AT))
    table.rows = chain(iter(first), table.rows)
    shown = [row[place] for _line, row in first for place in (value, balance, fee) if place < len(row)]
    unit = cells.answers.unit or _unit(shown)

    def sats(text: str) -> int:
        if not unit:
            raise CellDoubt("unit", "Amounts have no unit, and nothing shows whether they are satoshis")
        return _whole(text) if unit == "sats" else _coins(text, cells)

    def one(line: int, row: Row) -> Outcome:
        if row[at].startswith("#"):
            return Skipped(line, "is a remark of the file")
        if row[at].strip().casefold() == "unconfirmed":
            return Skipped(line, "is in no block yet")
        paid = None if cells.empty(row[fee]) else abs(sats(row[fee]))
        note = row[label].strip()
        return chain_move(line, cells.utc(row[at]), txid_of(row[txid]), sats(row[value]), paid, note=note)

    return each_row(table, one, ragged=True)  # the remark at the end is one cell


def _unit(amounts: Iterable[str]) -> str:
    """Return what the amounts are in: BTC has decimals (the program writes eight), satoshis have none."""
    whole = False
    for amount in amounts:
        text = amount.translate(_SPACES)
        if _WHOLE.fullmatch(text):
            whole = whole or abs(_whole(text)) >= _DUST
        elif _DECIMALS.fullmatch(text):
            return "btc"
    return "sats" if whole else ""


def _whole(text: str) -> int:
    plain = text.translate(_SPACES)
    if _WHOLE.fullmatch(plain) is None:
        raise CellError(f"“{text[:40]}” is no whole number of satoshis, as the file's other amounts are; check the row")
    return int(plain.replace(".", "").replace(",", ""))


def _coins(text: str, cells: Cells) -> int:
    plain = text.translate(_SPACES)
    if plain.lstrip("-").isdigit() and len(plain) > 3:  # noqa: PLR2004 - a wallet of 1,000 whole coins
        raise CellError(f"“{text[:40]}” has no decimals, so it is satoshis in a file of BTC; check the row")
    return cells.sats(text)


FORMAT: Final = Format(
    key=_KEY,
    name="Sparrow, transactions",
    place="Sparrow",
    place_kind=AccountKind.SELF_CUSTODY,
    signatures=(Signature("1.8", columns(_HEADER)),),
    read=read,
)
