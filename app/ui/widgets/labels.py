"""The one label class: plain text always, so that no lender's name or note is ever read as markup."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.plain_tips import plain_tip

Size = Literal["body", "small", "title", "figure", "headline", "brand"]
Tone = Literal["text", "muted", "accent", "safe", "watch", "call", "sale"]


class PlainLabel(QLabel):
    """Words on the screen; ``size`` and ``tone`` are roles of the style sheet."""

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
        self.setText(text)
        self.setProperty("look", size)
        self.setProperty("tone", tone)
        if wraps:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

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


def repolish(widget: QWidget) -> None:
    """Make the style sheet look at the widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
