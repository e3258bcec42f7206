"""The line of a form that says what the edit would come to: LTV, state and call price, before and after."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.figures import LoanFigures
from app.domain.terms import TriggerKind
from app.services.loan_preview import Preview
from app.ui.formats import NOT_KNOWN, danger_price_text, headroom_text, ltv_text
from app.ui.levels import standing_of
from app.ui.theme import Theme
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.marks import Chip, LtvBar, bar_figures

EMPTY = "The resulting LTV shows here while you type."


def ltv_sentence(preview: Preview) -> str:
    """Return the change in words (``LTV 64.9 % → 60.0 %``)."""
    after = _ltv(preview.after)
    if preview.before is None:
        return f"LTV {after}"
    before = _ltv(preview.before)
    return f"LTV {before} → {after}" if before != after else f"LTV stays {after}"


def consequence(preview: Preview) -> str:
    """Return where the loan would be called or sold, and how far that is."""
    after = preview.after
    if after is None:
        return "The loan is taken out of the book."
    parts = []
    for kind, verb in ((TriggerKind.MARGIN_CALL, "called"), (TriggerKind.LIQUIDATION, "sold")):
        line = after.first(kind)
        if line is None or line.price is None:
            continue
        room = headroom_text(line.headroom)
        far = "" if line.headroom is None else ", passed" if line.headroom <= 0 else f", {room} below now"
        parts.append(f"{verb} at {danger_price_text(line.price, after.loan.currency)}{far}")
    if not parts:
        return standing_of(after).sentence.capitalize() + "."
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


class PreviewStrip(QFrame):
    """Shows a ``Preview``; plain words first, then the chip and the bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self.sentence = PlainLabel(EMPTY, size="title")
        self.detail = PlainLabel("", size="small", tone="muted", wraps=True)
        self._chip = Chip(theme)
        self._bar = LtvBar(theme)
        self._bar.setFixedWidth(150)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(12)
        layout.addLayout(words, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._chip)
        self.show_nothing()

    def show_nothing(self, why: str = EMPTY) -> None:
        """Say that there is nothing to judge yet."""
        self.sentence.setText(why)
        self.sentence.set_tone("muted")
        self.detail.setText("")
        self._chip.hide()
        self._bar.hide()

    def show_preview(self, preview: Preview) -> None:
        """Show what the edit would come to."""
        self.sentence.setText(ltv_sentence(preview))
        self.sentence.set_tone("text")
        self.detail.setText(consequence(preview))
        after = preview.after
        self._chip.setVisible(after is not None)
        self._bar.setVisible(after is not None)
        if after is not None:
            standing = standing_of(after)
            self._chip.show_standing(standing)
            marks = ((line.trigger.kind, line.trigger.ltv) for line in after.triggers)
            self._bar.show_figures(bar_figures(after.ltv, standing.level, marks))
        self.setAccessibleName(f"{self.sentence.text()}. {self.detail.text()}")


def _ltv(figures: LoanFigures | None) -> str:
    return NOT_KNOWN if figures is None else ltv_text(figures.ltv)
