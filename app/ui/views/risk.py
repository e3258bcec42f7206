"""The risk screen: how likely calls and forced sales are, what the free bitcoin holds, and whether to trust it."""

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.risk.positions import Positions, Unanswerable
from app.risk.results import BookRisk
from app.services.desk import DeskSnapshot
from app.services.risk_words import NO_LINES, PENDING, basis_sentence, headline
from app.ui.formats import moment_text
from app.ui.models.risk_book import book_grid
from app.ui.models.risk_rows import thin
from app.ui.tasks import Ticket
from app.ui.view import View, Workbench
from app.ui.views.page import Page
from app.ui.views.risk_curve_card import RiskCurveCard
from app.ui.views.risk_grid_card import RiskGridCard
from app.ui.views.risk_loans_card import RiskLoansCard
from app.ui.views.risk_reserve_card import RiskReserveCard
from app.ui.views.risk_trust_card import RiskTrustCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from app.services.risk_history import History
    from app.services.risk_room import RiskAnswer, RiskRoom

_NARROW = 1000


class RiskView(View):
    """Probabilities, reserve prices and the model's record."""

    key: ClassVar[str] = "risk"
    title: ClassVar[str] = "Risk"
    icon: ClassVar[str] = "risk"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._curve_of: object = None
        self._ticket: Ticket | None = None
        self.headline = PlainLabel("", size="headline", wraps=True)
        self.basis = PlainLabel("", tone="muted", wraps=True)
        for label in (self.headline, self.basis):
            label.set_selectable()
        self.help = Button("What these numbers mean", self.show_help, kind="quiet")
        self.book = RiskGridCard("The whole book, within")
        self.curve = RiskCurveCard(bench.theme)
        self.loans = RiskLoansCard(bench.theme, bench.memory)
        self.loans.opened.connect(lambda name: bench.go("loans", name))
        self.reserve = RiskReserveCard(bench.memory)
        self.trust = RiskTrustCard(bench.theme, bench.memory, bench.tasks, bench.risk)
        self._lay_out()
        bench.risk.changed.connect(self._hear_answer)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the newest answer; the risk room tells when there is a newer one."""
        answer, display = self.bench.risk.answer, self.bench.display
        risk = None if answer is None else answer.risk
        known = risk if isinstance(risk, BookRisk) and risk.model is not None else None
        positions = None if answer is None or isinstance(answer.positions, Unanswerable) else answer.positions
        why = _why(risk)
        for card in (self.book, self.curve, self.loans):
            card.setVisible(not why)
        self.headline.setText(thin(headline(risk)))
        self.basis.setText(thin(self._basis(risk)))
        currency = snapshot.figures.totals.currency
        grid = book_grid(known, currency, display) if known is not None and known.loans else None
        self.book.show_grid(grid, why)
        self.loans.show_risk(known, positions, display)
        self._show_reserve(positions)
        if known is None or not known.loans:
            self._curve_of = None
            self.curve.show_risk(None, why)
        elif self._curve_of is not answer:
            self._ask_curve(answer)

    def show_help(self) -> None:
        """Open the page of help."""
        import_module("app.ui.dialogs.help_page").show_help(
            self.bench.resources, self.bench.theme, self, "How likely is a call?"
        )

    def open_item(self, name: str) -> None:
        """Draw the loan of that name."""
        found = next((n for n, loan in enumerate(self.bench.live.snapshot.book.loans) if loan.name == name), -1)
        self.curve.show_loan(found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards below each other where there is no room beside each other."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        self._top.setDirection(QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight)
        self.reserve.arrange(narrow=narrow)

    def _basis(self, risk: BookRisk | Unanswerable | None) -> str:
        told = basis_sentence(risk)
        if not told or not isinstance(risk, BookRisk):
            return told
        answer = self.bench.risk.answer
        first = "" if answer is None or answer.final else " A first answer; the full one follows."
        return f"{told} As of {moment_text(risk.as_of)}.{first}"

    def _show_reserve(self, positions: Positions | None) -> None:
        """Show the four prices; without a price or a loan the headline has said it all."""
        answer = self.bench.risk.answer
        there = answer is not None and positions is not None and bool(positions.items)
        self.reserve.setVisible(there)
        if answer is not None and positions is not None and there:
            self.reserve.show_reserve(answer.reserve, positions, self.bench.display)

    def _hear_answer(self, _answer: object) -> None:
        if self.isVisible():
            self.refresh(self.bench.live.snapshot)
        else:
            self._stale = True

    def _ask_curve(self, answer: "RiskAnswer | None") -> None:
        """Ask for more horizons once for each full answer; curves of before stay until then."""
        if answer is None or not answer.final:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        self._curve_of = answer
        self._ticket = self.bench.risk.reckon(_dense, label="Reckoning curves", done=self._show_curve)

    def _show_curve(self, risk: "BookRisk | Unanswerable") -> None:
        if isinstance(risk, BookRisk) and risk.model is not None:
            self.curve.show_risk(risk)

    def _lay_out(self) -> None:
        page = Page()
        layout = page.column
        layout.setContentsMargins(18, 14, 18, 18)
        layout.setSpacing(12)
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.headline)
        words.addWidget(self.basis)
        head.addLayout(words, 1)
        column = QVBoxLayout()
        column.addWidget(self.help)
        column.addStretch(1)
        head.addLayout(column)
        layout.addLayout(head)
        self._top = QHBoxLayout()
        self._top.setSpacing(12)
        self._top.addWidget(self.book, 5)
        self._top.addWidget(self.curve, 6)
        layout.addLayout(self._top)
        for card in (self.loans, self.reserve, self.trust):
            layout.addWidget(card)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page.in_scroll_area("Risk"))


def _dense(room: "RiskRoom", answer: "RiskAnswer", history: "History", ticket: Ticket) -> "BookRisk | Unanswerable":
    return room.curves(answer, history, should_stop=lambda: ticket.cancelled)


def _why(risk: BookRisk | Unanswerable | None) -> str:
    """Return why there is no number, or nothing."""
    if risk is None:
        return PENDING
    if isinstance(risk, Unanswerable) or risk.model is None:
        return risk.reason
    return "" if risk.loans else NO_LINES
