"""Several transactions changed at once: kind, account, note, value; what changes is shown before it is done."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from app.domain.book import Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.edits import Edit
from app.services.transaction_bulk import BulkChange, Chosen, Preview, bulk_edit, preview_of
from app.ui.dialogs.fields import CheckField, ChoiceField
from app.ui.dialogs.form import section, side_by_side
from app.ui.dialogs.holdings_checked import CheckedForm
from app.ui.dialogs.kinds import text_field
from app.ui.formats import Display, btc_text, day_text, money_text
from app.ui.view import Workbench
from app.ui.widgets.labels import PlainLabel
from app.ui.words import TRANSACTION_WORDS

LEAVE: Final = "Leave as it is"
NOTHING: Final = "choose what is to be changed"


class BulkForm(CheckedForm[Preview]):
    """Changes chosen entries together, as one edit."""

    def __init__(
        self, bench: Workbench, chosen: Sequence[Chosen], left_out: int = 0, parent: QWidget | None = None
    ) -> None:
        count = sum(len(part.entries) for part in chosen)
        alone = count == 1
        title = "Change a transaction" if alone else f"Change {count:,} transactions"
        super().__init__(bench, title, "Change it" if alone else "Change them", parent)
        self._chosen = tuple(chosen)
        self._left_out = left_out
        self._change = BulkChange()
        kinds: dict[TransactionKind | None, str] = {None: LEAVE}
        kinds.update((kind, words) for kind, words in TRANSACTION_WORDS.items() if kind is not TransactionKind.TRANSFER)
        names = [account.name for account in bench.live.snapshot.book.accounts]
        self.kind: ChoiceField[TransactionKind | None] = ChoiceField("Kind", kinds)
        self.account: ChoiceField[str | None] = ChoiceField("Account", {None: LEAVE, **{name: name for name in names}})
        self.new_note = CheckField("Give all of them this note")
        self.note = text_field("Note", "", optional=True, hint="empty takes their notes away")
        self.clear = CheckField("Take value, fee and currency away")
        self.told = PlainLabel("", wraps=True)
        self.examples = PlainLabel("", size="small", tone="muted", wraps=True)
        self.fields = {"kind": self.kind, "account": self.account, "note": self.note}
        self.body.addLayout(side_by_side(self.kind, self.account))
        self.body.addWidget(self.new_note)
        self.body.addWidget(self.note)
        self.body.addWidget(self.clear)
        part = section("What changes")
        part.addWidget(self.told)
        part.addWidget(self.examples)
        self.body.addLayout(part)
        self.body.addStretch(1)
        self.watch(self.kind, self.account, self.note)
        for box in (self.new_note, self.clear):
            box.toggled.connect(self.later)
        self.new_note.toggled.connect(self._show_note)
        self._show_note(False)
        self.resize(700, 480)

    def change(self) -> BulkChange:
        """Return what the fields ask for."""
        note = (self.note.read() or "") if self.new_note.isChecked() else None
        return BulkChange(self.kind.value, self.account.value, note, clear_value=self.clear.isChecked())

    def edit(self) -> Edit:
        """Return the edit.

        Raises:
            InputError: nothing is asked.
        """
        change = self.change()
        if change.is_empty:
            self.told.setText("Nothing yet.")
            self.examples.setText("")
            raise InputError(NOTHING)
        self._change = change
        return bulk_edit(self._chosen, change)

    def look(self, _book: Book) -> Preview:
        """Return what would change."""
        return preview_of(self._chosen, self._change, self._left_out)

    def show_look(self, look: Preview) -> None:
        """Show what would change, with some examples."""
        parts = list(look.sentences) or ["nothing: all of them are that way already"]
        if look.unchanged and look.sentences:
            parts.append(f"{look.unchanged:,} are that way already")
        if look.left_out:
            parts.append(f"{look.left_out:,} rows of loans stay; change those on the loan's page")
        self.told.setText(f"{'; '.join(parts)}.")
        display = self.context.display()
        lines = [f"{entry_words(one, display)}  →  {change_words(one, other)}" for one, other in look.examples]
        more = look.changed - len(lines)
        self.examples.setText("\n".join([*lines, f"… and {more:,} more"] if more else lines))

    def _show_note(self, on: bool) -> None:  # noqa: FBT001 - Qt's own signal
        self.note.setVisible(on)


def change_words(entry: Transaction, made: Transaction | None) -> str:
    """Return only what is another way afterwards; a move is told above."""
    if made is None:
        return "deleted"
    parts = []
    if made.kind is not entry.kind:
        parts.append(TRANSACTION_WORDS[made.kind])
    if made.note != entry.note:
        parts.append(f"“{made.note}”" if made.note else "no note")
    if (made.value, made.fee) != (entry.value, entry.fee):
        parts.append("no value")
    return ", ".join(parts) or "moved"


def entry_words(entry: Transaction | None, display: Display) -> str:
    """Return an entry in a few words; nothing for one that goes."""
    if entry is None:
        return "deleted"
    value = "" if entry.value is None else money_text(entry.value, entry.currency or "USD", display)
    amount = btc_text(entry.sats, display, digits=8)
    parts = (day_text(entry.at.date()), TRANSACTION_WORDS[entry.kind], amount, value, entry.note)
    return " · ".join(part for part in parts if part)
