"""Where a path of one's own is typed or pasted: a line for each day, understood while it is typed."""

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout

from app.domain.errors import InputError
from app.risk.stress_path import PricePath
from app.ui.models.stress_path_typed import EXAMPLE, path_words, typed_path
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

_HINT = "A line for each day from now: the day, then a price or a fall from today's price. A table can be pasted."


class PathText(QPlainTextEdit):
    """Lines of text; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText(EXAMPLE)
        self.setAccessibleName("Own path: a line for each day, the day and a price or a fall")


class OwnPathCard(Card):
    """The panel.

    Signals:
        chosen: the ``PricePath`` that was typed.
        closed: it is wanted no more.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("Own path")
        self._price, self._currency = Decimal(1), "USD"
        self._path: PricePath | None = None
        self.text = PathText()
        self.echo = PlainLabel("", size="small", tone="muted", wraps=True)
        self.take = Button("Reckon this path", self._take, kind="primary")
        self.close_button = Button("Close", self.closed.emit)
        hint = PlainLabel(_HINT, size="small", tone="muted", wraps=True)
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 18)
        side = QVBoxLayout()
        side.addWidget(hint)
        side.addWidget(self.echo)
        side.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.take)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        side.addLayout(buttons)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.text, 1)
        row.addLayout(side, 1)
        self.body.addLayout(row)
        self.text.textChanged.connect(self._read)
        self._read()

    def show_market(self, price: Decimal, currency: str) -> None:
        """Read the text against another price of today."""
        if (price, currency) != (self._price, self._currency):
            self._price, self._currency = price, currency
            self._read()

    def _read(self) -> None:
        text = self.text.toPlainText()
        self._path = None
        if not text.strip():
            self.echo.setText("")
        else:
            try:
                self._path = typed_path(text, self._price, self._currency)
            except InputError as error:
                words = error.problem
                self.echo.setText(f"{words[:1].upper()}{words[1:]}.")
                self.echo.set_tone("sale")
            else:
                self.echo.setText(path_words(self._path, self._price, self._currency))
                self.echo.set_tone("muted")
        self.text.setAccessibleDescription(self.echo.text())
        self.take.setEnabled(self._path is not None)

    def _take(self) -> None:
        if self._path is not None:
            self.chosen.emit(self._path)
