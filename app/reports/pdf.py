"""A report as PDF through Qt; the same report gives the same bytes (``tidy_pdf``)."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from app.domain.errors import PlimsollError
from app.reports.faces import UNITS_PER_INCH
from app.reports.sheets import sheets_of
from app.reports.tidy_pdf import tidied
from app.services.report_ports import Paper, Report

_PAGES: Final = {Paper.A4: QPageSize.PageSizeId.A4, Paper.LETTER: QPageSize.PageSizeId.Letter}
_META: Final = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Plimsoll" xmp:CreateDate="{0}"/></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
)


def pdf_bytes(report: Report, paper: Paper) -> bytes:
    """Return a report as PDF.

    Raises:
        PlimsollError: it cannot be laid out.
    """
    sheets = sheets_of(report, paper)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(UNITS_PER_INCH)
    writer.setPageSize(QPageSize(_PAGES[paper]))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"{report.title}{': ' if report.subtitle else ''}{report.subtitle}, {report.book}")
    writer.setCreator("Plimsoll")
    if hasattr(writer, "setDocumentId"):
        writer.setDocumentId(QUuid.createUuidV5(QUuid(), f"{report.state_hash}{report.key}{report.subtitle}".encode()))
    writer.setDocumentXmpMetadata(QByteArray(_META.format(report.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")).encode()))
    painter = QPainter()
    if not painter.begin(writer):
        msg = "Qt cannot write a PDF here; save the report as CSV or XLSX."
        raise PlimsollError(msg)
    try:
        # Paper is a few units larger or smaller than its size in whole ones.
        across = QSizeF(writer.width(), writer.height()).width() / sheets.size.width()
        painter.scale(across, across)
        for number in range(len(sheets.pages)):
            if number:
                writer.newPage()
            sheets.draw(painter, number)
    finally:
        painter.end()
    return tidied(bytes(buffer.data().data()), f"D:{report.as_of:%Y%m%d%H%M%S}Z")
