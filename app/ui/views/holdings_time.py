"""Holdings over time, free and pledged, and what they were worth; drawn when the tab is opened."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.day_prices import DayPrices
from app.services.desk import DeskSnapshot
from app.services.holdings_history import HoldingsDay, holdings_days
from app.services.transaction_lines import Lines
from app.ui.charts.holdings_series import holdings_picture, value_picture
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.views.holdings_picture import PictureCard

RECKONING: Final = "Reckoning holdings over time …"
PricesDone = Callable[[DayPrices], None]


class TimePane(QWidget):
    """Two pictures over the same days."""

    def __init__(self, bench: Workbench, prices: Callable[[PricesDone], object]) -> None:
        super().__init__()
        self.setAccessibleName("Over time")
        self._bench = bench
        self._prices = prices
        self._lines: Lines | None = None
        self._days: tuple[HoldingsDay, ...] | None = None
        self._ticket: Ticket | None = None
        self._drawn: tuple[object, ...] = ()
        self.holdings = PictureCard(bench.theme, "Bitcoin held", (("■ Free", "safe"), ("◆ Pledged", "call")))
        self.value = PictureCard(bench.theme, "Value at each day's close")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for card in (self.holdings, self.value):
            card.say(RECKONING)
            layout.addWidget(card, 1)

    def show_lines(self, snapshot: DeskSnapshot, lines: Lines | None) -> None:
        """Reckon the days of these lines, unless they are shown already."""
        if lines is None:
            return
        if lines is not self._lines:
            self._lines, self._days = lines, None
            self._prices(lambda prices: self._reckon(lines, prices, snapshot))
        else:
            self._draw()

    def _reckon(self, lines: Lines, prices: DayPrices, snapshot: DeskSnapshot) -> None:
        if lines is not self._lines:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        until = snapshot.judged_at.date()
        self._ticket = self._bench.tasks.on_reckoning(
            lambda ticket: holdings_days(lines, prices, until, ticket.check),
            label="Reckoning holdings over time",
            done=self._show,
        )

    def _show(self, days: tuple[HoldingsDay, ...]) -> None:
        self._days = days
        self._drawn = ()
        self._draw()

    def _draw(self) -> None:
        display, days = self._bench.display, self._days
        if days is None or self._drawn == (days, display):
            return
        self._drawn = (days, display)
        code = self._bench.live.snapshot.book.base_currency
        self.holdings.show_picture(holdings_picture(days, display), display)
        missing = sum(one.value is None for one in days)
        aside = f"{missing:,} days without a stored price are left open" if missing else "by the stored closes"
        self.value.show_picture(value_picture(days, code, display), display, aside)
