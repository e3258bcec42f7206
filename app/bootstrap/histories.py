"""Price histories beside a book, for a command that needs neither desk nor network."""

from datetime import UTC
from pathlib import Path

from app.bootstrap.books import Place
from app.bootstrap.desk import recorded_prices, take_lock
from app.domain.histories import ShownHistory
from app.services.history_import import HistoryImport, import_history
from app.services.history_report import DEMO
from app.services.ports import Clock
from app.services.price_history import stored_history
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.system.clock import SystemClock
from app.system.files import open_file


def load_history(place: Place, path: Path, currency: str, clock: Clock | None = None) -> HistoryImport:
    """Load a CSV file's daily prices into the book at ``place``.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        InputError: the file cannot be taken; nothing was stored.
    """
    clock = clock or SystemClock()
    lock = take_lock(place, clock)
    try:
        store = BookStore.open(place)
        try:
            with open_file(path) as file:
                today = clock.now().astimezone(UTC).date()
                return import_history(file, str(path), currency, today, BookPrices(store.backend))
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()


def show_history(place: Place, currency: str) -> ShownHistory:
    """Return the history that counts for the book at ``place``; for a demo book its recording if none was imported.

    Raises:
        BookError: the book cannot be opened or read.
    """
    store = BookStore.open(place, readonly=True)
    try:
        shown = stored_history(BookPrices(store.backend), currency)
        if not shown.candles and store.read().demo:
            candles = recorded_prices().history(currency)
            return ShownHistory(DEMO if candles else "", "", candles)
        return shown
    finally:
        store.close()
