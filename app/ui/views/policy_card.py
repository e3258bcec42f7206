"""The overview's card of the policy: each limit with what was measured, its bound, a bar, and how it stands."""

from importlib import import_module

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.services.policy_state import Stand, worst_first
from app.ui.models.policy import LimitText, limit_text
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.figures import steady_figures
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.widgets.limit_bar import LimitBar
from app.ui.widgets.marks import Chip
from app.ui.words import READ_ONLY

NONE_YET = (
    "No limits yet. Say what the book may not exceed, whatever the contracts allow: its LTV, one lender's share, free"
    " bitcoin, months of interest. A breach is told and kept in a log."
)
_OPERATIONS = "app.ui.operations.policy"  # brings forms with it, which no start needs


class LimitCell(QWidget):
    """One limit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.name = ElidedLabel("", size="small", tone="muted")
        self.chip = Chip(theme)
        head.addWidget(self.name, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignRight)
        layout.addLayout(head)
        self.figure = PlainLabel("", size="title")
        steady_figures(self.figure)
        self.note = ElidedLabel("", size="small", tone="muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self.figure)
        told.addWidget(self.note, 1)
        layout.addLayout(told)
        self.bar = LimitBar(theme)
        layout.addWidget(self.bar)
        self.setMinimumWidth(150)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_limit(self, text: LimitText) -> None:
        """Show a limit."""
        self.name.set_whole(text.name)
        self.figure.setText(text.figure)
        self.figure.set_tone("sale" if text.standing.word == "Breached" else "text")
        self.chip.show_standing(text.standing)
        self.bar.show_figures(text.bar)
        self.note.set_whole(f"{text.bound} · {text.note}" if text.note else text.bound)
        self.setAccessibleName(f"{text.name}: {text.figure}, {text.standing.word}")
        self.setAccessibleDescription(text.sentence)
        self.setToolTip(plain_tip(text.sentence))


class PolicyCard(Card):
    """The policy, or the offer to have one."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__("Policy", " ")
        self._bench = bench
        self.cells: list[LimitCell] = []
        self.set_limits = Button("Set limits …", self._set)
        self.log = Button("Breach log", self._log, kind="quiet")
        self.head.addWidget(self.log)
        self.head.addWidget(self.set_limits)
        self.empty = PlainLabel(NONE_YET, tone="muted", wraps=True)
        self.body.addWidget(self.empty)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(12)
        self.body.addLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot."""
        states = snapshot.policy
        texts = [limit_text(state, self._bench.display) for state in states]
        while len(self.cells) > len(texts):
            cell = self.cells.pop()
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        while len(self.cells) < len(texts):
            cell = LimitCell(self._bench.theme)
            self._grid.addWidget(cell, 0, len(self.cells))
            self.cells.append(cell)
        for place in range(self._grid.columnCount()):
            self._grid.setColumnStretch(place, 1 if place < len(texts) else 0)
        for cell, text in zip(self.cells, texts, strict=True):
            cell.show_limit(text)
        self.empty.setVisible(not texts)
        worst = worst_first(states)[0].stand if states else Stand.KEPT
        count = sum(state.stand is Stand.BREACHED for state in states)
        self.aside.set_whole(f"{count} breached" if count else "all kept" if worst is Stand.KEPT and states else "")
        standing = sum(breach.stands for breach in snapshot.breaches)
        self.log.setVisible(bool(states or snapshot.breaches))
        self.log.setText(f"Breach log ({standing} open)" if standing else "Breach log")
        self.set_limits.setEnabled(not snapshot.read_only)
        self.set_limits.setToolTip(plain_tip(READ_ONLY) if snapshot.read_only else "")

    def _set(self) -> None:
        import_module(_OPERATIONS).set_limits(bench=self._bench, parent=self)

    def _log(self) -> None:
        import_module(_OPERATIONS).show_log(bench=self._bench, parent=self)
