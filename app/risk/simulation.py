"""Filtered historical simulation: many possible futures drawn from the residuals of the past, at a volatility of one.

Day by day, ``x`` being the logarithm of the price, ``s`` the volatility and ``z`` a day from the table:

    low = min(low, x + s·z_low);    x ← x + s·z;    s ← s·√(λ + (1 − λ)·z²)

The volatility is only ever multiplied, so a future at today's volatility is a future at volatility one times it: the
minima are drawn once and serve every loan (Barone-Adesi, Giannopoulos and Vosper 1999, for the method).

Paths run in chunks that fit a processor's cache, in 32-bit floats; sixteen bits of an SFC64 stream are one draw. Each
chunk has its own stream, so that the result depends on the seed alone, not on how many threads worked.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import Final

import numpy as np

from app.domain.errors import CancelledError
from app.risk.residuals import ResidualTable, SingleArray

CHUNK: Final = 25_000
SEED: Final = 1876  # the year in which the load line became law
_DRAWS_PER_WORD: Final = 4
_POLL_DAYS: Final = 32


def never() -> bool:
    """Return False: nobody asks for it to stop."""
    return False


def unheard(_done: float) -> None:
    """Take a progress report that nobody listens to."""


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """What the simulated paths did, at a volatility of one a day.

    Attributes:
        days: the horizons, rising.
        minima: by horizon, the lowest logarithm of price ratios of every path, sorted upwards.
        ends: by horizon, the logarithm of every path's last price ratio, sorted upwards.
    """

    days: tuple[int, ...]
    minima: tuple[SingleArray, ...]
    ends: tuple[SingleArray, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    table: ResidualTable
    days: tuple[int, ...]
    seed: int
    stopped: Callable[[], bool]
    told: Callable[[int], None]


def simulate(
    table: ResidualTable,
    days: Sequence[int],
    paths: int,
    *,
    seed: int = SEED,
    threads: int = 1,
    should_stop: Callable[[], bool] = never,
    progress: Callable[[float], None] = unheard,
) -> Futures:
    """Return the minima and ends of ``paths`` futures at every horizon.

    Args:
        table: what to draw from.
        days: horizons in days, rising, each above zero.
        paths: how many futures; a multiple of 4 uses every random bit.
        seed: the same seed gives the same numbers, on any number of threads.
        threads: how many chunks run at once.
        should_stop: asked every few dozen days of every chunk, from the threads.
        progress: told the share that is done, 0 to 1, from the threads.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    # Two large blocks go back to the system when they are let go; sixty small ones would stay with the process.
    minima = np.empty((len(days), paths), np.float32)
    ends = np.empty((len(days), paths), np.float32)
    starts = range(0, paths, CHUNK)
    total, lock, abandoned = paths * days[-1], Lock(), Event()
    done = 0

    def told(steps: int) -> None:
        nonlocal done
        with lock:
            done += steps
            progress(done / total)

    def stopped() -> bool:
        return abandoned.is_set() or should_stop()

    job = _Job(table, tuple(days), seed, stopped, told)

    def run(start: int) -> None:
        part = slice(start, min(start + CHUNK, paths))
        _run_chunk(job, start // CHUNK, minima[:, part], ends[:, part])

    if threads <= 1 or len(starts) == 1:
        for start in starts:
            run(start)
    else:
        with ThreadPoolExecutor(threads, thread_name_prefix="futures") as pool:
            try:
                for _ in pool.map(run, starts):
                    pass
            finally:
                abandoned.set()
    minima.sort(axis=1)
    ends.sort(axis=1)
    return Futures(tuple(days), tuple(minima), tuple(ends))


def _run_chunk(job: _Job, chunk: int, minima: SingleArray, ends: SingleArray) -> None:
    """Walk one chunk of paths to the last horizon and write what stands at each horizon into the given views."""
    size = minima[0].size
    bits = np.random.SFC64(np.random.SeedSequence(job.seed, spawn_key=(chunk,)))
    position, lowest = np.zeros(size, np.float32), np.zeros(size, np.float32)
    spread = np.ones(size, np.float32)
    block = (_DRAWS_PER_WORD, size)
    index, dips = np.empty(block, np.intp), np.empty(block if job.table.intraday else 0, np.float32)
    steps, growth = np.empty(block, np.float32), np.empty(block, np.float32)
    wanted = {day: place for place, day in enumerate(job.days)}
    for first in range(1, job.days[-1] + 1, _DRAWS_PER_WORD):
        if first % _POLL_DAYS == 1 and job.stopped():
            raise CancelledError("stopped")
        # Four days at once: one call draws, casts and looks up for them, and two threads seldom wait for each other.
        # With mode="wrap" take() skips checking bounds that sixteen bits cannot leave.
        np.copyto(index, bits.random_raw(size).view(np.uint16).reshape(block))
        job.table.steps.take(index, out=steps, mode="wrap")
        job.table.growth.take(index, out=growth, mode="wrap")
        if job.table.intraday:
            job.table.lows.take(index, out=dips, mode="wrap")
        for row, day in enumerate(range(first, min(first + _DRAWS_PER_WORD, job.days[-1] + 1))):
            if job.table.intraday:
                _reach(position, spread, dips[row], lowest)
            np.multiply(steps[row], spread, out=steps[row])
            np.add(position, steps[row], out=position)
            np.multiply(spread, growth[row], out=spread)
            if not job.table.intraday:
                np.minimum(lowest, position, out=lowest)
            place = wanted.get(day)
            if place is not None:
                minima[place][:] = lowest
                ends[place][:] = position
    job.told(size * job.days[-1])


def _reach(position: SingleArray, spread: SingleArray, dips: SingleArray, lowest: SingleArray) -> None:
    """Lower ``lowest`` to the day's low; ``dips`` is used up."""
    np.multiply(dips, spread, out=dips)
    np.add(dips, position, out=dips)
    np.minimum(lowest, dips, out=lowest)
