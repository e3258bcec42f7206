"""How long after the first paint probabilities are first on the screen: whole processes, one by one.

``python -m tests.benchmarks.first_answer [--runs 11]``; needs no screen. Plimsoll starts on the demo book, once with
the risk room and once with it kept from starting, in turn.

- *painted*: from the start of the process until the window has painted itself for the first time.
- *chart*: from then until the load-line chart is there.
- *first answer*: from then until probabilities and reserve price are painted in table, figures and chart.
- *full answer*: the same, of the answer with the full number of futures.

Asked: the first answer within 150 ms, and a first paint that the risk room does not delay.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import time

ROOT = Path(__file__).parents[2]
ASKED_MS = 150.0
CHILD = """
import json, os, sys
from time import perf_counter, time
began, with_risk = float(sys.argv[1]), sys.argv[2] == "risk"
from PySide6.QtCore import QTimer
from app.ui.risk_live import RiskLive
from app.ui.session import Session
from app.ui.views.overview import OverviewView
found, start, begin, chart = {}, RiskLive.start, Session._begin, OverviewView._make_chart

def drawn(view):
    chart(view)
    view.window().repaint()
    found["chart"] = (time() - painted) * 1000
    if not with_risk:
        QTimer.singleShot(700, end)

def end():
    print(json.dumps(found), flush=True)
    os._exit(0)

def tell(session, window):
    global painted
    painted = time()
    found["painted"] = (painted - began) * 1000
    begin(session, window)
    if with_risk:
        session.risk.changed.connect(lambda answer: show(session, answer))

def show(session, answer):
    # What the answer changed is painted at once, so that the time is that of pixels.
    session.window.repaint()
    found["full" if answer.final else "first"] = (time() - painted) * 1000
    if answer.final:
        QTimer.singleShot(300, end)

OverviewView._make_chart = drawn
Session._begin = tell
if not with_risk:
    RiskLive.start = lambda live: None
from app.cli.main import main
sys.argv[1:] = []
main([])
"""


def start(home: Path, kind: str) -> dict[str, float]:
    """Start the window once and return its times in milliseconds."""
    foreign = ("QT_", "PLIMSOLL_", "XDG_", "PYTHON", "WAYLAND_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environ = {
        **kept,
        "HOME": str(home),
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-c", CHILD, repr(time()), kind]
    done = subprocess.run(command, cwd=home, env=environ, capture_output=True, timeout=60, check=True)
    times: dict[str, float] = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for kind in ("risk", "none"):  # fills the bytecode, makes the demo book; not counted
            start(home, kind)
        told: dict[str, list[dict[str, float]]] = {"risk": [], "none": []}
        for _run in range(runs):
            for kind, times in told.items():
                times.append(start(home, kind))
    for kind, times in told.items():
        name = "with the risk room" if kind == "risk" else "without it"
        print(f"{name}: " + ", ".join(_figure(times, key) for key in ("painted", "chart", "first", "full")))
    middle = median(each["first"] for each in told["risk"])
    print(f"first answer ÷ {ASKED_MS:.0f} ms: {middle / ASKED_MS:.2f}")


def _figure(times: list[dict[str, float]], key: str) -> str:
    values = sorted(each[key] for each in times if key in each)
    return f"{key} {median(values):.0f} ms ({values[0]:.0f} – {values[-1]:.0f})" if values else f"{key} —"


if __name__ == "__main__":
    main()
