"""The load lines on paper: a price ruler with each loan's margin call and forced sale on it.

Today's price is a solid line, the drop test's fall a hatched band, the reserve's end a dotted line; a margin call is a
hollow mark, a forced sale a filled one. No colour carries a meaning.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from app.reports.faces import FAINT, INK, RULE, SOFT, TINT, Faces, brush, pen
from app.reports.prose import small_print
from app.reports.strips import Strip
from app.services.report_ports import Column, Kind, PriceMarks, PriceRuler, Rounding, mark_text, value_text

_MARK: float = 6.4
_NAMES: float = 0.19
_WORDS: float = 0.13
_ROW: float = 12.0
_FALL = Column("Fall", Kind.PERCENT, digits=0, rounding=Rounding.UP)


@dataclass(frozen=True, slots=True)
class Scale:
    """Prices to places between two edges; the low price is at the left."""

    low: float
    high: float
    left: float
    width: float

    def at(self, price: Decimal) -> float:
        """Return where a price stands, at an edge where it lies beyond."""
        part = (float(price) - self.low) / (self.high - self.low)
        return self.left + min(max(part, 0.0), 1.0) * self.width


def ruler_strips(ruler: PriceRuler, faces: Faces, width: float) -> list[Strip]:
    """Return the whole picture, which is not parted between pages, and what its strokes mean."""
    low, high = span_of(ruler)
    names, words = width * _NAMES, width * _WORDS
    common = _common(ruler, Scale(low, high, names, width - names - words), faces)
    levels = 1 + max((one.level for one in common), default=0)
    head, foot, row = faces.gap(4 + 10.5 * levels), faces.gap(16), faces.gap(_ROW) * faces.air
    legend = faces.gap(13)
    height = head + row * max(len(ruler.marks), 1) + foot + legend

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        scale = Scale(low, high, x + names, across - names - words)
        shifted = [one._replace(left=one.left + x) for one in common]
        top, bottom = y + head, y + height - foot - legend
        _band(painter, ruler, scale, top, bottom)
        _grid(painter, ruler, scale, faces, top, bottom)
        _lines(painter, shifted, scale, faces, y, bottom)
        for number, marks in enumerate(ruler.marks):
            _loan(painter, marks, ruler.currency, scale, faces, (x, top + number * row, across, row))
        _legend(painter, faces, QRectF(x, y + height - legend, across, legend))

    return [Strip(height, draw, keep=True), *small_print(_meaning(ruler), faces, width)]


def span_of(ruler: PriceRuler) -> tuple[float, float]:
    """Return the lowest and the highest price shown, with room at both ends."""
    prices = [mark for loan in ruler.marks for mark in (loan.call, loan.sale) if mark is not None]
    prices += [price for price in (ruler.price, ruler.last, ruler.dropped) if price is not None]
    if not prices:
        return 0.0, 1.0
    low, high = float(min(prices)), float(max(prices))
    if ruler.reserve is not None and float(ruler.reserve) > low - (high - low):
        # One that lies far below would press all else together; it is told at the edge.
        low = min(low, float(ruler.reserve))
    now = float(ruler.price or ruler.last or max(prices))
    # A loan that is very safe would press all others together; it stands at the edge.
    low, high = max(low, now * 0.2), min(high, now * 2)
    room = max((high - low) * 0.06, high * 0.02)
    return max(low - 2 * room, 0.0), high + 2 * room


def steps_of(low: float, high: float, most: int = 7) -> list[Decimal]:
    """Return round prices between two."""
    rough = (high - low) / most
    if rough <= 0:
        return []
    size = 10 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first = floor(low / step) + 1
    return [Decimal(repr(round(place * step, 6))) for place in range(first, floor(high / step) + 1)]


def _band(painter: QPainter, ruler: PriceRuler, scale: Scale, top: float, bottom: float) -> None:
    if ruler.price is None or ruler.dropped is None:
        return
    left, right = scale.at(ruler.dropped), scale.at(ruler.price)
    area = QRectF(left, top, right - left, bottom - top)
    painter.fillRect(area, QColor(TINT))
    painter.save()
    painter.setClipRect(area)
    painter.setPen(pen(FAINT, 0.5))
    tall, place = bottom - top, left - (bottom - top)
    while place < right:
        painter.drawLine(QPointF(place, bottom), QPointF(place + tall, top))
        place += 55
    painter.restore()


def _grid(painter: QPainter, ruler: PriceRuler, scale: Scale, faces: Faces, top: float, bottom: float) -> None:
    painter.setFont(faces.font(6.2))
    for price in steps_of(scale.low, scale.high):
        place = scale.at(price)
        painter.setPen(pen(FAINT, 0.5))
        painter.drawLine(QPointF(place, top), QPointF(place, bottom))
        painter.setPen(QColor(SOFT))
        box = QRectF(place - 400, bottom + faces.gap(2), 800, faces.gap(10))
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, mark_text(price, ruler.currency))
    painter.setPen(pen(INK, 0.8))
    painter.drawLine(QPointF(scale.left, bottom), QPointF(scale.left + scale.width, bottom))


class _Common(NamedTuple):
    """A price that holds for all loans: its stroke, its words, where those begin and in which of two rows."""

    price: Decimal
    words: str
    stroke: QPen
    weight: int
    left: float
    level: int


def _common(ruler: PriceRuler, scale: Scale, faces: Faces) -> list[_Common]:
    """Return the prices that hold for all loans, their words in two rows so that none covers another."""
    found: list[tuple[Decimal, str, QPen, int]] = []
    dash, dot, solid = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.SolidLine
    if ruler.price is not None:
        found.append((ruler.price, f"now {mark_text(ruler.price, ruler.currency)}", pen(INK, 1.4, solid), 700))
    elif ruler.last is not None:
        words = f"last known {mark_text(ruler.last, ruler.currency)}, judges nothing"
        found.append((ruler.last, words, pen(INK, 0.8, Qt.PenStyle.DashDotLine), 400))
    if ruler.dropped is not None and ruler.drop is not None:
        words = f"after −{value_text(ruler.drop, _FALL)}: {mark_text(ruler.dropped, ruler.currency, danger=True)}"
        found.append((ruler.dropped, words, pen(INK, 0.9, dash), 600))
    if ruler.reserve is not None:
        beyond = "← " if float(ruler.reserve) < scale.low else ""
        words = f"{beyond}reserve ends {mark_text(ruler.reserve, ruler.currency, danger=True)}"
        found.append((ruler.reserve, words, pen(INK, 1.2, dot), 600))
    taken: list[list[tuple[float, float]]] = [[], []]
    placed = []
    for price, words, stroke, weight in found:
        wide = faces.width(words, 6.8, weight)
        left = min(max(scale.at(price) - wide / 2, scale.left), scale.left + scale.width + faces.gap(40) - wide)
        free = (level for level in (0, 1) if all(left > b + 60 or left + wide < a - 60 for a, b in taken[level]))
        level = next(free, 1)
        taken[level].append((left, left + wide))
        placed.append(_Common(price, words, stroke, weight, left, level))
    return placed


def _lines(painter: QPainter, common: list[_Common], scale: Scale, faces: Faces, y: float, bottom: float) -> None:
    rows = max((one.level for one in common), default=0)
    for one in common:
        top = y + faces.gap((rows - one.level) * 10.5)
        painter.setFont(faces.font(6.8, one.weight))
        painter.setPen(QColor(INK))
        wide = faces.width(one.words, 6.8, one.weight)
        painter.drawText(QRectF(one.left, top, wide + 50, faces.gap(10)), Qt.AlignmentFlag.AlignLeft, one.words)
        painter.setPen(one.stroke)
        painter.drawLine(QPointF(scale.at(one.price), top + faces.gap(10)), QPointF(scale.at(one.price), bottom))


def _loan(
    painter: QPainter,
    marks: PriceMarks,
    currency: str,
    scale: Scale,
    faces: Faces,
    box: tuple[float, float, float, float],
) -> None:
    x, y, across, row = box
    middle = y + row / 2
    names, words = across * _NAMES - faces.gap(6), across * _WORDS - faces.gap(6)
    painter.setFont(faces.font(7.2, 600))
    painter.setPen(QColor(INK))
    painter.drawText(QRectF(x, y, names, row), Qt.AlignmentFlag.AlignVCenter, faces.elided(marks.name, 7.2, 600, names))
    painter.setFont(faces.font(6.8))
    right = QRectF(x + across - words, y, words, row)
    painter.drawText(right, Qt.AlignmentFlag.AlignVCenter, faces.elided(marks.words, 6.8, 400, words))
    painter.setPen(pen(RULE, 0.5))
    painter.drawLine(QPointF(scale.left, middle), QPointF(scale.left + scale.width, middle))
    known = [price for price in (marks.call, marks.sale) if price is not None]
    if len(known) == 2:  # noqa: PLR2004 - both
        painter.setPen(pen(INK, 1.0))
        painter.drawLine(QPointF(scale.at(min(known)), middle), QPointF(scale.at(max(known)), middle))
    if marks.sale is not None:
        _mark(painter, QPointF(scale.at(marks.sale), middle), filled=True, size=faces.gap(_MARK))
    if marks.call is not None:
        _mark(painter, QPointF(scale.at(marks.call), middle), filled=False, size=faces.gap(_MARK))
    _label(painter, marks, currency, scale, faces, middle)


def _label(painter: QPainter, marks: PriceMarks, currency: str, scale: Scale, faces: Faces, middle: float) -> None:
    """Write each mark's price beside it, on a ground of paper so that lines do not cross it."""
    size, tall, off = 6.2, faces.gap(8), faces.gap(_MARK)
    places = sorted(
        ((scale.at(price), price) for price in (marks.call, marks.sale) if price is not None), key=lambda each: each[0]
    )
    for number, (place, price) in enumerate(places):
        text = mark_text(price, currency, danger=True)
        wide = faces.width(text, size, 400)
        at_left = number == 0 and (len(places) > 1 or place - off - wide > scale.left)
        if at_left and place - off - wide < scale.left:
            at_left = False
            if len(places) > 1:
                continue
        left = place - off - wide if at_left else place + off
        box = QRectF(left - 10, middle - tall / 2, wide + 20, tall)
        painter.fillRect(box, brush("#ffffff"))
        painter.setFont(faces.font(size))
        painter.setPen(QColor(INK))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def _mark(painter: QPainter, at: QPointF, *, filled: bool, size: float) -> None:
    """Draw a hollow triangle for a call, a filled square for a sale."""
    half = size / 2
    painter.setPen(pen(INK, 1.0))
    painter.setBrush(brush(INK if filled else "#ffffff"))
    if filled:
        painter.drawRect(QRectF(at.x() - half * 0.8, at.y() - half * 0.8, size * 0.8, size * 0.8))
    else:
        corners = [QPointF(at.x(), at.y() + half), QPointF(at.x() - half, at.y() - half * 0.8)]
        corners.append(QPointF(at.x() + half, at.y() - half * 0.8))
        painter.drawPolygon(QPolygonF(corners))
    painter.setBrush(QBrush())


def _legend(painter: QPainter, faces: Faces, box: QRectF) -> None:
    size = faces.gap(_MARK)
    left, middle = box.left(), box.center().y()
    for filled, words in ((False, "margin call"), (True, "forced sale")):
        _mark(painter, QPointF(left + size / 2, middle), filled=filled, size=size)
        left += size + faces.gap(3)
        painter.setFont(faces.font(6.6))
        painter.setPen(QColor(SOFT))
        painter.drawText(QRectF(left, box.top(), 2000, box.height()), Qt.AlignmentFlag.AlignVCenter, words)
        left += faces.width(words, 6.6) + faces.gap(10)


def _meaning(ruler: PriceRuler) -> str:
    parts = ["A fall moves from right to left."]
    if ruler.price is not None and ruler.dropped is not None:
        parts.append("Hatched: what the drop test falls through.")
    if ruler.reserve is not None:
        parts.append("Dotted: down to there the free bitcoin cures every call.")
    if ruler.more:
        parts.append(f"And {ruler.more:,} more loans that are not drawn.")
    return " ".join(parts)
