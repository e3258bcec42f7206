"""``plimsoll status``: the book at a price."""

from argparse import Namespace

from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import NO_PRICE, SUCCESS, write_json, write_text
from app.services.status_report import is_trustworthy, lazy_status_report


def start(arguments: Namespace) -> int:
    """Print the book's figures; return the exit code."""
    book, figures = figures_asked(arguments, arguments.drop)
    arguments.keep((book, figures))
    if arguments.json:
        write_json(lazy_status_report(figures))
    else:
        from app.services.status_table import status_table  # noqa: PLC0415 - scripts do not need it

        write_text(status_table(figures, title_of(book)))
    return SUCCESS if is_trustworthy(figures) else NO_PRICE
