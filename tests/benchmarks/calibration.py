"""What the model would have said in the past and what came, on price files given by path.

Run: ``python -m tests.benchmarks.calibration --closes FILE --ohlc FILE``: ``date`` and ``close`` or ``price_usd``; the
second also ``open,high,low``. Prints the reliability tables and ends with 1 if a goal is missed. Seconds, not minutes.

Where the closes are those of Bitstamp from 2011-12-31 to 2026-08-21, the variances and the counts of scaled minima are
also compared with figures that were reckoned elsewhere, in 60 digits.
"""

import argparse
import csv
import math
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import numpy as np

from app.domain.candles import DailyCandle
from app.risk.backtest import PATHS, Backtest, backtest
from app.risk.reliability import Score
from app.risk.scaled_minima import hits, unit_minima
from app.risk.series import NoModel, history_of
from app.risk.volatility import ewma_variances, trailing_volatility
from tests.fakes.golden_risk import golden, golden_number

ECE_CLOSES, ECE_LOWS = 0.020, 0.025
BRIER_RATIO = 0.97
BINS_UNDER = 0.30
KNOWN = ("2011-12-31", "2026-08-21")
VAR_LEVEL, MOST_EXCEEDED = 0.99, 0.015


def read(path: Path) -> list[DailyCandle]:
    """Return a file's days."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_candle(row) for row in csv.DictReader(file)]


def _candle(row: dict[str, str]) -> DailyCandle:
    day = date.fromisoformat(row["date"])
    close = Decimal(row.get("close") or row["price_usd"])
    if "low" not in row:
        return DailyCandle.closing(day, close)
    return DailyCandle(day, Decimal(row["open"]), Decimal(row["high"]), Decimal(row["low"]), close)


def _print_score(score: Score) -> None:
    print(f"  {score.name}: Brier {score.brier:.4f}, ECE {score.ece:.2%}")
    print("    stated          n    mean    came   90 % interval")
    for part in score.bins:
        mark = "" if part.inside else "   outside"
        print(
            f"    {part.above:4.0%} to {part.below:4.0%} {part.count:5}  {part.mean:6.2%}  {part.frequency:6.2%}   "
            f"{part.low:6.2%} to {part.high:6.2%}{mark}"
        )


def _goals(found: Backtest) -> dict[str, bool]:
    limit = ECE_LOWS if found.intraday else ECE_CLOSES
    ratio = found.shown.brier / found.gbm.brier
    exceeded = next(one.share for one in found.exceedances if one.level == VAR_LEVEL)
    low_bins = [part for part in found.shown.bins if part.below <= BINS_UNDER]
    return {
        f"ECE {found.shown.ece:.2%} (at most {limit:.1%})": found.shown.ece <= limit,
        f"Brier {ratio:.4f} x GBM, 90 days (at most {BRIER_RATIO})": ratio <= BRIER_RATIO,
        f"{sum(part.inside for part in low_bins)} of {len(low_bins)} bins under 30 % inside their interval": all(
            part.inside for part in low_bins
        ),
        f"7-day 99 % value at risk exceeded in {exceeded:.2%} of weeks (at most {MOST_EXCEEDED:.1%})": exceeded
        <= MOST_EXCEEDED,
    }


def check(path: Path, paths: int) -> bool:
    """Print a file's tables and goals; return whether all are met."""
    history = history_of(read(path))
    began = perf_counter()
    found = history if isinstance(history, NoModel) else backtest(history, paths=paths)
    if isinstance(found, NoModel):
        print(f"{path.name}: {found.reason}")
        return False
    target = "intraday lows" if found.intraday else "closes"
    print(
        f"{path.name}: {target}, {found.starts} weekly starts {found.first} to {found.last}, "
        f"{found.forecasts} forecasts, {perf_counter() - began:.1f} s"
    )
    _print_score(found.shown)
    _print_score(found.gbm)
    goals = _goals(found)
    for goal, met in goals.items():
        print(f"  {'met   ' if met else 'MISSED'} {goal}")
    return all(goals.values())


def check_facts(path: Path) -> bool:
    """Compare the variances and minima of a known file; a file that is not known passes."""
    history = history_of(read(path))
    if isinstance(history, NoModel) or (str(history.first), str(history.last)) != KNOWN:
        return True
    found: dict[str, bool] = {}
    for row in golden("closes_variances"):
        last = ewma_variances(history.returns, history.daily, float(row["decay"]))[-1]
        found[f"variance at {row['decay']}"] = math.isclose(last, float(row["tomorrow"]), rel_tol=1e-9)
    plain = trailing_volatility(history.returns, history.daily)
    found["volatility of 90 days"] = math.isclose(plain, golden_number("closes_trailing_90"), rel_tol=1e-9)
    variances = ewma_variances(history.returns, history.daily)
    for row in golden("closes_minima"):
        minima = unit_minima(history, variances, row["days"], intraday=False)
        line = np.array([math.log1p(-float(row["drop"])) / math.sqrt(variances[-1])])
        exact = (minima.size, int(hits(minima, line)[0])) == (row["windows"], row["hits"])
        found[f"minima of {row['days']} days at {row['drop']}"] = exact
    wrong = [name for name, right in found.items() if not right]
    print(
        f"{path.name}: {len(found) - len(wrong)} of {len(found)} known facts hold{''.join(f'; not {n}' for n in wrong)}"
    )
    return not wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Check each file that is given; return 0 if every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--closes", type=Path)
    parser.add_argument("--ohlc", type=Path)
    parser.add_argument("--paths", type=int, default=PATHS)
    given = parser.parse_args(arguments)
    met = [check(path, given.paths) for path in (given.closes, given.ohlc) if path is not None]
    if given.closes is not None:
        met.append(check_facts(given.closes))
    return 0 if met and all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
