"""kill -9 in the middle of a change leaves the old book or the new one."""

import json
import os
import subprocess
import sys
from pathlib import Path

KILLS = 24

if os.name != "nt":

    def test_a_killed_writer_leaves_the_old_or_the_new_book(tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.integration.store.killed", str(tmp_path / "desk.plimsoll"), str(KILLS)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert report["odd"] == []
        assert report["killed"] == KILLS
        # Some died inside a transaction, or this would prove nothing.
        assert report["journals"] >= KILLS // 4
