"""Transfers of a book, for a command that needs neither desk nor network."""

from app.bootstrap.books import Place
from app.bootstrap.desk import take_lock
from app.domain.check import check_book
from app.services.ports import Clock
from app.services.transfer_pairs import Pairs, find_pairs, pair_edit
from app.store.book_store import BookStore
from app.system.clock import SystemClock


def look_for_transfers(place: Place) -> Pairs:
    """Return what fits together in the book at ``place``; nothing is stored.

    Raises:
        BookError: the book cannot be opened.
    """
    store = BookStore.open(place, readonly=True)
    try:
        return find_pairs(store.read())
    finally:
        store.close()


def join_transfers(place: Place, clock: Clock | None = None) -> Pairs:
    """Store every transfer that is clear, in one transaction, and return what was found.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        HistoryError: with them the book could not be true; nothing was stored.
    """
    lock = take_lock(place, clock or SystemClock())
    try:
        store = BookStore.open(place)
        try:
            book = store.read()
            found = find_pairs(book)
            if found.pairs:
                after = pair_edit(found.pairs).change(book)
                check_book(after, unchanged_since=book)
                store.apply(book, after)
            return found
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()
