"""The warnings table: one shelf of them at a time."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor

from app.domain.warning_records import WarningRecord, WarningStatus
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_words import deadline_words, short_moment, standing_of_warning, status_words
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_HINT: Final = int(Qt.ItemDataRole.ToolTipRole)
_INK: Final = int(Qt.ItemDataRole.ForegroundRole)
_CHIP, _RAW, _KEY = int(Role.CHIP), int(Role.RAW), int(Role.KEY)

Index = QModelIndex | QPersistentModelIndex


class WarningColumn(NamedTuple):
    """One column: its key, heading, text, and the exact value for a spreadsheet."""

    key: str
    title: str
    text: Callable[[WarningRecord, WarningContext], str]
    raw: Callable[[WarningRecord, WarningContext], str]


def row_status(record: WarningRecord, context: WarningContext) -> str:
    """Return what has been done about a warning, or how far it is."""
    return status_words(record, context.now, rule=context.rule(record))


WARNING_COLUMNS: Final = (
    WarningColumn("level", "Level", lambda r, _c: standing_of_warning(r).word, lambda r, _c: r.kind.value),
    WarningColumn("subject", "About", lambda r, c: c.title(r), lambda r, c: c.title(r)),
    WarningColumn("sentence", "What and what to do", lambda r, _c: r.sentence, lambda r, _c: r.sentence),
    WarningColumn(
        "since", "Since", lambda r, c: short_moment(r.opened_at, c.now), lambda r, _c: r.opened_at.isoformat()
    ),
    WarningColumn("price", "Price then → now", lambda r, c: c.price_words(r), lambda r, c: c.price_words(r)),
    WarningColumn("told", "Told", lambda r, c: c.told_words(r), lambda r, c: c.told_words(r)),
    WarningColumn(
        "due", "Cure by", lambda r, c: deadline_words(r, c.now), lambda r, _c: r.due_at.isoformat() if r.due_at else ""
    ),
    WarningColumn("status", "Status", row_status, lambda r, _c: r.status.value),
)
COLUMN_KEYS: Final = tuple(column.key for column in WARNING_COLUMNS)


class WarningTableModel(QAbstractTableModel):
    """Shows warnings in the order they are given; what stays keeps its selection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[WarningRecord, ...] = ()
        self._context: WarningContext | None = None
        self._muted = QBrush()

    def set_muted(self, colour: str) -> None:
        """Set the colour of rows that wait to fire."""
        self._muted = QBrush(QColor(colour))
        self._tell_all()

    def show(self, records: Sequence[WarningRecord], context: WarningContext) -> None:
        """Show these warnings; ``context`` is what they are told against."""
        same = [record.id for record in records] == [record.id for record in self._records]
        if same:
            self._records, self._context = tuple(records), context
            self._tell_all()
            return
        self.beginResetModel()
        self._records, self._context = tuple(records), context
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
        if role not in (_DISPLAY, _SPOKEN, _HINT, _CHIP, _RAW, _INK) or self._context is None:
            return None
        record, column = self._records[index.row()], WARNING_COLUMNS[index.column()]
        if role == _DISPLAY:
            return column.text(record, self._context)
        if role == _INK:
            return self._muted if record.status is WarningStatus.PENDING or record.is_muted else None
        if role == _RAW:
            return column.raw(record, self._context)
        if role == _CHIP:
            return standing_of_warning(record) if column.key == "level" else None
        if role == _SPOKEN and column.key == "level":
            return f"{standing_of_warning(record).word}: {record.sentence} {row_status(record, self._context)}."
        if role == _SPOKEN:
            return f"{column.title}: {column.text(record, self._context)}"
        return plain_tip(record.sentence if column.key == "sentence" else column.text(record, self._context))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return a heading or its key."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(WARNING_COLUMNS):
            return None
        if role == _DISPLAY:
            return WARNING_COLUMNS[section].title
        return WARNING_COLUMNS[section].key if role == _KEY else None

    def _tell_all(self) -> None:
        if self._records:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._records) - 1, len(WARNING_COLUMNS) - 1))
