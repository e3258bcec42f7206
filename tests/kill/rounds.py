"""The kills themselves: at any moment, between sending and marking, and inside a transaction."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.store import sqlite_file
from app.store.backup import verify
from tests.kill.checks import check_all, check_audit
from tests.kill.scene import Scene

MOST_PER_BOOK: Final = 60
_START: Final = 15.0
_SENDING: Final = 4.0


@dataclass
class Tally:
    """What many kills came to.

    Attributes:
        kills: programs that ran and were killed.
        while_sending: killed after a message had arrived, before it could be marked as sent.
        in_commit: killed so that half a transaction was left to be rolled back.
        crossed: levels of loans that the price fell through while a watcher judged.
        duplicates: messages that arrived again.
        told: messages that arrived.
        odd: what must not be, one sentence each.
    """

    kills: int = 0
    while_sending: int = 0
    in_commit: int = 0
    crossed: int = 0
    duplicates: int = 0
    told: int = 0
    odd: list[str] = field(default_factory=list)


def run_book(folder: Path, kills: int, seed: int, tally: Tally) -> None:
    """Kill so many programs over one book, and look for harm after each and at the end."""
    with Scene(folder, seed) as scene:
        own = Tally()
        _start_both(scene)
        while own.kills < kills:
            _kill_one(scene, own)
            own.odd += [f"after kill {own.kills}: {finding}" for finding in verify(scene.place)]
            own.odd += check_audit(scene.audit)
        counts = check_all(scene, own.kills)
        own.odd += counts.odd
    tally.kills += own.kills
    tally.while_sending += own.while_sending
    tally.in_commit += own.in_commit
    tally.crossed += counts.crossed
    tally.duplicates += counts.duplicates
    tally.told += counts.told
    tally.odd += [f"seed {seed}: {one}" for one in own.odd]


def _start_both(scene: Scene) -> None:
    watch = scene.start("watch")
    scene.start("window")
    if not watch.hear(_START, b"BTC $"):
        msg = f"the watcher does not start: {scene.log.read_text('utf-8')[-2000:]}"
        raise AssertionError(msg)


def _kill_one(scene: Scene, own: Tally) -> None:
    """Let the price fall, kill one program in one of three ways, and start it again."""
    rng = scene.rng
    scene.fall()
    way = rng.randrange(4)
    name = "window" if way == 1 or rng.random() < 0.2 else "watch"
    at: int | None = None
    if way == 0:
        name = "watch"
        scene.hook.hold()
        arrived = scene.hook.arrived.wait(_SENDING)
        killed = scene.kill(name)
        scene.hook.release()
        own.while_sending += arrived and killed
    else:
        scene.running[name].hear(rng.random() * 1.2)
        killed = scene.kill(name)
    own.kills += killed
    if sqlite_file.journal_of(scene.place).exists():
        own.in_commit += 1
    if rng.random() < 0.25:
        # This one ends itself in the middle of what it writes.
        at = rng.randrange(20, 200)
        doomed = scene.start(name, at)
        doomed.hear(rng.random() * 3.0)
        scene.fall()
        own.kills += scene.kill(name)
        own.in_commit += sqlite_file.journal_of(scene.place).exists()
    scene.start(name)
