"""What a price tick with 10,000 loans costs where: the desk's round on its lane, and each step on the window's thread.

About a thousand of the loans are within the drop test's reach, so that headline, warnings and cures have work to do.
Run: ``python -m tests.benchmarks.overview_tick``. Prints the median and the longest milliseconds of every step; no step
on the window's thread may take longer than 50.
"""

import gc
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.domain.ledger import build_ledger
from app.services.danger import danger_of, owing_of
from app.services.desk import Desk, DeskSnapshot
from app.services.headline import headline
from app.ui.charts.load_lines_plan import load_lines
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.views.overview import OverviewView
from app.ui.views.overview_figures import five_figures
from tests.fakes.bench import make_bench
from tests.fakes.books import big_book
from tests.fakes.keepers import MemoryBook, MemorySettings, MemoryWarnings, SetClock, SetPrices

LOANS = 10_000
REACHED = 1_000
TICKS = 12
LIMIT_MS = 50
NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
RESOURCES = Path(__file__).parents[2] / "resources"

Result = TypeVar("Result")


class Stopwatch:
    """Milliseconds by the name of a step; Python's own collecting of garbage counts as one too, wherever it falls."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self._collecting = 0.0
        gc.callbacks.append(self._collected)

    def _collected(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._collecting = perf_counter()
        elif info["generation"]:
            taken = (perf_counter() - self._collecting) * 1000
            self.taken[f"garbage of generation {info['generation']}"].append(taken)

    def time(self, step: str, work: Callable[[], Result]) -> Result:
        """Do ``work`` and note how long it took."""
        began = perf_counter()
        result = work()
        self.taken[step].append((perf_counter() - began) * 1000)
        return result

    def report(self) -> None:
        """Print every step."""
        for step, taken in self.taken.items():
            print(f"  {step:<46} median {median(taken):8.1f} ms   longest {max(taken):8.1f} ms")


def made_desk(watch: Stopwatch) -> tuple[Desk, SetPrices, SetClock, Decimal]:
    """Return a desk on the big book, and the price from which a fall of a tenth reaches the wanted number of loans."""
    book = big_book(LOANS)
    ledger = watch.time("the ledger, once a day and after an edit", lambda: build_ledger(book, NOW))
    highest: dict[int, Decimal] = {}
    for line in next(iter(ledger.dangers.values())):
        highest[line.loan_index] = line.price
    reached = sorted(highest.values(), reverse=True)[REACHED - 1]
    clock = SetClock(NOW)
    prices = SetPrices(clock)
    desk = Desk(
        clock=clock,
        contents=book,
        keeper=MemoryBook(book),
        warnings=MemoryWarnings(),
        prices=prices,
        settings=MemorySettings(),
        label="big.plimsoll",
    )
    return desk, prices, clock, reached / Decimal("0.9")


def cold_steps(watch: Stopwatch, snapshot: DeskSnapshot) -> None:
    """Time the overview's reckoning on a snapshot that no judging has warmed up, as after a changed setting."""
    owing = watch.time("cold: owing_of (once per ledger)", lambda: owing_of(snapshot.book, snapshot.figures.ledger))
    danger = watch.time("cold: danger_of", lambda: danger_of(snapshot.book, snapshot.figures, owing))
    watch.time("cold: headline", lambda: headline(snapshot, Display(), danger))
    watch.time("cold: five figures", lambda: five_figures(snapshot, danger, Display()))
    watch.time("cold: load lines", lambda: load_lines(snapshot))


def main() -> int:
    """Measure and report."""
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    watch = Stopwatch()
    desk, prices, clock, base = made_desk(watch)
    prices.say("USD", str(base), str(base))
    first = watch.time("first judge", lambda: desk.judge(desk.ask_prices()))
    print(f"{len(first.figures.loans):,} loans, {len(first.warnings):,} warnings")
    bench = make_bench(first, Theme(application, RESOURCES))
    view = OverviewView(bench)
    view.resize(1280, 900)
    view.show()
    for _ in range(5):  # until the chart has been made
        application.processEvents()
    for number in range(TICKS):
        clock.pass_time(timedelta(seconds=60))
        value = base + number % 5
        prices.say("USD", str(value), str(value))
        snapshot = watch.time("Desk.judge, on the desk's lane", lambda: desk.judge(desk.ask_prices()))
        watch.time("window: overview told and laid out", partial(bench.live.take, snapshot))
        watch.time("window: painted", application.processEvents)
        cold_steps(watch, desk.snapshot())
    watch.report()
    bench.tasks.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
