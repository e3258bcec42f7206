"""Warnings alone, for whoever needs nothing else of the alarm; see ``alarm``."""

from app.domain.warnings import WarningRecord
from app.services.alert_ports import AlarmChanges
from app.store.alarm import BookAlarm
from app.store.backend import Backend


class BookWarnings:
    """Keeps warnings beside the book."""

    def __init__(self, backend: Backend) -> None:
        self._alarm = BookAlarm(backend)

    def load(self, most_closed: int) -> tuple[WarningRecord, ...]:
        """Return every warning that is not over, then the newest closed ones; see ``BookAlarm.load``."""
        return self._alarm.load(most_closed)

    def save(self, records: tuple[WarningRecord, ...]) -> None:
        """Insert or replace these records, in one transaction; see ``BookAlarm.save``."""
        self._alarm.save(AlarmChanges(warnings=records))
