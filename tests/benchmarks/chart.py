"""How long a frame takes while ten years of hourly prices are panned and zoomed; prints milliseconds.

Run: ``python -m tests.benchmarks.chart``. A frame at 60 a second may take 16.7 ms.
"""

import os
import sys
from math import sin
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.ui.charts.ltv_series import LtvSeries, Segment
from app.ui.levels import Level
from app.ui.theme import Theme

HOURS = 10 * 365 * 24
FRAME_MS = 1000 / 60
RESOURCES = Path(__file__).parents[2] / "resources"


def hourly() -> LtvSeries:
    """Return ten years of an hourly LTV that wanders."""
    start = 1_450_000_000.0
    times = [start + hour * 3600.0 for hour in range(HOURS)]
    ltvs = [0.55 + 0.12 * sin(hour / 900) + 0.03 * sin(hour / 7) + 0.01 * sin(hour * 1.7) for hour in range(HOURS)]
    segments = (
        Segment(Level.WATCH, times[0], times[-1], 0.65),
        Segment(Level.CALL, times[0], times[HOURS // 2], 0.70),
        Segment(Level.CALL, times[HOURS // 2], times[-1], 0.75),
        Segment(Level.SALE, times[0], times[-1], 0.80),
    )
    return LtvSeries(times, ltvs, segments, "ten years")


def frames(application: QApplication, count: int = 120) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each frame while panning a quarter of the time, and while zooming."""
    from app.ui.charts.ltv_history import LtvHistoryChart

    chart = LtvHistoryChart(Theme(application, RESOURCES))
    chart.resize(1200, 700)
    chart.show_series(hourly())
    chart.show()
    application.processEvents()
    box = chart.view_box
    (low, high), _ = box.viewRange()
    quarter = (high - low) / 4
    box.setRange(xRange=(low, low + quarter), padding=0)
    chart.grab()
    panned, zoomed = [], []
    for number in range(count):
        began = perf_counter()
        start = low + (high - low - quarter) * number / count
        box.setRange(xRange=(start, start + quarter), padding=0)
        application.processEvents()
        chart.grab()
        panned.append((perf_counter() - began) * 1000)
    middle = (low + high) / 2
    for number in range(count):
        began = perf_counter()
        half = (high - low) / 2 * 0.96**number
        box.setRange(xRange=(middle - half, middle + half), padding=0)
        application.processEvents()
        chart.grab()
        zoomed.append((perf_counter() - began) * 1000)
    return panned, zoomed


def main() -> int:
    """Measure and report."""
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    panned, zoomed = frames(application)
    print(f"{HOURS:,} hourly points, {FRAME_MS:.1f} ms a frame at 60 a second")
    for name, spent in (("pan", panned), ("zoom", zoomed)):
        worst = quantiles(spent, n=20)[-1]
        share = median(spent) / FRAME_MS
        print(f"{name:5} median {median(spent):5.1f} ms  95th centile {worst:5.1f} ms  ratio {share:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
