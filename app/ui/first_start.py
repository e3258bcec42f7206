"""The page of a first start: look around, start an own book, or open one."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.icons import Icons
from app.ui.messages import MessageArea, Messages
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel


@dataclass(frozen=True, slots=True)
class Ways:
    """What the three buttons do."""

    look_around: Callable[[], object]
    start_own: Callable[[], object]
    open_existing: Callable[[], object]


class FirstStart(QWidget):
    """Three ways to begin, on one page."""

    def __init__(self, ways: Ways, messages: Messages, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("firstStart")
        self.setWindowTitle("Plimsoll")
        self.setAccessibleName("Plimsoll: how would you like to begin?")
        self.setMinimumSize(760, 440)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(MessageArea(messages, icons))
        layout = QVBoxLayout()
        layout.setContentsMargins(48, 24, 48, 32)
        layout.setSpacing(8)
        outer.addLayout(layout, 1)
        layout.addStretch(1)
        layout.addLayout(self._brand(icons))
        layout.addWidget(PlainLabel("How far is bitcoin from your margin calls?", size="headline", wraps=True))
        layout.addWidget(
            PlainLabel(
                "Plimsoll keeps a book of bitcoin and of debt backed by it, asks several exchanges for the price, "
                "and tells you early which loan a fall would call. Everything stays on this computer.",
                tone="muted",
                wraps=True,
            )
        )
        layout.addSpacing(16)
        grid = QGridLayout()
        grid.setSpacing(14)
        self.buttons: list[Button] = []
        for column, (title, text, words, act) in enumerate(
            (
                ("Demo", "An invented treasury in a bad week. Needs no network.", "Look around", ways.look_around),
                ("My book", "Begins empty. Add accounts and loans as you go.", "Start my book", ways.start_own),
                (
                    "A book I have",
                    "A .plimsoll file on this computer or a shared folder.",
                    "Open existing …",
                    ways.open_existing,
                ),
            )
        ):
            card = Card(title)
            told = PlainLabel(text, tone="muted", wraps=True)
            told.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.body.addWidget(told, 1)
            card.body.addSpacing(8)
            button = Button(words, act, kind="primary" if column == 0 else "normal")
            card.body.addWidget(button)
            self.buttons.append(button)
            grid.addWidget(card, 0, column)
            grid.setColumnStretch(column, 1)
        layout.addLayout(grid)
        layout.addStretch(2)
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _brand(self, icons: Icons) -> QHBoxLayout:
        row = QHBoxLayout()
        mark = PlainLabel("")
        mark.setAccessibleName("Plimsoll")
        mark.setPixmap(icons.icon("mark", "text", 28).pixmap(QSize(28, 28), self.devicePixelRatioF()))
        row.addWidget(mark)
        row.addWidget(PlainLabel("Plimsoll", size="brand"))
        row.addStretch(1)
        return row
