"""What one step of the Stress screen's slider costs: reckoned, told and painted, as a part of a picture's 16.7 ms.

The slider walks from no fall to 40 % and back, as a hand does it; a bare window with one slider walks beside it in the
same run. Run: ``python -m tests.benchmarks.stress_screen`` (add ``--xvfb`` for a real X server instead of Qt's
offscreen one). No step of 100 loans may take longer than a picture.
"""

import gc
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QSlider, QVBoxLayout, QWidget

from app.ui.models.stress_asked import Asked
from app.ui.theme import Theme
from app.ui.views.stress import StressView
from app.ui.views.stress_reckoner import Held, answer
from tests.benchmarks.virtual_screen import virtual_screen
from tests.fakes.bench import make_bench
from tests.fakes.desk import many_loans, snapshot_of, treasury

FRAME_MS = 1000 / 60
COUNTS = (4, 100)
DEEPEST = 400
STEP = 8
RESOURCES = Path(__file__).parents[2] / "resources"


def steps() -> list[int]:
    """Return where the slider stands, one after another."""
    down = list(range(STEP, DEEPEST + 1, STEP))
    return down + down[::-1][1:]


def walk(slider: QSlider, application: QApplication) -> list[float]:
    """Return the milliseconds of each step, from the new value until everything that it changed is painted."""
    taken = []
    for value in steps():
        began = perf_counter()
        slider.setValue(value)
        application.sendPostedEvents(None, int(QEvent.Type.LayoutRequest))
        application.processEvents()
        taken.append((perf_counter() - began) * 1000)
    return taken


def bare(application: QApplication) -> list[float]:
    """Return what a slider alone costs."""
    window = QWidget()
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 900)
    QVBoxLayout(window).addWidget(slider)
    window.resize(1280, 812)
    window.show()
    application.processEvents()
    return walk(slider, application)


def stressed(application: QApplication, theme: Theme, count: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each step of the whole screen, and those of its reckoning alone."""
    snapshot = snapshot_of(treasury() if count == COUNTS[0] else treasury(many_loans(count)))
    bench = make_bench(snapshot, theme)
    view = StressView(bench)
    view.resize(1280, 812)
    view.show()
    while bench.tasks.under_way:
        application.processEvents()
    for _ in range(5):
        application.processEvents()
    slider = view.controls.fall
    walk(slider, application)
    taken = walk(slider, application)
    held = Held(snapshot.figures)
    reckoned = []
    for value in steps():
        began = perf_counter()
        answer(snapshot.figures, held, Asked().fall(Decimal(value) / 1000))
        reckoned.append((perf_counter() - began) * 1000)
    view.hide()
    bench.tasks.stop()
    return taken, reckoned


def report(name: str, taken: list[float]) -> None:
    """Print one line."""
    taken = sorted(taken)
    within = sum(one <= FRAME_MS for one in taken) / len(taken)
    middle, most = median(taken), taken[len(taken) * 19 // 20]
    print(
        f"  {name:<44} median {middle:5.1f} ms = {middle / FRAME_MS:4.2f} pictures   19 of 20 within {most:5.1f} ms"
        f"   longest {taken[-1]:5.1f} ms   within a picture {within:.0%}"
    )


def main() -> int:
    """Measure and report."""
    if "--xvfb" in sys.argv:
        with virtual_screen() as screen:
            environment = os.environ | {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen.display}
            command = [sys.executable, "-m", "tests.benchmarks.stress_screen"]
            return subprocess.run(command, env=environment, check=False).returncode
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    theme = Theme(application, RESOURCES)
    gc.freeze()  # as the program does after its start
    print(f"one step of the slider, {application.platformName()}; a picture has {FRAME_MS:.1f} ms")
    report("a bare window with one slider", bare(application))
    for count in COUNTS:
        taken, reckoned = stressed(application, theme, count)
        report(f"Stress screen, {count} loans", taken)
        report("of that, reckoned with and without top-ups", reckoned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
