"""A card with a picture of holdings over time; its chart is imported when there is something to draw."""

from importlib import import_module
from typing import Final, Protocol, cast

from PySide6.QtWidgets import QWidget

from app.ui.charts.holdings_series import Picture
from app.ui.formats import Display
from app.ui.theme import Theme
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel, Tone

CHART_MODULE: Final = "app.ui.charts.holdings_over_time"


class Chart(Protocol):
    """What the card asks of the chart."""

    def show_picture(self, picture: Picture, display: Display) -> None:
        """Draw a picture."""
        ...

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001 - Qt's own
        """Show it or not."""
        ...


class PictureCard(Card):
    """One picture with a title and a legend, or words where there is none yet."""

    def __init__(self, theme: Theme, title: str, legend: tuple[tuple[str, Tone], ...] = ()) -> None:
        super().__init__(title, " ")
        self._theme = theme
        self._chart: Chart | None = None
        self.aside.set_whole("")
        for words, tone in legend:
            self.head.addWidget(PlainLabel(words, size="small", tone=tone))
        self.words = PlainLabel("", tone="muted", wraps=True)
        self.body.addWidget(self.words, 1)
        self.setMinimumHeight(170)

    def say(self, words: str) -> None:
        """Show words in the picture's place."""
        if self._chart is not None:
            self._chart.setVisible(False)
        self.words.setText(words)
        self.words.show()

    def show_picture(self, picture: Picture, display: Display, aside: str = "") -> None:
        """Draw a picture; one without curves is told in words."""
        self.aside.set_whole(aside)
        if not picture.bands:
            self.say(picture.description)
            return
        if self._chart is None:
            widget = import_module(CHART_MODULE).HoldingsChart(self._theme, self.title.text())
            if isinstance(widget, QWidget):
                self.body.addWidget(widget, 1)
            self._chart = cast("Chart", widget)
        self.words.hide()
        self._chart.setVisible(True)
        self._chart.show_picture(picture, display)
