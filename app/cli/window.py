"""``plimsoll`` without a command: the window, or, without a screen, what it would have shown."""

from argparse import Namespace
from typing import TYPE_CHECKING

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_text

if TYPE_CHECKING:
    from app.domain.book import Book
    from app.domain.portfolio import BookFigures

# A window needs none of what is printed without a screen, and the other way round.
# ruff: noqa: PLC0415


def start(arguments: Namespace) -> int:
    """Open the window; without a screen print a status table, and in one line what a window would need."""
    problem = books.screen_problem()
    if problem is None:
        return _open_window(arguments)
    from app.cli.figures_asked import title_of
    from app.services.status_table import status_table

    book, figures = _named(arguments) if books.book_is_named(arguments.book) else _demo()
    write_text(f"{status_table(figures, title_of(book))}\n\n{problem}")
    return SUCCESS


def _open_window(arguments: Namespace) -> int:
    from app.bootstrap.window import WindowHouse
    from app.ui.application import run  # brings Qt with it, which makes every later import slower

    return run(WindowHouse(arguments.book, arguments.config))


def _demo() -> tuple["Book", "BookFigures"]:
    from app.domain.portfolio import book_figures
    from app.services.demo import DEMO_AS_OF, demo_quotes

    book = books.new_demo_book()
    return book, book_figures(book, demo_quotes(), DEMO_AS_OF)


def _named(arguments: Namespace) -> tuple["Book", "BookFigures"]:
    from app.bootstrap.desk import open_desk

    opened = open_desk(books.book_place(arguments.book), books.config_file(arguments.config), readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, snapshot.figures
