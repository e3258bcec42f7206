"""The one definition of a book's state as a number: who holds the same book and price gets the same hash.

SHA-256 over UTF-8 text: the book file in its canonical form, then a line ``as_of TIME``, then for each currency in
alphabetical order a line ``price CUR VALUE TIME ORIGIN`` or, where there is none to rely on, ``price CUR none``.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from app.domain.book import Book
from app.domain.quotes import PriceLookup, Quote
from app.services.book_file import render_book
from app.services.report_figures import plain, time_text


def book_state_hash(book: Book, prices: Mapping[str, PriceLookup], as_of: datetime) -> str:
    """Return the hash of a book at a moment and prices, as 64 hexadecimal digits."""
    digest = hashlib.sha256(render_book(book).encode("utf-8"))
    digest.update(f"as_of {time_text(as_of)}\n".encode())
    for currency in sorted(prices):
        digest.update(f"price {currency} {_price(prices[currency])}\n".encode())
    return digest.hexdigest()


def _price(lookup: PriceLookup) -> str:
    if not isinstance(lookup, Quote):
        return "none"
    return f"{plain(lookup.value)} {time_text(lookup.at)} {lookup.origin}"
