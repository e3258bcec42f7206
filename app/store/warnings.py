"""Warnings and their history, kept in the book's database."""

from datetime import datetime
from typing import Final

from app.domain.errors import NotABookError
from app.domain.warnings import WarningKind, WarningRecord, WarningStatus
from app.store.backend import Backend, Parameters, Row
from app.store.instants import instant_text, optional_instant, optional_text

_FIELDS: Final = (
    "id",
    "subject",
    "kind",
    "status",
    "confirmed",
    "announced",
    "opened_at",
    "updated_at",
    "sentence",
    "closed_at",
    "due_at",
    "acknowledged_at",
    "snoozed_until",
    "calm_rounds",
)
_COLUMNS: Final = ", ".join(_FIELDS)
# Without its Z a whole second sorts before its own fractions.
_LOAD: Final = (
    f"SELECT {_COLUMNS} FROM warning_record"  # noqa: S608 - names of our own
    " WHERE status {} 'closed' ORDER BY replace(updated_at, 'Z', '') DESC, subject, id"
)
_PARAMETERS: Final = ", ".join(f":{name}" for name in _FIELDS)
_NEW_VALUES: Final = ", ".join(f"{name} = excluded.{name}" for name in _FIELDS[1:])
_SAVE: Final = (
    f"INSERT INTO warning_record ({_COLUMNS}) VALUES ({_PARAMETERS})"  # noqa: S608 - as above
    f" ON CONFLICT (id) DO UPDATE SET {_NEW_VALUES}"
)


class BookWarnings:
    """Keeps warnings beside the book."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def load(self, most_closed: int) -> tuple[WarningRecord, ...]:
        """Return every open warning, then the newest closed ones, at most ``most_closed`` of them.

        Raises:
            BookError: the database cannot be read, or holds a warning that cannot be one.
        """
        try:
            still_open = self._backend.query(_LOAD.format("<>"), {})
            past = self._backend.query(_LOAD.format("=") + " LIMIT :most", {"most": most_closed})
            return tuple(map(_record, (*still_open, *past)))
        except (ValueError, TypeError) as error:
            msg = (
                "Damage found in the book's table warning_record: it holds a value that no warning can hold."
                " Restore the book from a backup with plimsoll book restore."
            )
            raise NotABookError(msg) from error

    def save(self, records: tuple[WarningRecord, ...]) -> None:
        """Insert or replace these records, in one transaction.

        Raises:
            BookError: the database refused; nothing was kept.
        """
        if records:
            self._backend.execute([(_SAVE, [_row(record) for record in records])])


def _row(record: WarningRecord) -> Parameters:
    return {
        "id": record.id,
        "subject": record.subject,
        "kind": record.kind.value,
        "status": record.status.value,
        "confirmed": record.confirmed,
        "announced": record.announced,
        "opened_at": instant_text(record.opened_at),
        "updated_at": instant_text(record.updated_at),
        "sentence": record.sentence,
        "closed_at": optional_text(record.closed_at),
        "due_at": optional_text(record.due_at),
        "acknowledged_at": optional_text(record.acknowledged_at),
        "snoozed_until": optional_text(record.snoozed_until),
        "calm_rounds": record.calm_rounds,
    }


def _record(row: Row) -> WarningRecord:
    values = dict(zip(_FIELDS, row, strict=True))
    return WarningRecord(
        id=values["id"],
        subject=values["subject"],
        kind=WarningKind(values["kind"]),
        status=WarningStatus(values["status"]),
        confirmed=bool(values["confirmed"]),
        announced=bool(values["announced"]),
        opened_at=_moment(values["opened_at"]),
        updated_at=_moment(values["updated_at"]),
        sentence=values["sentence"],
        closed_at=optional_instant(values["closed_at"]),
        due_at=optional_instant(values["due_at"]),
        acknowledged_at=optional_instant(values["acknowledged_at"]),
        snoozed_until=optional_instant(values["snoozed_until"]),
        calm_rounds=int(values["calm_rounds"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
