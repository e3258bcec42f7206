"""``plimsoll policy …``: the treasury's limits, how the book stands to them, and the breach log."""

from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from app.bootstrap import books
from app.cli.alarm_edits import edited, opened
from app.cli.figures_asked import figures_asked, title_of, unpriced_figures
from app.cli.outcome import NO_PRICE, SUCCESS, write_json, write_text
from app.domain.book import Book
from app.domain.policy import LimitKind
from app.domain.portfolio import BookFigures
from app.services.policy_edits import clear_limit, set_limit, typed_limit
from app.services.policy_round import states_now
from app.services.policy_state import LimitState, Stand
from app.services.policy_words import NAMES, bound_words

_MOST_ENDED: Final = 200
_PRICED: Final = (LimitKind.BOOK_LTV, LimitKind.INTEREST_MONTHS)


def start(arguments: Namespace) -> int:
    """Do what the verb says; return the exit code."""
    if arguments.verb == "set":
        return _set(arguments)
    if arguments.verb == "clear":
        return _clear(arguments)
    return _show(arguments)


def _show(arguments: Namespace) -> int:
    from app.bootstrap.policy import breach_log  # noqa: PLC0415 - brings the store with it

    place = books.book_place(arguments.book)
    priced = _rests_on_price(books.read_book(place))
    book, figures, states = _judged(arguments, priced=priced)
    log = breach_log(place, _MOST_ENDED)
    if arguments.json:
        from app.services.policy_report import policy_document  # noqa: PLC0415 - people do not need it

        write_json(policy_document(states, log, figures, priced=priced))
    else:
        from app.services.policy_table import policy_table  # noqa: PLC0415 - scripts do not need it

        write_text(policy_table(states, log, figures, title_of(book), priced=priced))
    return NO_PRICE if _blind(states) else SUCCESS


def _judged(arguments: Namespace, *, priced: bool) -> tuple[Book, BookFigures, Sequence[LimitState]]:
    """Return how the book stands; nobody is asked where no limit rests on a price, or one was given."""
    if priced and not (arguments.price or arguments.at):
        from app.bootstrap.policy import policy_now  # noqa: PLC0415 - as above

        return policy_now(books.book_place(arguments.book), arguments.config)
    book, figures = figures_asked(arguments) if priced else unpriced_figures(arguments)
    return book, figures, states_now(book, figures, {})


def _rests_on_price(book: Book) -> bool:
    return any(limit.kind in _PRICED for limit in book.limits)


def _blind(states: Sequence[LimitState]) -> bool:
    return any(state.stand is Stand.UNKNOWN and state.limit.kind in _PRICED for state in states)


def _set(arguments: Namespace) -> int:
    limit = typed_limit(LimitKind(arguments.kind), arguments.bound)
    with opened(arguments) as desk:
        edited(desk, set_limit(limit))
    write_text(f"Set: {NAMES[limit.kind]} {bound_words(limit)}.")
    return SUCCESS


def _clear(arguments: Namespace) -> int:
    kind = LimitKind(arguments.kind)
    with opened(arguments) as desk:
        edited(desk, clear_limit(kind))
    write_text(f"Removed from the policy: {NAMES[kind]}.")
    return SUCCESS
