"""The one table: rows for a spreadsheet, columns that stay where they were put."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QHeaderView, QMenu, QTableView, QToolTip

from app.ui.formats import HIDDEN
from app.ui.layout_memory import ColumnLayout, LayoutMemory, TableLayout
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.heading import PADDING, Heading
from app.ui.widgets.speech import announce

ROW_HEIGHT = 38
NOT_COPIED: Final = "Copied without amounts, because they are hidden. Ctrl+Shift+H shows them."

# What spreadsheets read as the start of a formula, full-width forms included.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?")


class Table(QTableView):
    """A table of whole rows.

    Ctrl+C copies the chosen rows as a spreadsheet takes them, Ctrl+Shift+C with headings; a right click, the menu key
    or Shift+F10 on it offers the columns. Its model gives ``Role.KEY`` on headers and may give ``Role.RAW`` on cells.

    Signals:
        opened: the ``QModelIndex`` of a row that was entered or double clicked.
    """

    opened = Signal(object)

    def __init__(self, name: str, title: str, memory: LayoutMemory) -> None:
        super().__init__()
        self._layout_name = name
        self._memory = memory
        self._restoring = False
        self._fitted = False
        self.setHorizontalHeader(Heading(self))
        self.setAccessibleName(title)
        steady_figures(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        vertical, header = self.verticalHeader(), self.horizontalHeader()
        vertical.setVisible(False)
        vertical.setAccessibleName(f"{title}: rows")
        corner = self.findChild(QAbstractButton)
        if corner is not None:  # Qt's own, invisible without row headings, but a screen reader finds it
            corner.setAccessibleName(f"{title}: choose all")
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        vertical.setMinimumSectionSize(ROW_HEIGHT)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setAccessibleName(f"{title}: columns")
        header.sectionMoved.connect(self._keep)
        header.sectionResized.connect(self._resized)
        header.sortIndicatorChanged.connect(self._keep)
        self.doubleClicked.connect(self.opened.emit)

    @contextmanager
    def arranging(self) -> Iterator[None]:
        """Arrange columns in here without remembering it as somebody's choice."""
        before, self._restoring = self._restoring, True
        try:
            yield
        finally:
            self._restoring = before

    @property
    def is_left_to_us(self) -> bool:
        """Whether nobody has chosen the columns' widths."""
        return not self._memory.table(self._layout_name).columns

    def fit_columns(self, air: int = 4, most: int = 400) -> None:
        """Make columns that do not stretch as wide as they ask, unless somebody has chosen their widths.

        Once fitted they only grow, so that a price does not make them dance.
        """
        header = self.horizontalHeader()
        if not self.model().rowCount() or not self.is_left_to_us:
            return
        with self.arranging():
            last = header.logicalIndex(header.count() - 1) if header.stretchLastSection() else -1
            for column in (column for column in range(header.count()) if column != last):
                if header.sectionResizeMode(column) is QHeaderView.ResizeMode.Interactive:
                    asked = min(self.asked_width(column) + air, most)
                    self.setColumnWidth(column, max(asked, self.columnWidth(column)) if self._fitted else asked)
        self._fitted = True

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Take a model and put its columns where they were left."""
        self._restoring = True
        super().setModel(model)
        if model is not None:
            self._restore()
        self._restoring = False

    def copy_rows(self, *, headings: bool) -> None:
        """Put the chosen rows on the clipboard, tab between cells, a line each."""
        text = self.rows_text(headings=headings)
        QGuiApplication.clipboard().setText(text)
        if HIDDEN in text:
            announce(self, NOT_COPIED)
            QToolTip.showText(self.mapToGlobal(QPoint(8, 8)), plain_tip(NOT_COPIED), self)

    def rows_text(self, *, headings: bool) -> str:
        """Return the chosen rows as text for a spreadsheet; hidden columns are left out."""
        model, header = self.model(), self.horizontalHeader()
        columns = [header.logicalIndex(place) for place in range(header.count())]
        columns = [column for column in columns if not self.isColumnHidden(column)]
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = [[self._heading(column) for column in columns]] if headings else []
        lines += [[_raw(model.index(row, column)) for column in columns] for row in rows]
        return "\n".join("\t".join(line) for line in lines)

    def asked_width(self, column: int, rows: int = 30) -> int:
        """Return the width in which a column's heading and its first rows can be read whole."""
        model, metrics = self.model(), self.fontMetrics()
        heading = self.horizontalHeader().fontMetrics().horizontalAdvance(self._heading(column))
        texts = (str(model.index(row, column).data() or "") for row in range(min(model.rowCount(), rows)))
        return 2 * PADDING + 3 + max(heading, *(metrics.horizontalAdvance(text) for text in texts), 0)

    def _heading(self, column: int) -> str:
        return str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")

    def _key(self, column: int) -> str:
        return str(self.model().headerData(column, Qt.Orientation.Horizontal, Role.KEY) or "")

    def _restore(self) -> None:
        layout = self._memory.table(self._layout_name)
        header = self.horizontalHeader()
        columns = {self._key(column): column for column in range(header.count())}
        known = [stored for stored in layout.columns if stored.key in columns]
        for place, stored in enumerate(known):
            column = columns[stored.key]
            header.moveSection(header.visualIndex(column), place)
            if stored.hidden and len(known) > 1:
                self.setColumnHidden(column, True)
            elif stored.width > 0:
                self.setColumnWidth(column, stored.width)
        if layout.sort_key in columns:
            order = Qt.SortOrder.DescendingOrder if layout.descending else Qt.SortOrder.AscendingOrder
            self.sortByColumn(columns[layout.sort_key], order)

    def _resized(self, *_section: object) -> None:
        """Remember widths that a hand has dragged; those that follow from the window's are nobody's choice."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._keep()

    def _keep(self, *_changed: object) -> None:
        if self._restoring or self.model() is None:
            return
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        kept = {column.key: column.width for column in self._memory.table(self._layout_name).columns}
        columns = tuple(
            ColumnLayout(
                self._key(column),
                self.columnWidth(column) or kept.get(self._key(column), 0),
                self.isColumnHidden(column),
            )
            for column in order
        )
        sort = header.sortIndicatorSection()
        sort_key = self._key(sort) if self.isSortingEnabled() and 0 <= sort < header.count() else ""
        descending = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        self._memory.keep_table(self._layout_name, TableLayout(columns, sort_key, descending))

    def column_menu(self) -> QMenu:
        """Return the menu that shows and hides columns; the last one cannot be hidden."""
        menu = QMenu(self)
        shown = [column for column in range(self.model().columnCount()) if not self.isColumnHidden(column)]
        for column in range(self.model().columnCount()):
            action = menu.addAction(self._heading(column) or self._key(column))
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.setEnabled(shown != [column])
            action.toggled.connect(lambda on, column=column: self._show_column(column, on=on))
        return menu

    def _show_column(self, column: int, *, on: bool) -> None:
        self.setColumnHidden(column, not on)
        self._keep()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, open; the rest is Qt's."""
        shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows(headings=False)
        elif event.key() == Qt.Key.Key_C and event.modifiers() == shift:
            self.copy_rows(headings=True)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the columns."""
        menu = self.column_menu()
        menu.popup(event.globalPos() if not event.globalPos().isNull() else self.mapToGlobal(QPoint(8, 8)))


def _raw(index: QModelIndex) -> str:
    value = index.data(Role.RAW)
    if value is None:
        value = index.data(Qt.ItemDataRole.DisplayRole)
    return cell_text(str("" if value is None else value))


def cell_text(text: str) -> str:
    """Return a cell that a spreadsheet takes as it stands: numbers stay numbers, no name becomes a formula."""
    formula = text.startswith(_FORMULA_SIGNS) and not _NUMBER.fullmatch(text)
    flat = text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return f"'{flat}" if formula else flat
