"""How long until the window has painted itself, against the smallest windows that could be.

``python -m tests.benchmarks.startup [--runs 7]``: whole processes in turn, from their start to the moment at which each
tells, in the same way, that its first paint is over (and, for the plot and the load lines, that the chart is there).
Draws offscreen, or on the screen that ``DISPLAY`` names.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from app.bootstrap.books import create_book, new_demo_book

ROOT = Path(__file__).parents[2]
TELL = """
import sys
from PySide6.QtCore import QTimer
def tell(word):
    print(word, flush=True)
    if word == LAST:
        sys.stdin.readline()
        import os
        os._exit(0)
"""
BARE = f"""
LAST = "painted"
{TELL}
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        tell("painted")
application = QApplication([])
window = Window()
window.setCentralWidget(QLabel("Plimsoll"))
window.resize(1440, 900)
window.show()
application.exec()
"""
PLOT = f"""
LAST = "painted"
{TELL}
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
class Plot(pyqtgraph.PlotWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        tell("painted")
application = QApplication([])
plot = Plot()
plot.plot([1, 3, 2])
window = QMainWindow()
window.setCentralWidget(plot)
window.resize(1440, 900)
window.show()
application.exec()
"""
OURS = f"""
LAST = "charted"
{TELL}
from app.bootstrap.window import WindowHouse
from app.ui.application import Program
from PySide6.QtWidgets import QApplication
application = QApplication([])
program = Program(application, WindowHouse(sys.argv[1]))
program.start()
window = program.session.window
window.painted.connect(lambda _: tell("painted"))
overview = window.views["overview"]
before = overview.when_painted
def charted():
    before()
    QTimer.singleShot(0, lambda: tell("charted"))
overview.when_painted = charted
application.exec()
"""


def start(code: str, *arguments: str) -> tuple[dict[str, float], float]:
    """Run one program; return when it told each word, in seconds, and its memory in MB (proportional set size)."""
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        told: dict[str, float] = {}
        last = code.split('LAST = "')[1].split('"', maxsplit=1)[0]
        while process.stdout is not None and last not in told:
            word = process.stdout.readline().strip()
            if not word:
                raise RuntimeError("the program ended before it had painted")
            told.setdefault(word, perf_counter() - began)
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii")
        memory = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        process.communicate("\n")
    return told, memory


def main() -> None:
    """Print the medians and their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs: int = parser.parse_args().runs
    os.environ.setdefault("QT_QPA_PLATFORM", "" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder, XDG_STATE_HOME=folder)
        book = str(Path(folder, "demo.plimsoll"))
        create_book(book, new_demo_book())
        programs = {"bare": (BARE,), "plot": (PLOT,), "plimsoll": (OURS, book)}
        found: dict[str, list[tuple[dict[str, float], float]]] = {name: [] for name in programs}
        for number in range(runs + 1):
            for name, command in programs.items():
                result = start(*command)
                if number:  # the first round warms the system's cache of files
                    found[name].append(result)
    bare = median(told["painted"] for told, _ in found["bare"])
    plot = median(told["painted"] for told, _ in found["plot"])
    painted = median(told["painted"] for told, _ in found["plimsoll"])
    charted = median(told["charted"] for told, _ in found["plimsoll"])
    memory = {name: median(size for _, size in each) for name, each in found.items()}
    print(f"bare window {bare:.3f} s, with one plot {plot:.3f} s; medians of {runs}")
    print(f"Plimsoll painted {painted:.3f} s: {painted / bare:.2f} times the bare window")
    print(f"Plimsoll with its chart {charted:.3f} s: {charted / plot:.2f} times the window with one plot")
    print(f"memory {memory['plimsoll']:.0f} MB: {memory['plimsoll'] / memory['plot']:.2f} times that window's")


if __name__ == "__main__":
    main()
