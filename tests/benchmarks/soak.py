"""A week of ticks of 15 seconds in some minutes: what grows, and what is left over.

``python -m tests.benchmarks.soak [--ticks 40320] [--warm 4000] [--loans 20]``. Desk, alarm, dispatcher and store are
the program's own; the clock is set, and a carrier takes the messages. Warm is what memory grows from: first uses
import and fill. Linux tells memory; elsewhere it says 0.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.fakes.soak import Held, soak

WANTED: Final = 10_000_000
LOG_WANTED: Final = 16_000_000
_MEGA: Final = 1_000_000


def main() -> int:
    """Run, print what is held now and then, and compare the end with the warm beginning."""
    parser = argparse.ArgumentParser(description="A week of ticks.")
    parser.add_argument("--ticks", type=int, default=40_320)
    parser.add_argument("--warm", type=int, default=4_000)
    parser.add_argument("--loans", type=int, default=20)
    options = parser.parse_args()
    seen: dict[int, Held] = {}

    def look(tick: int, now: Held) -> None:
        seen[tick] = now
        if tick % 2_000 == 0:
            print(
                f"  tick {tick:6,}  {now.resident / _MEGA:6.1f} MB  {len(now.threads)} threads  {now.files} files  "
                f"log {now.log / _MEGA:.1f} MB",
                flush=True,
            )

    began = time.perf_counter()
    with TemporaryDirectory(prefix="plm-") as folder:
        place = Path(folder, "book.plimsoll")
        carrier = soak(place, options.loans, options.ticks, look)
        size = place.stat().st_size
    after = [one for tick, one in seen.items() if tick >= options.warm]
    grown = max(one.resident for one in after) - after[0].resident
    threads, files = {one.threads for one in after}, {one.files for one in after}
    seconds = time.perf_counter() - began
    print(f"{options.ticks:,} ticks, {options.loans} loans, {carrier.taken} messages, {seconds:.0f} s")
    print(f"memory grew by {grown / _MEGA:.1f} MB at most (at most {WANTED // _MEGA}); file {size / _MEGA:.1f} MB")
    print(f"threads and files as before: {'yes' if len(threads) == len(files) == 1 else 'no'}")
    log = max(one.log for one in after)
    return 0 if grown <= WANTED and len(threads) == len(files) == 1 and log <= LOG_WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
