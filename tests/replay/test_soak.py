"""Some hours of ticks: what a watch holds does not grow. A whole week is ``python -m tests.benchmarks.soak``."""

import tracemalloc
from pathlib import Path

from tests.alarm_report import Figure
from tests.fakes.soak import Held, soak

TICKS, WARM = 1_200, 500
MOST_BYTES = 2_000_000


def test_hours_of_ticks_leave_no_thread_no_file_and_little_memory(tmp_path: Path, figure: Figure) -> None:
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
    told = f"{TICKS - WARM} ticks of 15 s, {carrier.taken} messages"
    figure(f"{told}: memory grown", f"{grown / 1e6:.1f} MB", "at most 10 MB in a week")
    assert carrier.taken > 20
    after = [held for tick, held in seen.items() if tick >= WARM]
    figure(f"{told}: threads and open files left over", len({(one.threads, one.files) for one in after}) - 1, 0)
    assert len({held.threads for held in after}) == 1
    assert len({held.files for held in after}) == 1
    assert max(held.log for held in after) <= 16_000_000
    assert grown <= MOST_BYTES
