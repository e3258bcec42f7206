"""The chances of 10,000 loans within 5 horizons, read off the model; and how long the model takes to build.

Run: ``python -m tests.benchmarks.risk_lookup [--runs 30]``. The other side is a binary search in the sorted minima,
without the band or the textbook's figure, which is what the curves stand in for.
"""

import argparse
from statistics import median
from time import perf_counter

import numpy as np

from app.risk.exact import rising_distances
from app.risk.model import SCENARIO_DAYS, RiskModel, build_model
from app.risk.residuals import residuals, table_of
from app.risk.simulation import simulate
from app.risk.volatility import ewma_variances
from tests.fakes.histories import made_up_history

LOANS = 10_000
HORIZONS = (1, 7, 30, 90, SCENARIO_DAYS)
LIMIT_MS = 5.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    history = made_up_history(4_000)
    for paths in (20_000, 100_000):
        built = []
        for _ in range(5):
            began = perf_counter()
            build_model(history, paths=paths, threads=2)
            built.append((perf_counter() - began) * 1000)
        print(f"model of 4,000 days, {paths:,} futures, 2 threads: {median(built):.0f} ms")
    model = build_model(history)
    assert isinstance(model, RiskModel)
    distances = np.log(np.random.default_rng(0).uniform(0.3, 1.0, LOANS))
    rising = rising_distances(distances, np.full(LOANS, 0.1), HORIZONS)
    variances = ewma_variances(history.returns, history.daily)
    table = table_of(*residuals(history, variances, intraday=True), intraday=True)
    minima = simulate(table, HORIZONS, 100_000).minima
    times: dict[str, list[float]] = {"flat lines": [], "lines that rise": [], "binary search": []}
    for _ in range(runs):
        began = perf_counter()
        model.touch(distances, HORIZONS)
        first = perf_counter()
        model.touch(rising, HORIZONS)
        second = perf_counter()
        unit = (distances / model.daily_sigma).astype(np.float32)
        for column in minima:
            np.searchsorted(column, unit, side="right")
        third = perf_counter()
        for name, spent in zip(times, (first - began, second - first, third - second), strict=True):
            times[name].append(spent * 1000)
    for name, each in times.items():
        print(f"{LOANS:,} loans x {len(HORIZONS)} horizons, {name}: {median(each):.2f} ms (worst {max(each):.2f})")
    worst = max(median(times["flat lines"]), median(times["lines that rise"]))
    print(f"wanted: at most {LIMIT_MS} ms: {'met' if worst <= LIMIT_MS else 'MISSED'}")


if __name__ == "__main__":
    main()
