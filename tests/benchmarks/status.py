"""How long ``status`` takes over a large book, as a ratio to what sqlite3 needs to fetch the same rows.

``python -m tests.benchmarks.status [--loans 10000] [--events 20] [--runs 9]``

Whole processes, cold of anything Python could keep, side by side in turn: one that only imports sqlite3 and fetches
every row of the book's tables, and ``plimsoll status`` with a price given by hand, as a table and as JSON.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from app.bootstrap.books import create_book
from tests.fakes.books import big_book

ROOT = Path(__file__).parents[2]
FETCH = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
rows = {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in
        ("book", "account", "txn", "loan", "loan_terms", "loan_trigger", "loan_event")}
"""
STATUS = "import app.cli.main; app.cli.main.run()"
ASKED = ("status", "--price", "70727", "--at", "2026-02-10T00:00:00Z")


def seconds(arguments: list[str], home: Path) -> float:
    """Return how long a Python process with these arguments lives."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLIMSOLL_")}
    with Path(os.devnull).open("wb") as nowhere:
        started = perf_counter()
        subprocess.run(
            [sys.executable, *arguments], check=True, stdout=nowhere, cwd=ROOT, env={**kept, "HOME": str(home)}
        )
        return perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="status over a large book against fetching its rows.")
    parser.add_argument("--loans", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, book = Path(folder), Path(folder, "big.plimsoll")
        create_book(book, big_book(options.loans, options.events))
        commands = {
            "fetchall": ["-c", FETCH, str(book)],
            "table": ["-c", STATUS, "--book", str(book), *ASKED],
            "json": ["-c", STATUS, "--book", str(book), *ASKED, "--json"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(options.runs + 1):
            for name, command in commands.items():
                spent = seconds(command, home)
                if number:  # the first round warms the system's cache of files
                    times[name].append(spent)
    print(f"{options.loans} loans x {options.events} events, medians of {options.runs} in turn")
    for name, each in times.items():
        ratio, best = median(each) / median(times["fetchall"]), min(each) / min(times["fetchall"])
        print(f"{name:9} {median(each):.3f} s, {ratio:.2f} times the fetch (best runs {best:.2f})")


if __name__ == "__main__":
    main()
