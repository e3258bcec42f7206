"""The first page of a report as a picture, for looking at it before it is saved."""

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from app.reports.sheets import sheets_of
from app.services.report_ports import Paper, Report


def first_page(report: Report, paper: Paper, width: int) -> bytes:
    """Return the first page as a PNG of that many pixels across.

    Raises:
        PlimsollError: it cannot be laid out.
    """
    sheets = sheets_of(report, paper)
    scale = width / sheets.size.width()
    image = QImage(width, round(sheets.size.height() * scale), QImage.Format.Format_RGB32)
    image.fill("#ffffff")
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        sheets.draw(painter, 0)
    finally:
        painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its stubs want the format as bytes, Qt a text
    return bytes(buffer.data().data())
