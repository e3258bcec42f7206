"""The book's figures for a command: at prices given by hand, or at what the sources say now."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.bootstrap import books
from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.portfolio import DEFAULT_DROP, BookFigures, book_figures, currencies_of
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.services.settings import DropMode


def figures_asked(arguments: Namespace, drop: Decimal | None = DEFAULT_DROP) -> tuple[Book, BookFigures]:
    """Return the book that ``--book`` names and its figures, by ``--price`` and ``--at`` or by asking the sources.

    Args:
        arguments: of a command with ``--book``, ``--config``, ``--price`` and ``--at``.
        drop: the weekly drop test's fall; None for what the settings say, which may need the price history.
    """
    by_hand = arguments.price or arguments.at
    return _by_hand(arguments, drop) if by_hand else _asked(arguments, drop)


def unpriced_figures(arguments: Namespace) -> tuple[Book, BookFigures]:
    """Return the book and its figures without any price, for what rests on none; nobody is asked."""
    book = books.read_book(books.book_place(arguments.book))
    at: datetime = arguments.at or books.moment_of(book)
    none = {currency: NoQuote(currency, "no price was asked for") for currency in currencies_of(book)}
    return book, book_figures(book, none, at)


def title_of(book: Book) -> str:
    """Return the book's name, and that it is a demo where it is one."""
    return f"{book.name} (demo: invented, at recorded prices)" if book.demo else book.name


def _by_hand(arguments: Namespace, drop: Decimal | None) -> tuple[Book, BookFigures]:
    """Judge by the prices given; nobody is asked."""
    settings = books.load_settings(arguments.config)
    place = books.book_place(arguments.book)
    book = books.read_book(place)
    at: datetime = arguments.at or books.moment_of(book)
    quotes = _manual_quotes(arguments.price or {}, book.base_currency, at)
    prices: Mapping[str, PriceLookup] = {
        currency: quotes.get(currency) or NoQuote(currency, f"give it with --price {currency}=VALUE")
        for currency in dict.fromkeys((*currencies_of(book), *quotes))
    }
    if drop is None:
        fixed = settings.drop_mode is DropMode.FIXED
        drop = settings.drop if fixed else _drop_by_history(place, arguments)
    figures = book_figures(book, prices, at, drop=drop, sale_cost=settings.sale_cost)
    extra = {currency: lookup for currency, lookup in prices.items() if currency not in figures.prices}
    return book, replace(figures, prices={**figures.prices, **extra}) if extra else figures


def _manual_quotes(given: Mapping[str, Decimal], base: str, at: datetime) -> dict[str, Quote]:
    """Return prices given by hand as quotes that are fresh at ``at``; a bare one is in the base currency."""
    if "" in given and base in given:
        raise InputError(f"the price in {base} is given twice; leave one of the two out", "--price")
    named = {currency or base: value for currency, value in given.items()}
    return {currency: Quote(currency, value, at, "manual", 0, 0) for currency, value in named.items()}


def _drop_by_history(place: str, arguments: Namespace) -> Decimal:
    """Return the fall that the settings derive from the stored price history."""
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the sources with it

    opened = open_desk(place, books.config_file(arguments.config), readonly=True)
    try:
        return opened.desk.snapshot().figures.drop
    finally:
        opened.close()


def _asked(arguments: Namespace, drop: Decimal | None) -> tuple[Book, BookFigures]:
    """Judge by what the sources say now."""
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the sources with it

    opened = open_desk(books.book_place(arguments.book), books.config_file(arguments.config), readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, _with_drop(snapshot.book, snapshot.figures, drop)


def _with_drop(book: Book, figures: BookFigures, drop: Decimal | None) -> BookFigures:
    if drop is None or drop == figures.drop:
        return figures
    return book_figures(
        book,
        figures.prices,
        figures.as_of,
        drop=drop,
        sale_cost=figures.sale_cost,
        named=figures.lookups,
        ledger=figures.ledger,
    )
