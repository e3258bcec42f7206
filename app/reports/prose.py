"""Sentences, headings and small print as strips."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextLayout, QTextOption

from app.reports.faces import INK, RULE, SOFT, Faces, pen
from app.reports.strips import Strip

LINE: float = 1.32


def lines_of(text: str, faces: Faces, points: float, weight: int, width: float) -> list[str]:
    """Return a text broken into lines that fit a width; words that do not fit are broken themselves."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    found: list[str] = []
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, faces.font(points, weight))
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 10.0))
            start = line.textStart()
            found.append(paragraph[start : start + line.textLength()].rstrip())
        layout.endLayout()
        if not paragraph:
            found.append("")
    return found


def prose(
    text: str, faces: Faces, points: float, width: float, *, weight: int = 400, colour: str = INK, keep: bool = False
) -> list[Strip]:
    """Return a paragraph, a strip for each line."""
    font, height = faces.font(points, weight), faces.gap(points) * LINE
    lines = lines_of(text, faces, points, weight, width)

    def strip(line: str, *, last: bool) -> Strip:
        def draw(painter: QPainter, x: float, y: float, across: float) -> None:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(x, y, across + 50, height), Qt.AlignmentFlag.AlignVCenter, line)

        return Strip(height, draw, keep=keep or not last)

    return [strip(line, last=number == len(lines) - 1) for number, line in enumerate(lines)]


def heading(text: str, faces: Faces, width: float) -> list[Strip]:
    """Return a section's heading over a rule; it stands on the same page as what follows."""
    points = 9.5
    height = faces.gap(points) * 1.45
    shown = faces.elided(text, points, 700, width)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.setFont(faces.font(points, 700))
        painter.setPen(QColor(INK))
        painter.drawText(QRectF(x, y, across, height), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setPen(pen(INK, 0.9))
        painter.drawLine(QPointF(x, y + height), QPointF(x + across, y + height))

    return [Strip(height, draw, keep=True), Strip(faces.gap(3), keep=True)]


def small_print(text: str, faces: Faces, width: float) -> list[Strip]:
    """Return a note in small letters."""
    return prose(text, faces, 6.6, width, colour=SOFT)


def boxed(text: str, faces: Faces, width: float) -> Strip:
    """Return a sentence that nobody may miss, in a frame with a heavy bar at its left."""
    points, inset = 9.0, faces.gap(7)
    lines = lines_of(text, faces, points, 600, width - 2 * inset)
    step = faces.gap(points) * LINE
    height = step * len(lines) + faces.gap(8)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.setPen(pen(RULE, 0.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(x, y, across, height))
        painter.fillRect(QRectF(x, y, faces.gap(3), height), QColor(INK))
        painter.setFont(faces.font(points, 600))
        painter.setPen(QColor(INK))
        for number, line in enumerate(lines):
            top = y + faces.gap(4) + number * step
            painter.drawText(QRectF(x + inset, top, across, step), Qt.AlignmentFlag.AlignVCenter, line)

    return Strip(height, draw)
