"""A card with chances by horizon; the number that has the focus is explained below."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout

from app.ui.models.risk_book import BookCell, BookGrid
from app.ui.plain_tips import plain_tip
from app.ui.widgets.cards import Card
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.labels import PlainLabel, Tone

ASK: str = "Choose a number to see where it comes from."


class _Cell(QFrame):
    """A figure with its band below; it can be reached by Tab and by a click."""

    def __init__(self, look: Callable[[str], None]) -> None:
        super().__init__()
        self._look = look
        self._words = ""
        self.figure = PlainLabel("", size="title")
        self.note = PlainLabel("", size="small", tone="muted")
        box = QVBoxLayout(self)
        box.setContentsMargins(2, 2, 2, 2)
        box.setSpacing(0)
        for label in (self.figure, self.note):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            steady_figures(label)
            box.addWidget(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_cell(self, name: str, cell: BookCell, tone: Tone) -> None:
        """Show a number."""
        self._words = cell.words
        self.figure.setText(cell.figure)
        self.figure.set_tone(tone if cell.figure[:1].isdigit() or cell.figure[:1] == ">" else "muted")
        self.note.setText(cell.note)
        self.setToolTip(plain_tip(cell.words))
        self.setAccessibleName(f"{name}: {cell.figure}")
        self.setAccessibleDescription(cell.words)
        if self.hasFocus():
            self._look(cell.words)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Explain the number."""
        super().focusInEvent(event)
        self._look(self._words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Explain the number, also where a click gives no focus."""
        super().mousePressEvent(event)
        self._look(self._words)


class RiskGridCard(Card):
    """Lines of chances, of a book or of a loan; a grid's number of lines and horizons stays the same."""

    def __init__(self, title: str) -> None:
        super().__init__(title, " ")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._headings: list[PlainLabel] = []
        self._names: list[tuple[PlainLabel, PlainLabel]] = []
        self._cells: list[list[_Cell]] = []
        self.words = PlainLabel(ASK, size="small", tone="muted", wraps=True)
        self.words.set_selectable()
        self.words.setMinimumHeight(62)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing = PlainLabel("", tone="muted", wraps=True)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)
        self.body.addWidget(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_grid(self, grid: BookGrid | None, why: str = "") -> None:
        """Show the numbers, or why there are none."""
        self.nothing.setText(why)
        self.nothing.setVisible(grid is None)
        self.words.setVisible(grid is not None)
        lines = () if grid is None else grid.lines
        headings = () if grid is None else grid.headings
        while len(self._headings) < len(headings):
            label = PlainLabel("", size="small", tone="muted")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, 0, len(self._headings) + 1)
            self._grid.setColumnStretch(len(self._headings) + 1, 1)
            self._headings.append(label)
        while len(self._cells) < len(lines):
            self._add_line(len(headings))
        for number, label in enumerate(self._headings):
            label.setText(headings[number] if number < len(headings) else "")
        for row, ((name, note), cells) in enumerate(zip(self._names, self._cells, strict=True)):
            shown = row < len(lines)
            for label in (name, note):
                label.setVisible(shown)
            for column, cell in enumerate(cells):
                cell.setVisible(shown)
                if shown:
                    line = lines[row]
                    name.setText(line.name)
                    note.setText(line.note)
                    spoken = f"{line.name}, {line.note}, within {headings[column]}"
                    cell.show_cell(spoken, line.cells[column], cast("Tone", line.tone))

    def _add_line(self, columns: int) -> None:
        row = len(self._cells) + 1
        name, note = PlainLabel(""), PlainLabel("", size="small", tone="muted")
        box = QVBoxLayout()
        box.setSpacing(0)
        for label in (name, note):
            box.addWidget(label)
        self._grid.addLayout(box, row, 0)
        self._names.append((name, note))
        cells = [_Cell(self.words.setText) for _column in range(columns)]
        for column, cell in enumerate(cells, start=1):
            self._grid.addWidget(cell, row, column)
        self._cells.append(cells)
