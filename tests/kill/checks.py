"""What must hold after any number of kills, told from what the servers outside saw."""

import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from app.store.backup import verify
from tests.kill.scene import LEVELS, LOANS, Scene, debt

_DRAIN_TRIES: Final = 60
_FIELDS: Final = 3
_NEVER: Final = Decimal(1000)


class Counts(NamedTuple):
    """What was crossed while a watcher judged, how many messages arrived, how many again, and what must not be."""

    crossed: int
    told: int
    duplicates: int
    odd: list[str]


def check_all(scene: Scene, kills: int) -> Counts:
    """Let both programs catch up, then compare what was sold, told, kept and said."""
    lowest = f"{scene.price:,}".encode()
    odd: list[str] = []
    if not _judges(scene, lowest):
        odd.append("the watcher does not judge any more")
    drained = _drain(scene)
    if not drained:
        odd.append("messages still wait")
    again = sum(count - 1 for count in scene.hook.arrivals.values())
    if again > kills:
        odd.append(f"{again} messages arrived again after {kills} kills")
    odd += [*_lost(scene), *_not_kept(scene), *_unheard(scene), *verify(scene.place)]
    return Counts(len(_crossed(scene)), len(scene.hook.texts), again, odd)


def check_audit(audit: Path) -> list[str]:
    """Return who committed under a term after a later one had committed already."""
    lines = [line.split() for line in audit.read_text("ascii").splitlines()]
    saves = [(int(line[0]), float(line[1]), float(line[2])) for line in lines if len(line) == _FIELDS]
    first_end: dict[int, float] = {}
    for term, _, ended in saves:
        first_end[term] = min(ended, first_end.get(term, ended))
    terms = sorted(first_end)
    # A save of an earlier term that began after a later one had committed must have been refused.
    return [
        f"term {term} committed after term {later}"
        for term, began, _ in saves
        for later in terms[terms.index(term) + 1 : terms.index(term) + 2]
        if began > first_end[later]
    ]


def _judges(scene: Scene, price: bytes) -> bool:
    """Wait until the watcher has the seat and has judged by this price since; return whether it does."""
    watch = scene.running["watch"]
    with closing(sqlite3.connect(scene.place, timeout=10)) as book:
        for _ in range(_DRAIN_TRIES):
            if not watch.hear(20, price):
                return False
            if book.execute("SELECT pid FROM judge_lease WHERE holder <> ''").fetchone() == (watch.process.pid,):
                # What came before might have been said by one who only looked on.
                return watch.hear(20, price)
    return False


def _drain(scene: Scene) -> bool:
    """Wait until nothing waits to be sent; each arrival is looked at."""
    with closing(sqlite3.connect(scene.place, timeout=10)) as book:
        for _ in range(_DRAIN_TRIES):
            scene.hook.arrived.clear()
            waiting = book.execute(
                "SELECT (SELECT count(*) FROM delivery WHERE message_id IS NULL)"
                " + (SELECT count(*) FROM message WHERE state = 'waiting')"
            ).fetchone()[0]
            if not waiting:
                return True
            scene.hook.arrived.wait(0.5)
    return False


def _lost(scene: Scene) -> list[str]:
    """Return the levels below which a watcher has judged a price, and of which no message arrived."""
    told = "\n".join(scene.hook.texts.values())
    return [f"lost: {line}" for line in _crossed(scene) if line not in told]


def _crossed(scene: Scene) -> list[str]:
    """Return the levels of which a watcher judged a price: at or below it, and not yet below the next graver one."""
    judged = scene.judged()
    ends = [ltv for _, ltv in LEVELS[1:]] + [_NEVER]
    return [
        f"{title} · Loan {number:02}"
        for number in range(LOANS)
        for (title, ltv), graver in zip(LEVELS, ends, strict=True)
        if any(debt(number) / 10 / graver < price <= debt(number) / 10 / ltv for price in judged)
    ]


def _not_kept(scene: Scene) -> list[str]:
    """Return what a person had done and been told was stored, and is not."""
    said = scene.said("window").decode()
    noted = set(re.findall(r"^noted (note \d+)$", said, re.MULTILINE))
    named = max([int(one) for one in re.findall(r"^named (\d+)$", said, re.MULTILINE)], default=0)
    with closing(sqlite3.connect(scene.place, timeout=10)) as book:
        kept = {row[0] for row in book.execute("SELECT text FROM warning_action")}
        name = book.execute("SELECT name FROM book").fetchone()[0]
    odd = [f"the {note} is gone" for note in sorted(noted - kept)]
    if int(name.split()[1]) < named:
        odd.append(f"the book is called {name}, not {named}")
    return odd


def _unheard(scene: Scene) -> list[str]:
    """Return where the book and the server outside disagree about what was sent, and alerts with two names."""
    with closing(sqlite3.connect(scene.place, timeout=10)) as book:
        states = dict(book.execute("SELECT id, state FROM message"))
        summaries = {row[0] for row in book.execute("SELECT id FROM message WHERE kind = 'summary'")}
        twins = book.execute(
            "SELECT subject, count(*) FROM warning_record WHERE rule = 'lines' AND status <> 'closed'"
            " GROUP BY subject HAVING count(*) > 1"
        ).fetchall()
    odd = [f"message {one} arrived and is not in the book" for one in scene.hook.texts if one not in states]
    odd += [
        f"message {one} counts as sent and never arrived"
        for one, state in states.items()
        if state == "sent" and one not in scene.hook.texts
    ]
    odd += [f"{subject} has {count} warnings" for subject, count in twins]
    return odd + _twice(scene, summaries)


def _twice(scene: Scene, summaries: set[str]) -> list[str]:
    """Return what arrived under more names than it was told times: a repeat, or the end of a snooze, has its own."""
    odd = []
    with closing(sqlite3.connect(scene.place, timeout=10)) as book:
        texts = [row[0] for row in book.execute("SELECT text FROM delivery")]
    for line in _every_line():
        said = re.compile(rf"(?<! · ){line}")
        names = [one for one, text in scene.hook.texts.items() if one not in summaries and said.search(text)]
        times = sum(bool(said.match(text)) for text in texts)
        if len(names) > times:
            odd.append(f"{line} was told {times} times under {len(names)} names")
    return odd


def _every_line() -> list[str]:
    return [f"{title} · Loan {number:02}" for number in range(LOANS) for title, _ in LEVELS]
