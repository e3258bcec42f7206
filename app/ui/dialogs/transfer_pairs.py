"""Joining withdrawals and deposits that are one movement: all are shown before any is stored."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from app.domain.book import Book
from app.domain.errors import InputError
from app.services.edits import Edit
from app.services.transfer_pairs import Pairs, pair_edit
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import Field
from app.ui.dialogs.form import Form
from app.ui.layout_memory import LayoutMemory
from app.ui.models.transfer_rows import pair_rows, pairs_model, unclear_words
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table

WHY = (
    "Each of these left one account and came into another. Joined, they carry their lots along; what did not arrive"
    " becomes a fee. Select rows to join only those. One undo takes it back."
)
WHAT_IS_LISTED = (
    "Where two accounts tell one movement, one as a withdrawal and the other as a deposit, it is listed here."
    " Nothing is stored before you join it."
)
NOTHING_FITS = "No withdrawal fits a deposit of another account."


class TransferPairsForm(Form):
    """Lists the pairs and stores them, or the selected ones, as one edit."""

    def __init__(self, context: FormContext, found: Pairs, memory: LayoutMemory, parent: QWidget | None = None) -> None:
        super().__init__(context, "Join transfers", "Join", parent, previews=False)
        self._found = found
        display = context.display()
        self.rows = pairs_model()
        self.rows.show_rows(pair_rows(found), display)
        self.table = Table("transfer_pairs", "Transfers", memory)
        self.table.setModel(self.rows)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.fit_columns()
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self.refresh())
        self.unclear = PlainLabel(unclear_words(found.unclear, display), size="small", tone="muted", wraps=True)
        self.unclear.setVisible(bool(found.unclear))
        self.body.addWidget(PlainLabel(WHY if found.pairs else WHAT_IS_LISTED, size="small", tone="muted", wraps=True))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.unclear)
        self.table.setVisible(bool(found.pairs))
        self.resize(860, 480 if found.pairs else 220)

    def edit(self) -> Edit:
        """Return the edit that joins the selected pairs, or all.

        Raises:
            InputError: there is none.
        """
        if not self._found.pairs:
            raise InputError(NOTHING_FITS.removesuffix("."))
        chosen = {index.row() for index in self.table.selectionModel().selectedRows()}
        rows = [row for row in map(self.rows.row_at, sorted(chosen)) if row is not None]
        return pair_edit([row.pair for row in rows] or self._found.pairs)

    def refresh(self) -> None:
        """Say how many would be joined."""
        super().refresh()
        count = len(self.table.selectionModel().selectedRows()) or len(self._found.pairs)
        self.ok.setText(f"Join {count}" if count else "Join")

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return None: there is nothing to type."""
        del place, after
        return None

    def checks(self) -> Iterable[str]:
        """Yield nothing: there is nothing to type."""
        return ()
