"""Reports: what a treasurer hands in, seen before it is saved."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.domain.errors import InputError, PlimsollError
from app.services.desk import DeskSnapshot
from app.services.report_ports import Format
from app.services.reports import file_name
from app.ui.live import Topic
from app.ui.messages import Message
from app.ui.models.report_choices import CHANGED, FILTERS, HIDDEN, MAKING
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.report_controls import ReportControls
from app.ui.views.report_maker import Made, ReportMaker, Wish
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

_NOTE_SECONDS: Final = 8
_WIDEST: Final = 900
_LEAST: Final = 360
_EDGE: Final = 8


class ReportsView(View):
    """Controls at the left, the first page at the right; what is saved is what is shown."""

    key: ClassVar[str] = "reports"
    title: ClassVar[str] = "Reports"
    icon: ClassVar[str] = "reports"
    concerns: ClassVar[frozenset[Topic]] = frozenset((Topic.BOOK, Topic.PRICES, Topic.DISPLAY))

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.made: Made | None = None
        self._wished: Wish | None = None
        self._dialog: QFileDialog | None = None
        self.controls = ReportControls(bench.live.snapshot.judged_at.date())
        self.maker = ReportMaker(bench)
        self.save = Button("Save …", self.choose_file, kind="primary")
        self.save.setToolTip(plain_tip("Ctrl+P"))
        self.again = Button("Make again", self.make)
        self.state = PlainLabel("", tone="muted", wraps=True)
        self.page = QLabel()
        self.page.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.page.setAccessibleName("First page of the report")
        self._lay_out()
        self.controls.asked.connect(self.make)
        self.controls.dressed.connect(self._dress)
        self.maker.made.connect(self._take)
        self.maker.refused.connect(self._refuse)
        scoped_key("Ctrl+P", self, self.choose_file)
        self._show()

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Offer what the book has; a report that is shown stays, and says where something is newer."""
        self.controls.show_book(snapshot)
        if self._wished is None:
            self.make()
        else:
            self._show()

    def open_item(self, name: str) -> None:
        """Show the report of that key, or what there is about the loan of that name."""
        self.controls.choose(name)
        self.controls.loan.choose(name)

    def make(self) -> None:
        """Make the report that is asked."""
        snapshot = self.bench.live.snapshot
        self.made = None
        try:
            ask = self.controls.ask()
        except InputError as error:
            self.maker.drop()
            self._refuse(error)
            return
        self._wished = Wish(snapshot, self.controls.kind, ask, self.controls.paper.value, self._across())
        self.maker.make(self._wished)
        self.state.set_tone("muted")
        self.state.setText(self._making)
        self._show()

    def choose_file(self) -> None:
        """Ask where to put the report that is shown."""
        made = self.made
        if made is None:
            return
        form = self.controls.form.value
        dialog = QFileDialog(self, "Save report", file_name(made.report, form), FILTERS[form])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form.value)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), form))
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def save_to(self, path: Path, form: Format) -> None:
        """Write the report that is shown to ``path``."""
        if self.made is not None:
            self.maker.save(self.made, form, path, self._saved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page to the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.controls)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addWidget(self.state)
        left.addStretch(1)
        side = QWidget()
        side.setLayout(left)
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(self.controls.width())
        self.area = QScrollArea()
        self.area.setAccessibleName("The report's first page")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a page that makes the bar come and go would change its own width.
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setWidget(self.page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(16)
        layout.addWidget(side)
        layout.addWidget(self.area, 1)

    @property
    def _making(self) -> str:
        """What is said while a report is made."""
        return HIDDEN if self.bench.display.hidden else MAKING

    def _across(self) -> int:
        """Return how many pixels the page's picture is to have across."""
        width = min(max(self.area.viewport().width() - _EDGE, _LEAST), _WIDEST)
        return round(width * self.devicePixelRatioF())

    def _dress(self) -> None:
        if self.made is not None and self.made.wish.paper is not self.controls.paper.value:
            made, self.made = self.made, None
            self.maker.draw(made, self.controls.paper.value, self._across())
            self.state.setText(self._making)
        self._show()

    def _take(self, made: object) -> None:
        if isinstance(made, Made):
            self.made = made
            self.state.set_tone("muted")
            self._show()

    def _refuse(self, error: PlimsollError) -> None:
        self.made = None
        self.state.setText(f"▲ {str(error).rstrip('.')}.")
        self.state.set_tone("sale")
        self._show()

    def _saved(self, path: Path) -> None:
        self.bench.messages.tell(
            Message(f"The report is saved as {path.name}.", tone="note", seconds=_NOTE_SECONDS, key="report")
        )

    def _show(self) -> None:
        """Show the page, and what has to be said about it."""
        made = self.made
        self.save.setEnabled(made is not None)
        if made is None:
            self.page.clear()
            return
        newer = made.wish.snapshot.figures is not self.bench.live.snapshot.figures
        hidden = self.bench.display.hidden
        words = [HIDDEN] if hidden else []
        words += [made.report.warning] if made.report.warning else []
        words += [CHANGED] if newer else []
        self.state.setText(" ".join(words))
        if hidden:
            self.page.clear()
            return
        self._fit()

    def _fit(self) -> None:
        made = self.made
        if made is None or self.bench.display.hidden:
            return
        pixels = QPixmap()
        pixels.loadFromData(made.picture)
        wanted = self._across()
        if pixels.width() != wanted:
            mode = Qt.TransformationMode.SmoothTransformation
            pixels = pixels.scaled(QSize(wanted, wanted * 3), Qt.AspectRatioMode.KeepAspectRatio, mode)
        pixels.setDevicePixelRatio(self.devicePixelRatioF())
        self.page.setPixmap(pixels)
        self.page.setAccessibleDescription(f"{made.report.title}, {made.report.subtitle or made.report.book}")
