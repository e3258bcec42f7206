"""Reports into files: PDF, CSV, XLSX; each writer is imported when it is first wanted."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.report_ports import Format, Paper, Report

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication


class ReportFiles:
    """Writes reports; implements ``services.report_ports.ReportWriter``. One file at a time, on any thread.

    ``fonts`` is the folder with our letters.
    """

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts
        self._lock = threading.Lock()
        self._application: QGuiApplication | None = None

    def write(self, report: Report, form: Format, paper: Paper) -> bytes:
        """Return the file; the same report gives the same bytes.

        Raises:
            PlimsollError: it cannot be written that way.
        """
        if form is Format.CSV:
            from app.reports.csv_file import csv_bytes  # noqa: PLC0415 - one writer at a time

            return csv_bytes(report)
        if form is Format.XLSX:
            from app.reports.xlsx_file import xlsx_bytes  # noqa: PLC0415 - as above

            return xlsx_bytes(report)
        with self._lock:
            self._make_ready()
            from app.reports.pdf import pdf_bytes  # noqa: PLC0415 - as above

            return pdf_bytes(report, paper)

    def picture(self, report: Report, paper: Paper, width: int) -> bytes:
        """Return the first page as a PNG of that many pixels across.

        Raises:
            PlimsollError: it cannot be laid out.
        """
        with self._lock:
            self._make_ready()
            from app.reports.picture import first_page  # noqa: PLC0415 - as above

            return first_page(report, paper, width)

    def _make_ready(self) -> None:
        """Have Qt measure and draw letters: in a window it does so already, elsewhere without a screen."""
        from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - as above

        from app.reports.faces import load_faces  # noqa: PLC0415 - as above

        if QGuiApplication.instance() is None:
            self._application = QGuiApplication(["plimsoll", "-platform", "offscreen"])
        load_faces(self._fonts)
