"""How long a cold process needs to read a big book, as a ratio to what sqlite3 needs to fetch the same rows.

``python -m tests.benchmarks.read_book [--loans 10000] [--events 20] [--runs 7]``
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.store.book_store import BookStore
from tests.fakes.books import big_book

START = "pass"
FETCH = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
rows = {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in
        ("book", "account", "txn", "loan", "loan_terms", "loan_trigger", "loan_event")}
"""
READ = """
import sys
from app.store.book_store import BookStore
book = BookStore.open(sys.argv[1], readonly=True).read()
"""


def seconds(script: str, book: Path) -> float:
    """Return how long a process running ``script`` lives."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", script, str(book)], check=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Reading a big book against fetching its rows.")
    parser.add_argument("--loans", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "big.plimsoll")
        BookStore.create(book, big_book(options.loans, options.events))
        times: dict[str, list[float]] = {START: [], FETCH: [], READ: []}
        for _ in range(options.runs):
            # Side by side in turn, so that a busy moment of the machine meets all of them.
            for script, measured in times.items():
                measured.append(seconds(script, book))
        size = book.stat().st_size
    start, fetch, read = (statistics.median(measured) for measured in times.values())
    print(f"{options.loans} loans x {options.events} events, {size / 1e6:.1f} MB, median of {options.runs}")
    print(f"bare Python {start:.3f} s, fetchall {fetch:.3f} s, whole book {read:.3f} s")
    print(f"ratio of whole processes {read / fetch:.2f}; best runs {min(times[READ]) / min(times[FETCH]):.2f}")


if __name__ == "__main__":
    main()
