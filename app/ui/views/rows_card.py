"""A card with a table of rows and what can be done with them; the loan page and the holdings are made of these."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit

from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory, TableLayout
from app.ui.models.rows import RowsModel
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table
from app.ui.words import READ_ONLY

Row = TypeVar("Row")


class RowsCard(Card, Generic[Row]):
    """Rows with buttons above them. Enter edits, Del deletes, Ctrl+C copies.

    Args:
        name: by which columns are remembered.
        widths: of the columns, by their place, until somebody changes them.
        wide: the column that takes what room is left; without one the last does.
        empty: what to say where there are no rows, and which step is next.
    """

    def __init__(
        self,
        title: str,
        name: str,
        model: RowsModel[Row],
        memory: LayoutMemory,
        *,
        widths: tuple[int, ...],
        empty: str,
        add: Callable[[], object] | None = None,
        add_words: str = "Add",
        edit: Callable[[Row], object] | None = None,
        delete: Callable[[tuple[Row, ...]], object] | None = None,
        filters: bool = False,
        wide: int | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.model = model
        self._edit, self._delete = edit, delete
        self.title = PlainLabel(title, size="title")
        self.note = PlainLabel("", size="small", tone="muted")
        self.filter = QLineEdit()
        self.table = Table(name, title, memory)
        self._widths = widths
        self._fill(memory.table(name), wide)
        self.add = Button(add_words, add) if add else None
        self.edit = Button("Edit", self.edit_current) if edit else None
        self.delete = Button("Delete", self.delete_selected) if delete else None
        self._empty = PlainLabel(empty, tone="muted", wraps=True)
        self._lay_out(filters=filters)
        self.table.opened.connect(self._open)
        self.table.selectionModel().selectionChanged.connect(self._show_buttons)
        model.modelReset.connect(self._show_buttons)
        if delete is not None:
            scoped_key("Del", self.table, self.delete_selected)
        self._read_only = False
        self._show_buttons()

    @property
    def selected(self) -> tuple[Row, ...]:
        """The chosen rows, from top to bottom."""
        numbers = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        found = (self.model.row_at(number) for number in numbers)
        return tuple(row for row in found if row is not None)

    def show_rows(self, rows: tuple[Row, ...], display: Display, *, read_only: bool = False, note: str = "") -> None:
        """Show rows; what is chosen stays chosen where it still exists."""
        kept, count = self.selected, self.model.rowCount()
        number = self.table.currentIndex().row() if kept else -1
        self._read_only = read_only
        self.model.show_rows(rows, display)
        self.table.fit_columns()
        self.note.setText(note)
        for row in kept[:1]:
            if not self.selected:
                self.choose(row)
        if kept and not self.selected and count == self.model.rowCount():
            self.choose_number(number)
        self._empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self._show_buttons()

    def choose(self, row: Row) -> None:
        """Choose a row, if it is there."""
        number = self.model.row_of(row)
        if number >= 0:
            self.choose_number(number)

    def choose_number(self, number: int) -> None:
        """Choose the row in that place and no other, whatever keys are held."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.model.index(number, 0)
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def fit_rows(self, least: int = 2, most: int = 12) -> None:
        """Make the table as high as its rows, within limits, for a page that scrolls as a whole."""
        count = min(max(self.model.rowCount(), least), most)
        header, row = (
            self.table.horizontalHeader().sizeHint().height(),
            self.table.verticalHeader().defaultSectionSize(),
        )
        self.table.setFixedHeight(header + count * row + 4)

    def edit_current(self) -> None:
        """Edit the chosen row."""
        chosen = self.selected
        if self._edit is not None and len(chosen) == 1 and not self._read_only:
            self._edit(chosen[0])

    def delete_selected(self) -> None:
        """Delete the chosen rows; the bar that follows can undo it."""
        if self._delete is not None and self.selected and not self._read_only:
            self._delete(self.selected)

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None and self._edit is not None and not self._read_only:
            self._edit(row)

    def _show_buttons(self, *_what: object) -> None:
        count = len(self.selected)
        for button, ready in ((self.add, True), (self.edit, count == 1), (self.delete, count > 0)):
            if button is not None:
                button.setEnabled(ready and not self._read_only)
                why = READ_ONLY if self._read_only else "" if ready else "Choose a row first."
                button.setToolTip(plain_tip(why))
                button.setAccessibleDescription(why)

    def _fill(self, left: TableLayout, wide: int | None) -> None:
        """Give the table its rows; widths and order are ours until somebody has chosen their own."""
        column, order = self.model.sorted_by
        header = self.table.horizontalHeader()
        self.table.setModel(self.model)
        with self.table.arranging():
            if not left.sort_key:
                header.setSortIndicator(column, order)
            self.table.setSortingEnabled(True)
            header.setStretchLastSection(wide is None)
            if wide is not None:
                header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
            for place, width in enumerate(() if left.columns else self._widths):
                self.table.setColumnWidth(place, width)

    def _lay_out(self, *, filters: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        self.filter.setPlaceholderText("Filter")
        self.filter.setAccessibleName(f"Filter {self.title.text().lower()}")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(240)
        self.filter.setVisible(filters)
        self.filter.textChanged.connect(self.model.set_filter)
        head.addWidget(self.filter)
        for button in (self.edit, self.delete, self.add):
            if button is not None:
                head.addWidget(button)
        self.body.addLayout(head)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self.table, 1)
