"""The what-if of another lender: one loan under published terms, line by line before and after."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from app.domain.book import Loan
from app.services.desk import DeskSnapshot
from app.services.presets import Preset
from app.services.refinance import Refinancing, refinance
from app.ui.dialogs.fields import ChoiceField
from app.ui.formats import Display
from app.ui.models.plan_words import refinance_lines, refinance_sentence
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel

NO_LENDER = ""
NO_PRESETS = "This installation came without the lenders' published terms; install Plimsoll again to have them."


class RefinanceCard(Card):
    """A loan, a lender, and what would change."""

    def __init__(self, presets: tuple[Preset, ...]) -> None:
        super().__init__("Another lender", "the same debt and bitcoin under published terms")
        self.setAccessibleName("Another lender")
        self._presets = {preset.key: preset for preset in presets}
        self._snapshot: DeskSnapshot | None = None
        self._display = Display()
        self.loan: ChoiceField[str] = ChoiceField("Loan", {"": "No loan"})
        words = {NO_LENDER: "Choose a lender"} | {preset.key: preset.label for preset in presets}
        self.lender: ChoiceField[str] = ChoiceField("Under the terms of", words)
        for field in (self.loan, self.lender):
            field.editor.setMinimumWidth(120)
            field.edited.connect(self._show)
        self.sentence = PlainLabel("", wraps=True)
        self.sentence.set_selectable()
        self.note = PlainLabel("", size="small", tone="muted", wraps=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._cells: list[tuple[PlainLabel, ElidedLabel, ElidedLabel]] = []
        choices = QHBoxLayout()
        choices.setSpacing(12)
        choices.addWidget(self.loan, 1)
        choices.addWidget(self.lender, 2)
        self.body.addLayout(choices)
        self.body.addWidget(self.sentence)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.note)
        self.body.addStretch(1)

    def show_snapshot(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Offer the book's loans and show the chosen one."""
        names = {loan.name: loan.name for loan in snapshot.book.loans}
        chosen = self.loan.value
        if self._snapshot is None or self._snapshot.book is not snapshot.book:
            self.loan.offer(names or {"": "No loan"}, chosen)
        self._snapshot, self._display = snapshot, display
        self._show()

    def choose_loan(self, name: str) -> None:
        """Look at that loan."""
        self.loan.choose(name)

    def found(self) -> Refinancing | str | None:
        """Return the change, a sentence why there is none, or None while nothing is chosen."""
        snapshot, preset = self._snapshot, self._presets.get(self.lender.value)
        if not self._presets:
            return NO_PRESETS
        loan = None if snapshot is None else _loan(snapshot, self.loan.value)
        if snapshot is None or preset is None or loan is None:
            return None
        number = snapshot.book.loans.index(loan)
        figures = snapshot.figures.loans[number]
        change = refinance(loan, preset, figures.lookup, snapshot.judged_at)
        return f"{loan.name} owes nothing, so there is nothing to refinance." if change is None else change

    def _show(self) -> None:
        found = self.found()
        currency = self._currency()
        if not isinstance(found, Refinancing):
            self.sentence.setText(found or "Choose a loan and a lender to see its lines, cure and rate side by side.")
            self.sentence.set_tone("muted")
            self._show_lines(())
            self.note.hide()
            return
        self.sentence.set_tone("text")
        self.sentence.setText(refinance_sentence(found, currency, self._display))
        self._show_lines(
            (("", "now", "then"), *(tuple(line) for line in refinance_lines(found, currency, self._display)))
        )
        self.note.setText(" ".join((*found.notes, "Fees of leaving and entering are not known and not counted.")))
        self.note.show()

    def _currency(self) -> str:
        loan = None if self._snapshot is None else _loan(self._snapshot, self.loan.value)
        return "USD" if loan is None else loan.currency

    def _show_lines(self, lines: tuple[tuple[str, ...], ...]) -> None:
        while len(self._cells) < len(lines):
            row = len(self._cells)
            cells = (PlainLabel("", size="small", tone="muted"), ElidedLabel(""), ElidedLabel(""))
            for column, cell in enumerate(cells):
                self._grid.addWidget(cell, row, column)
            self._cells.append(cells)
        for number, cells in enumerate(self._cells):
            shown = number < len(lines)
            for column, cell in enumerate(cells):
                cell.setVisible(shown)
                if shown and isinstance(cell, ElidedLabel):
                    cell.set_whole(lines[number][column])
                    cell.set_tone("muted" if not number else "text")
                elif shown:
                    cell.setText(lines[number][column])


def _loan(snapshot: DeskSnapshot, name: str) -> Loan | None:
    return next((loan for loan in snapshot.book.loans if loan.name == name), None)
