"""One loan's page: the sentence, the gauge, the ways out, the figures, the terms, the events, and LTV over time."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.domain.book import Loan, LoanEvent
from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.services.desk import DeskSnapshot
from app.ui.levels import standing_of
from app.ui.models.events import EventRow, event_rows, events_model
from app.ui.models.terms import TermsRow, terms_model, terms_rows
from app.ui.operations import events, holdings, loans
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import Workbench
from app.ui.views.loan_detail_chances import LoanChancesCard
from app.ui.views.loan_detail_words import Pair, figure_pairs, loan_sentence, ltv_words
from app.ui.views.loan_history_card import LoanHistoryCard
from app.ui.views.ltv_gauge import LtvGauge, gauge_figures
from app.ui.views.rows_card import RowsCard
from app.ui.views.ways_out_card import WaysOutCard
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.widgets.marks import Chip
from app.ui.words import READ_ONLY

CANDLE_CURRENCY: Final = "USD"


class FiguresCard(Card):
    """Names and figures in two columns."""

    COLUMNS = 2

    def __init__(self) -> None:
        super().__init__("Figures")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(8)
        self._cells: list[tuple[PlainLabel, ElidedLabel, ElidedLabel]] = []
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        """Show figures; their number stays the same for all loans."""
        while len(self._cells) < len(pairs):
            self._add()
        for pair, (name, figure, note) in zip(pairs, self._cells, strict=True):
            name.setText(pair.name)
            figure.set_whole(pair.figure)
            note.set_whole(pair.note)
            figure.setAccessibleName(f"{pair.name}: {pair.figure}, {pair.note}")

    def _add(self) -> None:
        number = len(self._cells)
        name = PlainLabel("", size="small", tone="muted")
        figure = ElidedLabel("", size="title")
        figure.set_selectable()
        note = ElidedLabel("", size="small", tone="muted")
        box = QVBoxLayout()
        box.setSpacing(1)
        for label in (name, figure, note):
            box.addWidget(label)
        self._grid.addLayout(box, number // self.COLUMNS, number % self.COLUMNS)
        self._grid.setColumnStretch(number % self.COLUMNS, 1)
        self._cells.append((name, figure, note))


class LoanDetail(QWidget):
    """A loan's page; the screen of loans puts it in the place of its table.

    Signals:
        closed: back to the list.
    """

    closed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self.name = ""
        self._shown: Loan | None = None
        self.setAccessibleName("Loan")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading = ElidedLabel("", size="headline")
        self.lender = PlainLabel("", tone="muted")
        self.chip = Chip(bench.theme)
        self.sentence = PlainLabel("", size="title", wraps=True)
        self.sentence.set_selectable()
        self.back = IconButton(bench.icons, "back", "Back to all loans (Esc)", self.closed.emit)
        self.add_event = Button("Add an event", self._add_event, kind="primary")
        self.edit = Button("Edit loan", self._edit_loan)
        self.delete = Button("Delete loan", self._delete_loan)
        self.papers = Button("Papers", self._show_papers)
        self.gauge = LtvGauge(bench.theme)
        self.gauge_card = Card("LTV", "")
        self.gauge_card.body.addWidget(self.gauge)
        self.gauge_card.body.addStretch(1)
        self.figures_card = FiguresCard()
        self.chances = LoanChancesCard(bench.risk)
        self.ways = WaysOutCard(bench.memory)
        self.ways.drafted.connect(self._record)
        self.history = LoanHistoryCard(bench.theme, bench.tasks, self._candles)
        self.terms: RowsCard[TermsRow] = RowsCard(
            "Terms",
            "terms",
            terms_model(),
            bench.memory,
            widths=(105, 70, 300, 165, 130, 90, 120, 90),
            empty="No terms.",
            add=lambda: loans.add_terms(bench=bench, parent=self, name=self.name),
            add_words="Add an amendment",
            wide=6,
            edit=lambda row: loans.edit_terms(bench=bench, parent=self, name=self.name, terms=row.terms),
            delete=lambda rows: loans.delete_terms(bench=bench, name=self.name, start=rows[0].terms.start),
        )
        self.events: RowsCard[EventRow] = RowsCard(
            "Events",
            "events",
            events_model(),
            bench.memory,
            widths=(150, 110, 160, 170, 150, 150, 150),
            empty="Nothing has happened yet. Add the draw and the first top-up to see where this loan stands.",
            add=self._add_event,
            add_words="Add an event",
            edit=lambda row: events.edit_event(bench=bench, parent=self, name=self.name, event=row.event),
            delete=lambda rows: events.delete_events(
                bench=bench, name=self.name, events=tuple(row.event for row in rows)
            ),
            filters=True,
        )
        self._lay_out()
        scoped_key("Esc", self, self.closed.emit)
        scoped_key("F2", self, self._edit_loan)

    def show_loan(self, name: str) -> None:
        """Show that loan, from its top."""
        if name != self.name:
            self.name = name
            self._scroll.verticalScrollBar().setValue(0)
        self.refresh(self.bench.live.snapshot)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the loan at another moment; a renamed one is followed, a deleted one closes the page."""
        found = snapshot.book.loans
        number = next((n for n, loan in enumerate(found) if loan.name == self.name), None)
        if number is None and self._shown is not None:
            events_shown = self._shown.events
            number = next((n for n, loan in enumerate(found) if events_shown and loan.events is events_shown), None)
        if number is None:
            self.closed.emit()
            return
        self.name = found[number].name
        self._show(snapshot.figures.loans[number], snapshot)
        self.chances.show_loan(number, self.bench.display)

    def _show(self, figures: LoanFigures, snapshot: DeskSnapshot) -> None:
        display, loan = self.bench.display, figures.loan
        self._shown = loan
        self.setAccessibleName(f"Loan {loan.name}")
        self.heading.set_whole(loan.name)
        self.papers.setText(f"Papers ({len(loan.attachments)})" if loan.attachments else "Papers")
        self.lender.setText(f"{loan.lender} · {loan.currency}")
        self.chip.show_standing(standing_of(figures))
        self.sentence.setText(loan_sentence(figures, snapshot.warnings, snapshot.judged_at, display))
        self.gauge.show_figures(gauge_figures(figures))
        self.gauge_card.aside.set_whole(ltv_words(figures))
        self.figures_card.show_pairs(figure_pairs(figures, display, snapshot.judged_at))
        self.ways.show_loan(figures, snapshot, display)
        self.history.show_loan(figures, snapshot.figures.prices.get(CANDLE_CURRENCY))
        read_only = snapshot.read_only
        self.terms.show_rows(terms_rows(loan, snapshot.judged_at.date()), display, read_only=read_only)
        self.terms.fit_rows(1, 5)
        self.events.show_rows(event_rows(loan), display, read_only=read_only)
        self.events.fit_rows(2, 10)
        for button in (self.add_event, self.edit, self.delete):
            button.setEnabled(not read_only)
            button.setToolTip(plain_tip(READ_ONLY) if read_only else "")

    def _candles(self) -> tuple[DailyCandle, ...]:
        return self.bench.desk.history()

    def _add_event(self) -> None:
        events.add_event(bench=self.bench, parent=self, name=self.name)

    def _record(self, draft: LoanEvent) -> None:
        events.add_event(bench=self.bench, parent=self, name=self.name, draft=draft)

    def _edit_loan(self) -> None:
        if self.bench.live.snapshot.read_only:
            return
        loans.edit_loan(bench=self.bench, parent=self, name=self.name)

    def _show_papers(self) -> None:
        holdings.show_loan_papers(bench=self.bench, parent=self, name=self.name)

    def _delete_loan(self) -> None:
        loans.delete_loan(bench=self.bench, name=self.name)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        for widget, stretch in ((self.back, 0), (self.heading, 1), (self.chip, 0), (self.lender, 0)):
            head.addWidget(widget, stretch)
        head.addSpacing(10)
        for button in (self.papers, self.delete, self.edit, self.add_event):
            head.addWidget(button)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.gauge_card, 3)
        top.addWidget(self.figures_card, 2)
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 0, 18, 18)
        column.setSpacing(12)
        column.addWidget(self.sentence)
        column.addLayout(top)
        for card in (self.chances, self.ways, self.history, self.events, self.terms):
            column.addWidget(card)
        for rows in (self.events, self.terms):
            rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        bar = QWidget()
        bar.setLayout(head)
        head.setContentsMargins(14, 10, 18, 0)
        layout.addWidget(bar)
        layout.addWidget(self._scroll, 1)
