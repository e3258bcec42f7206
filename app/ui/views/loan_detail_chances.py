"""The card of a loan's page that tells how likely it is called and sold."""

from app.services.risk_words import PENDING
from app.ui.formats import Display
from app.ui.models.risk_loan import loan_grid, loan_notes, loan_of, no_grid_reason
from app.ui.risk_live import RiskLive
from app.ui.views.risk_grid_card import RiskGridCard
from app.ui.widgets.labels import PlainLabel


class LoanChancesCard(RiskGridCard):
    """A loan's chances; follows the risk room by itself."""

    def __init__(self, risk: RiskLive) -> None:
        super().__init__("How likely")
        self._risk = risk
        self._index = -1
        self._display = Display()
        self.notes = PlainLabel("", size="small", tone="muted", wraps=True)
        self.notes.set_selectable()
        self.body.addWidget(self.notes)
        self.words.setMinimumHeight(0)
        risk.changed.connect(self._hear)

    def show_loan(self, index: int, display: Display) -> None:
        """Show the loan at that place of the book."""
        self._index, self._display = index, display
        answer = self._risk.answer
        if answer is None:
            self.show_grid(None, PENDING)
            self.notes.setVisible(False)
            return
        loan = loan_of(answer, index)
        self.show_grid(None if loan is None else loan_grid(loan), no_grid_reason(answer, index))
        self.notes.setText(loan_notes(answer, index, display))
        self.notes.setVisible(bool(self.notes.text()))

    def _hear(self, _answer: object) -> None:
        if self._index >= 0 and self.isVisible():
            self.show_loan(self._index, self._display)
