"""The band above the demo book: nobody shall take it for their own money."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.services.desk import DeskSnapshot
from app.ui.formats import day_text
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import ElidedLabel, PlainLabel


class DemoBand(QFrame):
    """Says that this is a demo, and offers the two ways on."""

    def __init__(self, *, use_real: Callable[[], object], own_book: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("demoBand")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 3, 14, 3)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel("DEMO — not your money", size="title"))
        self.detail = ElidedLabel("")
        layout.addWidget(self.detail, 1)
        self.use_real = Button("Use real prices", use_real, kind="quiet")
        self.own_book = Button("Start my own book", own_book, kind="quiet")
        layout.addWidget(self.use_real)
        layout.addWidget(self.own_book)

    def show_snapshot(self, snapshot: DeskSnapshot) -> None:
        """Show the band for a demo book only."""
        self.setVisible(snapshot.book.demo)
        recorded = bool(snapshot.asking_off)
        self.use_real.setVisible(recorded)
        day = day_text(snapshot.judged_at.date())
        text = f"Invented names; prices recorded, {day}." if recorded else "Invented names; real prices."
        self.detail.set_whole(text)
        self.setAccessibleName(f"Demo, not your money. {text}")
