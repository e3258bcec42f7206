"""The overview: the headline in words, five figures, the load lines, open warnings and the loans."""

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.domain.figures import LoanFigures
from app.domain.quotes import NoQuote
from app.services.desk import DeskSnapshot
from app.services.headline import headline
from app.ui.formats import THIN
from app.ui.live import ALL_TOPICS, Topic
from app.ui.models.loan_columns import COMPACT
from app.ui.models.warning_words import shown_warnings
from app.ui.models.watch_words import reaches_nobody
from app.ui.view import View, Workbench
from app.ui.views.loans_table import LoansTable
from app.ui.views.overview_figures import five_figures
from app.ui.views.overview_warnings import WarningsCard
from app.ui.views.page import Page
from app.ui.views.watch_place import PolicyPlace, WatchPlace
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card, EmptyState, FigureCard
from app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from app.ui.charts.load_lines import LoadLineChart
    from app.ui.charts.pointed import PointedPrice

_CHART_AFTER_MS = 200  # at the latest; the first probabilities are there sooner
_TALL = 740
_PLACEHOLDER, _FIRST_LOAN, _CHART = 0, 1, 2
_RISK = "app.ui.views.overview_risk"  # brings the risk room's types with it; there is no answer before the first paint
_FIGURES = ("net_value", "ltv", "free_btc", "nearest", "cure")


class OverviewView(View):
    """Everything that matters, on one page."""

    key: ClassVar[str] = "overview"
    title: ClassVar[str] = "Overview"
    icon: ClassVar[str] = "overview"
    concerns: ClassVar[frozenset[Topic]] = ALL_TOPICS - {Topic.WATCH}

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._chart: LoadLineChart | None = None
        self.headline = PlainLabel("", size="headline", wraps=True)
        self.detail = PlainLabel("", tone="muted", wraps=True)
        for label in (self.headline, self.detail):
            label.set_selectable()
        self.figures = {key: FigureCard("") for key in _FIGURES}
        self.warnings = WarningsCard(bench)
        self.watch = WatchPlace(bench)
        self.nobody = WatchPlace(bench, in_a_line=True)
        self.policy = PolicyPlace(bench)
        self._low = False
        self.lines = Card("Load lines", " ")
        self.table = LoansTable("overview", COMPACT, bench.theme, bench.memory, stretched=True, yields=("chance",))
        self.table.follow(bench.risk)
        bench.risk.changed.connect(self._hear_answer)
        _plain_words(self.table.horizontalHeader())
        self.table.loan_opened.connect(self._open)
        self._lay_out()

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot: words and table at once, the chart as soon as it exists."""
        self.table.show_snapshot(snapshot, self.bench.display)
        self._say(snapshot)
        records = shown_warnings(snapshot.warnings, self.bench.display)
        self.warnings.show_warnings(records, self.bench.clock.now(), quiet=_quiet(snapshot))
        self._show_nobody(snapshot)
        self.table.updateGeometry()
        self.table_card.setVisible(bool(snapshot.book.loans))
        self._draw(snapshot)

    def _say(self, snapshot: DeskSnapshot) -> None:
        display = self.bench.display
        words = headline(snapshot, display)
        self.headline.setText(words.sentence.replace(" %", f"{THIN}%"))
        self.headline.set_tone("sale" if words.tone == "sale" else "text")
        figures = {figure.key: figure for figure in five_figures(snapshot, snapshot.danger, display)}
        week = ""
        answer = self.bench.risk.answer
        if answer is not None and snapshot.danger.owing:
            told = import_module(_RISK)
            week = told.week_words(answer)
            figures |= told.told_figures(figures, answer, snapshot, display)
        self.detail.setText(" ".join(part for part in (words.detail.replace(" %", f"{THIN}%"), week) if part))
        for figure in figures.values():
            card = self.figures[figure.key]
            card.name.set_whole(figure.name)
            card.show_figure(figure.figure, figure.note, figure.tone, figure.detail)

    def _draw(self, snapshot: DeskSnapshot) -> None:
        drawn = _PLACEHOLDER
        if self._chart is not None:
            from app.ui.charts.load_lines_plan import load_lines, why_empty  # noqa: PLC0415 - after the first paint

            answer = self.bench.risk.answer
            ends = None if answer is None else import_module(_RISK).reserve_line(answer)
            plan = load_lines(snapshot, self._chart.room, *(ends or ()))
            self.lines.aside.set_whole(plan.subtitle if plan.columns else "")
            self.placeholder.setText("" if plan.columns else why_empty(snapshot))
            self._chart.show_plan(plan)
            drawn = _CHART if plan.columns else _PLACEHOLDER
        self._chart_stack.setCurrentIndex(drawn if snapshot.book.loans else _FIRST_LOAN)

    def _hear_answer(self, _answer: object) -> None:
        if self.isVisible():
            self._say(self.bench.live.snapshot)
            self._draw(self.bench.live.snapshot)
        else:
            self._stale = True
        if self._chart is None and self._painted:
            QTimer.singleShot(0, self, self._make_chart)

    def _draw_again(self) -> None:
        self._draw(self.bench.live.snapshot)

    def _make_chart(self) -> None:
        """Import pyqtgraph and make the chart, after the rest has been painted."""
        if self._chart is not None:
            return
        chart: LoadLineChart = import_module("app.ui.charts.load_lines").LoadLineChart(self.bench.theme)
        chart.opened.connect(self._open)
        chart.price_dragged.connect(self._stress)
        chart.room_changed.connect(self._draw_again)
        self._chart = chart
        self._chart_stack.addWidget(chart)
        self._draw(self.bench.live.snapshot)

    def _open(self, figures: object) -> None:
        if isinstance(figures, LoanFigures):
            self.bench.go("loans", figures.loan.name)

    def _stress(self, price: "PointedPrice") -> None:
        """Show what a price would do to which today's line was dragged."""
        self.bench.go("stress", f"{price.value:.0f}")

    def _add_loan(self) -> None:
        import_module("app.ui.operations.loans").add_loan(bench=self.bench, parent=self)

    def _lay_out(self) -> None:
        page = Page()
        layout = page.column
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.headline)
        words.addWidget(self.detail)
        layout.addLayout(words)
        layout.addWidget(self.nobody)
        row = QHBoxLayout()
        row.setSpacing(12)
        for card in self.figures.values():
            row.addWidget(card, 1)
        layout.addLayout(row)
        self.placeholder = PlainLabel("Drawing…", tone="muted", wraps=True)
        self.placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder = QWidget()
        self._chart_stack = QStackedLayout(holder)
        self._chart_stack.addWidget(self.placeholder)
        self._chart_stack.addWidget(
            EmptyState(
                "Start with a loan.",
                "Its debt, its bitcoin and the contract's levels are enough to see how far the price may fall.",
                [Button("Add a loan", self._add_loan, kind="primary")],
            )
        )
        holder.setMinimumHeight(150)
        self.lines.body.addWidget(holder, 1)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setChildrenCollapsible(False)
        middle.setHandleWidth(12)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(10)
        beside.addWidget(self.warnings, 1)
        self._beside, self._column = beside, layout
        middle.addWidget(self.lines)
        middle.addWidget(side)
        middle.setStretchFactor(0, 1)
        middle.setSizes([820, 330])
        layout.addWidget(middle, 3)
        self.table_card = Card()
        self.table_card.setAccessibleName("Loans")
        self.table_card.body.setContentsMargins(6, 4, 6, 4)
        self.table_card.body.addWidget(self.table)
        self.table_card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout.addWidget(self.table_card)
        layout.addWidget(self.policy)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page.in_scroll_area("Overview"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the watch below the loans where the window is too low for it beside the load lines."""
        home = self._beside if event.size().height() >= _TALL else self._column
        if home.indexOf(self.watch) < 0:
            home.addWidget(self.watch)
        self._low = home is self._column
        self._show_nobody(self.bench.live.snapshot)
        super().resizeEvent(event)

    def _show_nobody(self, snapshot: DeskSnapshot) -> None:
        """Say above all figures that nobody can be reached, where the card that says so is below the window's end."""
        nobody = self._low and reaches_nobody(snapshot) and not snapshot.book.demo
        self.nobody.want(wanted=nobody)
        self.watch.want(wanted=not nobody)

    def when_painted(self) -> None:
        """Words first, then the first probabilities: the chart's library would keep both from the processor."""
        self.watch.make()
        self.nobody.make()
        self.policy.make()
        if self.bench.risk.answer is not None:
            self._make_chart()
        else:
            QTimer.singleShot(_CHART_AFTER_MS, self, self._make_chart)


def _plain_words(heading: QWidget) -> None:
    """Keep the table's figures of one width out of its heading, whether or not it was built under a style sheet."""
    font = QFont(heading.font())
    font.setFeature(QFont.Tag("tnum"), 0)
    heading.setFont(font)


def _quiet(snapshot: DeskSnapshot) -> str:
    if not snapshot.book.loans:
        return "Quiet. Warnings appear here when a fall would call a loan."
    if any(isinstance(lookup, NoQuote) for lookup in snapshot.figures.lookups.values()):
        return "Nothing is open, but price alarms are blind: there is no confirmed price."
    return "Quiet. No loan waits for you; each new price is judged."
