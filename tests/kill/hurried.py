"""A wall clock that runs quicker than the world's, and the two programs that are killed: ``watch`` and a window.

::

    python -m tests.kill.hurried watch --book desk.plimsoll --config c.toml
    python -m tests.kill.hurried window --book desk.plimsoll --config c.toml
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch

from app.domain.errors import PlimsollError
from app.services.alert_ports import AlarmChanges, JudgeRole, Lease
from app.store.alarm import BookAlarm
from tests.integration.store.statements import at_statement

FACTOR: Final = 30
ROUND_SECONDS: Final = 0.3
BEGAN: Final = "PLIMSOLL_KILL_BEGAN"
AUDIT: Final = "PLIMSOLL_KILL_AUDIT"
SEED: Final = "PLIMSOLL_KILL_SEED"
# At which of its own statements a program kills itself, once it runs; empty: at none.
AT_STATEMENT: Final = "PLIMSOLL_KILL_AT_STATEMENT"


class HurriedClock:
    """Wall time passes ``FACTOR`` times as quick since a moment that all programs know; the monotonic one is true."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        """Return the hurried time."""
        gone = time.time() - self._began
        return datetime.fromtimestamp(self._began, UTC) + timedelta(seconds=gone * FACTOR)

    def monotonic(self) -> float:
        """Return true seconds."""
        return time.monotonic()


def audited() -> Callable[[BookAlarm, AlarmChanges, Lease | None], None]:
    """Return ``BookAlarm.save`` that writes down which term committed between which moments."""
    file = os.open(os.environ[AUDIT], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    original = BookAlarm.save

    def wrapped(self: BookAlarm, changes: AlarmChanges, lease: Lease | None = None) -> None:
        began = time.monotonic()
        original(self, changes, lease)
        if lease is not None and any(changes):
            os.write(file, f"{lease.term} {began:.9f} {time.monotonic():.9f}\n".encode())

    return wrapped


def window(book: str, config: str, clock: HurriedClock, rng: Random) -> None:
    """Do what a person at a window does, without one: look, acknowledge, put off, note down, rename the book."""
    from app.bootstrap import books
    from app.bootstrap.desk import open_desk

    opened = open_desk(books.book_place(book), books.config_file(config), role=JudgeRole.WINDOW, clock=clock)
    opened.alarm.start()
    pause = threading.Event()
    done = max([int(word) for word in opened.desk.book.name.split()[1:]], default=0)
    while not pause.wait(rng.random() * ROUND_SECONDS):
        with contextlib.suppress(PlimsollError):
            opened.desk.catch_up()
            snapshot = opened.desk.judge(opened.desk.ask_prices())
            standing = [record for record in snapshot.warnings if record.is_open]
            if standing:
                chosen = rng.choice(standing)
                done += 1
                act = rng.randrange(3)
                if act == 0:
                    opened.desk.acknowledge(chosen.id)
                elif act == 1:
                    opened.desk.snooze(chosen.id, clock.now() + timedelta(minutes=10))
                else:
                    opened.desk.note(chosen.id, f"note {done}")
                    print("noted", f"note {done}", flush=True)
            name = f"Book {done}"
            opened.desk.edit("rename", lambda book, name=name: replace(book, name=name))  # type: ignore[misc]
            print("named", done, flush=True)


def main() -> None:
    """Be one of the two until killed."""
    program, _, book, _, config = sys.argv[1:]
    clock = HurriedClock(float(os.environ[BEGAN]))
    from app.bootstrap import desk
    from app.cli import arguments, watch

    with (
        patch.object(desk, "SystemClock", lambda: clock),
        patch.object(watch, "SystemClock", lambda: clock),
        patch.object(arguments, "_seconds", float),
        patch.object(BookAlarm, "save", audited()),
        at_statement(int(os.environ[AT_STATEMENT] or -1), lambda: os.kill(os.getpid(), signal.SIGKILL)),
    ):
        if program == "window":
            window(book, config, clock, Random(os.environ[SEED]))
            return
        from app.cli.main import main as command

        sys.exit(command(["--config", str(Path(config)), "--book", book, "watch", "--interval", str(ROUND_SECONDS)]))


if __name__ == "__main__":
    main()
