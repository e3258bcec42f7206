"""100,000 futures of 365 days, beside the libraries that people use for it and a compiled loop.

Run: ``python -m tests.benchmarks.fhs_simulation [--runs 5]``. Prints nanoseconds per step of a path and how many times
longer each other side takes than ours. Needs nothing but numpy; QuantLib and ``arch`` are measured where they can be
imported, the compiled loop where there is ``gcc`` (or another compiler named in ``CC``).

All sides run in turn within each round; the median of the rounds counts. The peers know closes only, so the ratios are
to our side by closes on two threads.

- Ours: ``app.risk.simulation.simulate``, by closes and by pairs of close and low, on one and on two threads; minima and
  ends of five horizons are kept and sorted, which no other side does.
- QuantLib: ``MCBarrierEngine``, a down-and-in put at 60 % volatility, 365 steps, without a bridge: the fastest it has.
- arch: ``forecast(method="bootstrap")`` of an EWMA volatility with λ = 0.99, 365 days ahead, 20,000 paths, scaled.
- The compiled loop is the limit: xoshiro128+ in lanes, one look-up, a root, the weighted variance and a minimum.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from app.risk.residuals import ResidualTable, residuals, table_of
from app.risk.simulation import simulate
from app.risk.volatility import ewma_variances
from tests.fakes.histories import made_up_history

PATHS, DAYS = 100_000, 365
KEPT = (1, 7, 30, 90, DAYS)
ARCH_PATHS = 20_000
LIMIT_NS = 2.5
WANTED_RATIO = 60

KERNEL = r"""
#include <math.h>
#include <stdint.h>
#define LANES 64
void futures(const float *table, float *minima, long paths, int days, uint32_t seed) {
  uint32_t a[LANES], b[LANES], c[LANES], d[LANES], word = seed * 2654435761u + 1u;
  for (int k = 0; k < LANES; k++) {
    a[k] = word = word * 1664525u + 1013904223u; b[k] = word = word * 1664525u + 1013904223u;
    c[k] = word = word * 1664525u + 1013904223u; d[k] = word = word * 1664525u + 1013904223u;
  }
  for (long start = 0; start < paths; start += LANES) {
    float x[LANES], m[LANES], v[LANES];
    for (int k = 0; k < LANES; k++) { x[k] = 0; m[k] = 0; v[k] = 1; }
    for (int day = 0; day < days; day++)
      for (int k = 0; k < LANES; k++) {
        uint32_t drawn = a[k] + d[k], t = b[k] << 9;
        c[k] ^= a[k]; d[k] ^= b[k]; b[k] ^= c[k]; a[k] ^= d[k]; c[k] ^= t; d[k] = (d[k] << 11) | (d[k] >> 21);
        float r = sqrtf(v[k]) * table[drawn >> 16];
        x[k] += r; m[k] = x[k] < m[k] ? x[k] : m[k]; v[k] = 0.99f * v[k] + 0.01f * r * r;
      }
    for (int k = 0; k < LANES && start + k < paths; k++) minima[start + k] = m[k];
  }
}
"""

Side = Callable[[], object]


def made_up_tables() -> tuple[ResidualTable, ResidualTable]:
    """Return a table of closes and one of pairs, of a market that nobody traded."""
    history = made_up_history(4_000)
    variances = ewma_variances(history.returns, history.daily)
    closes, pairs = (table_of(*residuals(history, variances, intraday=i), intraday=i) for i in (False, True))
    return closes, pairs


def compiled(folder: Path, table: ResidualTable, threads: int) -> Side | None:
    """Return the compiled loop, or None where there is no compiler."""
    compiler = shutil.which(os.environ.get("CC", "gcc"))
    if compiler is None:
        return None
    source, library = folder / "futures.c", folder / "futures.so"
    source.write_text(KERNEL, encoding="utf-8")
    command = [
        compiler,
        "-O3",
        "-march=native",
        "-ffast-math",
        "-shared",
        "-fPIC",
        str(source),
        "-o",
        str(library),
        "-lm",
    ]
    subprocess.run(command, check=True)
    kernel = ctypes.CDLL(str(library)).futures
    part = PATHS // threads
    minima = np.empty((threads, part), np.float32)
    pointer = ctypes.POINTER(ctypes.c_float)

    def run() -> object:
        def one(place: int) -> None:
            kernel(
                table.steps.ctypes.data_as(pointer),
                minima[place].ctypes.data_as(pointer),
                ctypes.c_long(part),
                ctypes.c_int(DAYS),
                ctypes.c_uint32(place + 1),
            )

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    return run


def quantlib() -> Side | None:
    """Return QuantLib's Monte Carlo barrier engine at the same job, or None."""
    if importlib.util.find_spec("QuantLib") is None:
        return None
    ql: Any = importlib.import_module("QuantLib")
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    spot = ql.QuoteHandle(ql.SimpleQuote(100.0))
    flat = ql.YieldTermStructureHandle(ql.FlatForward(today, 0.0, count))
    smile = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.6, count))
    process = ql.BlackScholesMertonProcess(spot, flat, flat, smile)
    payoff, exercise = ql.PlainVanillaPayoff(ql.Option.Put, 100.0), ql.EuropeanExercise(today + DAYS)

    def run() -> object:
        option = ql.BarrierOption(ql.Barrier.DownIn, 70.0, 0.0, payoff, exercise)
        engine = ql.MCBarrierEngine(
            process, "pseudorandom", timeSteps=DAYS, isBiased=True, requiredSamples=PATHS, seed=42
        )
        option.setPricingEngine(engine)
        return option.NPV()

    return run


def arch_forecast() -> Side | None:
    """Return arch's bootstrap forecast, with a fifth of the paths, or None."""
    if importlib.util.find_spec("arch") is None:
        return None
    univariate: Any = importlib.import_module("arch.univariate")
    returns = made_up_history(4_000).returns * 100
    model = univariate.ZeroMean(returns, volatility=univariate.EWMAVariance(0.99))
    fitted = model.fit(disp="off")

    def run() -> object:
        return fitted.forecast(horizon=DAYS, method="bootstrap", simulations=ARCH_PATHS, reindex=False)

    return run


def measure(sides: dict[str, tuple[Side, int]], rounds: int) -> dict[str, float]:
    """Return each side's median nanoseconds per step, the sides taking turns."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (side, paths) in sides.items():
            began = perf_counter()
            side()
            times[name].append((perf_counter() - began) * 1e9 / (paths * DAYS))
    return {name: median(found) for name, found in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    closes, pairs = made_up_tables()
    sides: dict[str, tuple[Side, int]] = {}
    for name, table in (("closes", closes), ("pairs", pairs)):
        for threads in (1, 2):
            sides[f"ours, {name}, {threads} thr"] = (partial(simulate, table, KEPT, PATHS, threads=threads), PATHS)
    with TemporaryDirectory() as folder:
        others = {
            "compiled loop, 1 thr": (compiled(Path(folder), closes, 1), PATHS),
            "compiled loop, 2 thr": (compiled(Path(folder), closes, 2), PATHS),
            "QuantLib MCBarrierEngine": (quantlib(), PATHS),
            "arch forecast": (arch_forecast(), ARCH_PATHS),
        }
        sides |= {name: (side, paths) for name, (side, paths) in others.items() if side is not None}
        found = measure(sides, runs)
    ours = found["ours, closes, 2 thr"]
    for name, each in found.items():
        whole = each * PATHS * DAYS / 1e6
        print(f"{name:26} {each:8.2f} ns/step   {whole:9.1f} ms   {each / ours:8.2f} x ours (closes, 2 thr)")
    for name, (side, _) in others.items():
        if side is None:
            print(f"{name:26} not here: not measured")
    slowest = max(ours, found["ours, pairs, 2 thr"])
    print(f"wanted: at most {LIMIT_NS} ns/step on two threads: {'met' if slowest <= LIMIT_NS else 'MISSED'}")
    peers = [found[name] / ours for name in ("QuantLib MCBarrierEngine", "arch forecast") if name in found]
    if peers:
        print(f"wanted: peers at least {WANTED_RATIO} x ours: {'met' if min(peers) >= WANTED_RATIO else 'MISSED'}")


if __name__ == "__main__":
    main()
