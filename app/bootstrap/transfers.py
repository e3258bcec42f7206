"""Transfers of a book, for a command that needs neither desk nor network."""

from app.bootstrap.books import Place
from app.bootstrap.stores import to_change, to_read
from app.domain.check import check_book
from app.services.ports import Clock
from app.services.transfer_pairs import Pairs, find_pairs, pair_edit


def look_for_transfers(place: Place) -> Pairs:
    """Return what fits together in the book at ``place``; nothing is stored.

    Raises:
        BookError: the book cannot be opened.
    """
    with to_read(place) as store:
        return find_pairs(store.read())


def join_transfers(place: Place, clock: Clock | None = None) -> Pairs:
    """Store every transfer that is clear, in one transaction, and return what was found.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        HistoryError: with them the book could not be true; nothing was stored.
    """
    with to_change(place, clock) as store:
        book = store.read()
        found = find_pairs(book)
        if found.pairs:
            after = pair_edit(found.pairs).change(book)
            check_book(after, unchanged_since=book)
            store.apply(book, after)
        return found
