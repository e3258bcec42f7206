"""The gauge of the loan page: LTV on a scale of its own, the contract's levels below it in per cent and in price."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.figures import LoanFigures
from app.ui.colours import Colours
from app.ui.formats import danger_price_text, headroom_text, ltv_text, percent_text
from app.ui.levels import SHAPES, Level, standing_of
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme
from app.ui.widgets.marks import MARK_LEVEL
from app.ui.words import TRIGGER_WORDS

_ZERO: Final = Decimal(0)
_TOP: Final = 40.0
_THICK: Final = 16.0
_GAP: Final = 12.0
_MOST_ROWS: Final = 6


class GaugeMark(NamedTuple):
    """A level of the contract with its words."""

    at: Decimal
    level: Level
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class GaugeFigures:
    """What the gauge shows; LTVs are fractions, the scale runs from 0 to ``most``."""

    ltv: Decimal | None
    after: Decimal | None
    fall: str
    level: Level
    marks: tuple[GaugeMark, ...]
    most: Decimal

    @property
    def sentence(self) -> str:
        """The gauge in words."""
        parts = [f"LTV {ltv_text(self.ltv)}"]
        if self.after is not None:
            parts.append(f"{ltv_text(self.after)} after a fall of {self.fall}")
        parts += [f"{mark.title}, {mark.words}" for mark in self.marks]
        return "; ".join(parts)


def gauge_figures(figures: LoanFigures) -> GaugeFigures:
    """Return the gauge of a loan."""
    marks = []
    for line in figures.triggers:
        words = danger_price_text(line.price, figures.loan.currency)
        if line.headroom is not None:
            words += f" · {headroom_text(line.headroom)} below" if line.headroom > 0 else " · passed"
        level = MARK_LEVEL[line.trigger.kind]
        title = f"{SHAPES[level]} {TRIGGER_WORDS[line.trigger.kind]} {percent_text(line.trigger.ltv)}"
        marks.append(GaugeMark(line.trigger.ltv, level, title, words))
    test = figures.drop_test
    after = test.ltv if test is not None else None
    top = max((mark.at for mark in marks), default=_ZERO)
    most = min(max(Decimal(1), figures.ltv or _ZERO, after or _ZERO, top), Decimal("1.5"))
    fall = percent_text(test.drop) if test is not None else ""
    return GaugeFigures(figures.ltv, after, fall, standing_of(figures).level, tuple(marks), most)


def label_rows(spans: list[tuple[float, float]], gap: float = _GAP) -> list[int]:
    """Return for each label, given from left to right, the row in which it touches no other.

    The rightmost has the first row, so that the line down to a label crosses none of those to its right.
    """
    starts: list[float] = []
    rows = []
    for left, right in reversed(spans):
        row = next((index for index, start in enumerate(starts) if right + gap <= start), len(starts))
        if row == len(starts):
            starts.append(left)
        else:
            starts[row] = left
        rows.append(row)
    return rows[::-1]


class LtvGauge(QWidget):
    """Paints ``GaugeFigures``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures: GaugeFigures | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("LTV")
        theme.changed.connect(self._repaint)

    def show_figures(self, figures: GaugeFigures) -> None:
        """Show a loan."""
        self._figures = figures
        self.setAccessibleName(figures.sentence)
        self.setToolTip(plain_tip(figures.sentence))
        self.updateGeometry()
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def _rows(self) -> int:
        if self._figures is None or not self._figures.marks:
            return 1
        return min(max(label_rows(self._spans(self.width() - 8.0))) + 1, _MOST_ROWS)

    def _spans(self, width: float) -> list[tuple[float, float]]:
        figures = self._figures
        if figures is None:
            return []
        bold, body = QFontMetricsF(_bold(self.font())), QFontMetricsF(self.font())
        spans = []
        for mark in figures.marks:
            size = max(bold.horizontalAdvance(mark.title), body.horizontalAdvance(mark.words)) + 4
            left = _place(mark.at, figures.most, width) + 5
            left = max(0.0, min(left, width - size))
            spans.append((left, left + size))
        return spans

    def sizeHint(self) -> QSize:
        """Room for the bar and the labels below it."""
        line = QFontMetricsF(self.font()).height()
        return QSize(420, int(_TOP + _THICK + 10 + self._rows() * (2 * line + 8) + 4))

    def minimumSizeHint(self) -> QSize:
        """The same, narrower."""
        return QSize(300, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        """Labels may need another row."""
        super().resizeEvent(event)  # type: ignore[arg-type] # Qt hands over a QResizeEvent
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar, the zones, the pointers and the labels."""
        if self._figures is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(4, _TOP, self.width() - 8, _THICK)
        self._paint_bar(painter, bar, self._figures, self._theme.colours)
        self._paint_labels(painter, bar, self._figures, self._theme.colours)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: QRectF, figures: GaugeFigures, colours: Colours) -> None:
        edges = [(_ZERO, Level.SAFE), *((mark.at, mark.level) for mark in figures.marks)]
        painter.setPen(Qt.PenStyle.NoPen)
        worst = Level.SAFE
        for index, (start, level) in enumerate(edges):
            worst = max(worst, level, key=_GRAVITY.index)
            end = edges[index + 1][0] if index + 1 < len(edges) else figures.most
            left, right = (bar.left() + _place(at, figures.most, bar.width()) for at in (start, end))
            painter.setBrush(QColor(colours.zone(worst)))
            painter.drawRect(QRectF(left, bar.top(), max(right - left, 0), bar.height()))
        if figures.ltv is not None:
            painter.setBrush(QColor(colours.mark(figures.level)))
            reach = _place(figures.ltv, figures.most, bar.width())
            painter.drawRect(QRectF(bar.left(), bar.top() + 4, reach, bar.height() - 8))
        self._paint_pointers(painter, bar, figures, colours)

    def _paint_pointers(self, painter: QPainter, bar: QRectF, figures: GaugeFigures, colours: Colours) -> None:
        if figures.ltv is None:
            return
        bold, edge = _bold(self.font()), float(self.width())
        if figures.after is not None:
            x = bar.left() + _place(figures.after, figures.most, bar.width())
            words = f"after −{figures.fall}: {ltv_text(figures.after)}"
            width = QFontMetricsF(self.font()).horizontalAdvance(words) + 2
            left = min(x - 5, edge - width)
            _pointer(painter, x, QPointF(left, bar.top()), words, QColor(colours.muted), self.font())
            edge = left - _GAP
        x = bar.left() + _place(figures.ltv, figures.most, bar.width())
        words = f"now {ltv_text(figures.ltv)}"
        width = QFontMetricsF(bold).horizontalAdvance(words) + 2
        left = max(0.0, min(x + 5, edge) - width)
        _pointer(painter, x, QPointF(left, bar.top()), words, QColor(colours.text), bold)

    def _paint_labels(self, painter: QPainter, bar: QRectF, figures: GaugeFigures, colours: Colours) -> None:
        line = QFontMetricsF(self.font()).height()
        spans = self._spans(bar.width())
        placed = [
            (
                mark,
                QRectF(
                    bar.left() + left, bar.bottom() + 8 + min(row, _MOST_ROWS - 1) * (2 * line + 8), right - left, line
                ),
            )
            for mark, (left, right), row in zip(figures.marks, spans, label_rows(spans), strict=True)
        ]
        for mark, box in placed:
            x = bar.left() + _place(mark.at, figures.most, bar.width())
            painter.setPen(QPen(QColor(colours.mark(mark.level)), 3 if mark.level is Level.SALE else 2))
            painter.drawLine(QLineF(x, bar.top() - 2, x, box.top() + 2 * line if box.left() > x else box.top() - 2))
        for mark, box in placed:
            painter.fillRect(box.adjusted(-2, 0, 0, line), QColor(colours.panel))
            painter.setPen(QColor(colours.mark(mark.level)))
            painter.setFont(_bold(self.font()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, mark.title)
            painter.setFont(self.font())
            painter.setPen(QColor(colours.text))
            painter.drawText(box.translated(0, line), Qt.AlignmentFlag.AlignLeft, mark.words)


_GRAVITY: Final = (Level.SAFE, Level.WATCH, Level.CALL, Level.SALE)


def _place(at: Decimal, most: Decimal, width: float) -> float:
    return min(float(at / most), 1.0) * width


def _pointer(painter: QPainter, x: float, corner: QPointF, words: str, colour: QColor, font: QFont) -> None:
    """Draw a pointer to ``x`` on the bar's upper edge, and its words above, from ``corner`` on."""
    top, height = corner.y(), QFontMetricsF(font).height()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF((QPointF(x - 5, top - 9), QPointF(x + 5, top - 9), QPointF(x, top - 1))))
    painter.setPen(colour)
    painter.setFont(font)
    width = QFontMetricsF(font).horizontalAdvance(words) + 2
    painter.drawText(QRectF(corner.x(), top - 12 - height, width, height), Qt.AlignmentFlag.AlignLeft, words)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
