"""The warnings table: one shelf of them at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.warnings import WarningRecord
from app.ui.formats import moment_text
from app.ui.models.warning_words import deadline_words, standing_of_warning, status_words, title_of
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_HINT: Final = int(Qt.ItemDataRole.ToolTipRole)
_CHIP, _RAW, _KEY = int(Role.CHIP), int(Role.RAW), int(Role.KEY)

Index = QModelIndex | QPersistentModelIndex


class WarningColumn(NamedTuple):
    """One column: its key, heading, text, and the exact value for a spreadsheet."""

    key: str
    title: str
    text: Callable[[WarningRecord, datetime], str]
    raw: Callable[[WarningRecord], str]


WARNING_COLUMNS: Final = (
    WarningColumn("level", "Level", lambda r, _n: standing_of_warning(r).word, lambda r: r.kind.value),
    WarningColumn("subject", "About", lambda r, _n: title_of(r), lambda r: r.subject),
    WarningColumn("sentence", "What and what to do", lambda r, _n: r.sentence, lambda r: r.sentence),
    WarningColumn("since", "Since", lambda r, _n: moment_text(r.opened_at), lambda r: r.opened_at.isoformat()),
    WarningColumn("due", "Cure by", deadline_words, lambda r: r.due_at.isoformat() if r.due_at else ""),
    WarningColumn("status", "Status", status_words, lambda r: r.status.value),
)


class WarningTableModel(QAbstractTableModel):
    """Shows warnings in the order they are given; what stays keeps its selection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[WarningRecord, ...] = ()
        self._now: datetime | None = None

    def show(self, records: tuple[WarningRecord, ...], now: datetime) -> None:
        """Show these warnings; ``now`` is what their times are told against."""
        same = [record.id for record in records] == [record.id for record in self._records]
        if same:
            self._records, self._now = records, now
            if records:
                self.dataChanged.emit(self.index(0, 0), self.index(len(records) - 1, len(WARNING_COLUMNS) - 1))
            return
        self.beginResetModel()
        self._records, self._now = records, now
        self.endResetModel()

    def record_at(self, row: int) -> WarningRecord | None:
        """Return the warning in a row."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def row_of(self, warning_id: str) -> int:
        """Return the row of a warning, or −1."""
        return next((row for row, record in enumerate(self._records) if record.id == warning_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, an immutable value
        """Return how many warnings there are."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(WARNING_COLUMNS)

    def data(self, index: Index, role: int = _DISPLAY) -> object:  # noqa: PLR0911 - one for each role
        """Return what a cell shows or says."""
        if role not in (_DISPLAY, _SPOKEN, _HINT, _CHIP, _RAW) or self._now is None:
            return None
        record, column = self._records[index.row()], WARNING_COLUMNS[index.column()]
        if role == _DISPLAY:
            return column.text(record, self._now)
        if role == _RAW:
            return column.raw(record)
        if role == _CHIP:
            return standing_of_warning(record) if column.key == "level" else None
        if role == _SPOKEN and column.key == "level":
            return f"{standing_of_warning(record).word}: {record.sentence} {status_words(record, self._now)}."
        if role == _SPOKEN:
            return f"{column.title}: {column.text(record, self._now)}"
        return plain_tip(record.sentence)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return a heading or its key."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(WARNING_COLUMNS):
            return None
        if role == _DISPLAY:
            return WARNING_COLUMNS[section].title
        return WARNING_COLUMNS[section].key if role == _KEY else None
