"""What became of warnings, looked up when somebody sees them and kept until it can have changed."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.domain.warning_actions import ActionKind
from app.domain.warning_records import WarningRecord
from app.services.desk import Desk
from app.services.watch_state import WarningStory
from app.ui.models.delivery_words import is_settled
from app.ui.tasks import Tasks, Ticket

AT_ONCE: Final = 60
MOST_KEPT: Final = 2_000


class _Known(NamedTuple):
    stamp: object
    story: WarningStory

    @property
    def settled(self) -> bool:
        done = all(action.applied or action.kind is ActionKind.NOTE for action in self.story.actions)
        return done and all(map(is_settled, self.story.deliveries))


class Stories(QObject):
    """Reads deliveries and actions on the store's lane, a screenful at a time; a screen asks for what it shows.

    Signals:
        changed: the ``Stories`` itself, when something new is known.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._known: dict[str, _Known] = {}
        self._ticket: Ticket | None = None

    @property
    def known(self) -> Mapping[str, WarningStory]:
        """What is known, by the warnings' ids."""
        return {key: entry.story for key, entry in self._known.items()}

    def want(self, records: Iterable[WarningRecord], *, again: bool = False) -> None:
        """Look up what is not known yet of these warnings, or can have changed.

        Args:
            records: those that are seen; at most ``AT_ONCE`` of them are looked up, the first ones.
            again: look once more at deliveries that are still under way, and what was done just now.
        """
        if self._ticket is not None and not self._ticket.ended:
            return
        stale = [record for record in records if self._is_stale(record, again=again)][:AT_ONCE]
        if not stale:
            return
        desk, stamps = self._desk, {record.id: _stamp(record) for record in stale}

        def read(ticket: Ticket) -> dict[str, WarningStory]:
            found = {}
            for key in stamps:
                ticket.check()
                found[key] = desk.story_of(key)
            return found

        def take(found: dict[str, WarningStory]) -> None:
            fresh = any(key not in self._known or self._known[key].story != story for key, story in found.items())
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            self._known |= {key: _Known(stamps[key], story) for key, story in found.items()}
            if fresh:
                self.changed.emit(self)

        # Where the book cannot be read the rest of the screen says so; the rows stay without their deliveries.
        self._ticket = self._tasks.on_store(read, label="Look up what was told", done=take, failed=lambda _error: None)

    def forget(self, warning_id: str) -> None:
        """Look a warning's story up anew the next time that it is seen."""
        entry = self._known.get(warning_id)
        if entry is not None:
            self._known[warning_id] = entry._replace(stamp=None)

    def _is_stale(self, record: WarningRecord, *, again: bool) -> bool:
        entry = self._known.get(record.id)
        return entry is None or entry.stamp != _stamp(record) or (again and not entry.settled)


def _stamp(record: WarningRecord) -> object:
    """Return what changes with whatever can add to a warning's story."""
    return (record.status, record.kind, record.told, record.snoozed_until, record.acknowledged_at)
