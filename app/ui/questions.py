"""The rare window that asks: plain text, named answers, never in the way of a price. And the list of keys."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QMessageBox, QVBoxLayout, QWidget

from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel


def ask(
    parent: QWidget, title: str, text: str, answers: Sequence[tuple[str, Callable[[], object]]], detail: str = ""
) -> QMessageBox:
    """Ask once; the first answer is the default, Esc does nothing at all."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(detail)
    box.setAccessibleName(title)
    for index, (words, act) in enumerate(answers):
        role = QMessageBox.ButtonRole.AcceptRole if index == 0 else QMessageBox.ButtonRole.ActionRole
        button = box.addButton(words, role)
        button.setAccessibleName(words)
        button.clicked.connect(lambda _checked=False, act=act: act())
        if index == 0:
            box.setDefaultButton(button)
    box.setEscapeButton(box.addButton("Go back", QMessageBox.ButtonRole.RejectRole))
    box.open()
    return box


def show_keys(parent: QWidget, rows: Sequence[tuple[str, str]]) -> QDialog:
    """Show which key does what."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Keys")
    dialog.setAccessibleName("Keys")
    dialog.setAccessibleDescription(". ".join(f"{key}: {words}" for key, words in rows))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 16, 20, 16)
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    half = (len(rows) + 1) // 2
    for index, (key, words) in enumerate(rows):
        column = 0 if index < half else 2
        grid.addWidget(PlainLabel(key, size="title"), index % half, column)
        grid.addWidget(PlainLabel(words), index % half, column + 1)
    layout.addLayout(grid)
    layout.addSpacing(8)
    close = Button("Close", dialog.accept, kind="primary")
    layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    close.setFocus()
    dialog.open()
    return dialog
