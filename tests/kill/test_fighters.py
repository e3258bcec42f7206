"""However many fight for the seat, are killed or stopped, and whatever their clocks say: one term writes at a time."""

import itertools
import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from app.domain.book import Book
from app.services.alert_ports import JudgeRole
from app.store.book_store import BookStore
from tests.kill.scene import ROOT
from tests.unit.store.sample import BOOK

KILLS = 16
FIGHTERS = 4
SEED = 7


class Ring:
    """A book and those who fight for it; all have ended afterwards."""

    def __init__(self, place: Path, book: Book) -> None:
        BookStore.create(place, book).close()
        self.place = place
        self.running: list[subprocess.Popen[bytes]] = []

    def enter(self, seed: int, role: JudgeRole = JudgeRole.WATCHER) -> "subprocess.Popen[bytes]":
        """Let one more fight."""
        command = [sys.executable, "-m", "tests.kill.fighters", str(self.place), str(seed), role.value]
        fighter = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        self.running.append(fighter)
        return fighter

    def wrote(self, seconds: float, but: "subprocess.Popen[bytes] | None" = None) -> "subprocess.Popen[bytes] | None":
        """Return one that has stored something since it was last heard; what others wrote meanwhile waits."""
        places = {one.stdout.fileno(): one for one in self.running if one.stdout is not None and one is not but}
        ready = select.select([*places], [], [], seconds)[0]
        for place in ready:
            os.read(place, 65536)
        return places[ready[0]] if ready else None

    def kill(self, fighter: "subprocess.Popen[bytes]") -> None:
        """Kill one."""
        self.running.remove(fighter)
        fighter.kill()
        fighter.communicate()

    def terms(self) -> list[int]:
        """Return the terms of what was stored, in the order of the commits."""
        with closing(sqlite3.connect(self.place, timeout=10)) as book:
            return [int(term) for (term,) in book.execute("SELECT warning_id FROM delivery ORDER BY rowid")]

    def holders(self) -> list[tuple[int, int]]:
        """Return how many different programs stored something in each term."""
        with closing(sqlite3.connect(self.place, timeout=10)) as book:
            return book.execute(
                "SELECT warning_id, count(DISTINCT substr(id, 1, instr(id, ':') + 32)) FROM delivery"
                " GROUP BY warning_id"
            ).fetchall()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[Ring]:
    made = Ring(tmp_path / "desk.plimsoll", BOOK)
    try:
        yield made
    finally:
        for fighter in [*made.running]:
            made.kill(fighter)


def test_one_term_writes_at_a_time(ring: Ring) -> None:
    rng = Random(SEED)
    seeds = itertools.count(SEED)
    for _ in range(FIGHTERS):
        ring.enter(next(seeds), rng.choice([*JudgeRole]))
    for _ in range(KILLS):
        holder = ring.wrote(20)
        assert holder is not None, f"nobody judges any more (seed {SEED})"
        # A moment that is different each time; half of the dead had the seat.
        select.select([], [], [], rng.random() * 0.05)
        ring.kill(holder if rng.random() < 0.5 else rng.choice(ring.running))
        ring.enter(next(seeds), rng.choice([*JudgeRole]))
    terms = ring.terms()
    assert terms == sorted(terms), f"two terms wrote in turn (seed {SEED})"
    assert len(set(terms)) > KILLS // 4
    assert {count for _, count in ring.holders()} == {1}


def stop_holder(ring: Ring) -> "subprocess.Popen[bytes]":
    """Stop the one that has the seat, between two writes, and return it.

    One stopped inside a transaction keeps the file locked; one that lost the seat while it was being stopped goes on.
    """
    while True:
        with closing(sqlite3.connect(ring.place, timeout=20)) as book:
            row = book.execute("SELECT pid FROM judge_lease").fetchone()
        # Nobody has the seat before the first to come has taken it.
        fighter = next((one for one in ring.running if (one.pid,) == row), None)
        if fighter is None:
            ring.wrote(1)
            continue
        fighter.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, fighter.pid, os.WSTOPPED)
        with closing(sqlite3.connect(ring.place, timeout=0, isolation_level=None)) as book:
            try:
                book.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                still = False
            else:
                still = book.execute("SELECT pid FROM judge_lease").fetchone() == (fighter.pid,)
                book.execute("ROLLBACK")
        if still:
            return fighter
        fighter.send_signal(signal.SIGCONT)
        ring.wrote(0.01)


def test_one_that_was_stopped_writes_nothing_after_another_took_over(ring: Ring) -> None:
    first, second = ring.enter(SEED), ring.enter(SEED + 1)
    assert ring.wrote(20, but=second) is first
    assert ring.wrote(20, but=first) is second
    for _ in range(8):
        holder = stop_holder(ring)
        lost = max(ring.terms())
        while max(ring.terms()) == lost:
            assert ring.wrote(20, but=holder) is not None, "nobody took over"
        holder.send_signal(signal.SIGCONT)
    terms = ring.terms()
    assert terms == sorted(terms)
    assert {count for _, count in ring.holders()} == {1}
