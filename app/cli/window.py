"""``plimsoll`` without a command: the window, or, without a screen, what it would have shown."""

from argparse import Namespace

from app import wiring
from app.cli.outcome import SUCCESS, write_text
from app.cli.status import title_of
from app.domain.book import Book
from app.domain.portfolio import BookFigures, book_figures
from app.services.demo import DEMO_AS_OF, demo_quotes
from app.services.status_table import status_table


def start(arguments: Namespace) -> int:
    """Open the window; without a screen print a status table, and in one line what a window would need."""
    problem = wiring.screen_problem()
    if problem is None:
        return wiring.open_window(arguments.book, arguments.config)
    book, figures = _named(arguments) if wiring.book_is_named(arguments.book) else _demo()
    write_text(f"{status_table(figures, title_of(book))}\n\n{problem}")
    return SUCCESS


def _demo() -> tuple[Book, BookFigures]:
    book = wiring.new_demo_book()
    return book, book_figures(book, demo_quotes(), DEMO_AS_OF)


def _named(arguments: Namespace) -> tuple[Book, BookFigures]:
    opened = wiring.open_desk(wiring.book_place(arguments.book), arguments.config, readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, snapshot.figures
