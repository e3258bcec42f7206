"""Some hours of ticks: what a watch holds does not grow. A whole week is ``python -m tests.benchmarks.soak``."""

import tracemalloc
from pathlib import Path

from tests.fakes.soak import Held, soak

TICKS, WARM = 1_200, 500
MOST_BYTES = 2_000_000


def test_hours_of_ticks_leave_no_thread_no_file_and_little_memory(tmp_path: Path) -> None:
    seen: dict[int, Held] = {}

    def look(tick: int, now: Held) -> None:
        seen[tick] = now
        if tick == WARM:
            tracemalloc.start(1)

    try:
        carrier = soak(tmp_path / "book.plimsoll", 10, TICKS, look)
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert carrier.taken > 20
    after = [held for tick, held in seen.items() if tick >= WARM]
    assert len({held.threads for held in after}) == 1
    assert len({held.files for held in after}) == 1
    assert max(held.log for held in after) <= 16_000_000
    assert grown <= MOST_BYTES
