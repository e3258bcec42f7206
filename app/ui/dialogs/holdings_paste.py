"""Rows from a spreadsheet: what they would become is shown, a number with two readings is asked about."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.book import Book
from app.domain.errors import InputError
from app.services.edits import Edit
from app.services.transaction_paste import Pasted, Sign, paste_edit, read_paste
from app.ui.dialogs.holdings_bulk import entry_words
from app.ui.dialogs.holdings_checked import CheckedForm
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel

_SHOWN: Final = 12
_ANSWER: Final = "choose the decimal sign above"


class PasteForm(CheckedForm[Pasted]):
    """Enters rows of the clipboard, as one edit."""

    def __init__(self, bench: Workbench, text: str, account: str, parent: QWidget | None = None) -> None:
        super().__init__(bench, "Paste transactions", "Add them", parent)
        self._text, self._account = text, account
        self._sign: Sign = ""
        self._pasted = Pasted()
        self.question = PlainLabel("", wraps=True)
        self.point = Button("A point: 1.205 is a little more than one", lambda: self._answer("."))
        self.comma = Button("A comma: 1.205 is more than a thousand", lambda: self._answer(","))
        self.summary = PlainLabel("", wraps=True)
        self.rows = PlainLabel("", size="small", wraps=True)
        self.refused = PlainLabel("", size="small", tone="sale", wraps=True)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.point)
        answers.addWidget(self.comma)
        answers.addStretch(1)
        self.body.addWidget(self.question)
        self.body.addLayout(answers)
        for label in (self.summary, self.rows, self.refused):
            self.body.addWidget(label)
        self.body.addStretch(1)
        self._read()
        self.resize(680, 460)

    @property
    def pasted(self) -> Pasted:
        """What was read."""
        return self._pasted

    def edit(self) -> Edit:
        """Return the edit that enters the rows.

        Raises:
            InputError: a question is open, or there is nothing to enter.
        """
        if self._pasted.question:
            raise InputError(_ANSWER)
        if not self._pasted.rows:
            raise InputError("there is no row to add")
        return paste_edit(self._pasted)

    def look(self, _book: Book) -> Pasted:
        """Return what was read; it does not change with the book."""
        return self._pasted

    def show_look(self, look: Pasted) -> None:
        """Everything is shown already."""

    def _answer(self, sign: Sign) -> None:
        self._sign = sign
        self._read()
        self.refresh()

    def _read(self) -> None:
        book = self.context.snapshot().book
        try:
            self._pasted = read_paste(self._text, book, self._account, self._sign)
        except InputError as error:
            self._pasted = Pasted()
            self.summary.setText(f"▲ {error.problem[:1].upper()}{error.problem[1:]}.")
        else:
            self.summary.setText(_summary(self._pasted, self._account))
        display = self.context.display()
        lines = [f"{name} · {entry_words(row, display)}" for name, row in self._pasted.rows[:_SHOWN]]
        if len(self._pasted.rows) > _SHOWN:
            lines.append(f"… and {len(self._pasted.rows) - _SHOWN:,} more")
        self.rows.setText("\n".join(lines))
        told = [f"▲ Row {row.line}: {row.reason}." for row in self._pasted.refused[:_SHOWN]]
        if len(self._pasted.refused) > _SHOWN:
            told.append(f"… and {len(self._pasted.refused) - _SHOWN:,} more")
        self.refused.setText("\n".join(told))
        asked = bool(self._pasted.question)
        self.question.setText(self._pasted.question)
        for widget in (self.question, self.point, self.comma):
            widget.setVisible(asked)
        self.summary.setVisible(not asked)


def _summary(pasted: Pasted, account: str) -> str:
    parts = [f"{len(pasted.rows):,} to add"]
    if pasted.refused:
        parts.append(f"{len(pasted.refused):,} refused")
    if pasted.skipped:
        parts.append(f"{pasted.skipped:,} left out: other halves of transfers, and pledges, which are a loan's")
    return f"{'; '.join(parts)}. Rows without an account go to {account}."
