"""``plimsoll status``: the book at a price."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.bootstrap import books
from app.cli.outcome import NO_PRICE, SUCCESS, write_json, write_text
from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.portfolio import BookFigures, book_figures, currencies_of
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.services.settings import DropMode
from app.services.status_report import is_trustworthy, status_report


def start(arguments: Namespace) -> int:
    """Print the book's figures; return the exit code."""
    by_hand = arguments.price or arguments.at
    book, figures = _by_hand(arguments) if by_hand else _asked(arguments)
    arguments.keep((book, figures))
    if arguments.json:
        document = status_report(figures)
        arguments.keep(document)
        write_json(document)
    else:
        from app.services.status_table import status_table  # noqa: PLC0415 - scripts do not need it

        write_text(status_table(figures, title_of(book)))
    return SUCCESS if is_trustworthy(figures) else NO_PRICE


def title_of(book: Book) -> str:
    """Return the book's name, and that it is a demo where it is one."""
    return f"{book.name} (demo: invented, at recorded prices)" if book.demo else book.name


def _by_hand(arguments: Namespace) -> tuple[Book, BookFigures]:
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
    drop = settings.drop if arguments.drop is None else arguments.drop
    if arguments.drop is None and settings.drop_mode is not DropMode.FIXED:
        drop = _drop_by_history(place, arguments)
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


def _asked(arguments: Namespace) -> tuple[Book, BookFigures]:
    """Judge by what the sources say now."""
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the sources with it

    opened = open_desk(books.book_place(arguments.book), books.config_file(arguments.config), readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, _with_drop(snapshot.book, snapshot.figures, arguments.drop)


def _with_drop(book: Book, figures: BookFigures, drop: Decimal | None) -> BookFigures:
    if drop is None:
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
