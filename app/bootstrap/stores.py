"""A stored book that a command reads or changes without a desk."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.bootstrap.books import Place
from app.bootstrap.desk import take_lock
from app.services.ports import Clock
from app.store.book_store import BookStore
from app.system.clock import SystemClock


@contextmanager
def to_read(place: Place) -> Iterator[BookStore]:
    """Give the store of the book at ``place``, for reading alone.

    Raises:
        BookError: it cannot be opened.
    """
    store = BookStore.open(place, readonly=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def to_change(place: Place, clock: Clock | None = None) -> Iterator[BookStore]:
    """Give the store of the book at ``place``, and keep every other writer out meanwhile.

    Raises:
        BookError: it cannot be opened, or another Plimsoll has it.
    """
    lock = take_lock(place, clock or SystemClock())
    try:
        store = BookStore.open(place)
        try:
            yield store
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()
