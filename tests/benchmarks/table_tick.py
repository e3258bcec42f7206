"""A price tick with 10,000 loans, from the new quote to the painted table, beside a plain Decimal loop.

Run: ``python -m tests.benchmarks.table_tick``. Prints milliseconds and how many times quicker the table is.
"""

import os
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.domain.book import Book
from app.domain.figures import figures_of
from app.domain.ledger import Ledger, build_ledger
from app.domain.loan_state import balance_at
from app.domain.portfolio import book_figures
from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loan_columns import FULL
from app.ui.theme import Theme
from app.ui.views.loans_table import LoansTable
from tests.fakes.desk import NOW, PRICES, many_loans, quote, snapshot_of, treasury

LOANS = 10_000
LIMIT_MS = 50
WANTED_RATIO = 20
RESOURCES = Path(__file__).parents[2] / "resources"


def tick(book: Book, ledger: Ledger, frame: DeskSnapshot, dollars: Decimal) -> DeskSnapshot:
    """Return the snapshot at another price, as the desk makes it: the ledger is kept."""
    prices = {"USD": quote("USD", dollars), "EUR": quote("EUR", dollars * PRICES["EUR"] / PRICES["USD"])}
    return replace(frame, figures=book_figures(book, prices, NOW, ledger=ledger))


def plain_loop(book: Book, dollars: Decimal) -> float:
    """Return the milliseconds of a loop that keeps nothing: every loan's balance, and from it every figure."""
    prices = {"USD": quote("USD", dollars), "EUR": quote("EUR", dollars * PRICES["EUR"] / PRICES["USD"])}
    began = perf_counter()
    for loan in book.loans:
        figures_of(loan, balance_at(loan, NOW), prices[loan.currency], Decimal("0.1"), Decimal("0.0025"))
    return (perf_counter() - began) * 1000


def measure(application: QApplication, ticks: int = 15) -> tuple[list[float], list[float]]:
    """Return milliseconds of each tick to the painted table, and of each plain loop."""
    book = treasury(many_loans(LOANS))
    ledger = build_ledger(book, NOW)
    frame = snapshot_of(book)
    with TemporaryDirectory() as folder:
        table = LoansTable("benchmark", FULL, Theme(application, RESOURCES), LayoutMemory(Path(folder, "window.ini")))
    table.resize(1300, 1000)
    table.show_snapshot(tick(book, ledger, frame, Decimal(70_000)), Display())
    table.show()
    application.processEvents()
    painted, looped = [], []
    for number in range(ticks):
        dollars = Decimal(70_000) + 37 * number
        began = perf_counter()
        table.show_snapshot(tick(book, ledger, frame, dollars), Display())
        table.viewport().repaint()
        painted.append((perf_counter() - began) * 1000)
        looped.append(plain_loop(book, dollars))
        application.processEvents()
    return painted, looped


def main() -> int:
    """Measure and report."""
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    painted, looped = measure(application)
    ratio = median(looped) / median(painted)
    print(f"{LOANS:,} loans, a new quote to the painted table: median {median(painted):.1f} ms (at most {LIMIT_MS})")
    print(f"every balance and figure in a plain loop: median {median(looped):.1f} ms")
    print(f"ratio {ratio:.1f} (at least {WANTED_RATIO})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
