"""What reports are made of, read beside a book, and what writes them."""

from collections.abc import Callable
from datetime import datetime

from app.bootstrap.books import Place
from app.bootstrap.desk import recorded_prices
from app.domain.book import Book
from app.domain.disposals import LotRules
from app.domain.portfolio import BookFigures
from app.reports.writing import ReportFiles
from app.services.day_prices import DayPrices, closes_of, day_prices
from app.services.report_facts import currencies_used, facts_of
from app.services.report_ports import ReportWriter
from app.services.reports import ReportFacts
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.store.wallets import BookWallets
from app.system.resources import resource_path

_MOST_ENDED_CALLS = 200


def facts_beside(
    place: Place, book: Book, figures: BookFigures, rules_by: Callable[[DayPrices], LotRules]
) -> ReportFacts:
    """Return all that reports of a book are made of; what is beside the book is read from where it lies.

    Args:
        place: of the book.
        book: as it stands.
        figures: of this book, at the moment and the prices that reports are to look at.
        rules_by: how lots are reckoned, by the closes that are known.

    Raises:
        BookError: the book cannot be opened or read.
    """
    store = BookStore.open(place, readonly=True)
    try:
        currencies = currencies_used(book)
        closes = day_prices(BookPrices(store.backend), book.base_currency, currencies)
        calls = BookAlarm(store.backend).calls(_MOST_ENDED_CALLS)
        scans = _scans(book, BookWallets(store.backend)) if book.wallets else {}
    finally:
        store.close()
    if book.demo and closes.last() is None:
        recorded = recorded_prices()
        closes = closes_of(book.base_currency, {code: recorded.history(code) for code in currencies})
    return facts_of(book, figures, closes, rules_by(closes), calls, scans)


def _scans(book: Book, kept: BookWallets) -> dict[str, datetime | None]:
    """Return when each watched wallet was last looked at; None for one that never was."""
    found = {wallet.name: kept.load(wallet.key) for wallet in book.wallets}
    return {name: None if scan is None else scan.at for name, scan in found.items()}


def report_writer() -> ReportWriter:
    """Return what turns reports into files."""
    return ReportFiles(resource_path("fonts"))
