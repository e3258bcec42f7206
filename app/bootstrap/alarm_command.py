"""What the alarm's commands are handed: a look at what is stored, notes to whoever judges, a drill, secrets.

None of it takes the lock of a book: a watcher or a window may have it open meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

from app.bootstrap.alarm import Ways
from app.bootstrap.books import Place
from app.domain.book import Book
from app.domain.warning_actions import ActionKind, WarningAction
from app.services.alarm_report import AlarmView
from app.services.alert_ports import AlarmChanges, Lease, Secrets
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from app.system.clock import SystemClock
from app.system.processes import process_runs, user_name

if TYPE_CHECKING:
    from app.services.dispatch import DrillResult


def look(place: Place, now: datetime, *, most_over: int) -> AlarmView:
    """Return what is stored about the alarm of a book; nothing is written.

    Raises:
        BookError: it cannot be opened or read.
    """
    with _opened(place, readonly=True) as store:
        keeper = BookAlarm(store.backend)
        book = store.read()
        lease = BookLease(store.backend).look()
        return AlarmView(
            book=book,
            now=now,
            records=keeper.load(most_over),
            calls=keeper.calls(most_over),
            waiting=keeper.outbox(),
            finished=keeper.sent(most_over),
            actions=keeper.actions(),
            judge=lease if lease is not None and _judges(lease) else None,
        )


def act(
    place: Place, warning_id: str, kind: ActionKind, now: datetime, *, until: datetime | None = None, text: str = ""
) -> None:
    """Note what somebody did with a warning, for whoever judges the book.

    Raises:
        BookError: it could not be stored.
    """
    action = WarningAction(uuid4().hex, warning_id, kind, now, user_name(), until, text)
    with _opened(place) as store:
        BookAlarm(store.backend).save(AlarmChanges(actions=(action,)))


def drill(place: Place) -> "tuple[DrillResult, ...]":
    """Send a test through every channel of a book, and record how long each took.

    Raises:
        BookError: it cannot be opened or read.
    """
    from app.services.dispatch import Dispatcher  # noqa: PLC0415 - of this alone

    clock = SystemClock()
    ways = Ways(clock)
    with _opened(place) as store:
        book: Book = store.read()
        rng = Random()  # noqa: S311 - jitter, no secret
        keeper = BookAlarm(store.backend)
        sender = Dispatcher(keeper, ways.secrets, ways.carrier, clock, rng, lambda: book.channels, lambda: "")
        try:
            return sender.drill(user_name())
        finally:
            sender.close()


def secrets() -> Secrets:
    """Return where secrets lie."""
    return Ways(SystemClock()).secrets


@contextmanager
def _opened(place: Place, *, readonly: bool = False) -> Iterator[BookStore]:
    store = BookStore.open(place, readonly=readonly)
    try:
        yield store
    finally:
        store.close()


def _judges(lease: Lease) -> bool:
    """Whether the holder has not given the seat back, and is not known to be gone."""
    return bool(lease.holder) and process_runs(lease.host, lease.pid) is not False
