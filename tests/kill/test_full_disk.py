"""The disk of a running watcher is full: people are told all the same, and it recovers without a restart."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.store.backup import verify
from tests.kill.checks import check_all
from tests.kill.scene import Scene

SEED = 3
FALLS = 12

if sys.platform == "linux":
    import resource

    def room(pid: int, most: int) -> None:
        """Let a program's files grow to ``most`` bytes; what it writes beyond is refused, as by a full disk."""
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))

    @pytest.mark.parametrize("bytes_left", [0, 20_000])
    def test_told_and_stored_later_under_the_same_name(tmp_path: Path, bytes_left: int) -> None:
        with Scene(tmp_path, SEED) as scene:
            watch = scene.start("watch")
            assert watch.hear(20, b"BTC $"), scene.log.read_text("utf-8")
            room(watch.process.pid, bytes_left)
            told_before = set(scene.hook.texts)
            for _ in range(FALLS):
                scene.fall()
                watch.hear(1.0, f"{scene.price:,}".encode())
            assert b"not stored: " in watch.said
            assert _arrives(scene, "MARGIN CALL · Loan 00")
            assert _arrives(scene, "BOOK TAKES NO CHANGES")
            unstored = set(scene.hook.texts) - told_before - _stored(scene.place)
            assert unstored
            room(watch.process.pid, resource.RLIM_INFINITY)
            counts = check_all(scene, kills=0)
            assert watch.process.poll() is None
            assert counts.odd == []
            assert counts.duplicates == 0
            assert unstored <= _stored(scene.place)
        assert verify(scene.place) == []

    def _arrives(scene: Scene, words: str) -> bool:
        for _ in range(40):
            scene.hook.arrived.clear()
            if any(words in text for text in list(scene.hook.texts.values())):
                return True
            scene.hook.arrived.wait(0.5)
        return False

    def _stored(place: Path) -> set[str]:
        with closing(sqlite3.connect(place, timeout=10)) as book:
            return {row[0] for row in book.execute("SELECT id FROM message")}
