import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.errors import BookLockedError
from app.system.single_instance import InstanceLock

NOW = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.system.single_instance import InstanceLock
lock = InstanceLock.acquire(Path(sys.argv[1]), datetime(2026, 11, 22, 16, 40, tzinfo=UTC))
print("held", flush=True)
sys.stdin.read()
"""


def _holder(book: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(book)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_says_who_holds_it_and_goes_away(tmp_path: Path) -> None:
    lock = InstanceLock.acquire(tmp_path / "desk", NOW)
    with lock:
        note = json.loads((tmp_path / "desk.lock").read_text())
        assert note["pid"] == os.getpid()
        assert note["since"] == "2026-11-22T16:40:00+00:00"
        assert note["host"]
    lock.release()
    assert not lock.held
    assert list(tmp_path.iterdir()) == []


def test_a_second_one_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path / "desk", NOW), pytest.raises(BookLockedError):
        InstanceLock.acquire(tmp_path / "." / "desk", NOW)
    InstanceLock.acquire(tmp_path / "desk", NOW).release()


def test_another_process_is_named_until_it_ends(tmp_path: Path) -> None:
    book = tmp_path / "desk"
    with _holder(book) as process:
        with pytest.raises(BookLockedError) as caught:
            InstanceLock.acquire(book, NOW)
        sentence = str(caught.value)
        assert f"process {process.pid} on " in sentence
        assert "since 2026-11-22 16:40 UTC" in sentence
        assert sentence.endswith("plimsoll status.")
        process.kill()
        process.wait()
        # Killed: its file is still there, and blocks nobody.
        assert (tmp_path / "desk.lock").exists()
        InstanceLock.acquire(book, NOW).release()


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '{"pid": "x"}', '{"host": "h", "pid": 1, "since": "then"}', "\0" * 9000]
)
def test_whatever_stands_in_a_leftover_is_no_obstacle(tmp_path: Path, note: str) -> None:
    (tmp_path / "desk.lock").write_text(note)
    with InstanceLock.acquire(tmp_path / "desk", NOW) as lock:
        assert lock.held
        (tmp_path / "desk.lock").write_text(note)
        with pytest.raises(BookLockedError, match="another Plimsoll"):
            InstanceLock.acquire(tmp_path / "desk", NOW)


def test_a_folder_that_takes_no_file_needs_no_lock(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path / "none" / "desk", NOW) as lock:
        assert not lock.held


def test_two_books_do_not_meet(tmp_path: Path) -> None:
    with InstanceLock.acquire(tmp_path / "a", NOW) as one, InstanceLock.acquire(tmp_path / "b", NOW) as other:
        assert one.held
        assert other.held
