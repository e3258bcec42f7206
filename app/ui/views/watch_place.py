"""Places of cards that are made after the screen's first paint: whether anyone is watching, and the policy."""

from importlib import import_module
from typing import Final, Protocol

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.ui.live import Change
from app.ui.view import Workbench

_CARD: Final = ("app.ui.views.watch_card", "WatchCard")
_LINE: Final = ("app.ui.views.watch_bar", "WatchBar")
_POLICY: Final = ("app.ui.views.policy_card", "PolicyCard")


class Refreshable(Protocol):
    """What the card is to the screens that show it."""

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot."""
        ...


class LatePlace(QWidget):
    """Holds a card once it is made; takes no room before.

    Args:
        name: for a screen reader.
        module, card: which class of which module.
    """

    def __init__(self, bench: Workbench, name: str, module: str, card: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._bench = bench
        self._made_of = module, card
        self._wanted = True
        self.card: Refreshable | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()
        bench.live.changed.connect(self._hear)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def make(self) -> None:
        """Make the card."""
        if self.card is not None:
            return
        module, name = self._made_of
        card = getattr(import_module(module), name)(self._bench)
        self.card = card
        self._layout.addWidget(card)
        card.refresh(self._bench.live.snapshot)
        self.setVisible(self._wanted)

    def want(self, *, wanted: bool) -> None:
        """Show it, or leave its room to others."""
        self._wanted = wanted
        self.setVisible(wanted and self.card is not None)

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


class WatchPlace(LatePlace):
    """The place of what says whether anyone is watching.

    Args:
        in_a_line: where a card has no room.
    """

    def __init__(self, bench: Workbench, *, in_a_line: bool = False) -> None:
        super().__init__(bench, "Watch", *(_LINE if in_a_line else _CARD))


class PolicyPlace(LatePlace):
    """The place of the policy's limits."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, "Policy", *_POLICY)
