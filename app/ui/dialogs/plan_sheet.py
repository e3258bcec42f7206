"""The instruction sheet: a preview of the page, saved as a PDF by Qt or copied as text."""

from pathlib import Path

from PySide6.QtCore import QFileInfo, QMarginsF
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app.services.plan_sheet import Sheet, sheet_html, sheet_text
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

BLANKS = "Addresses, accounts and names are left blank to be filled in by hand: Plimsoll does not know them."
HIDDEN_SHEET = "Amounts are hidden now; the sheet shows them all the same."
_STYLE = (
    "body { color: #000000; } h1 { font-size: 15pt; } p, td, th, li { font-size: 9pt; } "
    "table { margin-top: 10px; margin-bottom: 10px; }"
)


class SheetDialog(QDialog):
    """Shows a sheet on white, as it will be printed."""

    def __init__(self, sheet: Sheet, *, hidden: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self.setWindowTitle("Instruction sheet")
        self.preview = QTextBrowser()
        self.preview.setOpenLinks(False)
        self.preview.setAccessibleName("Preview of the sheet")
        # Paper is white in the dark, too.
        self.preview.setStyleSheet("QTextBrowser { background: #ffffff; color: #000000; padding: 12px; }")
        self.preview.document().setDefaultStyleSheet(_STYLE)
        self.preview.setHtml(sheet_html(sheet))
        self.note = PlainLabel(f"{HIDDEN_SHEET} {BLANKS}" if hidden else BLANKS, size="small", tone="muted", wraps=True)
        self.outcome = PlainLabel("", size="small", wraps=True)
        self.save = Button("Save as PDF …", self._choose_file, kind="primary")
        self.copy = Button("Copy as text", self._copy)
        self.close_button = Button("Close", self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.outcome, 1)
        for button in (self.copy, self.close_button, self.save):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.note)
        layout.addLayout(row)
        self.resize(900, 640)

    def write(self, path: Path) -> bool:
        """Write the sheet as a PDF; tell the outcome and return whether the file is there and whole."""
        done = write_pdf(self._sheet, path)
        self.outcome.setText(
            f"Saved as {path.name}." if done else f"{path.name} cannot be written there; choose another folder."
        )
        self.outcome.set_tone("text" if done else "sale")
        return done

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Save the instruction sheet", f"{_file_name(self._sheet)}.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(sheet_text(self._sheet))
        self.outcome.setText("Copied.")
        self.outcome.set_tone("text")


def write_pdf(sheet: Sheet, path: Path) -> bool:
    """Write a sheet as a PDF of A4 landscape pages; return whether it is there."""
    writer = QPdfWriter(str(path))
    writer.setTitle(sheet.title)
    writer.setCreator("Plimsoll")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(14, 14, 14, 14), QPageLayout.Unit.Millimeter)
    page = QTextDocument()
    page.setDefaultStyleSheet(_STYLE)
    page.setHtml(sheet_html(sheet))
    page.print_(writer)
    del writer
    written = QFileInfo(str(path))
    return written.exists() and written.size() > 0


def _file_name(sheet: Sheet) -> str:
    return "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in sheet.title)[:60].strip() or "Plan"
