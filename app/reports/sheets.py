"""A report as pages: head, body, foot with book, time, price, hash and “page n of m”."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from app.domain.errors import InputError
from app.reports.charts import bar_strips, line_strip
from app.reports.faces import INK, RULE, SOFT, Faces, brush, pen
from app.reports.prose import boxed, heading, prose, small_print
from app.reports.ruler import ruler_strips
from app.reports.strips import Strip, beside, draw_stack, height_of, pages_of, space
from app.reports.tables import figure_strip, table_strips
from app.services.report_ports import (
    Bars,
    Block,
    Figures,
    Lines,
    Paper,
    Paragraph,
    PriceRuler,
    Report,
    Section,
    price_text,
)

SIZES: Final = {Paper.A4: QSizeF(5953, 8419), Paper.LETTER: QSizeF(6120, 7920)}
_SIDE: Final = 450.0
_TOP: Final = 400.0
_BOTTOM: Final = 340.0
_GUTTER: Final = 180.0
_AIRS: Final = (1.4, 1.3, 1.2, 1.1)
_SCALES: Final = (1.0, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79, 0.76, 0.73, 0.7)


@dataclass(frozen=True, slots=True)
class Sheets:
    """A report laid out: the size of its paper and what stands on each page."""

    report: Report
    size: QSizeF
    faces: Faces
    head: tuple[Strip, ...]
    pages: tuple[tuple[Strip, ...], ...]

    def draw(self, painter: QPainter, number: int) -> None:
        """Draw one page, counted from 0, at the painter's origin; one unit is a tenth of a point."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.size.width() - 2 * _SIDE
        strips = [*(self.head if number == 0 else _running_head(self.report, self.faces)), *self.pages[number]]
        draw_stack(strips, painter, _SIDE, _TOP, width)
        self._foot(painter, number, width)

    def _foot(self, painter: QPainter, number: int, width: float) -> None:
        faces = Faces()
        top = self.size.height() - _BOTTOM + 60
        painter.setPen(pen(RULE, 0.5))
        painter.drawLine(QPointF(_SIDE, top), QPointF(_SIDE + width, top))
        painter.setFont(faces.font(6.0))
        painter.setPen(QColor(SOFT))
        page = f"Page {number + 1} of {len(self.pages)}"
        room = width - faces.width(page, 6.0) - 150
        first = f"{self.report.book} · {self.report.as_of:%Y-%m-%d %H:%M:%S} UTC · {_short_prices(self.report)}"
        second = f"State of book and price, SHA-256: {self.report.state_hash}"
        for place, words in enumerate((first, second)):
            box = QRectF(_SIDE, top + 25 + place * 85, room, 85)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, faces.elided(words, 6.0, 400, room))
        box = QRectF(_SIDE, top + 25, width, 85)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, page)


def sheets_of(report: Report, paper: Paper) -> Sheets:
    """Return a report laid out; one that has to stand on one page is made smaller until it does.

    Raises:
        InputError: it has too much for one page.
    """
    if not report.one_page:
        return _laid_out(report, paper, Faces())
    for scale, air in (*((1.0, air) for air in _AIRS), *((scale, 1.0) for scale in _SCALES)):
        sheets = _laid_out(report, paper, Faces(scale, air))
        if len(sheets.pages) == 1:
            return sheets
    msg = "it has more than one page has room for; leave something out"
    raise InputError(msg, report.title)


def _laid_out(report: Report, paper: Paper, faces: Faces) -> Sheets:
    size = SIZES[paper]
    width = size.width() - 2 * _SIDE
    tall = size.height() - _TOP - _BOTTOM
    head = _head(report, faces, width)
    running = height_of(_running_head(report, faces))
    pages = pages_of(_body(report, faces, width), tall - height_of(head), tall - running)
    return Sheets(report, size, faces, tuple(head), tuple(map(tuple, pages)))


def _body(report: Report, faces: Faces, width: float) -> list[Strip]:
    strips: list[Strip] = []
    sections = list(report.sections)
    while sections:
        section = sections.pop(0)
        if sections and sections[0].beside:
            other = sections.pop(0)
            each = (width - _GUTTER) / 2
            pair = _section(section, faces, each), _section(other, faces, each)
            strips += [beside(*pair, 0.5, _GUTTER), space(faces.gap(10) * faces.air)]
        else:
            strips += [*_section(section, faces, width), space(faces.gap(10) * faces.air)]
    strips += [strip for text in report.sources for strip in small_print(text, faces, width)]
    while strips and strips[-1].gap:
        strips.pop()
    return strips


def _section(section: Section, faces: Faces, width: float) -> list[Strip]:
    strips = heading(section.heading, faces, width) if section.heading else []
    for place, block in enumerate(section.blocks):
        if place:
            strips.append(space(faces.gap(5)))
        strips += block_strips(block, faces, width)
    if section.notes:
        strips.append(space(faces.gap(2)))
    for note in section.notes:
        strips += small_print(note, faces, width)
    return strips


def block_strips(block: Block, faces: Faces, width: float) -> list[Strip]:
    """Return one block as strips."""
    if isinstance(block, Figures):
        return [figure_strip(block, faces, width)]
    if isinstance(block, Paragraph):
        return prose(block.text, faces, 9.0 if block.strong else 7.8, width, weight=600 if block.strong else 400)
    if isinstance(block, PriceRuler):
        return ruler_strips(block, faces, width)
    if isinstance(block, Bars):
        return bar_strips(block, faces)
    if isinstance(block, Lines):
        return [line_strip(block, faces)]
    return table_strips(block, faces, width)


def _head(report: Report, faces: Faces, width: float) -> list[Strip]:
    title = report.title if not report.subtitle else f"{report.title}: {report.subtitle}"
    when = f"{report.as_of:%d %B %Y, %H:%M} UTC".lstrip("0")
    book = f"{report.book} — DEMO, invented figures" if report.demo else report.book
    height = faces.gap(38)

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.fillRect(QRectF(x, y, across, faces.gap(2.2)), brush(INK))
        moment = faces.width(when, 8.0)
        painter.setPen(QColor(INK))
        painter.setFont(faces.font(16, 700))
        room = across - moment - faces.gap(12)
        shown = faces.elided(title, 16, 700, room)
        painter.drawText(QRectF(x, y + faces.gap(6), room + 60, faces.gap(20)), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(faces.font(8.0))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(x, y + faces.gap(6), across, faces.gap(20)), right, when)
        painter.setFont(faces.font(8.6, 600))
        line = QRectF(x, y + faces.gap(27), across, faces.gap(11))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, faces.elided(book, 8.6, 600, across))

    strips = [Strip(height, draw, keep=True), space(faces.gap(2))]
    for price in _priced(report):
        strips += prose(price, faces, 7.2, width, colour=SOFT)
    strips.append(space(faces.gap(6)))
    if report.warning:
        strips += [boxed(report.warning, faces, width), space(faces.gap(8))]
    return strips


def _running_head(report: Report, faces: Faces) -> Sequence[Strip]:
    """Return what stands above the body of each page but the first."""
    height = faces.gap(14)
    words = f"{report.title}{': ' if report.subtitle else ''}{report.subtitle} · {report.book}"

    def draw(painter: QPainter, x: float, y: float, across: float) -> None:
        painter.setFont(faces.font(7.6, 600))
        painter.setPen(QColor(INK))
        box = QRectF(x, y, across, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, faces.elided(words, 7.6, 600, across))
        painter.setPen(pen(INK, 0.8))
        painter.drawLine(QPointF(x, y + height), QPointF(x + across, y + height))

    return (Strip(height, draw), Strip(faces.gap(8)))


def _priced(report: Report) -> list[str]:
    return [f"{price_text(line, report.as_of)}." for line in report.prices]


def _short_prices(report: Report) -> str:
    if not report.prices:
        return "no price of this moment is used"
    return " · ".join(price_text(line, report.as_of) for line in report.prices)


__all__ = ["SIZES", "Sheets", "block_strips", "sheets_of"]
