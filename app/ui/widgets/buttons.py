"""Buttons: with words, with an icon, and the cells of the status bar."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app.ui.icons import Icons
from app.ui.plain_tips import plain_tip
from app.ui.widgets.labels import repolish

Kind = Literal["normal", "primary", "quiet", "cell"]


class Button(QPushButton):
    """A button with words; ``kind`` is a role of the style sheet."""

    def __init__(
        self, text: str, pressed: Callable[[], object] | None = None, *, kind: Kind = "normal", name: str = ""
    ) -> None:
        super().__init__(plain_text(text))
        self.setProperty("kind", kind)
        self.setAccessibleName(name or text)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())


class IconButton(QToolButton):
    """A button with an icon and no words on it; its name is its tooltip and what a screen reader says."""

    def __init__(self, icons: Icons, icon: str, name: str, pressed: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))
        self.setIconSize(QSize(18, 18))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        icons.put(self, icon)
        if pressed is not None:
            self.clicked.connect(lambda _checked=False: pressed())


class StatusCell(QPushButton):
    """A cell of the status bar: says how one thing stands and opens the screen that can change it."""

    def __init__(self, name: str, pressed: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setProperty("kind", "cell")
        self.setProperty("trouble", False)
        self.setFlat(True)
        self.setAccessibleName(name)
        self.clicked.connect(lambda _checked=False: pressed())

    def show_state(self, text: str, *, trouble: bool = False, detail: str = "") -> None:
        """Show a state; trouble changes shape and colour, ``detail`` says why."""
        self.setText(plain_text(f"▲ {text}" if trouble else text))
        self.setToolTip(plain_tip(detail))
        self.setAccessibleName(f"{self._name}: {text}")
        self.setAccessibleDescription(detail)
        if self.property("trouble") != trouble:
            self.setProperty("trouble", trouble)
            repolish(self)


def plain_text(text: str) -> str:
    """Return ``text`` for a widget that takes ``&`` for a shortcut mark."""
    return text.replace("&", "&&")
