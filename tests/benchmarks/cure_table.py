"""How often the forced sale's line was reached within a cure period, measured on hourly prices.

Run: ``python -m tests.benchmarks.cure_table --hourly FILE.csv.gz``: columns ``timestamp,low,close`` at least, one row
an hour. Prints the constants of ``app.risk.cure_window``.

A loan is imagined at the close of every day. It is called in the hour whose low first stands a given fall under that
close, if that comes within a year. Loans whose calls come within 72 hours of each other hang on one fall of the price
and count as one event: the first. From the hour of the call on, the lows of the cure period tell whether the line was
reached. The range is over falls to the call that have at least ten events.
"""

import argparse
import csv
import gzip
import math
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CALL_FALLS = (0.15, 0.20, 0.25, 0.30)
SALE_FALLS = (0.03, 0.05, 0.075, 0.10, 0.125, 0.15, 0.20)
HOURS = (4, 12, 24, 48, 72, 168)
APART = 72
YEAR_HOURS = 365 * 24

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def read(path: Path) -> tuple[Ints, Floats, Floats]:
    """Return the hours, and the logarithms of lows and closes."""
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    rows = [(row["timestamp"], row["low"], row["close"]) for row in csv.DictReader(text.splitlines())]
    hours = [int(datetime.fromisoformat(f"{at}+00:00").timestamp()) // 3600 for at, _, _ in rows]
    lows, closes = (np.log([float(row[place]) for row in rows]) for place in (1, 2))
    return np.array(hours), lows, closes


def calls(hours: Ints, lows: Floats, closes: Floats, fall: float) -> list[tuple[int, float]]:
    """Return the clustered calls: the place of the hour, and the logarithm of the called price."""
    first: dict[int, float] = {}
    for start in range(0, hours.size - 1, 24):
        line = closes[start] + math.log1p(-fall)
        reached = np.flatnonzero(lows[start + 1 : start + 1 + YEAR_HOURS] <= line)
        if reached.size:
            first.setdefault(start + 1 + int(reached[0]), line)
    clustered: list[tuple[int, float]] = []
    before = -APART - 1
    for place in sorted(first):
        if hours[place] - before > APART:
            clustered.append((place, first[place]))
        before = int(hours[place])
    return clustered


def share(events: list[tuple[int, float]], lows: Floats, hours: int, fall: float) -> float:
    """Return the share of calls after which the price fell by ``fall`` more within ``hours`` full hours."""
    line = math.log1p(-fall)
    return float(np.mean([lows[place : place + hours + 1].min() <= called + line for place, called in events]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hourly", type=Path, required=True)
    hours, lows, closes = read(parser.parse_args().hourly)
    events = {fall: calls(hours, lows, closes, fall) for fall in CALL_FALLS}
    print("events by fall to the call:", {fall: len(found) for fall, found in events.items()})
    for period in HOURS:
        print(f"    {period}: (")
        for fall in SALE_FALLS:
            shares = [share(found, lows, period, fall) for found in events.values()]
            print(f'        ("{fall}", {min(shares):.2f}, {max(shares):.2f}),')
        print("    ),")


if __name__ == "__main__":
    main()
