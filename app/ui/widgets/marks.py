"""Level marks: the chip, and the LTV bar with its triggers; as widgets and as delegates for a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.terms import TriggerKind
from app.ui.colours import Colours
from app.ui.formats import NOT_KNOWN, ltv_text
from app.ui.levels import SHAPES, Level, Standing
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role
from app.ui.theme import Theme

MARK_LEVEL: Final = {
    TriggerKind.WARNING: Level.WATCH,
    TriggerKind.MARGIN_CALL: Level.CALL,
    TriggerKind.LIQUIDATION: Level.SALE,
}
_MARK_REACH: Final = {Level.WATCH: 4.0, Level.CALL: 6.0, Level.SALE: 8.0}
_PADDING: Final = 8.0


@dataclass(frozen=True, slots=True)
class BarFigures:
    """What an LTV bar shows, on a scale from 0 to 1: where the loan is, and the marks of its triggers."""

    ltv: Decimal | None
    level: Level
    marks: tuple[tuple[Level, Decimal], ...]

    @property
    def sentence(self) -> str:
        """The bar in words."""
        told = {Level.WATCH: "warning", Level.CALL: "called", Level.SALE: "sold"}
        marks = ", ".join(f"{told[level]} at {ltv_text(value)}" for level, value in self.marks)
        return f"LTV {ltv_text(self.ltv)}" + (f"; {marks}" if marks else "")


def bar_figures(ltv: Decimal | None, level: Level, triggers: Iterable[tuple[TriggerKind, Decimal]]) -> BarFigures:
    """Return the bar of a loan at ``ltv`` whose triggers stand at the given LTVs."""
    return BarFigures(ltv, level, tuple((MARK_LEVEL[kind], value) for kind, value in triggers))


def paint_bar(painter: QPainter, area: QRectF, figures: BarFigures, colours: Colours) -> None:
    """Draw an LTV bar; graver marks are longer and thicker, so that they differ without their colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, thick = area.center().y(), 6.0
    track = QRectF(area.left(), middle - thick / 2, area.width(), thick)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.track))
    painter.drawRoundedRect(track, thick / 2, thick / 2)
    if figures.ltv is not None:
        part = min(max(float(figures.ltv), 0.0), 1.0)
        painter.setBrush(QColor(colours.mark(figures.level)))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * part, thick), thick / 2, thick / 2)
    for level, value in figures.marks:
        x = track.left() + track.width() * min(float(value), 1.0)
        width, reach = (2.6 if level is Level.SALE else 2.0), _MARK_REACH[level]
        painter.setPen(QPen(QColor(colours.panel), width + 2))
        painter.drawLine(_line(x, middle, reach))
        painter.setPen(QPen(QColor(colours.mark(level)), width))
        painter.drawLine(_line(x, middle, reach))
    painter.restore()


def paint_chip(
    painter: QPainter, area: QRectF, standing: Standing, colours: Colours, font: QFont, *, right: bool = True
) -> None:
    """Draw a chip in the middle of ``area``'s height, at its right or left end: shape, word, fill and border."""
    look = colours.chips[standing.level]
    text = chip_text(standing)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + 4
    width = min(width, area.width())
    left = area.right() - width if right else area.left()
    box = QRectF(left, area.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.border), 1))
    painter.setBrush(QColor(look.fill))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.setFont(font)
    painter.setPen(QColor(look.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def chip_text(standing: Standing) -> str:
    """Return a chip's words with the shape of its level."""
    return f"{SHAPES[standing.level]} {standing.word}"


def chip_font(base: QFont) -> QFont:
    """Return the font of a chip's words."""
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * 0.9)
    font.setWeight(QFont.Weight.DemiBold)
    return font


class Chip(QWidget):
    """A level as shape, word and colour."""

    def __init__(self, theme: Theme, standing: Standing | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._standing = standing
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._repaint)
        if standing is not None:
            self.show_standing(standing)

    def show_standing(self, standing: Standing) -> None:
        """Show another standing."""
        self._standing = standing
        self.setAccessibleName(standing.word)
        self.setAccessibleDescription(standing.sentence)
        self.setToolTip(plain_tip(standing.sentence))
        self.updateGeometry()
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the words."""
        metrics = QFontMetricsF(chip_font(self.font()))
        text = chip_text(self._standing) if self._standing else ""
        return QSize(int(metrics.horizontalAdvance(text) + 2 * _PADDING) + 2, int(metrics.height()) + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the chip."""
        if self._standing is not None:
            painter = QPainter(self)
            paint_chip(painter, QRectF(self.rect()), self._standing, self._theme.colours, chip_font(self.font()))
            painter.end()


class LtvBar(QWidget):
    """An LTV from 0 to 100 % as a bar, with the loan's own triggers as marks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures: BarFigures | None = None
        self.setMinimumSize(80, 22)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"LTV {NOT_KNOWN}")
        theme.changed.connect(self._repaint)

    def show_figures(self, figures: BarFigures) -> None:
        """Show a loan."""
        self._figures = figures
        self.setAccessibleName(figures.sentence)
        self.setToolTip(plain_tip(figures.sentence))
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar."""
        if self._figures is not None:
            painter = QPainter(self)
            paint_bar(painter, QRectF(self.rect()).adjusted(2, 0, -2, 0), self._figures, self._theme.colours)
            painter.end()


class ChipDelegate(QStyledItemDelegate):
    """Draws what a model gives under ``Role.CHIP`` as a chip."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell's ground as the style does, then the chip."""
        paint_ground(painter, option)
        standing = index.data(Role.CHIP)
        if isinstance(standing, Standing):
            area = QRectF(option.rect).adjusted(8, 0, -8, 0)
            paint_chip(painter, area, standing, self._theme.colours, chip_font(option.font), right=False)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw an empty cell: selection, focus and the line below."""
    widget: QWidget = option.widget
    widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)


def _line(x: float, middle: float, reach: float) -> QLineF:
    return QLineF(x, middle - reach, x, middle + reach)
