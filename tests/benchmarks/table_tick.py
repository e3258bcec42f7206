"""A price tick with 10,000 loans of 20 events each, from the new quote to the painted table, beside a plain loop.

Run: ``python -m tests.benchmarks.table_tick``. Prints milliseconds and how many times quicker the table is.

The plain loop is what a program without our ledger and index does at every price: for each loan it goes through all
events to today's balance (``balance_at``: interest, fees, terms in force) and reckons every figure from it
(``figures_of``: LTV, trigger prices, the drop test, the cures), in Decimal. It neither sorts nor formats nor paints,
which the tick does. It is no straw man: both functions are the ones that the program itself uses. A second loop is
handed the balances and reckons the figures alone; it says how much the tick gains beyond remembering balances.
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
from app.domain.portfolio import DEFAULT_DROP, DEFAULT_SALE_COST, book_figures
from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loan_columns import FULL
from app.ui.theme import Theme
from app.ui.views.loans_table import LoansTable
from tests.fakes.books import big_book
from tests.fakes.desk import NOW, quote, snapshot_of

LOANS = 10_000
LIMIT_MS = 50
WANTED_RATIO = 20
RESOURCES = Path(__file__).parents[2] / "resources"


def tick(book: Book, ledger: Ledger, frame: DeskSnapshot, dollars: Decimal) -> DeskSnapshot:
    """Return the snapshot at another price, as the desk makes it: the ledger is kept."""
    return replace(frame, figures=book_figures(book, {"USD": quote("USD", dollars)}, NOW, ledger=ledger))


def plain_loop(book: Book, dollars: Decimal) -> float:
    """Return the milliseconds of a loop that keeps nothing: every loan's balance, and from it every figure."""
    price = quote("USD", dollars)
    began = perf_counter()
    for loan in book.loans:
        figures_of(loan, balance_at(loan, NOW), price, DEFAULT_DROP, DEFAULT_SALE_COST)
    return (perf_counter() - began) * 1000


def figures_loop(book: Book, ledger: Ledger, dollars: Decimal) -> float:
    """Return the milliseconds of a loop that is handed every balance and reckons only the figures."""
    price = quote("USD", dollars)
    began = perf_counter()
    for loan, balance in zip(book.loans, ledger.balances, strict=True):
        figures_of(loan, balance, price, DEFAULT_DROP, DEFAULT_SALE_COST)
    return (perf_counter() - began) * 1000


def measure(application: QApplication, ticks: int = 12) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of each tick to the painted table, of each plain loop, and of each loop over balances."""
    book = big_book(LOANS)
    ledger = build_ledger(book, NOW)
    frame = snapshot_of(book)
    with TemporaryDirectory() as folder:
        table = LoansTable("benchmark", FULL, Theme(application, RESOURCES), LayoutMemory(Path(folder, "window.ini")))
    table.resize(1300, 1000)
    table.show_snapshot(tick(book, ledger, frame, Decimal(70_000)), Display())
    table.show()
    application.processEvents()
    painted, looped, reckoned = [], [], []
    for number in range(ticks):
        dollars = Decimal(70_000) + 37 * number
        began = perf_counter()
        table.show_snapshot(tick(book, ledger, frame, dollars), Display())
        table.viewport().repaint()
        painted.append((perf_counter() - began) * 1000)
        looped.append(plain_loop(book, dollars))
        reckoned.append(figures_loop(book, ledger, dollars))
        application.processEvents()
    return painted, looped, reckoned


def main() -> int:
    """Measure and report."""
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    painted, looped, reckoned = measure(application)
    tick_ms = median(painted)
    print(f"{LOANS:,} loans, a new quote to the painted table: median {tick_ms:.1f} ms (at most {LIMIT_MS})")
    print(f"every balance and figure in a plain loop: median {median(looped):.1f} ms")
    print(f"ratio {median(looped) / tick_ms:.1f} (at least {WANTED_RATIO})")
    print(f"every figure from known balances: median {median(reckoned):.1f} ms, ratio {median(reckoned) / tick_ms:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
