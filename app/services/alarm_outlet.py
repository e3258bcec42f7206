"""The way out to people as the alarm knows it, and the one that leads nowhere."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from app.domain.deliveries import Delivery
from app.domain.warning_records import WarningRecord
from app.services.seat import Sitting
from app.services.watch_state import Fault, Watching

if TYPE_CHECKING:
    from app.services.judging import Question


class Outlet(Protocol):
    """The way out to people (``services.alarm_room``)."""

    def brief(self, question: "Question") -> None:
        """Take note of what is judged now: whom there is to tell, and how things stand."""
        ...

    def judged(self, question: "Question", records: tuple[WarningRecord, ...]) -> None:
        """Note that everything was judged by it, and what stands now."""
        ...

    def post(self, deliveries: tuple[Delivery, ...]) -> None:
        """Have these told, whether they could be stored or not."""
        ...

    def faults(self, open_subjects: Collection[str]) -> Iterable[Fault]:
        """Return what is wrong with the way; of ``open_subjects`` (channels) also what is right again."""
        ...

    def watching(self, sitting: Sitting) -> Watching:
        """Return whether anyone watches, and could be reached."""
        ...


class NoOutlet:
    """Tells nobody: for a book that is only looked at."""

    def brief(self, _question: "Question") -> None:
        """Take note of nothing."""

    def judged(self, _question: "Question", _records: tuple[WarningRecord, ...]) -> None:
        """Take note of nothing."""

    def post(self, _deliveries: tuple[Delivery, ...]) -> None:
        """Tell nobody."""

    def faults(self, _open_subjects: Collection[str]) -> Iterable[Fault]:
        """Return none."""
        return ()

    def watching(self, sitting: Sitting) -> Watching:
        """Return who judges."""
        return Watching(sitting.role, sitting.lease, sitting.pulse_at)
