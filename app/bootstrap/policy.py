"""What the policy's command is handed: how a book stands to its limits now, and its breach log."""

from app.bootstrap.books import Place, config_file
from app.domain.book import Book
from app.domain.policy_breaches import Breach
from app.domain.portfolio import BookFigures
from app.services.policy_state import LimitState
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore


def policy_now(place: Place, config: str | None) -> tuple[Book, BookFigures, tuple[LimitState, ...]]:
    """Return a book, its figures and its limits' states by what the sources say now; nothing is stored.

    Raises:
        BookError: it cannot be opened or read.
    """
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the sources with it

    opened = open_desk(place, config_file(config), readonly=True)
    try:
        snapshot = opened.desk.judge(opened.desk.ask_prices())
    finally:
        opened.close()
    return snapshot.book, snapshot.figures, snapshot.policy


def breach_log(place: Place, most_ended: int) -> tuple[Breach, ...]:
    """Return the breaches that stand and the newest that are over, as stored.

    Raises:
        BookError: it cannot be opened or read.
    """
    store = BookStore.open(place, readonly=True)
    try:
        return BookAlarm(store.backend).breaches(most_ended)
    finally:
        store.close()
