"""The card with the loan's LTV over time: reckoned on a lane, drawn by a chart imported after the first paint."""

from collections.abc import Callable
from importlib import import_module
from typing import Final, Protocol, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.domain.quotes import PriceLookup
from app.services.ltv_history import LtvHistory
from app.ui.charts.ltv_reckoning import reckon_history
from app.ui.tasks import Tasks, Ticket
from app.ui.theme import Theme
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

CHART_MODULE: Final = "app.ui.charts.ltv_history"
NO_HISTORY: Final = "LTV over time shows here once a daily price history is known."
RECKONING: Final = "Reckoning LTV over time …"
WHAT: Final = "the debt and collateral of each day, at that day's close"
_HEIGHT: Final = 300


class HistoryChart(Protocol):
    """What the card asks of the chart."""

    def show_history(self, history: LtvHistory) -> None:
        """Show a loan's days."""
        ...

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001 - Qt's own
        """Show it or not."""
        ...


class LoanHistoryCard(Card):
    """LTV over time against the contract's levels."""

    def __init__(self, theme: Theme, tasks: Tasks, history: Callable[[], tuple[DailyCandle, ...]]) -> None:
        super().__init__("LTV over time", WHAT)
        self._theme = theme
        self._tasks = tasks
        self._history = history
        self._chart: HistoryChart | None = None
        self._wanted: LoanFigures | None = None
        self._candle_price: PriceLookup | None = None
        self._asked_for: tuple[object, object] | None = None
        self._drawn = ""
        self._ticket: Ticket | None = None
        self.words = PlainLabel(NO_HISTORY, tone="muted", wraps=True)
        self.body.addWidget(self.words, 1)

    def show_loan(self, figures: LoanFigures, candle_price: PriceLookup | None) -> None:
        """Show a loan, now or as soon as the window is idle; a price tick alone draws nothing anew."""
        first = self._wanted is None
        self._wanted, self._candle_price = figures, candle_price
        if first:
            QTimer.singleShot(0, self, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        """Have the days reckoned, unless these were asked for already; a newer question overtakes an older one."""
        figures, price, candles = self._wanted, self._candle_price, self._history()
        if figures is None or not candles:
            return
        asked_for = (figures.loan, candles)
        if self._asked_for is not None and all(map(_same, asked_for, self._asked_for)):
            return
        self._asked_for = asked_for
        if self._ticket is not None:
            self._ticket.cancel()
        self._say_reckoning(figures.loan.name)
        self._ticket = self._tasks.on_reckoning(
            lambda ticket: reckon_history(figures, candles, price, ticket.check),
            label="Reckoning LTV over time",
            done=lambda history: self._draw(figures.loan.name, history),
        )

    def _say_reckoning(self, name: str) -> None:
        """The picture of the same loan stays until the new one is there; another loan's must not."""
        if self._drawn == name:
            self.aside.set_whole("reckoning …")
            return
        if self._chart is not None:
            self._chart.setVisible(False)
        self.words.setText(RECKONING)
        self.words.show()
        self.setMinimumHeight(_HEIGHT)

    def _draw(self, name: str, history: LtvHistory) -> None:
        if self._chart is None:
            self._chart = self._make()
        self._drawn = name
        self.aside.set_whole(WHAT)
        self.words.hide()
        self._chart.setVisible(True)
        self._chart.show_history(history)

    def _make(self) -> HistoryChart:
        widget = import_module(CHART_MODULE).LtvHistoryChart(self._theme)
        if isinstance(widget, QWidget):
            self.body.addWidget(widget, 1)
        return cast("HistoryChart", widget)


def _same(one: object, other: object) -> bool:
    return one is other or one == other
