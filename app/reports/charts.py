"""Bars and lines over time on paper: told apart by hatching, strokes and words, so that greyscale loses nothing."""

from datetime import date, timedelta
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.reports.faces import FAINT, INK, RULE, SOFT, Faces, pen
from app.reports.ruler import steps_of
from app.reports.strips import Strip
from app.services.report_ports import Bar, Bars, Column, Kind, Lines, value_text

_STROKES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_NAMES: float = 0.24


def bar_strips(bars: Bars, faces: Faces) -> list[Strip]:
    """Return a strip for each bar, and one that says what is hatched."""
    largest = max((float(bar.value) for bar in bars.bars), default=0.0)
    texts = [_bar_text(bar, bars.column) for bar in bars.bars]
    words = max((faces.width(text, 7.2) for text in texts), default=0.0) + faces.gap(8)
    strips = [_bar(bars, place, largest, faces, words) for place in range(len(bars.bars))]
    if bars.part_name:
        strips.append(_key(bars.part_name, faces))
    return strips


def _bar(bars: Bars, place: int, largest: float, faces: Faces, words: float) -> Strip:
    bar, height = bars.bars[place], faces.gap(13)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        names = across * _NAMES
        room = max(across - names - words, across * 0.1)
        painter.setFont(faces.font(7.2, 600))
        painter.setPen(QColor(INK))
        label = faces.elided(bar.label, 7.2, 600, names - faces.gap(6))
        painter.drawText(QRectF(x, y, names, height), Qt.AlignmentFlag.AlignVCenter, label)
        whole = max(float(bar.value), 0.0) / largest * room if largest > 0 else 0.0
        part = min(max(float(bar.part), 0.0) / largest * room, whole) if largest > 0 else 0.0
        area = QRectF(x + names, y + height * 0.2, whole, height * 0.6)
        painter.setPen(pen(INK, 0.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        hatch(painter, QRectF(area.left(), area.top(), part, area.height()))
        painter.setFont(faces.font(7.2))
        painter.setPen(QColor(INK))
        box = QRectF(area.right() + faces.gap(5), y, words + 50, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _bar_text(bar, bars.column))

    return Strip(height, draw, keep=place < len(bars.bars) - 1 or bool(bars.part_name))


def _bar_text(bar: Bar, column: Column) -> str:
    unit = " BTC" if column.kind is Kind.BTC else ""
    return f"{value_text(bar.value, column)}{unit}  {bar.words}".rstrip()


def _key(words: str, faces: Faces) -> Strip:
    height = faces.gap(11)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        box = QRectF(x + across * _NAMES, y + height * 0.2, faces.gap(14), height * 0.6)
        painter.setPen(pen(INK, 0.8))
        painter.drawRect(box)
        hatch(painter, box)
        painter.setFont(faces.font(6.6))
        painter.setPen(QColor(SOFT))
        place = QRectF(box.right() + faces.gap(4), y, across, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    return Strip(height, draw)


def hatch(painter: QPainter, area: QRectF) -> None:
    """Fill an area with slanting strokes."""
    if area.width() <= 0:
        return
    painter.save()
    painter.setClipRect(area)
    painter.setPen(pen(INK, 0.6))
    place = area.left() - area.height()
    while place < area.right():
        painter.drawLine(QPointF(place, area.bottom()), QPointF(place + area.height(), area.top()))
        place += 32
    painter.restore()


def line_strip(lines: Lines, faces: Faces) -> Strip:
    """Return a picture of values over time, its lines named where they end."""
    height, foot = faces.gap(130), faces.gap(14)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        points = [point for line in lines.lines for point in line.points]
        if not points:
            painter.setFont(faces.font(7.2))
            painter.setPen(QColor(SOFT))
            painter.drawText(QRectF(x, y, across, height), Qt.AlignmentFlag.AlignCenter, "Nothing to draw.")
            return
        days = sorted({point.day for point in points})
        first, last = days[0], max(days[-1], days[0] + timedelta(days=1))
        values = [float(point.value) for point in points]
        low, high = min(*values, 0.0), max(*values, 0.0)
        high = high if high > low else low + 1
        left, names = faces.gap(56), faces.gap(84)
        area = QRectF(x + left, y + faces.gap(4), across - left - names, height - foot - faces.gap(4))

        def place(day: date, value: float) -> QPointF:
            part = (day - first).days / (last - first).days
            height = (value - low) / (high - low) * area.height()
            return QPointF(area.left() + part * area.width(), area.bottom() - height)

        painter.setFont(faces.font(6.2))
        for step in steps_of(low, high, 4):
            at = place(first, float(step)).y()
            painter.setPen(pen(FAINT, 0.5))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            painter.setPen(QColor(SOFT))
            box = QRectF(x, at - 60, left - faces.gap(4), 120)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, _step_text(step, lines.column))
        painter.setPen(pen(RULE, 0.8))
        painter.drawLine(place(first, 0.0), place(last, 0.0))
        painter.setPen(QColor(SOFT))
        ends = ((first, Qt.AlignmentFlag.AlignLeft), (last, Qt.AlignmentFlag.AlignRight))
        for day, side in ends:
            painter.drawText(QRectF(area.left(), y + height - foot, area.width(), foot), side, day.isoformat())
        for number, line in enumerate(lines.lines[: len(_STROKES)]):
            painter.setPen(pen(INK, 1.1, _STROKES[number]))
            painter.drawPolyline(QPolygonF([place(point.day, float(point.value)) for point in line.points]))
            if line.points:
                end = place(line.points[-1].day, float(line.points[-1].value))
                painter.setPen(QColor(INK))
                box = QRectF(area.right() + faces.gap(4), end.y() - 60, names, 120)
                name = faces.elided(line.name, 6.2, 400, names - faces.gap(4))
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    return Strip(height, draw)


def _step_text(step: Decimal, column: Column) -> str:
    if column.kind is Kind.BTC:
        return f"{step / Decimal(10**8):f} BTC"
    if column.kind is Kind.COUNT:
        return f"{step:,f}"
    return value_text(step, Column(column.heading, column.kind, currency=column.currency, digits=0))
