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

from app.bootstrap.memory import LastingMemory
from app.domain.figures import figures_of
from app.domain.ledger import build_ledger
from app.domain.portfolio import DEFAULT_DROP, DEFAULT_SALE_COST
from app.services.alarm import Alarm
from app.services.desk import Desk, DeskSnapshot
from app.services.headline import headline
from app.ui.charts.load_lines_plan import load_lines
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.views.overview import OverviewView
from app.ui.views.overview_figures import five_figures
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.bench import make_bench
from tests.fakes.books import big_book
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock, SetPrices

LOANS = 10_000
REACHED = 1_000
TICKS = 12
LIMIT_MS = 50
WHOLE = "from the quote to the painted overview"
LOOP = "a plain loop over known balances"
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
        alarm=Alarm(MemoryAlarm()),
        prices=prices,
        settings=MemorySettings(),
        label="big.plimsoll",
        settled=LastingMemory().settle,
    )
    return desk, prices, clock, reached / Decimal("0.9")


def words(watch: Stopwatch, snapshot: DeskSnapshot) -> None:
    """Time what the overview says and draws of a snapshot that was not judged, as after a changed setting."""
    watch.time("of that, shown: headline", lambda: headline(snapshot, Display()))
    watch.time("of that, shown: five figures", lambda: five_figures(snapshot, snapshot.danger, Display()))
    watch.time("of that, shown: load lines", lambda: load_lines(snapshot))


def plain_loop(snapshot: DeskSnapshot) -> None:
    """Reckon every figure of every loan from its known balance, and nothing else: no order, no words, no painting."""
    figures = snapshot.figures
    price = figures.prices["USD"]
    for loan, balance in zip(snapshot.book.loans, figures.ledger.balances, strict=True):
        figures_of(loan, balance, price, DEFAULT_DROP, DEFAULT_SALE_COST)


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
        answers = desk.ask_prices()
        began = perf_counter()
        snapshot = watch.time("Desk.judge, on the desk's lane", partial(desk.judge, answers))
        watch.time("window: overview told and laid out", partial(bench.live.take, snapshot))
        watch.time("window: painted", application.processEvents)
        watch.taken[WHOLE].append((perf_counter() - began) * 1000)
        watch.time(LOOP, partial(plain_loop, snapshot))
        words(watch, watch.time("a snapshot without judging", desk.snapshot))
    watch.report()
    whole, looped = median(watch.taken[WHOLE]), median(watch.taken[LOOP])
    print(f"{WHOLE} {whole:.1f} ms (at most {LIMIT_MS}); the plain loop takes {looped / whole:.1f} times as long")
    bench.tasks.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
