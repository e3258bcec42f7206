"""A book with the closes beside it, for reckoning gains; needs neither desk nor network."""

from app.bootstrap.books import Place
from app.bootstrap.desk import recorded_prices
from app.domain.book import Book
from app.domain.portfolio import currencies_of
from app.services.day_prices import DayPrices, closes_of, day_prices
from app.store.book_store import BookStore
from app.store.prices import BookPrices


def read_book_and_closes(place: Place) -> tuple[Book, DayPrices]:
    """Return the book at ``place`` and its stored closes in every currency it uses; for a demo book the recording.

    Raises:
        BookError: the book cannot be opened or read.
    """
    store = BookStore.open(place, readonly=True)
    try:
        book = store.read()
        used = {row.currency for account in book.accounts for row in account.transactions if row.currency is not None}
        currencies = frozenset({*currencies_of(book), *used})
        prices = day_prices(BookPrices(store.backend), book.base_currency, currencies)
    finally:
        store.close()
    if book.demo and prices.last() is None:
        recorded = recorded_prices()
        prices = closes_of(book.base_currency, {code: recorded.history(code) for code in currencies})
    return book, prices
