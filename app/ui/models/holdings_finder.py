"""Work on a long table: done at once where there is little of it, beside the window where there is much."""

from array import array
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from app.services.transaction_filter import Filter
from app.services.transaction_lines import Lines
from app.services.transaction_order import counted, nothing, ordered, picked
from app.ui.tasks import Tasks, Ticket

Made = TypeVar("Made")
Check = Callable[[], None]
AT_ONCE: Final = 2_000


class Found(NamedTuple):
    """Lines that were asked for: their numbers in order, and what they come to in satoshis."""

    order: "array[int]"
    sats: int


def find_lines(
    lines: Lines, asked: Filter, key: Callable[[int], Any] | None, *, descending: bool, check: Check = nothing
) -> Found:
    """Return the lines that match, in order (pure); without a key in the order of time."""
    if asked.terms:
        numbers = picked(len(lines), lambda number: asked.matches(lines.line(number)), check)
    else:
        numbers = counted(len(lines))
    sats = sum(map(lines.sats, numbers))
    if key is not None:
        return Found(ordered(numbers, key, descending=descending, check=check), sats)
    if descending:
        numbers.reverse()
    return Found(numbers, sats)


class Finder:
    """Does one piece of work at a time; a newer one overtakes an older one."""

    def __init__(self, tasks: Tasks, label: str) -> None:
        self._tasks = tasks
        self._label = label
        self._ticket: Ticket | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._ticket is not None and not self._ticket.ended

    def make(self, work: Callable[[Check], Made], size: int, done: Callable[[Made], None]) -> None:
        """Do ``work`` on ``size`` rows and hand over what it made: before this returns if they are few."""
        self.cancel()
        if size <= AT_ONCE:
            done(work(nothing))
            return
        self._ticket = self._tasks.on_reckoning(lambda ticket: work(ticket.check), label=self._label, done=done)

    def cancel(self) -> None:
        """Forget what was asked."""
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
