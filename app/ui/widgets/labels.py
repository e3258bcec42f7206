"""The one label class: plain text always, so that no lender's name or note is ever read as markup."""

import re
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.plain_tips import plain_tip

Size = Literal["body", "small", "title", "figure", "headline", "brand"]
Tone = Literal["text", "muted", "accent", "safe", "watch", "call", "sale"]


NO_BREAK: Final = "\u00a0"  # the one space that Qt keeps a line together at and copies as a plain one
_UNIT: Final = re.compile(r"(?<=[\d•]) (?=(?:%|BTC|sats|LTV|h|min|s|d|days?|years?|bps|[BMk])(?![\w%]))")


class PlainLabel(QLabel):
    """Words on the screen; ``size`` and ``tone`` are roles of the style sheet.

    Words that wrap never part a figure from its unit; what is copied from them has plain spaces.
    """

    def __init__(
        self,
        text: str = "",
        *,
        size: Size = "body",
        tone: Tone = "text",
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if wraps:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setText(text)
        self.setProperty("look", size)
        self.setProperty("tone", tone)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(held_together(text) if self.wordWrap() else text)

    def text(self) -> str:
        """Return the words as they were given."""
        return super().text().replace(NO_BREAK, " ")

    def set_tone(self, tone: Tone) -> None:
        """Show the words in another colour role."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)

    def set_selectable(self) -> None:
        """Let the words be selected and copied, by mouse and keyboard."""
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)


class ElidedLabel(PlainLabel):
    """One line that gives way when room is short; the whole text stays in the tooltip and for screen readers."""

    def __init__(self, text: str = "", *, size: Size = "body", tone: Tone = "text") -> None:
        super().__init__("", size=size, tone=tone)
        self._whole = text
        self.setMinimumWidth(24)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_whole(text)

    @property
    def whole(self) -> str:
        """The text before it was shortened."""
        return self._whole

    def set_whole(self, text: str) -> None:
        """Show ``text``, shortened at its end if it does not fit."""
        self._whole = text
        self.setAccessibleName(text)
        self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")

    def resizeEvent(self, event: object) -> None:
        """Shorten again."""
        super().resizeEvent(event)  # type: ignore[arg-type] # Qt hands over a QResizeEvent
        self._shorten()


def held_together(text: str) -> str:
    """Return ``text`` with a space that does not break between each figure and its unit (``9.4 %``, ``12 h``)."""
    return _UNIT.sub(NO_BREAK, text)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look at the widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
