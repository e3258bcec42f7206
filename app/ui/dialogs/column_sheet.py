"""A file's first rows as they stand, with a role to choose above each column."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.dialogs.fields import Field
from app.ui.formats import Display
from app.ui.models.import_columns import ROLE_WORDS, ColumnsDraft
from app.ui.models.import_rows import masked

_ROWS = 6
_LETTERS = 12
_MOST = 60
_WIDTH = 168
_ROW_HEIGHT = 28
_BOX_HEIGHT = 40


def narrow(field: Field) -> None:
    """Let a field be narrower than its longest choice."""
    box = field.editor
    if isinstance(box, QComboBox):
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(_LETTERS)


class ColumnSheet(QWidget):
    """The sheet.

    Args:
        edited: called when a role was chosen.
    """

    def __init__(self, edited: Callable[[], object]) -> None:
        super().__init__()
        self._edited = edited
        self._roles: list[str] = []
        self.boxes: list[QComboBox] = []
        self.table = QTableWidget()
        self.table.setAccessibleName("The first rows of the file")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setVisible(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    @property
    def roles(self) -> tuple[str, ...]:
        """The role of each column."""
        return tuple(self._roles)

    def show_draft(self, draft: ColumnsDraft, display: Display) -> None:
        """Show a draft's columns; of very many only the first."""
        names = draft.names
        rows = draft.below[:_ROWS]
        shown = min(len(names), _MOST)
        self._roles = list(draft.roles)
        self.table.clear()
        self.table.setRowCount(len(rows) + 1)
        self.table.setColumnCount(shown)
        self.table.setHorizontalHeaderLabels([name or f"#{place + 1}" for place, name in enumerate(names[:shown])])
        self.boxes = [self._box(place, names[place]) for place in range(shown)]
        for place, box in enumerate(self.boxes):
            self.table.setCellWidget(0, place, box)
            self.table.setColumnWidth(place, _WIDTH)
        self.table.setRowHeight(0, _BOX_HEIGHT)
        for number, (_line, cells) in enumerate(rows, 1):
            self.table.setRowHeight(number, _ROW_HEIGHT)
            for place, cell in enumerate(cells[:shown]):
                self.table.setItem(number, place, QTableWidgetItem(masked(cell, display)))
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + _BOX_HEIGHT + len(rows) * _ROW_HEIGHT + 20)

    def choose(self, place: int, role: str) -> None:
        """Choose a column's role."""
        self.boxes[place].setCurrentIndex(list(ROLE_WORDS).index(role))

    def _box(self, place: int, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"What column {name or place + 1} means")
        box.addItems(list(ROLE_WORDS.values()))
        box.setCurrentIndex(list(ROLE_WORDS).index(self._roles[place]))
        box.currentIndexChanged.connect(lambda index: self._take(place, list(ROLE_WORDS)[index]))
        return box

    def _take(self, place: int, role: str) -> None:
        self._roles[place] = role
        self._edited()
