"""Tables and rows of figures as strips. Columns are as wide as their cells; what is left goes to the wide ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.reports.faces import FAINT, INK, RULE, SOFT, Faces, pen
from app.reports.prose import LINE, lines_of, prose, small_print
from app.reports.strips import Strip
from app.services.report_ports import Column, Figures, Table, Value, missing_reasons, value_text

SIZE: float = 7.6
_SIZES: tuple[float, ...] = (SIZE, 7.0, 6.4, 5.8, 5.2, 4.6)
_HEAD: float = 0.87
_PAD: float = 4.0
_LEAST_TEXT: float = 42.0
_MOST_TEXT: float = 120.0
_TRIED = (*((size, _MOST_TEXT) for size in _SIZES[:-2]), *((size, _LEAST_TEXT) for size in _SIZES))
_SAMPLE: int = 2_000
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a table's columns stand: left edges and widths, and the size of its letters."""

    size: float
    lefts: tuple[float, ...]
    widths: tuple[float, ...]

    @property
    def head(self) -> float:
        """The size of its headings."""
        return round(self.size * _HEAD, 1)


def table_strips(table: Table, faces: Faces, width: float) -> list[Strip]:
    """Return a table; its headings stand again on each page that it goes on to."""
    if not table.rows:
        return prose(table.empty, faces, SIZE, width, colour=SOFT)
    shown = [_texts(row, table.columns) for row in table.rows]
    totals = [_texts(row, table.columns) for row in table.totals]
    frame = _frame(table, [*shown[:_SAMPLE], *totals], faces, width)
    head = _head(table.columns, frame, faces)
    strips = [head]
    for number, row in enumerate(shown):
        last = number == len(shown) - 1
        strips.append(
            _row(row, table.columns, frame, faces, head, strong=number in table.strong, keep=last and bool(totals))
        )
    for number, row in enumerate(totals):
        strips.append(_row(row, table.columns, frame, faces, head, strong=True, over=number == 0))
    for reason in missing_reasons(table):
        strips += small_print(f"— {reason[:1].upper()}{reason[1:].rstrip('.')}.", faces, width)
    return strips


def figure_strip(figures: Figures, faces: Faces, width: float) -> Strip:
    """Return figures side by side: name, figure, note."""
    count = max(len(figures.items), 1)
    each = width / count
    room = each - faces.gap(8)
    notes = [lines_of(item.note, faces, 6.6, 400, room)[:2] if item.note else [] for item in figures.items]
    tops = faces.gap(9), faces.gap(17)
    step = faces.gap(6.6) * LINE
    height = sum(tops) + step * max((len(note) for note in notes), default=0) + faces.gap(3)

    def draw(painter: QPainter, x: float, y: float, _across: float) -> None:
        for place, (item, note) in enumerate(zip(figures.items, notes, strict=True)):
            left = x + place * each
            text = value_text(item.value, item.column)
            if item.column.kind == "btc":
                text = f"{text} BTC"
            size = next((size for size in (13.0, 11.5, 10.0, 8.5, 7.0) if faces.width(text, size, 700) <= room), 6.0)
            rows = ((item.column.heading, 6.8, 400, SOFT, tops[0]), (text, size, 700, INK, tops[1]))
            top = y
            for words, points, weight, colour, tall in rows:
                painter.setFont(faces.font(points, weight))
                painter.setPen(QColor(colour))
                box = QRectF(left, top, room, tall)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, faces.elided(words, points, weight, room))
                top += tall
            painter.setFont(faces.font(6.6))
            painter.setPen(QColor(SOFT))
            for line in note:
                painter.drawText(QRectF(left, top, room + 50, step), Qt.AlignmentFlag.AlignVCenter, line)
                top += step
            if place:
                painter.setPen(pen(FAINT, 0.6))
                painter.drawLine(QPointF(left - faces.gap(5), y), QPointF(left - faces.gap(5), y + height))

    return Strip(height, draw)


def _texts(row: Sequence[Value], columns: Sequence[Column]) -> list[str]:
    return [value_text(value, column) for value, column in zip(row, columns, strict=True)]


def _frame(table: Table, rows: Sequence[Sequence[str]], faces: Faces, width: float) -> Frame:
    """Return where columns stand, in the largest letters in which everything of a usual length can be read whole.

    Where even the smallest are too large for that, text gives way, the widest column first; a figure is never cut.
    """
    size, widths, over = SIZE, [0.0], 0.0
    for size, least in _TRIED:
        widths, over = _widths(table, rows, faces, width, (size, least))
        if over <= 0:
            break
    if over > 0:
        widths = [each * width / (width + over) for each in widths]
    else:
        wide = [place for place, column in enumerate(table.columns) if column.wide] or range(len(widths))
        spare = -over / len(wide)
        widths = [each + (spare if place in wide else 0.0) for place, each in enumerate(widths)]
    lefts = [sum(widths[:place]) for place in range(len(widths))]
    return Frame(size, tuple(lefts), tuple(widths))


def _widths(
    table: Table, rows: Sequence[Sequence[str]], faces: Faces, width: float, tried: tuple[float, float]
) -> tuple[list[float], float]:
    """Return how wide the columns are, and how much too wide they are together.

    ``tried`` are the letters' size, and to what width (at full size) text may be cut down.
    """
    size, kept = tried
    pad = faces.gap(_PAD) * size / SIZE
    widths = []
    for place, column in enumerate(table.columns):
        head = max(faces.width(word, round(size * _HEAD, 1), 600) for word in _head_lines(column.heading))
        # Text is measured cell by cell; the longest few are enough, for letters differ less than lengths do.
        longest = sorted({row[place] for row in rows}, key=len)[-12:]
        figures = column.at_right
        cells = max((faces.width(text, size, 600, figures=figures) for text in longest), default=0.0)
        widths.append(max(head, cells) + 2 * pad)
    over = sum(widths) - width
    texts = [place for place, column in enumerate(table.columns) if not column.at_right]
    while over > 0 and texts:
        widest = max(texts, key=lambda place: widths[place])
        least = faces.gap(kept) * size / SIZE
        if widths[widest] <= least:
            break
        cut = min(over, widths[widest] - least, max(widths[widest] * 0.1, 1.0))
        widths[widest] -= cut
        over -= cut
    return widths, over


def _head_lines(text: str) -> list[str]:
    """Return a heading on one line, or two where it is long."""
    words = text.split()
    if len(text) <= 11 or len(words) == 1:  # noqa: PLR2004 - letters that a column of figures has room for
        return [text]
    cut = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(" ".join(words[at:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _head(columns: Sequence[Column], frame: Frame, faces: Faces) -> Strip:
    lines = [_head_lines(column.heading) for column in columns]
    step, pad = faces.gap(frame.head) * 1.25, faces.gap(_PAD) * frame.size / SIZE
    height = step * max(map(len, lines)) + faces.gap(4)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.setFont(faces.font(frame.head, 600))
        painter.setPen(QColor(SOFT))
        for place, (column, words) in enumerate(zip(columns, lines, strict=True)):
            room = frame.widths[place] - 2 * pad
            side = Qt.AlignmentFlag.AlignRight if column.at_right else Qt.AlignmentFlag.AlignLeft
            top = y + height - faces.gap(2) - step * len(words)
            for number, line in enumerate(words):
                box = QRectF(x + frame.lefts[place] + pad, top + number * step, room, step)
                fitting = faces.elided(line, frame.head, 600, room + 5)
                painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, fitting)
        painter.setPen(pen(INK, 0.6))
        painter.drawLine(QPointF(x, y + height), QPointF(x + across, y + height))

    return Strip(height, draw, keep=True)


def _row(
    texts: Sequence[str],
    columns: Sequence[Column],
    frame: Frame,
    faces: Faces,
    head: Strip,
    *,
    strong: bool = False,
    over: bool = False,
    keep: bool = False,
) -> Strip:
    height, pad = faces.gap(frame.size) * 1.62 * faces.air, faces.gap(_PAD) * frame.size / SIZE
    weight = 600 if strong else 400

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.setPen(QColor(INK))
        for place, (column, text) in enumerate(zip(columns, texts, strict=True)):
            if not text:
                continue
            painter.setFont(faces.font(frame.size, weight, figures=column.at_right))
            room = frame.widths[place] - 2 * pad
            side = Qt.AlignmentFlag.AlignRight if column.at_right else Qt.AlignmentFlag.AlignLeft
            box = QRectF(x + frame.lefts[place] + pad, y, room, height)
            fitting = text if column.at_right else faces.elided(text, frame.size, weight, room + 5)
            if column.at_right:
                # The only space that our letters keep among figures of one width.
                fitting = _SPACE.sub("\u202f", fitting)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, fitting)
        painter.setPen(pen(FAINT, 0.5))
        painter.drawLine(QPointF(x, y + height), QPointF(x + across, y + height))
        if over:
            painter.setPen(pen(INK, 0.8))
            painter.drawLine(QPointF(x, y), QPointF(x + across, y))
        painter.setPen(pen(RULE, 0.5))

    return Strip(height, draw, keep=keep, again=head)
