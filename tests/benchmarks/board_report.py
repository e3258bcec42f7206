"""How long the board report takes: in a process of its own from start to file, and the making alone.

Run: ``python -m tests.benchmarks.board_report [LOANS]`` (1,000 loans without saying). The aim is under two seconds.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from app.bootstrap.books import create_book
from app.services.board_report import board_report
from app.services.report_ports import Format, Paper
from app.services.reports import ReportAsk
from tests.fakes.desk import many_loans, snapshot_of, treasury
from tests.fakes.reports import facts_at, writer

AIM_SECONDS = 2.0
ROUNDS = 5


def whole_command(place: Path, target: Path) -> float:
    """Return the seconds of ``plimsoll report board`` at a price given by hand."""
    argv = [sys.executable, "-m", "app", "report", "board", "--book", str(place), "--out", str(target), "--overwrite"]
    argv += ["--price", "70727", "--price", "EUR=60080.7", "--at", "2026-02-05T14:30:00Z"]
    start = perf_counter()
    subprocess.run(argv, check=True, capture_output=True)
    return perf_counter() - start


def main(count: int) -> None:
    """Measure and print."""
    book = treasury(many_loans(count))
    with tempfile.TemporaryDirectory() as folder:
        place, target = Path(folder, "book.plimsoll"), Path(folder, "board.pdf")
        create_book(place, book)
        whole = statistics.median(whole_command(place, target) for _ in range(ROUNDS))
        size = target.stat().st_size
    facts, made = facts_at(snapshot_of(book)), writer()
    built, written = [], []
    for _ in range(ROUNDS):
        start = perf_counter()
        report = board_report(facts, ReportAsk())
        built.append(perf_counter() - start)
        start = perf_counter()
        made.write(report, Format.PDF, Paper.A4)
        written.append(perf_counter() - start)
    print(f"{count:,} loans, medians of {ROUNDS}; the PDF has {size:,} bytes")
    print(f"command, start to file  {whole:6.2f} s  ({whole / AIM_SECONDS:.0%} of the {AIM_SECONDS:.0f} s it may take)")
    print(f"report reckoned         {statistics.median(built):6.3f} s")
    print(f"PDF laid out, written   {statistics.median(written):6.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
