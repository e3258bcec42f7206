"""The card with the chances over the horizon, of the whole book or of one loan."""

from PySide6.QtWidgets import QComboBox

from app.risk.results import BookRisk
from app.services.risk_curve import Curve, book_curves, loan_curves
from app.ui.charts.chance_curve import ChanceChart
from app.ui.charts.chance_plan import chance_picture
from app.ui.theme import Theme
from app.ui.widgets.cards import Card

_WHOLE = "The whole book"
LEGEND = "band: models · dotted: GBM-90d"
DRAWING = "Reckoning more horizons …"


class RiskCurveCard(Card):
    """Chooses what is drawn; shows what it is given."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Chance over the horizon", LEGEND)
        self._risk: BookRisk | None = None
        self._why = DRAWING
        self._indices: tuple[int, ...] = ()
        self.choice = QComboBox()
        self.choice.setAccessibleName("Whose chances are drawn")
        self.choice.addItem(_WHOLE, -1)
        self.choice.view().setAccessibleName("Whose chances are drawn")
        self.choice.setMaximumWidth(230)
        self.choice.currentIndexChanged.connect(self._draw)
        self.head.addWidget(self.choice)
        self.chart = ChanceChart(theme)
        self.body.addWidget(self.chart, 1)

    def show_risk(self, risk: BookRisk | None, why: str = DRAWING) -> None:
        """Show curves of a dense answer, or why there are none."""
        self._risk, self._why = risk, why
        loans = () if risk is None else risk.loans
        indices = tuple(loan.index for loan in loans)
        if risk is not None and indices != self._indices:
            self._offer(risk, indices)
        elif risk is not None:
            for number, loan in enumerate(loans, start=1):
                self.choice.setItemText(number, loan.loan)
        self.choice.setEnabled(risk is not None and bool(loans))
        self._draw()

    def show_loan(self, index: int) -> None:
        """Draw the loan at that place of the book."""
        found = self.choice.findData(index)
        if found >= 0:
            self.choice.setCurrentIndex(found)

    def _offer(self, risk: BookRisk, indices: tuple[int, ...]) -> None:
        chosen = self.choice.currentData()
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItem(_WHOLE, -1)
        for loan in risk.loans:
            self.choice.addItem(loan.loan, loan.index)
        self.choice.setCurrentIndex(max(self.choice.findData(chosen), 0))
        self.choice.blockSignals(False)
        self._indices = indices

    def _curves(self) -> tuple[Curve, ...]:
        index = self.choice.currentData()
        if self._risk is None:
            return ()
        return book_curves(self._risk) if index == -1 else loan_curves(self._risk, index)

    def _draw(self, *_chosen: object) -> None:
        whole = self.choice.currentData() == -1
        picture = chance_picture(self._curves(), "book" if whole else "loan", self.choice.currentText())
        self.chart.show_picture(picture, self._why or "No line to draw.")
