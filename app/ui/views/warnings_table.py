"""The inbox's table: the sentence takes what room is left, and lesser columns give way to it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from app.domain.warnings import WarningRecord
from app.ui.layout_memory import LayoutMemory
from app.ui.models.warnings import COLUMN_KEYS, WarningTableModel
from app.ui.theme import Theme
from app.ui.widgets.marks import ChipDelegate
from app.ui.widgets.table import ROW_HEIGHT, Table

_CHIP_FRAME: Final = 26
_WIDEST: Final = {"subject": 210, "told": 260}
_LEAST_SENTENCE: Final = 260
# Left out in this order where there is no room; the page below the table tells them all.
_YIELDS: Final = ("price", "told", "due", "status", "since")


class WarningsTable(Table):
    """Warnings, the gravest first."""

    def __init__(self, theme: Theme, memory: LayoutMemory) -> None:
        super().__init__("warnings", "Warnings", memory)
        self.warnings = WarningTableModel(self)
        self.warnings.set_muted(theme.colours.muted)
        theme.changed.connect(lambda colours: self.warnings.set_muted(colours.muted))
        self.setModel(self.warnings)
        self.setItemDelegateForColumn(0, ChipDelegate(theme, self))
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        with self.arranging():
            header.setSectionResizeMode(COLUMN_KEYS.index("sentence"), QHeaderView.ResizeMode.Stretch)
        self._unused: frozenset[str] = frozenset()

    def leave_out(self, keys: frozenset[str]) -> None:
        """Leave out columns that say nothing on this shelf."""
        self._unused = keys

    def seen(self) -> tuple[WarningRecord, ...]:
        """Return the warnings whose rows are in sight."""
        first, high = max(self.rowAt(0), 0), self.viewport().height()
        last = self.rowAt(high - 1)
        end = self.warnings.rowCount() if last < 0 else last + 1
        records = (self.warnings.record_at(row) for row in range(first, min(end, first + high // ROW_HEIGHT + 2)))
        return tuple(record for record in records if record is not None)

    def chosen(self) -> tuple[WarningRecord, ...]:
        """Return the chosen warnings, from top to bottom."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        records = (self.warnings.record_at(row) for row in rows)
        return tuple(record for record in records if record is not None)

    def fit(self) -> None:
        """Share the width out, unless somebody has chosen the columns."""
        if not self.is_left_to_us or not self.warnings.rowCount():
            return
        asked = {
            key: min(self.asked_width(column) + (_CHIP_FRAME if key == "level" else 4), _WIDEST.get(key, 400))
            for column, key in enumerate(COLUMN_KEYS)
            if key != "sentence"
        }
        shown = {key: width for key, width in asked.items() if key not in self._unused}
        for key in _YIELDS:
            if sum(shown.values()) + _LEAST_SENTENCE <= self.viewport().width():
                break
            shown.pop(key, None)
        with self.arranging():
            for column, key in enumerate(COLUMN_KEYS):
                if key == "sentence":
                    continue
                if self.isColumnHidden(column) == (key in shown):
                    self.setColumnHidden(column, key not in shown)
                if key in shown and self.columnWidth(column) != shown[key]:
                    self.setColumnWidth(column, shown[key])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        self.fit()
