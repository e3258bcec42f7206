"""The card that checks the model against the book's own past."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout

from app.services.risk_record import RecordBin, RiskRecord, check_against_past, record_sentence, score_sentence
from app.ui.charts.reliability_chart import ReliabilityChart
from app.ui.charts.reliability_plan import dots_of, record_model
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.risk_live import RiskLive
from app.ui.tasks import Reported, Tasks, Ticket
from app.ui.theme import Theme
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

_CHECKING = "Checking the model against the past"
_WHAT = (
    "Week by week, and with nothing but what was known that week: what would the model have said, and what came? "
    "If it said 20 %, it should have come about one time in five."
)
_NOT_YET = "The first answer is still being reckoned; try again in a moment."


class RiskTrustCard(Card):
    """Button, progress, and what was found."""

    def __init__(self, theme: Theme, memory: LayoutMemory, tasks: Tasks, risk: RiskLive) -> None:
        super().__init__("Does this number deserve trust?", " ")
        self._risk = risk
        self._ticket: Ticket | None = None
        self.check = Button("Check against the past", self.start)
        self.cancel = Button("Cancel", self.stop, kind="quiet")
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_CHECKING)
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.progress.setMaximumWidth(260)
        self.sentence = PlainLabel(_WHAT, wraps=True)
        self.detail = PlainLabel("", size="small", tone="muted", wraps=True)
        for label in (self.sentence, self.detail):
            label.set_selectable()
        self.chart = ReliabilityChart(theme)
        self.rows: RowsCard[RecordBin] = RowsCard(
            "Stated against happened",
            "reliability",
            record_model(),
            memory,
            widths=(90, 80, 100, 100, 150, 90),
            empty="",
        )
        self.rows.setObjectName("bare")
        self.rows.body.setContentsMargins(0, 0, 0, 0)
        self._lay_out()
        self._show_running(running=False)
        self._show_found(found=False)
        tasks.progressed.connect(self._tell)

    @property
    def running(self) -> bool:
        """Whether a check is under way."""
        return self._ticket is not None and not self._ticket.ended

    def start(self) -> None:
        """Begin a check; a second press while one runs does nothing."""
        if self.running:
            return
        self.progress.setValue(0)
        self._ticket = self._risk.reckon(
            lambda _room, answer, history, ticket: check_against_past(
                history,
                answer.figures.as_of.date(),
                should_stop=lambda: ticket.cancelled,
                progress=lambda part: ticket.report(_CHECKING, round(part * 100), 100),
            ),
            label=_CHECKING,
            done=self._show,
            lost=self._ended,
        )
        if self._ticket is None:
            self.sentence.setText(_NOT_YET)
            return
        self._show_running(running=True)

    def stop(self) -> None:
        """Give the check up."""
        if self._ticket is not None:
            self._ticket.cancel()

    def _tell(self, reported: Reported) -> None:
        if reported.ticket is self._ticket:
            self.progress.setValue(reported.progress.part)

    def _ended(self) -> None:
        self._show_running(running=False)

    def _show(self, found: RiskRecord | str) -> None:
        self._show_running(running=False)
        if isinstance(found, str):
            self.sentence.setText(found)
            self.detail.setText("")
            self._show_found(found=False)
            return
        self.sentence.setText(found.trust)
        self.detail.setText(f"{record_sentence(found)} {score_sentence(found)}")
        self.chart.show_dots(dots_of(found.bins))
        self.rows.show_rows(found.bins, Display())
        self.rows.fit_rows(4, 10)
        self._show_found(found=True)

    def _show_running(self, *, running: bool) -> None:
        self.check.setEnabled(not running)
        for widget in (self.cancel, self.progress):
            widget.setVisible(running)

    def _show_found(self, *, found: bool) -> None:
        for widget in (self.chart, self.rows, self.detail):
            widget.setVisible(found)

    def _lay_out(self) -> None:
        self.head.insertWidget(2, self.cancel)
        self.head.insertWidget(3, self.check)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.detail)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.chart, 2)
        right = QVBoxLayout()
        right.addWidget(self.rows)
        right.addStretch(1)
        row.addLayout(right, 3)
        self.body.addLayout(row)
