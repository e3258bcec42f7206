"""The card with the loan's LTV over time; its chart is imported after the page has been painted once."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.domain.quotes import PriceLookup
from app.ui.theme import Theme
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

CHART_MODULE = "app.ui.charts.ltv_history"
NO_HISTORY = "LTV over time shows here once a daily price history is known."


class HistoryChart(Protocol):
    """What the card asks of the chart."""

    def show_loan(
        self, figures: LoanFigures, candles: tuple[DailyCandle, ...], candle_price: PriceLookup | None = None
    ) -> None:
        """Show a loan against daily closes, the oldest first; ``candle_price`` is today's in their currency."""
        ...


class LoanHistoryCard(Card):
    """LTV over time against the contract's levels."""

    def __init__(self, theme: Theme, history: Callable[[], tuple[DailyCandle, ...]]) -> None:
        super().__init__("LTV over time", "the debt and collateral of each day, at that day's close")
        self._theme = theme
        self._history = history
        self._chart: HistoryChart | None = None
        self._wanted: LoanFigures | None = None
        self._candle_price: PriceLookup | None = None
        self.empty = PlainLabel(NO_HISTORY, tone="muted", wraps=True)
        self.body.addWidget(self.empty, 1)

    def show_loan(self, figures: LoanFigures, candle_price: PriceLookup | None) -> None:
        """Show a loan, now or as soon as the window is idle; a price tick alone draws nothing anew."""
        self._candle_price = candle_price
        first = self._wanted is None
        same = not first and self._wanted is not None and self._wanted.loan is figures.loan
        self._wanted = figures
        if first:
            QTimer.singleShot(0, self, self._draw)
        elif not same:
            self._draw()

    def _draw(self) -> None:
        candles = self._history()
        if self._wanted is None or not candles:
            return
        if self._chart is None:
            self._chart = self._make()
        if self._chart is not None:
            self.empty.hide()
            self.setMinimumHeight(300)
            self._chart.show_loan(self._wanted, candles, self._candle_price)

    def _make(self) -> HistoryChart | None:
        if find_spec(CHART_MODULE) is None:
            return None
        widget = import_module(CHART_MODULE).LtvHistoryChart(self._theme)
        if isinstance(widget, QWidget):
            self.body.addWidget(widget, 1)
        return cast("HistoryChart", widget)
