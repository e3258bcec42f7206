"""Panels: a card, a card with one figure, and what stands where there is nothing yet."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.plain_tips import plain_tip
from app.ui.widgets.buttons import Button
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.labels import ElidedLabel, PlainLabel, Tone


class Card(QFrame):
    """A bordered panel with an optional title line; contents go into ``body``."""

    def __init__(self, title: str = "", aside: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 12, 14, 12)
        self.body.setSpacing(6)
        self.head = QHBoxLayout()
        self.title = PlainLabel(title, size="title")
        self.aside = ElidedLabel(aside, tone="muted")
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if title or aside:
            self.head.addWidget(self.title)
            self.head.addWidget(self.aside, 1)
            self.body.addLayout(self.head)


class FigureCard(QFrame):
    """One figure with its name above and what it is made of below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(2)
        self.name = ElidedLabel(name, size="small", tone="muted")
        self.figure = ElidedLabel("—", size="figure")
        self.note = ElidedLabel("", size="small", tone="muted")
        steady_figures(self.figure)
        for label in (self.name, self.figure, self.note):
            layout.addWidget(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(130)

    def show_figure(self, figure: str, note: str, tone: Tone = "text", detail: str = "") -> None:
        """Show a figure; ``detail`` (age, source, formula) is the tooltip and is read after it."""
        self.figure.set_whole(figure)
        self.figure.set_tone(tone)
        self.note.set_whole(note)
        self.setToolTip(plain_tip(detail))
        self.setAccessibleName(f"{self.name.whole}: {figure}")
        self.setAccessibleDescription(". ".join(part for part in (note, detail) if part))


class EmptyState(QWidget):
    """What a screen shows when it has nothing: what belongs here, and the buttons that bring it."""

    def __init__(self, title: str, text: str, buttons: Sequence[Button] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        self.title = PlainLabel(title, size="headline", wraps=True)
        self.text = PlainLabel(text, tone="muted", wraps=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout.addSpacing(8)
        layout.addLayout(row)
        layout.addStretch(2)
