"""The writer of reports, made when the first report is wanted: a window that shows none pays nothing for it."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.report_ports import Format, Paper, Report, ReportWriter


class LateWriter:
    """Implements ``services.report_ports.ReportWriter``."""

    def __init__(self) -> None:
        self._made: ReportWriter | None = None
        self._lock = threading.Lock()

    def write(self, report: "Report", form: "Format", paper: "Paper") -> bytes:
        """Return the file."""
        return self._writer().write(report, form, paper)

    def picture(self, report: "Report", paper: "Paper", width: int) -> bytes:
        """Return the first page as a PNG."""
        return self._writer().picture(report, paper, width)

    def _writer(self) -> "ReportWriter":
        with self._lock:
            if self._made is None:
                from app.bootstrap.reports import report_writer  # noqa: PLC0415 - what this module is for

                self._made = report_writer()
            return self._made
