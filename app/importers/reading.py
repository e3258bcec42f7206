"""A file from its bytes to a stream of outcomes: encoding, delimiter, header, format, rows."""

import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO, Final, NamedTuple

from app.domain.errors import InputError
from app.domain.import_profiles import ImportProfile
from app.importers.cells import Cells
from app.importers.format import Format
from app.importers.profiles import Known, known_formats
from app.importers.signatures import Match, match
from app.importers.tables import Candidate, Table, candidates, rows_below
from app.importers.text_source import open_text
from app.importers.xlsx_package import is_workbook
from app.services.import_ports import Answers, FileDoubt, FileHead, Outcome, Reading, ReadNotes

_PEEKED: Final = 1 << 16
_TRIED: Final = 2_000
_LABEL: Final = re.compile(r'\ufeff?\s*\{[^\n]{0,500}?"ref"\s*:')


class _Source(NamedTuple):
    """A file as lines of text.

    Attributes:
        text: from its beginning.
        start: its first lines.
        encoding: as the preview names it.
        sheet: of a workbook, or empty.
    """

    text: io.TextIOWrapper
    start: str
    encoding: str
    sheet: str = ""


def read_import(file: BinaryIO, name: str, answers: Answers, profiles: Sequence[ImportProfile] = ()) -> Reading:
    """Return what a file says, row by row.

    Args:
        file: open for reading, and left open until the outcomes have been taken.
        name: the file's, for messages.
        answers: what a person said about it.
        profiles: how columns of files were mapped before; one that has the file's header is taken.

    Raises:
        InputError: no format fits, or several do; the file is no text, or too large. Also while outcomes are taken.
    """
    known = known_formats(answers, profiles, name)
    notes = ReadNotes()
    if is_workbook(file, name):
        from app.importers.sheets import chosen_sheet  # noqa: PLC0415 - a workbook's libraries are for it alone

        sheet = chosen_sheet(file, name, answers, notes, lambda start: bool(_fitting(start, known)))
        source = _Source(sheet.text, sheet.start, "xlsx", sheet.title)
    else:
        text, encoding = open_text(file, name, answers.encoding)
        source = _Source(text, text.read(_PEEKED), encoding)
        if _LABEL.match(source.start):
            raise InputError("holds labels of a wallet; take them with “plimsoll labels import”", name)
        text.seek(0)
        for each in known.formats:
            if each.recognise is not None and each.read_text is not None and each.recognise(source.start):
                return _of_text(each, text, name, encoding, answers)
    return _of_table(source, known, name, answers, notes)


def _of_table(source: _Source, known: Known, name: str, answers: Answers, notes: ReadNotes) -> Reading:
    header, found, fit = _header(source, known, name)
    answers = known.answered(found, answers)
    table = Table(
        name,
        header.cells,
        iter(()),
        currency=fit.currency,
        generation=fit.signature.generation,
        delimiter=header.delimiter,
    )
    notes.header = table.header
    notes.sheet = source.sheet
    head = FileHead(
        name,
        found.key,
        found.name,
        fit.signature.generation,
        found.place,
        found.place_kind,
        source.encoding,
        "" if source.sheet else header.delimiter,
        header.line,
        found.zone if found.zone == "UTC" else answers.zone or found.zone,
    )
    return Reading(head, _outcomes(found, table, header, source.text, answers, notes), notes)


def _of_text(chosen: Format, text: io.TextIOWrapper, name: str, encoding: str, answers: Answers) -> Reading:
    notes = ReadNotes()
    head = FileHead(name, chosen.key, chosen.name, "", chosen.place, chosen.place_kind, encoding, "", 0, chosen.zone)
    if chosen.read_text is None:
        raise InputError("is no table; name another format", name)
    return Reading(head, chosen.read_text(text, Cells(answers, notes)), notes)


_Fit = tuple[int, int, Candidate, Format, Match]


def _fitting(start: str, known: Known) -> list[_Fit]:
    """Return every format that a header among the first lines fits; those that a person mapped come before all."""
    first = list(candidates(io.StringIO(start, newline="")))
    for some in (known.mapped, known.formats):
        found = [
            (fit.score, -fit.strange, candidate, each, fit)
            for candidate in first
            for each in some
            for signature in each.signatures
            if (fit := match(candidate.cells, signature)) is not None
        ]
        if found:
            return found
    return []


def _header(source: _Source, known: Known, name: str) -> tuple[Candidate, Format, Match]:
    """Return the header with the format that it tells.

    Raises:
        InputError: none fits, or several equally well.
    """
    found = _fitting(source.start, known)
    if not found:
        raise FileDoubt(known.stranger, name, known.remedy)
    best = (
        max(score for score, *_ in found),
        max(strange for score, strange, *_ in found if score == max(s for s, *_ in found)),
    )
    fitting = [entry for entry in found if entry[:2] == best]
    keys = dict.fromkeys(entry[3].key for entry in fitting)
    if len(keys) > 1:
        raise FileDoubt(
            f"has a header that {' and '.join(keys)} share; say which with --format", name, "format", tuple(keys)
        )
    names = dict.fromkeys(entry[3].name for entry in fitting)
    if len(names) > 1:
        shared = tuple(each.removeprefix("profile “").removesuffix("”") for each in names)
        raise FileDoubt(
            f"has a header that {' and '.join(names)} share; say which with --profile", name, "profile", shared
        )
    _score, _strange, candidate, chosen, fit = fitting[0]
    return candidate, chosen, fit


def _outcomes(
    chosen: Format, table: Table, header: Candidate, text: io.TextIOWrapper, answers: Answers, notes: ReadNotes
) -> Iterator[Outcome]:
    """Yield the outcomes; where only some cells are in doubt about the decimal sign, the others decide."""
    if chosen.read is None:
        return
    # What the file's first rows say in one way only decides about cells with two readings; but a workbook's cells of
    # numbers come with a point, whatever its person writes in cells of text.
    tried = Cells(answers)
    if not notes.sheet:
        text.seek(0)
        table.rows = islice(rows_below(text, table.name, header), _TRIED)
        deque(chosen.read(table, tried), maxlen=0)
    text.seek(0)
    table.rows = rows_below(text, table.name, header)
    yield from chosen.read(table, Cells(answers, notes, tried.coins, tried.cash))
