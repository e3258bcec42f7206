"""The dialog that all forms are: fields, the preview, why OK is not ready, OK and Cancel.

While a person types nothing waits: fields are checked at once, the preview follows when the keys rest. OK stores on
the store's lane; a refusal keeps the form as it was typed and stands next to the field it is about.
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStyle, QVBoxLayout, QWidget

from app.domain.book import Book
from app.domain.errors import InputError, PlimsollError
from app.services.edits import Edit
from app.services.loan_preview import preview_edit
from app.services.places import screen_words, told
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import Field, TypedField
from app.ui.dialogs.preview_strip import PreviewStrip
from app.ui.plain_tips import plain_tip
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

REST_MS: Final = 150
MOST_CHECKED: Final = 20_000
_MARGIN: Final = 40


class Form(QDialog):
    """A form over one edit. A form of its own says how its edit is made and which field a refusal is about.

    Attributes:
        fields: in the order of the screen, by the key that a refusal's place ends with.
    """

    def __init__(
        self, context: FormContext, title: str, ok: str, parent: QWidget | None = None, *, previews: bool = True
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setSizeGripEnabled(True)
        self.fields: dict[str, Field] = {}
        self.previews = previews
        self._busy = False
        self._after: Book | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.refresh)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(18, 16, 18, 8)
        self.body.setSpacing(12)
        self.strip = PreviewStrip(context.theme)
        self.strip.setVisible(previews)
        self.reason = PlainLabel("", size="small", tone="muted", wraps=True)
        self.ok = Button(ok, self.submit, kind="primary")
        self.ok.setDefault(True)
        self.cancel = Button("Cancel", self.reject)
        self._lay_out(title)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)

    def edit(self) -> Edit:
        """Return the edit that the fields describe.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        raise NotImplementedError

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal's place in the book ``after`` is about, or None."""
        raise NotImplementedError

    def checks(self) -> Iterable[str]:
        """Yield why the form is not ready, field by field; nothing when it is."""
        for field in self.fields.values():
            if isinstance(field, TypedField) and field.isVisibleTo(self):
                yield field.check()

    def watch(self, *fields: Field) -> None:
        """Look again whenever one of these is edited."""
        for field in fields:
            field.edited.connect(self.later)

    def later(self) -> None:
        """Look again when the keys rest; until then OK waits too."""
        self._rest.start()

    def refresh(self) -> None:
        """Check the fields, show the preview, and say whether OK is ready or why not."""
        self._rest.stop()
        snapshot = self.context.snapshot()
        self._after = None
        wrong = next((reason for reason in self.checks() if reason), "")
        if wrong:
            self.strip.show_nothing()
            self._not_ready(wrong)
            return
        try:
            edit = self.edit()
            self._after = edit.change(snapshot.book)
            if not self.previews and _is_long(snapshot.book):
                self._ready() if not snapshot.read_only else self._not_ready(READ_ONLY)
                return
            preview = preview_edit(snapshot.book, snapshot.figures, edit)
        except InputError as error:
            self.strip.show_nothing("Not possible as it stands.")
            self._show_refusal(error)
            return
        self.strip.show_preview(preview)
        self._ready() if not snapshot.read_only else self._not_ready(READ_ONLY)

    def submit(self) -> None:
        """Store the edit; the form closes when it is stored."""
        self.refresh()
        if self._busy or not self.ok.isEnabled():
            return
        self._busy = True
        self.ok.setEnabled(False)
        self.reason.setText("Storing …")
        self.context.commit(self.edit(), self._done)

    def begin(self) -> None:
        """Check once and open, without blocking; the form is gone when it is closed."""
        self.finished.connect(self.deleteLater)
        self.refresh()
        self.open()
        # What the page asks is known once it wears its style; nothing has been painted yet.
        room = self.screen().availableGeometry().size()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        asked = QSize(self._page.minimumSizeHint().width() + bar, 0).expandedTo(self.size())
        self.resize(asked.boundedTo(QSize(room.width() - _MARGIN, room.height() - _MARGIN)))
        first = next((field for field in self.fields.values() if field.isVisibleTo(self)), None)
        if first is not None:
            first.setFocus()

    def reject(self) -> None:
        """Close without storing; while something is being stored its outcome is waited for."""
        if not self._busy:
            super().reject()

    def _done(self, failure: PlimsollError | None) -> None:
        self._busy = False
        if failure is None:
            self.accept()
            return
        self.ok.setEnabled(True)
        if isinstance(failure, InputError):
            self._show_refusal(failure)
        else:
            self._not_ready(str(failure))
            self.ok.setEnabled(True)

    def _show_refusal(self, error: InputError) -> None:
        field = self.fields.get(error.place)
        if field is None and self._after is not None:
            field = self.field_at(error.place, self._after)
        if field is not None:
            problem = screen_words(error.problem)
            field.show_fault(problem)
            self._not_ready(f"{field.name}: {problem}.")
            return
        self._not_ready(told(error, self._after))

    def _ready(self) -> None:
        self.ok.setEnabled(True)
        self.ok.setToolTip(plain_tip("Ctrl+Enter"))
        self.ok.setAccessibleDescription("")
        self.reason.setText("")

    def _not_ready(self, why: str) -> None:
        self.ok.setEnabled(False)
        self.ok.setToolTip(plain_tip(why))
        self.ok.setAccessibleDescription(why)
        self.reason.setText(f"▲ {why}")

    def _lay_out(self, title: str) -> None:
        page = self._page = QWidget()
        page.setObjectName("page")
        page.setLayout(self.body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        self.heading = PlainLabel(title, size="headline", wraps=True)
        self.body.addWidget(self.heading)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.ok)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(18, 8, 18, 14)
        bottom.setSpacing(10)
        bottom.addWidget(self.strip)
        bottom.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(bottom)


def _is_long(book: Book) -> bool:
    """Return whether checking all of it would hold the window; then it is checked when it is stored."""
    return sum(len(account.transactions) for account in book.accounts) > MOST_CHECKED


def side_by_side(*widgets: QWidget, columns: int = 2) -> QGridLayout:
    """Return fields in a grid, row by row, tops aligned."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(10)
    for position, widget in enumerate(widgets):
        grid.addWidget(widget, position // columns, position % columns, Qt.AlignmentFlag.AlignTop)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    return grid


def section(title: str, explained: str = "") -> QVBoxLayout:
    """Return a titled part of a form, empty as yet."""
    part = QVBoxLayout()
    part.setSpacing(8)
    part.addWidget(PlainLabel(title, size="title"))
    if explained:
        part.addWidget(PlainLabel(explained, size="small", tone="muted", wraps=True))
    return part
