"""The accounts as a tree with what the chosen branch held over time beside it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.quotes import PriceLookup
from app.services.desk import DeskSnapshot
from app.services.holdings_history import balance_steps
from app.services.transaction_lines import Lines
from app.ui.charts.holdings_series import Picture, balance_picture
from app.ui.models.holdings_accounts import WIDTHS, TreeRow, account_tree, accounts_model, members
from app.ui.models.holdings_finder import Check, Finder
from app.ui.shortcuts import scoped_key
from app.ui.view import Workbench
from app.ui.views.holdings_picture import PictureCard
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button

NO_ACCOUNTS: Final = "Add the place where your bitcoin lies; then enter what you bought, mined or moved there."


class AccountActs(NamedTuple):
    """What can be done with an account or a pledge."""

    edit: Callable[[TreeRow], object]
    delete: Callable[[TreeRow], object]
    transactions: Callable[[TreeRow], object]


class AccountsPane(QWidget):
    """The tree at the left, its picture and other cards at the right.

    Attributes:
        cards: the right column.
    """

    def __init__(self, bench: Workbench, price: Callable[[], PriceLookup], acts: AccountActs) -> None:
        super().__init__()
        self.setAccessibleName("Accounts")
        self._bench = bench
        self._acts = acts
        self._closed: frozenset[str] = frozenset()
        self._snapshot: DeskSnapshot | None = None
        self._lines: Lines | None = None
        self._last: Mapping[str, datetime] = {}
        self._drawn: tuple[object, ...] = ()
        self._made: tuple[object, ...] = ()
        self._rows: tuple[TreeRow, ...] = ()
        self._finder = Finder(bench.tasks, "Reckoning a balance over time")
        self.table_card: RowsCard[TreeRow] = RowsCard(
            "Accounts and pledges",
            "accounts-tree",
            accounts_model(price),
            bench.memory,
            widths=WIDTHS,
            empty=NO_ACCOUNTS,
            edit=self._edit,
            delete=lambda rows: acts.delete(rows[0]),
        )
        table = self.table_card.table
        table.setSortingEnabled(False)
        table.horizontalHeader().setSortIndicatorShown(False)
        self.transactions = Button("Transactions", self._transactions)
        self.table_card.head.setSpacing(8)
        self.picture = PictureCard(bench.theme, "Balance over time")
        self.cards = QVBoxLayout()
        self.cards.setSpacing(12)
        self._lay_out()
        table.selectionModel().selectionChanged.connect(lambda *_what: self._draw())
        table.clicked.connect(lambda index: self._clicked(index.row(), index.column()))
        scoped_key("Left", table, lambda: self._open_branch(is_open=False))
        scoped_key("Right", table, lambda: self._open_branch(is_open=True))

    @property
    def chosen(self) -> TreeRow | None:
        """The chosen branch or leaf."""
        rows = self.table_card.selected
        return rows[0] if rows else None

    def show_snapshot(self, snapshot: DeskSnapshot, lines: Lines | None, last: Mapping[str, datetime]) -> None:
        """Show the tree; lines may come later than the book."""
        self._snapshot, self._lines, self._last = snapshot, lines, last
        self._show_tree()
        self.table_card.model.touch()
        if self.chosen is None:
            first = next((row for row in self._rows if row.account is not None), None)
            if first is not None:
                self.table_card.choose(first)
        self._draw()

    def choose(self, name: str) -> bool:
        """Choose the account or loan of that name, opening its branch; return whether it is there."""
        self._closed = frozenset()
        self._show_tree()
        found = next((row for row in self._rows if name in (row.account, row.loan)), None)
        if found is not None:
            self.table_card.choose(found)
        return found is not None

    def _show_tree(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        made = (snapshot.figures.ledger, self._last, self._closed)
        if not self._made or any(one is not other for one, other in zip(made, self._made, strict=True)):
            kept = self.chosen
            self._made = made
            self._rows = account_tree(snapshot.book, snapshot.figures.ledger, self._last, self._closed)
            self.table_card.show_rows(self._rows, self._bench.display, read_only=snapshot.read_only)
            same = next((row for row in self._rows if kept is not None and _is_same(row, kept)), None)
            if same is not None:
                self.table_card.choose(same)
        else:
            self.table_card.show_rows(self._rows, self._bench.display, read_only=snapshot.read_only)

    def _draw(self) -> None:
        row, snapshot, lines = self.chosen, self._snapshot, self._lines
        self.transactions.setEnabled(row is not None)
        if row is None or snapshot is None:
            self.picture.say("Choose an account to see its balance over time.")
            return
        self.picture.title.setText(f"Balance over time · {row.name}")
        if lines is None:
            self.picture.say("Reading the transactions …")
            return
        wanted = (lines, row.key, row.account, row.loan)
        drawn = (*wanted, self._bench.display)
        if self._drawn and self._drawn[0] is lines and self._drawn[1:] == drawn[1:]:
            return
        self._drawn = drawn
        accounts, loans = members(row, snapshot.book)
        until = snapshot.judged_at

        display = self._bench.display

        def work(check: Check) -> Picture:
            return balance_picture(row.name, balance_steps(lines, accounts, loans, check), until, display)

        self._finder.make(work, len(lines), lambda picture: self.picture.show_picture(picture, display))

    def _edit(self, row: TreeRow) -> None:
        if row.leaves:
            self._open_branch(is_open=not row.is_open)
        else:
            self._acts.edit(row)

    def _transactions(self) -> None:
        if self.chosen is not None:
            self._acts.transactions(self.chosen)

    def _clicked(self, place: int, column: int) -> None:
        row = self.table_card.model.row_at(place)
        if row is not None and row.leaves and column == 0:
            self._open_branch(is_open=not row.is_open)

    def _open_branch(self, *, is_open: bool) -> None:
        row = self.chosen
        if row is None or not row.leaves or row.is_open == is_open:
            return
        self._closed = self._closed - {row.key} if is_open else self._closed | {row.key}
        self._show_tree()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        left = QVBoxLayout()
        left.addWidget(self.table_card)
        layout.addLayout(left, 2)
        layout.addLayout(self.cards, 1)
        self.cards.addWidget(self.picture, 1)
        first = self.table_card.body.itemAt(0)
        head = None if first is None else first.layout()
        if isinstance(head, QHBoxLayout):
            head.addWidget(self.transactions)


def _is_same(row: TreeRow, other: TreeRow) -> bool:
    return (row.key, row.account, row.loan) == (other.key, other.account, other.loan)
