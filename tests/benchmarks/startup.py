"""How long until the window is there, against the smallest windows that could be: whole processes, one after another.

``python -m tests.benchmarks.startup [--runs 11] [--cold]``; needs Xvfb, and root for ``--cold``.

Compared are a bare PySide6 main window with a label, one with a single pyqtgraph plot, and Plimsoll on the demo book,
all of one size. The times are those at which the pixels were on the screen, from the start of the process:

- *painted*: the label is there; in Plimsoll, the headline and the table of loans.
- *complete*: the plot, or the load-line chart, changes no more (the last change before a second of rest).
- *memory*: the proportional set size after two seconds of rest.

Every child keeps its bytecode in a folder of its own, which one uncounted start of each has filled.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event
from time import perf_counter

from tests.benchmarks.virtual_screen import WHOLE, Area, Screen, virtual_screen

ROOT = Path(__file__).parents[2]
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("Plimsoll: a bare window with a line of text"))
window.resize(1440, 900)
window.show()
application.exec()
"""
PLOT = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
application = QApplication(sys.argv)
window = QMainWindow()
plot = pyqtgraph.PlotWidget()
plot.plot([1, 3, 2, 5, 4])
window.setCentralWidget(plot)
window.resize(1440, 900)
window.show()
application.exec()
"""
# What the installed ``plimsoll`` does; without arguments, and at home in an empty folder, it shows the demo book.
PLIMSOLL = "import sys; from app.cli.main import run; sys.exit(run())"

COLOURS = 12
REST = 1.0
LOOK_EVERY = 0.002
LATEST = 30.0
# Where they are in a window of this size, with room for a line more or less above. Small areas are quickly looked at.
LABEL = Area(0, 435, 300, 465)
HEADLINE, TABLE, CHART = Area(200, 90, 800, 190), Area(200, 720, 1000, 850), Area(200, 350, 1060, 620)


@dataclass(frozen=True, slots=True)
class Program:
    """A program to start: its code, which areas make it painted, and which one must come to rest."""

    name: str
    code: str
    areas: tuple[Area, ...]
    resting: Area


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until painted and until complete, and megabytes at rest."""

    painted: float
    complete: float
    memory: float


class Look:
    """Looks at the screen from time to time; in between the processor belongs to the program."""

    def __init__(self, screen: Screen, process: subprocess.Popen[bytes], began: float) -> None:
        self._screen = screen
        self._process = process
        self._began = began
        self._rest = Event()

    def until_painted(self, areas: tuple[Area, ...]) -> float:
        """Return after how many seconds every area held more than a few colours."""
        while any(self._screen.colours(area) < COLOURS for area in areas):
            if self._process.poll() is not None:
                msg = "the program ended before it had painted"
                raise RuntimeError(msg)
            self._pause()
        return perf_counter() - self._began

    def until_resting(self, area: Area) -> float:
        """Return after how many seconds the area changed for the last time before it rested."""
        shown, changed = self._screen.checksum(area), perf_counter()
        while (now := perf_counter()) - changed < REST:
            self._pause()
            if (found := self._screen.checksum(area)) != shown:
                shown, changed = found, now
        return changed - self._began

    def until_empty(self) -> None:
        """Return when no window is left."""
        while self._screen.colours(WHOLE) >= COLOURS:
            self._pause()

    def _pause(self) -> None:
        # Nothing tells that pixels changed, and looking without a pause would take half the machine.
        self._rest.wait(LOOK_EVERY)
        if perf_counter() - self._began > LATEST:
            msg = f"the screen is not as expected after {LATEST:.0f} seconds"
            raise TimeoutError(msg)


def start(program: Program, screen: Screen, home: Path) -> Start:
    """Start a program, watch it, measure it at rest and end it."""
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program.code],
        cwd=ROOT,
        env=_environment(screen, home),
        stderr=subprocess.DEVNULL,
    )
    look = Look(screen, process, began)
    try:
        painted = look.until_painted(program.areas)
        complete = look.until_resting(program.resting)
        Event().wait(REST)
        return Start(painted, complete, _megabytes(process.pid))
    finally:
        process.kill()
        process.wait()
        look.until_empty()


def _environment(screen: Screen, home: Path) -> dict[str, str]:
    foreign = ("QT_", "PLIMSOLL_", "XDG_", "PYTHON", "WAYLAND_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    bytecode = str(home / "bytecode")
    return {**kept, "DISPLAY": screen.display, "HOME": str(home), "PYTHONPYCACHEPREFIX": bytecode}


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def forget_files() -> None:
    """Empty the system's cache of files, so that the next start reads them from the disk.

    Raises:
        OSError: not root, or the kernel belongs to somebody else.
    """
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")


def measure(runs: int, *, cold: bool) -> dict[str, list[Start]]:
    """Return the starts of each program, in turn, after one of each that is not counted and makes the demo book."""
    programs = (
        Program("bare", BARE, (LABEL,), LABEL),
        Program("plot", PLOT, (WHOLE,), WHOLE),
        Program("plimsoll", PLIMSOLL, (HEADLINE, TABLE), CHART),
    )
    with virtual_screen() as screen, tempfile.TemporaryDirectory() as folder:
        starts: dict[str, list[Start]] = {program.name: [] for program in programs}
        for number in range(runs + 1):
            for program in programs:
                if cold:
                    forget_files()
                found = start(program, screen, Path(folder))
                if number:
                    starts[program.name].append(found)
    return starts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="From start to window, against the smallest windows.")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--cold", action="store_true", help="empty the cache of files before each start (root)")
    options = parser.parse_args()
    starts = measure(options.runs, cold=options.cold)
    print(f"{'cold' if options.cold else 'warm'} starts, medians of {options.runs} in turn (best in brackets)")
    for name, found in starts.items():
        painted, complete = [one.painted * 1000 for one in found], [one.complete * 1000 for one in found]
        print(
            f"{name:9} painted {median(painted):5.0f} ({min(painted):.0f}) ms, complete {median(complete):5.0f}"
            f" ({min(complete):.0f}) ms, memory {median(one.memory for one in found):4.0f} MB"
        )
    bare, plot, own = (starts[name] for name in ("bare", "plot", "plimsoll"))
    ratios = {
        "headline and table / bare window painted": _ratio([s.painted for s in own], [s.painted for s in bare]),
        "load-line chart / window with a plot complete": _ratio([s.complete for s in own], [s.complete for s in plot]),
        "idle memory / window with a plot": _ratio([s.memory for s in own], [s.memory for s in plot]),
    }
    for name, (middle, best) in ratios.items():
        print(f"{name}: {middle:.2f} (best runs {best:.2f})")


def _ratio(own: list[float], other: list[float]) -> tuple[float, float]:
    return median(own) / median(other), min(own) / min(other)


if __name__ == "__main__":
    main()
