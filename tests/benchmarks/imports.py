"""How fast a large file gets into a book, as a ratio to what csv and sqlite3 alone need for the same columns.

``python -m tests.benchmarks.imports [--rows 1000000] [--runs 3]``

The raw side reads the file with ``csv`` and puts its cells into one table with ``executemany``, in one transaction: it
checks nothing, knows no times or amounts and keeps no index. Both sides are processes of their own, in turn.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.domain.book import Book
from app.store.book_store import BookStore

_HEADER: Final = "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit"
_RAW: Final = """
import csv, sqlite3, sys
connection = sqlite3.connect(sys.argv[2])
connection.execute("CREATE TABLE txn (id, at, kind, btc, value, currency, fee)")
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    next(rows)
    with connection:
        connection.executemany("INSERT INTO txn VALUES (?, ?, ?, ?, ?, ?, ?)",
                               ((r[1], r[4], r[3], r[5], r[9], r[10], r[8]) for r in rows))
"""
_OURS: Final = """
import gc, sys
gc.disable()
from pathlib import Path
from app.bootstrap.imports import import_files
from app.services.import_ports import Answers
found = import_files(sys.argv[2], [Path(sys.argv[1])], Answers())
assert found.new == int(sys.argv[3]), (found.fault, found.files[0].refused[:3], found.files[0].asked)
"""
_PEAK: Final = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"


def write_fills(path: Path, rows: int) -> None:
    """Write a fills report in which two thirds are purchases."""
    start = datetime(2018, 1, 1)  # noqa: DTZ001 - a file's text
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{_HEADER}\n")
        for number in range(rows):
            at = start + timedelta(seconds=number * 200, microseconds=number % 1000 * 1000)
            side = "SELL" if number % 3 == 2 else "BUY"
            size, price = 100_000 + number % 7919, 3_000_000 + number * 7 % 6_000_000
            cents = size * price // 10**8
            fee = cents * 5 // 1000
            total = cents - fee if side == "SELL" else -(cents + fee)
            file.write(
                f"default,{number + 10_000_000},BTC-USD,{side},{at.isoformat(timespec='milliseconds')}Z,"
                f"{size / 1e8:.8f},BTC,{price / 100:.2f},{fee / 100:.2f},{total / 100:.2f},USD\n"
            )


def measured(script: str, *arguments: object) -> tuple[float, int]:
    """Return how long a process running ``script`` lives, and its peak of memory in MB."""
    started = time.perf_counter()
    command = [sys.executable, "-c", script + _PEAK, *(str(each) for each in arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, int(done.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A large file into a book.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    raw: list[tuple[float, int]] = []
    ours: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "fills.csv")
        write_fills(source, options.rows)
        for run in range(options.runs):
            book = Path(folder, f"{run}.plimsoll")
            BookStore.create(book, Book("Benchmark")).close()
            raw.append(measured(_RAW, source, Path(folder, f"{run}.sqlite")))
            ours.append(measured(_OURS, source, book, options.rows))
        size = source.stat().st_size
    plain, whole = (statistics.median(seconds for seconds, _peak in side) for side in (raw, ours))
    print(f"{options.rows:,} rows, {size / 1e6:.0f} MB, median of {options.runs}")
    print(f"csv and executemany {plain:.2f} s ({options.rows / plain:,.0f} rows a second)")
    print(f"import {whole:.2f} s ({options.rows / whole:,.0f} rows a second), {max(peak for _s, peak in ours)} MB")
    print(f"rate of the import as a part of the raw rate: {plain / whole:.2f}")


if __name__ == "__main__":
    main()
