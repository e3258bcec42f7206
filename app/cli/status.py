"""``plimsoll status``: the book at a price."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.figures_asked import figures_asked, title_of
from app.cli.outcome import NO_PRICE, SUCCESS, write_json, write_text
from app.domain.book import Book
from app.domain.portfolio import BookFigures
from app.services.status_report import is_trustworthy, lazy_status_report

if TYPE_CHECKING:
    from app.services.policy_state import LimitState


def start(arguments: Namespace) -> int:
    """Print the book's figures; return the exit code."""
    book, figures = figures_asked(arguments, arguments.drop)
    arguments.keep((book, figures))
    policy = _policy(book, figures)
    if arguments.json:
        write_json(lazy_status_report(figures, policy))
    else:
        from app.services.status_table import status_table  # noqa: PLC0415 - scripts do not need it

        write_text(status_table(figures, title_of(book), _policy_lines(policy)))
    return SUCCESS if is_trustworthy(figures) else NO_PRICE


def _policy(book: Book, figures: BookFigures) -> "Sequence[LimitState]":
    """Return how the book stands to its policy; most books have none, and pay nothing for it."""
    if not book.limits:
        return ()
    from app.services.policy_round import states_now  # noqa: PLC0415 - see above

    return states_now(book, figures, {})


def _policy_lines(policy: "Sequence[LimitState]") -> list[str]:
    if not policy:
        return []
    from app.services.policy_words import breached_line, unknown_line  # noqa: PLC0415 - as above

    return [line for line in (breached_line(policy), unknown_line(policy)) if line]
