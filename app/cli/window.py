"""``plimsoll`` without a command: the window, or, without a screen, what it would have shown."""

from argparse import Namespace

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_text
from app.cli.status import title_of
from app.domain.book import Book
from app.domain.portfolio import BookFigures, book_figures
from app.services.demo import DEMO_AS_OF, demo_quotes
from app.services.status_table import status_table


def start(arguments: Namespace) -> int:
    """Open the window; without a screen print a status table, and in one line what a window would need."""
    problem = books.screen_problem()
    if problem is None:
        from app.bootstrap.window import WindowHouse  # noqa: PLC0415 - a screen is needed first
        from app.ui.application import run  # noqa: PLC0415 - brings Qt with it

        return run(WindowHouse(arguments.book, arguments.config))
    book, figures = _named(arguments) if books.book_is_named(arguments.book) else _demo()
    write_text(f"{status_table(figures, title_of(book))}\n\n{problem}")
    return SUCCESS


def _demo() -> tuple[Book, BookFigures]:
    book = books.new_demo_book()
    return book, book_figures(book, demo_quotes(), DEMO_AS_OF)


def _named(arguments: Namespace) -> tuple[Book, BookFigures]:
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the sources with it

    opened = open_desk(books.book_place(arguments.book), books.config_file(arguments.config), readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, snapshot.figures
