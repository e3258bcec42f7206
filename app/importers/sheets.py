"""Which sheet of a workbook is the table: the one that was named, or the first with a header that is known."""

import io
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from app.importers.xlsx_source import Workbook
from app.services.import_ports import Answers, FileDoubt, ReadNotes


class ChosenSheet(NamedTuple):
    """A sheet as lines of text, its first lines besides."""

    text: io.TextIOWrapper
    start: str
    title: str


def chosen_sheet(
    file: BinaryIO, name: str, answers: Answers, notes: ReadNotes, fits: Callable[[str], bool]
) -> ChosenSheet:
    """Return the sheet to read.

    Args:
        file: open for reading, and left open while this runs.
        name: for messages.
        answers: may name a sheet.
        notes: gets what is remarkable about its cells.
        fits: whether first lines hold a header that is known.

    Raises:
        InputError: damaged, made to hurt, too large, or no sheet fits.
    """
    workbook = Workbook(file, name, comma=answers.decimal == "comma")
    titles = workbook.titles(answers.sheet)
    notes.sheets = tuple(workbook.titles())
    for title in titles:
        start = workbook.start(title).read()
        if fits(start) or len(titles) == 1:
            return ChosenSheet(workbook.text(title, notes.remarks), start, title)
    shown = ", ".join(f"“{title[:40]}”" for title in titles[:10])
    raise FileDoubt(
        f"has no sheet with a header that is known (it has {shown}); say --sheet NAME, and what its columns mean "
        "with --map 'date=COLUMN,btc=COLUMN'",
        name,
        "mapping",
    )
