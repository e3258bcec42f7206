"""What the numbers mean, in plain words: a page to read, in the colours in force, without links."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFont, QShowEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from app.ui.theme import Theme
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

_MISSING = "The page of help is missing from this installation; installing Plimsoll again brings it back."
_AIR = 6
_LINE = 120


class HelpPage(QDialog):
    """The page; nothing on it leads out of the program."""

    def __init__(self, page: Path, theme: Theme, parent: QWidget | None = None, *, heading: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What these numbers mean")
        self.setAccessibleName("What these numbers mean")
        self._theme = theme
        self.text = QTextBrowser()
        self.text.setAccessibleName("What these numbers mean")
        self.text.setOpenLinks(False)
        self.text.setOpenExternalLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._markdown = read_page(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        self.missing = PlainLabel(_MISSING, wraps=True)
        self.missing.setVisible(not self._markdown)
        layout.addWidget(self.missing)
        layout.addWidget(self.text, 1)
        close = Button("Close", self.accept, kind="primary")
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self._wear(theme.colours)
        theme.changed.connect(self._wear)
        self._heading = heading
        self.resize(self.sizeHint())
        self.text.setFocus()

    def show_heading(self, heading: str) -> None:
        """Scroll to a heading, if there is one of these words."""
        block = self.text.document().begin()
        while heading and block.isValid():
            if block.blockFormat().headingLevel() and block.text().strip() == heading:
                self.text.moveCursor(QTextCursor.MoveOperation.End)
                self.text.setTextCursor(QTextCursor(block))
                return
            block = block.next()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the heading once the page has its size."""
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: self.show_heading(self._heading))

    def sizeHint(self) -> QSize:
        """Return a page to read, not wider than lines are comfortable."""
        return QSize(760, 640)

    def _wear(self, _colours: object) -> None:
        """Set the page again in the colours in force: words keep the colours that they were set in."""
        colours = self._theme.colours
        self.text.setStyleSheet(f"QTextBrowser {{ background: {colours.panel}; color: {colours.text}; }}")
        document = self.text.document()
        document.setDefaultFont(QFont(self.font()))
        document.setDocumentMargin(4)
        place = self.text.verticalScrollBar().value()
        document.setMarkdown(self._markdown)
        _dress(document.begin(), self._theme.points)
        self.text.verticalScrollBar().setValue(place)


def _dress(block: object, points: float) -> None:
    """Give headings their size and paragraphs their air."""
    while block.isValid():  # type: ignore[attr-defined] # QTextBlock; Qt's stubs leave its import to QtGui
        cursor = QTextCursor(block)  # type: ignore[call-overload] # as above
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        level = cursor.blockFormat().headingLevel()
        shape = QTextBlockFormat()
        shape.setTopMargin(_AIR * (3 if level else 1))
        shape.setBottomMargin(_AIR)
        shape.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(shape)
        if level:
            letters = QTextCharFormat()
            letters.setFontPointSize(points * (1.5 if level == 1 else 1.15))
            letters.setFontWeight(QFont.Weight.Bold)
            cursor.mergeCharFormat(letters)
        block = block.next()  # type: ignore[attr-defined] # as above


def read_page(page: Path) -> str:
    """Return the page, or nothing where it cannot be read."""
    try:
        return page.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def show_help(folder: Path, theme: Theme, parent: QWidget, heading: str = "", name: str = "risk.md") -> HelpPage:
    """Open the page of help of that name at a heading; ``folder`` holds the resources."""
    page = HelpPage(folder / "help" / name, theme, parent, heading=heading)
    page.open()
    return page
