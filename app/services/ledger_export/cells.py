"""Cells of exported tables: numbers written plainly, text that no spreadsheet runs, one record a line."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from app.domain.money import btc_text
from app.domain.plain_cells import plain_cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table as CSV, each record with its line end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in chain((header,), rows):
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def text_cell(text: str | None) -> str:
    """Return a person's text as a cell."""
    return plain_cell(text or "")


def money_cell(amount: Decimal | None) -> str:
    """Return an amount without an exponent; empty where there is none."""
    return "" if amount is None else f"{amount:f}"


def btc_cell(sats: int) -> str:
    """Return satoshis as bitcoin with eight decimals."""
    return btc_text(sats)
