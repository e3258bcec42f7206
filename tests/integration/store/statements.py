"""Does something at the n-th statement that SQLAlchemy sends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Interrupted(Exception):  # noqa: N818 - stands for anything at all
    """Nothing the store could expect."""


@contextmanager
def at_statement(number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Call ``act`` just before the statement of that number (0 is the first); give the statements that were sent."""
    sent: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if len(sent) == number:
            act()
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def interrupt() -> None:
    """Raise what nothing expects."""
    raise Interrupted
