"""Each sample in other dress: order of columns, separators, line ends, encodings; and a header alone."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.book import Book
from app.domain.errors import InputError
from app.importers.reading import read_import
from app.services.import_ports import Lent, Moved
from app.services.imports import preview
from tests.importers.golden import answers_for, read_sample, samples

Rows = list[list[str]]
TABLES = [path for path in samples() if read_sample(path)["head"]["delimiter"]]


def told(data: bytes, path: Path) -> Counter[tuple[object, ...]]:
    """Return what a file says, without ids made of a row's cells and without the cells of unknown rows."""
    key = read_sample(path)["head"]["key"]
    answers = replace(answers_for(path), format=key)
    said: Counter[tuple[object, ...]] = Counter()
    for outcome in read_import(io.BytesIO(data), path.name, answers).outcomes:
        if isinstance(outcome, (Moved, Lent)):
            entries = outcome.transactions if isinstance(outcome, Moved) else outcome.events
            said.update((outcome.wallet, outcome.rows, *(each for each in entry[:-1])) for entry in map(named, entries))
        else:
            said[type(outcome).__name__, outcome.rows] += 1
    return said


def named(entry: tuple[object, ...]) -> tuple[object, ...]:
    """Return an entry's fields without an id that is a hash."""
    return tuple("#" if isinstance(each, str) and ":#" in each else each for each in entry)


def rows_of(path: Path) -> tuple[list[str], Rows, str]:
    """Return what stands above a sample's header, the rows from the header on, and the delimiter."""
    head = read_sample(path)["head"]
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    above, below = lines[: head["header_line"] - 1], lines[head["header_line"] - 1 :]
    return above, [row for row in csv.reader(below, delimiter=head["delimiter"]) if row], head["delimiter"]


def written(path: Path, change: Callable[[Rows], Rows], *, delimiter: str = "", end: str = "\n") -> str:
    """Return a sample written anew."""
    above, rows, own = rows_of(path)
    out = io.StringIO()
    out.write("".join(line.rstrip("\r\n") + end for line in above))
    csv.writer(out, delimiter=delimiter or own, lineterminator=end).writerows(change(rows))
    return out.getvalue()


def backwards(rows: Rows) -> Rows:
    """Return rows with the columns in the opposite order; a remark of one cell stays first."""
    width = len(rows[0])
    return [row[::-1] if len(row) == width else row for row in rows]


def as_they_are(rows: Rows) -> Rows:
    """Return the same rows."""
    return rows


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_sample_says_the_same_in_other_dress(path: Path) -> None:
    expected = told(path.read_bytes(), path)
    for delimiter in ",;\t":
        text = written(path, as_they_are, delimiter=delimiter, end="\r\n")
        assert told(b"\xef\xbb\xbf" + text.encode(), path) == expected
    assert told(written(path, as_they_are).encode("utf-16"), path) == expected


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_columns_stand_in_any_order(path: Path) -> None:
    _above, (header, *rows), _delimiter = rows_of(path)
    if len(set(header)) < len(header) or any(len(row) != len(header) and not row[0].startswith("#") for row in rows):
        assert path.name.startswith(("strike", "kraken", "swan", "cointracking"))  # columns of one name, or ragged
        return
    kept = [each for each in (header, *rows) if not each[0].startswith("#")]
    expected = told(written(path, lambda _rows: kept).encode(), path)
    assert told(written(path, lambda _rows: backwards(kept)).encode(), path) == expected


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_header_alone_brings_nothing(path: Path) -> None:
    answers = answers_for(path)
    data = written(path, lambda rows: rows[:1]).encode()
    reading = read_import(io.BytesIO(data), path.name, replace(answers, loan=""))
    found = preview(Book("Test"), [reading], replace(answers, loan=""))
    assert (found.new, found.refused, found.files[0].rows) == (0, False, 0)


def test_an_empty_file_is_refused() -> None:
    for data in (b"", b"\xef\xbb\xbf", b"\r\n\r\n"):
        with pytest.raises(InputError):
            read_import(io.BytesIO(data), "empty.csv", replace(answers_for(TABLES[0])))
