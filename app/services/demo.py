"""The demo book: an invented mining treasury in a bad week, with recorded prices that are invented, too.

The book and the price path lie in ``resources/demo``; whoever opens files hands their contents in. Everything is told
as of one recorded moment, and every quote says that it is a demo.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.quotes import Quote
from app.services.book_file_reading import parse_book
from app.services.rule_defaults import default_rules

BOOK_RESOURCE: Final = "demo/book.json"
PRICES_RESOURCE: Final = "demo/prices.csv"
DEMO_AS_OF: Final = datetime(2026, 2, 10, 9, 41, tzinfo=UTC)
ORIGIN: Final = "demo"
_HEADER: Final = "day,open,high,low,close"
_PRICES: Final = {
    "USD": "70727.00",
    "EUR": "60094.84",
    "GBP": "52018.60",
    "CHF": "55209.90",
    "JPY": "11033412",
    "CAD": "96895.99",
    "AUD": "101038.57",
}


def demo_book(data: bytes) -> Book:
    """Return the demo book from the contents of ``BOOK_RESOURCE``, with the rules of a new book.

    It has no channels: it tells nobody outside.
    """
    return replace(parse_book(data), rules=default_rules())


def demo_quotes() -> dict[str, Quote]:
    """Return the recorded price in each currency, formed at ``DEMO_AS_OF``."""
    return {currency: Quote(currency, Decimal(value), DEMO_AS_OF, ORIGIN, 0, 0) for currency, value in _PRICES.items()}


def demo_candles(text: str) -> tuple[DailyCandle, ...]:
    """Return the price path in USD from the contents of ``PRICES_RESOURCE``; its last day ends at ``DEMO_AS_OF``.

    Raises:
        ValueError: the file is not the one that belongs to the program.
    """
    header, *lines = text.splitlines()
    if header != _HEADER:
        raise ValueError(f"{PRICES_RESOURCE} is damaged; install Plimsoll again.")
    candles = []
    for line in lines:
        day, *prices = line.split(",")
        opened, high, low, close = map(Decimal, prices)
        candles.append(DailyCandle(date.fromisoformat(day), opened, high, low, close))
    return tuple(candles)
