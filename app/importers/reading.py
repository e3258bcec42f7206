"""A file from its bytes to a stream of outcomes: encoding, delimiter, header, format, rows."""

import io
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from app.domain.errors import InputError
from app.importers.cells import Cells
from app.importers.format import Format
from app.importers.registry import formats
from app.importers.signatures import Match, match
from app.importers.tables import Candidate, Table, candidates, rows_below
from app.importers.text_source import open_text
from app.services.import_ports import Answers, FileHead, Outcome, Reading, ReadNotes

_PEEKED: Final = 1 << 16
_TRIED: Final = 2_000


def read_import(file: BinaryIO, name: str, answers: Answers) -> Reading:
    """Return what a file says, row by row.

    Args:
        file: open for reading, and left open until the outcomes have been taken.
        name: the file's, for messages.
        answers: what a person said about it.

    Raises:
        InputError: no format fits, or several do; the file is no text, or too large. Also while outcomes are taken.
    """
    text, encoding = open_text(file, name, answers.encoding)
    known = _chosen(answers.format)
    start = text.read(_PEEKED)
    text.seek(0)
    for each in known:
        if each.recognise is not None and each.read_text is not None and each.recognise(start):
            return _of_text(each, text, name, encoding, answers)
    header, found, fit = _header(start, known, name, asked=bool(answers.format))
    table = Table(
        name,
        header.cells,
        iter(()),
        currency=fit.currency,
        generation=fit.signature.generation,
        delimiter=header.delimiter,
    )
    notes = ReadNotes()
    head = FileHead(
        name,
        found.key,
        found.name,
        fit.signature.generation,
        found.place,
        found.place_kind,
        encoding,
        header.delimiter,
        header.line,
        found.zone if found.zone == "UTC" else answers.zone or found.zone,
    )
    return Reading(head, _outcomes(found, table, header, text, answers, notes), notes)


def _chosen(key: str) -> tuple[Format, ...]:
    known = formats()
    if not key:
        return known
    chosen = tuple(each for each in known if each.key == key)
    if not chosen:
        raise InputError(
            f"there is no format “{key[:40]}”; write one of {', '.join(each.key for each in known)}", "--format"
        )
    return chosen


def _of_text(chosen: Format, text: io.TextIOWrapper, name: str, encoding: str, answers: Answers) -> Reading:
    notes = ReadNotes()
    head = FileHead(name, chosen.key, chosen.name, "", chosen.place, chosen.place_kind, encoding, "", 0, chosen.zone)
    if chosen.read_text is None:
        raise InputError("is no table; name another format", name)
    return Reading(head, chosen.read_text(text, Cells(answers, notes)), notes)


def _header(start: str, known: tuple[Format, ...], name: str, *, asked: bool) -> tuple[Candidate, Format, Match]:
    """Return the header with the format that it tells.

    Raises:
        InputError: none fits, or several equally well.
    """
    found = [
        (fit.score, -fit.strange, candidate, each, fit)
        for candidate in candidates(io.StringIO(start, newline=""))
        for each in known
        for signature in each.signatures
        if (fit := match(candidate.cells, signature)) is not None
    ]
    if not found:
        if asked:
            raise InputError(f"has not the columns of {known[0].name}; leave out --format, or name another", name)
        raise InputError(
            "has no header that is known; name the format with --format, or bring it into one that is", name
        )
    best = (
        max(score for score, *_ in found),
        max(strange for score, strange, *_ in found if score == max(s for s, *_ in found)),
    )
    fitting = [entry for entry in found if entry[:2] == best]
    keys = dict.fromkeys(entry[3].key for entry in fitting)
    if len(keys) > 1:
        raise InputError(f"has a header that {' and '.join(keys)} share; say which with --format", name)
    _score, _strange, candidate, chosen, fit = fitting[0]
    return candidate, chosen, fit


def _outcomes(
    chosen: Format, table: Table, header: Candidate, text: io.TextIOWrapper, answers: Answers, notes: ReadNotes
) -> Iterator[Outcome]:
    """Yield the outcomes; where only some cells are in doubt about the decimal sign, the others decide."""
    if chosen.read is None:
        return
    # What the file's first rows say in one way only decides about cells with two readings.
    tried = Cells(answers)
    text.seek(0)
    table.rows = islice(rows_below(text, table.name, header), _TRIED)
    deque(chosen.read(table, tried), maxlen=0)
    text.seek(0)
    table.rows = rows_below(text, table.name, header)
    yield from chosen.read(table, Cells(answers, notes, tried.coins, tried.cash))
