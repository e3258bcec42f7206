"""The start of a loan from a lender's published terms: dated, with a confidence, and never taken without a tick."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.presets import Preset
from app.ui.dialogs.fields import CheckField, ChoiceField
from app.ui.widgets.labels import PlainLabel

BLANK = "My own contract, from a blank form"
CHECKED = "I have checked this against my contract"
UNCHECKED = f"Tick “{CHECKED}” first: lenders change their terms, and yours may differ"


class PresetBox(QWidget):
    """Chooses a preset.

    Signals:
        chosen: a ``Preset``, or None for a blank form.
        ticked: the statement was ticked or unticked.
    """

    chosen = Signal(object)
    ticked = Signal()

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__()
        self._presets = tuple(presets)
        words = {-1: BLANK} | {index: preset.label for index, preset in enumerate(self._presets)}
        self.choice = ChoiceField("Start from", words, -1)
        self.about = PlainLabel("", size="small", tone="watch", wraps=True)
        self.checked = CheckField(CHECKED)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.choice, self.about, self.checked):
            layout.addWidget(widget)
        self.choice.edited.connect(self._choose)
        self.checked.toggled.connect(lambda _on: self.ticked.emit())
        self._show()

    @property
    def preset(self) -> Preset | None:
        """The preset that is chosen, or None."""
        return self._presets[self.choice.value] if self.choice.value >= 0 else None

    @property
    def is_confirmed(self) -> bool:
        """Whether a preset's terms were checked against the contract."""
        return self.preset is not None and self.checked.isChecked()

    def check(self) -> str:
        """Return why the preset cannot be used yet, or an empty text."""
        return UNCHECKED if self.preset is not None and not self.checked.isChecked() else ""

    def _choose(self) -> None:
        self.checked.setChecked(False)
        self._show()
        self.chosen.emit(self.preset)

    def _show(self) -> None:
        preset = self.preset
        self.about.setText(f"▲ {preset.caution} {preset.note}" if preset else "")
        self.about.setVisible(preset is not None)
        self.checked.setVisible(preset is not None)
