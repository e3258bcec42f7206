"""All transactions of the book in one table, found by a typed filter; half a million scroll as well as ten."""

from array import array
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.book import Transaction, TransactionKind
from app.services.transaction_lines import Line, Lines
from app.ui.formats import MINUS, Display, btc_text
from app.ui.models.holdings_finder import Finder, Found, find_lines
from app.ui.models.holdings_transactions import WIDTHS, order_key, transactions_model
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import Workbench
from app.ui.views.holdings_filter import FilterField
from app.ui.views.holdings_table import LazyTable
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.words import READ_ONLY

NO_TRANSACTIONS: Final = "Nothing has moved yet. Add a transaction: what you bought, mined, received or sent."
READING: Final = "Reading the transactions …"
NOTHING_FOUND: Final = "No transaction matches. Clear the filter, or change it."
CHOOSE: Final = "Choose a row first."
CHOOSE_ONE: Final = "Choose one row."
_TAKES: Final = frozenset(
    (TransactionKind.SELL, TransactionKind.SPEND, TransactionKind.WITHDRAWAL, TransactionKind.FEE)
)


class Acts(NamedTuple):
    """What the buttons of the card do."""

    add: Callable[[], object]
    open_line: Callable[[Line], object]
    change: Callable[[Lines, Sequence[int]], object]
    delete: Callable[[Lines, Sequence[int]], object]
    paste: Callable[[], object]
    papers: Callable[[Line], object]
    lots: Callable[[Line], object]


class TransactionsCard(Card):
    """The table with its filter above and what it comes to below."""

    def __init__(self, bench: Workbench, acts: Acts) -> None:
        super().__init__()
        self.setAccessibleName("Transactions")
        self._bench = bench
        self._acts = acts
        self._lines: Lines | None = None
        self._read_only = False
        self._found = Found(array("l"), 0)
        self._finder = Finder(bench.tasks, "Finding transactions")
        self._copier = Finder(bench.tasks, "Copying transactions")
        self.model = transactions_model()
        self.filter = FilterField(lambda _asked: self._find())
        self.table: LazyTable[Line] = LazyTable(
            "ledger", "Transactions", bench.memory, self.model, WIDTHS, self._copier
        )
        self.foot = ElidedLabel("", size="small", tone="muted")
        self.empty = PlainLabel(READING, tone="muted", wraps=True)
        self.clear = Button("Clear filter", lambda: self.filter.ask(""), kind="quiet")
        self.edit = Button("Edit", self._edit)
        self.change = Button("Change …", self._change)
        self.delete = Button("Delete", self._delete)
        self.more = Button("More")
        self.add = Button("Add a transaction", acts.add)
        self._make_menu()
        self._lay_out()
        self.model.order_asked.connect(lambda _column, _order: self._find())
        self.table.opened.connect(lambda index: self._open(self.model.row_at(index.row())))
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show_buttons())
        scoped_key("Del", self.table, self._delete)
        scoped_key(QKeySequence(QKeySequence.StandardKey.Paste).toString(), self.table, self._paste)
        self._show_buttons()

    @property
    def lines(self) -> Lines | None:
        """The lines that are shown, or None before the first."""
        return self._lines

    def show_lines(self, lines: Lines, display: Display, *, read_only: bool) -> None:
        """Show a book's lines, in the order and by the filter that stand."""
        self._read_only = read_only
        self.model.show_display(display)
        if lines is not self._lines:
            self._lines = lines
            self._show_papers_column(shown=bool(lines.book.attachments))
            self.filter.know(lines.names, [loan.name for loan in lines.book.loans])
            self._find()
        else:
            self._show_foot()
        self._show_buttons()

    def _show_papers_column(self, *, shown: bool) -> None:
        """Leave room to the notes where nothing has papers, unless somebody has arranged the columns."""
        if self.table.is_left_to_us:
            place = [column.key for column in self.model.columns].index("papers")
            with self.table.arranging():
                self.table.setColumnHidden(place, not shown)

    def choose_entry(self, entry: Transaction) -> None:
        """Choose the line of that entry, if it is shown."""
        for place, number in enumerate(self._found.order[:_MANY]):
            if self._lines is not None and self._lines[number].entry is entry:
                self.table.choose_place(place)
                return

    def _find(self) -> None:
        lines = self._lines
        if lines is None:
            return
        asked, model = self.filter.understood, self.model
        key, descending = order_key(lines, model.columns[model.sorted_by].key), model.descending

        def work(check: Callable[[], None]) -> Found:
            return find_lines(lines, asked, key, descending=descending, check=check)

        if len(lines) > _MANY:
            self.foot.set_whole("Finding …")
        self._finder.make(work, len(lines), lambda found: self._show_found(lines, found))

    def _show_found(self, lines: Lines, found: Found) -> None:
        kept = self.table.chosen_row
        self._found = found
        self.model.show_rows(lines, found.order, self._bench.display)
        self.table.fit_columns()
        if kept is not None and len(found.order) <= _MANY:
            self._choose_again(lines, kept)
        none = not found.order
        self.table.setVisible(not none)
        self.empty.setVisible(none)
        self.empty.setText(NOTHING_FOUND if len(lines) else NO_TRANSACTIONS)
        self.clear.setVisible(none and bool(len(lines)))
        self._show_foot()
        self._show_buttons()

    def _choose_again(self, lines: Lines, kept: Line) -> None:
        """Choose the line that was chosen, if it is still there."""
        for place, number in enumerate(self._found.order):
            line = lines[number]
            if line.at == kept.at and line.entry is kept.entry and line._replace(number=0) == kept._replace(number=0):
                self.table.choose_place(place)
                return

    def _show_foot(self) -> None:
        if self._lines is None:
            return
        count, whole = len(self._found.order), len(self._lines)
        display = self._bench.display
        sats = self._found.sats
        total = f"{MINUS if sats < 0 else '+'}{btc_text(abs(sats), display, digits=8)}"
        shown = f"{whole:,} rows" if count == whole else f"{count:,} of {whole:,} rows"
        chosen = self.table.chosen_count
        parts = [shown, f"in all {total}"] + ([f"{chosen:,} chosen"] if chosen > 1 else [])
        self.foot.set_whole(" · ".join(parts) if whole else "")

    def _show_buttons(self) -> None:
        count = self.table.chosen_count
        line = self.table.chosen_row
        for button, ready, why in (
            (self.add, self._lines is not None and bool(self._lines.names), "Add an account first."),
            (self.edit, count == 1, CHOOSE_ONE),
            (self.change, count > 0, CHOOSE),
            (self.delete, count > 0, CHOOSE),
        ):
            told = READ_ONLY if self._read_only else "" if ready else why
            button.setEnabled(not told)
            button.setToolTip(plain_tip(told))
            button.setAccessibleDescription(told)
        entry = None if line is None else line.entry
        self.papers_action.setEnabled(entry is not None)
        self.lots_action.setEnabled(entry is not None and entry.kind in _TAKES and not self._read_only)
        self.paste_action.setEnabled(not self._read_only and self.add.isEnabled())
        for action in (self.copy_action, self.copy_headings_action):
            action.setEnabled(count > 0)
        self._show_foot()

    def _open(self, line: Line | None) -> None:
        if line is not None and not self._read_only:
            self._acts.open_line(line)

    def _edit(self) -> None:
        self._open(self.table.chosen_row)

    def _change(self) -> None:
        if self._lines is not None and self.table.chosen_count and not self._read_only:
            self._acts.change(self._lines, self.table.chosen)

    def _delete(self) -> None:
        if self._lines is not None and self.table.chosen_count and not self._read_only:
            self._acts.delete(self._lines, self.table.chosen)

    def _paste(self) -> None:
        if not self._read_only and self.add.isEnabled():
            self._acts.paste()

    def _with_line(self, act: Callable[[Line], object]) -> None:
        line = self.table.chosen_row
        if line is not None:
            act(line)

    def _make_menu(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName("More about transactions")
        self.papers_action = menu.addAction("Papers …", lambda: self._with_line(self._acts.papers))
        self.lots_action = menu.addAction("Choose lots …", lambda: self._with_line(self._acts.lots))
        menu.addSeparator()
        self.copy_action = menu.addAction("Copy\tCtrl+C", lambda: self.table.copy_rows(headings=False))
        self.copy_headings_action = menu.addAction(
            "Copy with headings\tCtrl+Shift+C", lambda: self.table.copy_rows(headings=True)
        )
        self.paste_action = menu.addAction("Paste rows …\tCtrl+V", self._paste)
        self.more.setMenu(menu)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.filter, 1, Qt.AlignmentFlag.AlignTop)
        for button in (self.edit, self.change, self.delete, self.more, self.add):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.body.addWidget(nothing)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.foot)
        self.clear.hide()
        self.table.hide()


_MANY: Final = 2_000
