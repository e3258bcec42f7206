"""The three small windows of the inbox: an end for a snooze, a note, and the explanation of a warning."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.warning_records import WarningRecord
from app.ui.dialogs.fields import TypedField
from app.ui.dialogs.typed_snooze import parse_snooze, snooze_choices, snooze_echo
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_detail import NOTE_LENGTH, Fact, explained, explained_text, rule_words
from app.ui.views.page import Page
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

_SNOOZE_HINT = "How long (90 min, 6 h, 2 d) or until when (18:30, 2026-02-10 18:30). Something graver comes through."
_NOTE_HINT = "Kept with the warning for whoever looks at it next. It is sent to nobody."
_EXPLAIN_SIZE = (640, 620)
_NAMES_WIDTH = 120


def snooze_menu(parent: QWidget, now: datetime, title: str, snooze: Callable[[datetime], object]) -> QMenu:
    """Return a menu of how long to put a warning aside; it always comes back."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName("Snooze for how long")
    for words, until in snooze_choices(now):
        action = QAction(words, menu)
        action.triggered.connect(lambda _checked=False, until=until: snooze(until))
        menu.addAction(action)
    menu.addSeparator()
    other = QAction("Another end …", menu)
    other.triggered.connect(lambda _checked=False: SnoozeDialog(title, now, snooze, parent).open())
    menu.addAction(other)
    return menu


class _Asking(QDialog):
    """A small window with a heading, something to fill in, and two buttons; gone when it is closed."""

    def __init__(self, title: str, about: str, ok: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.ok = Button(ok, self.submit, kind="primary")
        self.ok.setDefault(True)
        self.cancel = Button("Cancel", self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel(title, size="headline"))
        layout.addWidget(PlainLabel(about, tone="muted", wraps=True))
        self.body = QVBoxLayout()
        layout.addLayout(self.body, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.ok)
        layout.addLayout(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)

    def submit(self) -> None:
        """Do what was asked, if it is ready."""
        raise NotImplementedError


class SnoozeDialog(_Asking):
    """Asks until when a warning is put aside."""

    def __init__(self, about: str, now: datetime, snooze: Callable[[datetime], object], parent: QWidget) -> None:
        super().__init__("Snooze until", about, "Snooze", parent)
        self._snooze = snooze
        self.until = TypedField(
            "Until",
            lambda text: parse_snooze(text, now),
            echo=lambda at: snooze_echo(at, now),
            hint=_SNOOZE_HINT,
            placeholder="6 h",
        )
        self.body.addWidget(self.until)
        self.body.addStretch(1)
        self.until.edited.connect(self._check)
        self.resize(460, 240)
        self._check()
        self.until.setFocus()

    def submit(self) -> None:
        """Put it aside until then."""
        if not self.until.check():
            self._snooze(self.until.must())
            self.accept()

    def _check(self) -> None:
        why = self.until.check()
        self.ok.setEnabled(not why)
        self.ok.setAccessibleDescription(why)


class NoteDialog(_Asking):
    """Asks for a note."""

    def __init__(self, about: str, keep: Callable[[str], object], parent: QWidget) -> None:
        super().__init__("Note", about, "Keep note", parent)
        self._keep = keep
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Note")
        self.text.setAccessibleDescription(_NOTE_HINT)
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._check)
        self.left = PlainLabel("", size="small", tone="muted", wraps=True)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(self.left)
        self.resize(460, 280)
        self._check()
        self.text.setFocus()

    def submit(self) -> None:
        """Keep the note."""
        if self.ok.isEnabled():
            self._keep(self._typed)
            self.accept()

    @property
    def _typed(self) -> str:
        return " ".join(self.text.toPlainText().split())

    def _check(self) -> None:
        over = len(self._typed) - NOTE_LENGTH
        self.left.setText(f"▲ {over} letters too many." if over > 0 else _NOTE_HINT)
        self.left.set_tone("sale" if over > 0 else "muted")
        self.ok.setEnabled(bool(self._typed) and over <= 0)


class ExplainDialog(QDialog):
    """Shows a warning's rule, its exact numbers, the sources of the price with their ages, and when it opened."""

    def __init__(self, record: WarningRecord, context: WarningContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = explained_text(record, context)
        title = context.title(record)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Explain this warning")
        self.setAccessibleName(f"Explain: {title}")
        self.setAccessibleDescription(self._text)
        page = Page()
        page.column.setContentsMargins(18, 16, 18, 8)
        page.column.setSpacing(8)
        page.column.addWidget(PlainLabel(title, size="headline", wraps=True))
        for words, tone in ((record.sentence, "text"), (rule_words(record, context), "muted")):
            label = PlainLabel(words, tone="muted" if tone == "muted" else "text", wraps=True)
            label.set_selectable()
            page.column.addWidget(label)
        for heading, facts in explained(record, context):
            page.column.addSpacing(6)
            page.column.addWidget(PlainLabel(heading, size="title"))
            page.column.addLayout(_grid(facts))
        page.column.addStretch(1)
        copy = Button("Copy", self._copy)
        close = Button("Close", self.accept, kind="primary")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 0, 18, 14)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page.in_scroll_area("Explanation"), 1)
        layout.addLayout(foot)
        room = self.screen().availableGeometry()
        self.resize(min(_EXPLAIN_SIZE[0], room.width() - 40), min(_EXPLAIN_SIZE[1], room.height() - 40))
        close.setFocus()

    @property
    def text(self) -> str:
        """The explanation as plain text."""
        return self._text

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def _grid(facts: tuple[Fact, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, _NAMES_WIDTH)
    for row, fact in enumerate(facts):
        value = PlainLabel(fact.value, wraps=True)
        value.set_selectable()
        if fact.name:
            grid.addWidget(PlainLabel(fact.name, tone="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        else:
            grid.addWidget(value, row, 0, 1, 2)
    return grid
