"""Watched wallets of a stored book, for a command that needs neither prices nor warnings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.bootstrap.books import Place
from app.bootstrap.desk import take_lock
from app.bootstrap.wallet_parts import wallet_desk
from app.domain.book import Book
from app.domain.check import check_book
from app.services.desk import Edited
from app.services.edits import Change
from app.services.ports import Clock
from app.services.settings import Settings
from app.services.wallet_desk import WalletDesk
from app.store.book_store import BookStore
from app.system.clock import SystemClock


class StoredBook:
    """A stored book without a desk before it; implements ``WalletBook``."""

    def __init__(self, store: BookStore, settings: Settings) -> None:
        self._store = store
        self.settings = settings
        self.book = store.read()

    def edit(self, label: str, change: Change, also: Callable[[Any], None] | None = None) -> Edited:
        """Change the book: checked first, then stored in one transaction."""
        before: Book = self.book
        after = change(before)
        check_book(after, unchanged_since=before)
        self._store.apply(before, after, also)
        self.book = after
        return Edited(label, before, after)


@contextmanager
def stored_wallets(
    place: Place, settings: Settings, clock: Clock | None = None, *, readonly: bool = False
) -> Iterator[WalletDesk]:
    """Give the wallets of the book at ``place``, for a command that needs no prices.

    Raises:
        BookError: the book cannot be opened, or another Plimsoll has it.
    """
    clock = clock or SystemClock()
    lock = None if readonly else take_lock(place, clock)
    try:
        store = BookStore.open(place, readonly=readonly)
        try:
            yield wallet_desk(StoredBook(store, settings), store, clock)
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()
