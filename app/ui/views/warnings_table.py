"""The inbox's table: the sentence takes what room is left, and lesser columns give way to it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from app.domain.warning_records import WarningRecord
from app.ui.colours import Colours
from app.ui.layout_memory import LayoutMemory
from app.ui.models.warnings import COLUMN_KEYS, WarningTableModel
from app.ui.theme import Theme
from app.ui.widgets.marks import ChipDelegate
from app.ui.widgets.table import Table

_CHIP_FRAME: Final = 26
# Two lines: what is said and what to do about it is the longest and the most important of all.
_ROW_HEIGHT: Final = 46
_WIDEST: Final = {"subject": 180, "told": 210}
_NARROWEST: Final = {"subject": 120, "told": 130}
_LEAST_SENTENCE: Final = 200
_SHARE: Final = 0.42


class WarningsTable(Table):
    """Warnings, the gravest first."""

    def __init__(self, theme: Theme, memory: LayoutMemory) -> None:
        super().__init__("warnings", "Warnings", memory)
        self.warnings = WarningTableModel(self)
        self.warnings.set_muted(theme.colours.muted)
        theme.changed.connect(self._wear)
        self.setModel(self.warnings)
        self.setItemDelegateForColumn(0, ChipDelegate(theme, self))
        self.setWordWrap(True)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        with self.arranging():
            header.setSectionResizeMode(COLUMN_KEYS.index("sentence"), QHeaderView.ResizeMode.Stretch)
        self._unused: frozenset[str] = frozenset()
        self._yields: tuple[str, ...] = ()

    def leave_out(self, keys: frozenset[str], yields: tuple[str, ...]) -> None:
        """Leave out columns that say nothing on this shelf, and, where there is no room, others in this order."""
        self._unused, self._yields = keys, yields

    def seen(self) -> tuple[WarningRecord, ...]:
        """Return the warnings whose rows are in sight."""
        first, high = max(self.rowAt(0), 0), self.viewport().height()
        last = self.rowAt(high - 1)
        end = self.warnings.rowCount() if last < 0 else last + 1
        records = (self.warnings.record_at(row) for row in range(first, min(end, first + high // _ROW_HEIGHT + 2)))
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
        whole = self.viewport().width()
        room = whole - max(_LEAST_SENTENCE, int(whole * _SHARE))
        for key in self._yields:
            if sum(min(width, _NARROWEST.get(key, width)) for key, width in shown.items()) <= room:
                break
            shown.pop(key, None)
        for key, least in _NARROWEST.items():
            if key in shown:
                shown[key] = max(min(shown[key], least), shown[key] - max(sum(shown.values()) - room, 0))
        with self.arranging():
            for column, key in enumerate(COLUMN_KEYS):
                if key == "sentence":
                    continue
                if self.isColumnHidden(column) == (key in shown):
                    self.setColumnHidden(column, key not in shown)
                if key in shown and self.columnWidth(column) != shown[key]:
                    self.setColumnWidth(column, shown[key])

    def _wear(self, colours: Colours) -> None:
        self.warnings.set_muted(colours.muted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out."""
        super().resizeEvent(event)
        self.fit()
