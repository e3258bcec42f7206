"""How a loans table's cells are painted: texts, the name with its hours, the LTV bar and the chip.

They are painted here and not by the style: a style sheet asks a model for seven roles of every cell and looks its
rules up anew, which costs more than the drawing of three hundred cells. What a cell looks like (line below, padding,
ground when chosen) is the same as ``QTableView::item`` in the style sheet says.
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.colours import Colours
from app.ui.levels import Standing
from app.ui.models.loans import SECOND, LoanTableModel
from app.ui.roles import Role
from app.ui.theme import Theme
from app.ui.widgets.marks import BarFigures, chip_font, paint_bar, paint_chip

_MARGIN: Final = 8
_FIGURE: Final = "888.8 %"
_CENTRE_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# Plain numbers: for three hundred cells a tick, Qt's enums cost more than the drawing.
_LEFT_FLAGS: Final = int((_CENTRE_LEFT | Qt.TextFlag.TextSingleLine).value)
_RIGHT_FLAGS: Final = int((_CENTRE_RIGHT | Qt.TextFlag.TextSingleLine).value)
_SELECTED: Final = QStyle.StateFlag.State_Selected

Index = QModelIndex | QPersistentModelIndex


def bold(font: QFont) -> QFont:
    """Return the font of what a row is about."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


class _Widths(dict[str, float]):
    """Each character's width, measured once; their sum is quicker than measuring a text."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        super().__init__()
        self._metrics = metrics

    def __missing__(self, letter: str) -> float:
        width = self[letter] = self._metrics.horizontalAdvance(letter)
        return width


class Brushwork:
    """Colours and fonts ready for painting, made again when the theme or the table's font changes; one for a table."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._mixed: Colours | None = None
        self._font: QFont | None = None

    def ready(self, font: QFont) -> "Brushwork":
        """Return itself, fit for the colours in force and for ``font``."""
        colours = self._theme.colours
        if colours is not self._mixed:
            self._mixed = colours
            self.colours = colours
            self.text, self.muted = QColor(colours.text), QColor(colours.muted)
            self.line, self.selected = QColor(colours.border), QColor(colours.selected)
        if self._font is None or font != self._font:
            self._font = self.font = QFont(font)
            self.bold, self.chip = bold(font), chip_font(font)
            self.metrics, self.bold_metrics = QFontMetricsF(font), QFontMetricsF(self.bold)
            self.widths = _Widths(self.metrics)
            self.figure_width = self.bold_metrics.horizontalAdvance(_FIGURE)
        return self

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> tuple[int, int, int, int]:
        """Draw an empty cell, its ground when chosen and the line below; return its left, top, width and height."""
        rect = option.rect
        if _SELECTED in option.state:
            painter.fillRect(rect, self.selected)
        left, top, width, height = box = _box(rect)
        painter.fillRect(left, top + height - 1, width, 1, self.line)
        return box


def _box(rect: QRect) -> tuple[int, int, int, int]:
    return rect.getRect()  # type: ignore[return-value,unused-ignore] # PySide's stubs call it an object


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, brushwork: Brushwork, parent: QWidget) -> None:
        super().__init__(parent)
        self._brushwork = brushwork


class TextDelegate(_CellDelegate):
    """Draws a cell's text; asks the model itself, without a way through Qt's variants."""

    def __init__(self, brushwork: Brushwork, model: LoanTableModel, parent: QWidget) -> None:
        super().__init__(brushwork, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then its text, shortened where it does not fit."""
        work = self._brushwork.ready(option.font)
        left, top, width, height = work.ground(painter, option)
        text, right = self._model.painted(index.row(), index.column())
        room = width - 2 * _MARGIN
        if sum(map(work.widths.__getitem__, text)) > room:
            text = work.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(work.font)
        painter.setPen(work.text)
        painter.drawText(left + _MARGIN, top, room, height, _RIGHT_FLAGS if right else _LEFT_FLAGS, text)


class NameDelegate(_CellDelegate):
    """Draws a loan's name, and the hours that its margin call leaves in a quieter tone."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then the two texts."""
        work = self._brushwork.ready(option.font)
        work.ground(painter, option)
        area = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        name = work.bold_metrics.elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(work.bold)
        painter.setPen(work.text)
        painter.drawText(area, _CENTRE_LEFT, name)
        hours = index.data(SECOND)
        if not hours:
            return
        taken, second = work.bold_metrics.horizontalAdvance(name), f" · {hours}"
        if area.width() - taken > work.bold_metrics.horizontalAdvance(second):
            painter.setFont(option.font)
            painter.setPen(work.muted)
            painter.drawText(area.adjusted(taken, 0, 0, 0), _CENTRE_LEFT, second)


class LtvDelegate(_CellDelegate):
    """Draws the LTV bar with its marks, and the figure to its right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then the bar and the figure."""
        work = self._brushwork.ready(option.font)
        work.ground(painter, option)
        area = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        width, figures = work.figure_width, index.data(Role.BAR)
        if isinstance(figures, BarFigures) and area.width() > width * 1.6:
            paint_bar(painter, area.adjusted(2, 0, -width - 10, 0), figures, work.colours)
        painter.setFont(work.bold)
        painter.setPen(work.text)
        painter.drawText(area, _CENTRE_RIGHT, str(index.data() or ""))


class StateDelegate(_CellDelegate):
    """Draws where a loan stands as a chip."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then the chip."""
        work = self._brushwork.ready(option.font)
        work.ground(painter, option)
        standing = index.data(Role.CHIP)
        if isinstance(standing, Standing):
            area = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
            paint_chip(painter, area, standing, work.colours, work.chip)
