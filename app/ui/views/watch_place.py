"""The place of the card that says whether anyone is watching; the card is made after the screen's first paint."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.ui.live import Change
from app.ui.view import Workbench

_CARD: Final = "app.ui.views.watch_card"


class Refreshable(Protocol):
    """What the card is to the screens that show it."""

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot."""
        ...


class WatchPlace(QWidget):
    """Holds the card once it is made; takes no room before."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setAccessibleName("Watch")
        self._bench = bench
        self.card: Refreshable | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()
        bench.live.changed.connect(self._hear)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def make(self) -> None:
        """Make the card."""
        if self.card is not None or find_spec(_CARD) is None:
            return
        card = import_module(_CARD).WatchCard(self._bench)
        self.card = card
        self._layout.addWidget(card)
        card.refresh(self._bench.live.snapshot)
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        self._show(self._bench.live.snapshot)
        super().showEvent(event)

    def _hear(self, change: Change) -> None:
        if self.isVisible():
            self._show(change.snapshot)

    def _show(self, snapshot: DeskSnapshot) -> None:
        if self.card is not None:
            self.card.refresh(snapshot)
