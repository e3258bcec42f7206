"""Files nobody would write: samples cut, spliced, with cells exchanged and bytes turned; every reader has to bear them.

``python -m tests.importers.fuzz --files 10000`` makes files from a seed, previews each and looks at what came of it:
an answer or a sentence, no crash, every row in its place, the book untouched, in time and memory.
"""

import argparse
import io
import random
import time
from dataclasses import replace
from typing import Final

from app.domain.book import Book
from app.domain.errors import PlimsollError
from app.importers.reading import read_import
from app.services.import_ports import Answers
from app.services.import_preview import ImportPreview
from app.services.imports import preview
from tests.importers.golden import samples

_ODD: Final = (
    "",
    "-",
    "1.205",
    "1,205",
    "-1",
    "1e400",
    "9" * 400,
    "NaN",
    "=1+1",
    "@SUM(A1)",
    '"',
    '""',
    "\x00",
    "\x1b[31m",
    "BTC",
    "XXBT",
    "ETH",
    "USD",
    "2024-02-30",
    "0000-00-00 00:00:00",
    "9999-12-31T23:59:59Z",
    "31/12/2025",
    "03/04/2025",
    "\u202e",
    "\ud800",
    "\uff11\uff12",
    "0.000000001",
    "21000001",
    "\n",
    "\r",
    ";",
    "\t",
)
_BLANK: Final = Book("Fuzz")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a file with a few things wrong with it."""
    for _ in range(chance.randint(1, 4)):
        match chance.randrange(9):
            case 0:
                data = data[: chance.randrange(len(data) + 1)]
            case 1:
                place = chance.randrange(len(data) + 1)
                data = data[:place] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 4))) + data[place:]
            case 2:
                lines = data.split(b"\n")
                chance.shuffle(lines)
                data = b"\n".join(lines)
            case 3:
                lines = data.split(b"\n")
                lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
                data = b"\n".join(lines)
            case 4:
                data = data.replace(b",", chance.choice((b";", b"\t", b",,", b"|")))
            case 5:
                data = data.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-16-le", "utf-8-sig")))
            case 6:
                data = data + b"\n" + chance.choice(samples()).read_bytes()
            case _:
                data = _with_odd_cells(data, chance)
    return data


def _with_odd_cells(data: bytes, chance: random.Random) -> bytes:
    lines = data.decode("utf-8", "replace").split("\n")
    for _ in range(chance.randint(1, 6)):
        number = chance.randrange(len(lines))
        cells = lines[number].split(",")
        cells[chance.randrange(len(cells))] = chance.choice(_ODD)
        lines[number] = ",".join(cells)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def judged(data: bytes, answers: Answers) -> ImportPreview | PlimsollError:
    """Preview a file; return what it would bring or why it cannot be read.

    Raises:
        AssertionError: a row has no place, or something would be stored that was not seen to fit.
    """
    try:
        found = preview(_BLANK, [read_import(io.BytesIO(data), "fuzz.csv", answers)], answers)
    except PlimsollError as error:
        return error
    (file,) = found.files
    aside = sum(each.rows for each in file.aside.values())
    skipped = sum(each.rows for each in file.skipped.values())
    asked = sum(each.rows for _question, each in file.asked.values())
    assert file.rows == file.new + file.known + aside + skipped + asked + file.refused_rows
    assert not _BLANK.accounts
    if found.refused:
        assert found.after is _BLANK
    else:
        stored = sum(len(account.transactions) for account in found.after.accounts)
        assert stored == sum(found.accounts.values())
    return found


def answers_of(chance: random.Random) -> Answers:
    """Return what somebody might say."""
    return replace(
        Answers(),
        decimal=chance.choice(("", "", "point", "comma")),
        zone=chance.choice(("", "Europe/Berlin")),
        encoding=chance.choice(("", "", "cp1252", "utf-16")),
        day_first=chance.choice(("", "yes", "no")),
        unit=chance.choice(("", "btc", "sats")),
        duplicates=chance.choice(("", "keep", "drop")),
    )


def main() -> None:
    """Judge many files and print the worst of them."""
    import resource  # Windows has none

    parser = argparse.ArgumentParser(description="Files nobody would write.")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sources = [path.read_bytes() for path in samples()]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, read, refused = 0.0, 0, 0
    for number in range(options.files):
        chance = random.Random(f"{options.seed}/{number}")
        data, answers = mutated(chance.choice(sources), chance), answers_of(chance)
        started = time.perf_counter()
        try:
            found = judged(data, answers)
        except BaseException:
            print(f"file {number} of seed {options.seed}: {data[:2000]!r}\n{answers}")
            raise
        slowest = max(slowest, time.perf_counter() - started)
        if isinstance(found, ImportPreview):
            read += 1
            refused += found.refused
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{options.files} files: {read} were tables, {refused} of them refused or asked about; no crash")
    print(f"slowest {slowest:.3f} s; memory grew by {grown:.0f} MB")


if __name__ == "__main__":
    main()
