"""Lots: what is held at which cost, and what left with which gain. Reckoned beside the window, led back to entries."""

import gc
from array import array
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.domain.book import Book
from app.domain.disposals import Method, Scope, Source
from app.domain.errors import InputError, PlimsollError
from app.services.day_prices import DayPrices
from app.services.places import told
from app.services.transaction_order import ordered
from app.ui.dialogs.fields import ChoiceField
from app.ui.models.holdings_finder import Finder
from app.ui.models.holdings_lazy import LazyModel
from app.ui.models.holdings_lots import (
    GONE_WIDTHS,
    HELD_WIDTHS,
    METHOD_WORDS,
    SCOPE_WORDS,
    GoneRow,
    HeldRow,
    LotTables,
    gone_model,
    held_model,
    lot_tables,
    sums_words,
)
from app.ui.tasks import Ticket
from app.ui.view import Workbench
from app.ui.views.holdings_table import LazyTable
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel

Row = TypeVar("Row", HeldRow, GoneRow)
RECKONING: Final = "Reckoning lots …"
NO_HELD: Final = "No lot is held."
NO_GONE: Final = "Nothing has left in this time."
PricesDone = Callable[[DayPrices], None]


class LotsCard(Card, Generic[Row]):
    """A table of lots with a sentence above it; opening a row leads to its entry."""

    def __init__(
        self,
        title: str,
        name: str,
        model: LazyModel[Row],
        widths: tuple[int, ...],
        bench: Workbench,
        open_source: Callable[[Source], object],
        none: str,
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._bench = bench
        self._open_source = open_source
        self._rows: Sequence[Row] = ()
        self._none = none
        self._finder = Finder(bench.tasks, f"Ordering {title.lower()}")
        self.model: LazyModel[Row] = model
        self.table: LazyTable[Row] = LazyTable(
            name, title, bench.memory, model, widths, Finder(bench.tasks, f"Copying {title.lower()}")
        )
        self.title.setText(title)
        self.words = ElidedLabel("", tone="muted")
        self.empty = PlainLabel(none, tone="muted", wraps=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.table, 1)
        self.table.opened.connect(self._open)
        model.order_asked.connect(lambda _column, _order: self._arrange())
        self.say(RECKONING)

    def show_rows(self, rows: Sequence[Row], words: str) -> None:
        """Show rows in the order that stands."""
        self._rows = rows
        self.words.set_whole(words)
        self._arrange()

    def say(self, words: str) -> None:
        """Show words in the table's place."""
        self._finder.cancel()
        self.words.set_whole("")
        self.empty.setText(words)
        self.empty.show()
        self.table.hide()

    def _arrange(self) -> None:
        rows, column = self._rows, self.model.columns[self.model.sorted_by]
        descending = self.model.descending

        def work(check: Callable[[], None]) -> "array[int]":
            return ordered(
                range(len(rows)), lambda number: column.order(rows[number]), descending=descending, check=check
            )

        self._finder.make(work, len(rows), lambda order: self._show(rows, order))

    def _show(self, rows: Sequence[Row], order: "array[int]") -> None:
        self.model.show_rows(rows, order, self._bench.display)
        self.table.fit_columns()
        self.empty.setText(self._none)
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self._open_source(row.source)


class LotsPane(QWidget):
    """How lots are reckoned, those that are held, those that left.

    Args:
        prices: has stored closes read beside the window and handed over.
        open_source: leads to the entry that a figure comes from.
    """

    def __init__(
        self,
        bench: Workbench,
        prices: Callable[[PricesDone], object],
        open_source: Callable[[Source], object],
    ) -> None:
        super().__init__()
        self.setAccessibleName("Lots")
        self._bench = bench
        self._prices = prices
        self._ticket: Ticket | None = None
        self._asked: tuple[object, ...] = ()
        self._shown: LotTables | None = None
        self.method = ChoiceField("Which lots leave first", METHOD_WORDS)
        self.scope = ChoiceField("Lots of", SCOPE_WORDS)
        self.year: ChoiceField[int | None] = ChoiceField("Year", {None: "All years"})
        self.held: LotsCard[HeldRow] = LotsCard(
            "Held lots", "lots-held", held_model(), HELD_WIDTHS, bench, open_source, NO_HELD
        )
        self.gone: LotsCard[GoneRow] = LotsCard(
            "Lots that left", "lots-gone", gone_model(), GONE_WIDTHS, bench, open_source, NO_GONE
        )
        self._lay_out()
        for field in (self.method, self.scope, self.year):
            field.edited.connect(self._ask)

    def show_book(self) -> None:
        """Reckon the lots of a book, unless these are shown already; amounts follow the display."""
        for card in (self.held, self.gone):
            card.model.show_display(self._bench.display)
        if self._shown is not None:
            self._tell(self._shown)
        self._ask()

    def _ask(self) -> None:
        book = self._bench.live.snapshot.book
        asked = (book, self.method.value, self.scope.value, self.year.value)
        if self._asked and self._asked[0] is book and self._asked[1:] == asked[1:]:
            return
        self._asked = asked
        if self._shown is None:
            for card in (self.held, self.gone):
                card.say(RECKONING)
        method, scope, year = self.method.value, self.scope.value, self.year.value
        self._prices(lambda prices: self._reckon(book, method, scope, year, prices))

    def _reckon(self, book: Book, method: Method, scope: Scope, year: int | None, prices: DayPrices) -> None:
        if self._asked[0] is not book or self._asked[1:] != (method, scope, year):
            return  # another question has been asked meanwhile
        if self._ticket is not None:
            self._ticket.cancel()
        now = self._bench.live.snapshot.judged_at
        self._ticket = self._bench.tasks.on_reckoning(
            lambda _ticket: _uncollected(lambda: lot_tables(book, method, scope, year, prices, now)),
            label="Reckoning lots",
            done=self._show,
            failed=lambda error: self._refuse(error, book),
        )

    def _show(self, tables: LotTables) -> None:
        self._shown = tables
        self._tell(tables)
        years: dict[int | None, str] = {None: "All years"}
        years.update((year, str(year)) for year in tables.years)
        self.year.offer(years, self.year.value)
        held, gone = sums_words(tables, self._bench.display)
        self.held.show_rows(tables.held, held)
        self.gone.show_rows(tables.gone, gone)

    def _tell(self, tables: LotTables) -> None:
        held, gone = sums_words(tables, self._bench.display)
        self.held.words.set_whole(held)
        self.gone.words.set_whole(gone)

    def _refuse(self, error: PlimsollError, book: Book) -> None:
        self._shown = None
        words = told(error, book) if isinstance(error, InputError) else str(error)
        for card in (self.held, self.gone):
            card.say(f"▲ {words}")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        for field, stretch in ((self.method, 2), (self.scope, 2), (self.year, 1)):
            top.addWidget(field, stretch)
        top.addStretch(2)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(12)
        halves.addWidget(self.held)
        halves.addWidget(self.gone)
        halves.setSizes([300, 260])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(halves, 1)


def _uncollected(work: Callable[[], LotTables]) -> LotTables:
    """Do work that makes very many objects and no rubbish while the collector of cycles rests.

    It would look at all of them again and again, holding the window for seconds. What is made is hidden from it, and
    freed as soon as nothing refers to it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        made = work()
        gc.freeze()
    finally:
        if was_on:
            gc.enable()
    return made
