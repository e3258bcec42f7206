"""``python -m tests.kill --kills 1000``: kill watcher and window, book after book, and print what it came to."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.kill.rounds import MOST_PER_BOOK, Tally, run_book


def main() -> int:
    """Kill; return 1 where anything was lost, damaged or told twice under two names."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    tally, seed = Tally(), arguments.seed
    while tally.kills < arguments.kills:
        with tempfile.TemporaryDirectory() as folder:
            run_book(Path(folder), min(MOST_PER_BOOK, arguments.kills - tally.kills), seed, tally)
        print(f"seed {seed}: {tally}", flush=True)
        seed += 1
    return 1 if tally.odd else 0


if __name__ == "__main__":
    sys.exit(main())
