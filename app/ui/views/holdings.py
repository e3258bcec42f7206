"""Where the bitcoin lies: totals, accounts as a tree, every transaction, lots, and all of it over time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.domain.book import Book
from app.domain.disposals import Source
from app.domain.quotes import PriceLookup
from app.services.day_prices import DayPrices, closes_of
from app.services.desk import DeskSnapshot
from app.services.transaction_filter import quoted
from app.services.transaction_lines import Line, Lines
from app.ui.file_drop import dropped_files, let_in
from app.ui.live import Topic
from app.ui.messages import Message
from app.ui.models.holdings_accounts import ALL, TreeRow, members
from app.ui.models.holdings_finder import Check, Finder
from app.ui.operations import accounts, holdings, imports, transactions, transfers
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.tasks import Ticket
from app.ui.view import View, Workbench
from app.ui.views.holdings_accounts import NO_ACCOUNTS, AccountActs, AccountsPane
from app.ui.views.holdings_lots import LotsPane
from app.ui.views.holdings_time import TimePane
from app.ui.views.holdings_transactions import Acts, TransactionsCard
from app.ui.views.holdings_words import show_totals
from app.ui.views.wallets_card import WalletsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import EmptyState, FigureCard
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

TABS: Final = {"accounts": "Accounts", "transactions": "Transactions", "lots": "Lots", "time": "Over time"}
FILTER_ITEM: Final = "tx:"
JOIN_TIP: Final = "Lists withdrawals that came in as deposits of another account; nothing is stored before you say so."
TWO_ACCOUNTS: Final = "A transfer needs two accounts."


class HoldingsView(View):
    """Accounts, transactions, lots, pictures; each is made when it is first shown."""

    key: ClassVar[str] = "holdings"
    title: ClassVar[str] = "Holdings"
    icon: ClassVar[str] = "holdings"
    concerns: ClassVar[frozenset[Topic]] = frozenset((Topic.BOOK, Topic.PRICES, Topic.DISPLAY))

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._lines: Lines | None = None
        self._lines_of: Book | None = None
        self._last: dict[str, datetime] = {}
        self._maker = Finder(bench.tasks, "Reading transactions")
        self._reading: Ticket | None = None
        self.figures = tuple(
            FigureCard(name) for name in ("All bitcoin", "Free to use", "Pledged", "Value", "Net of debt")
        )
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.add_account = Button("Add an account", self._add_account, kind="primary")
        self.import_files = Button("Import files …", self._import)
        self.join_transfers = Button("Join transfers …", self._join_transfers)
        self.empty_import = Button("Import files …", self._import)
        self.setAcceptDrops(True)
        self.empty_add = Button("Add an account", self._add_account, kind="primary")
        self.pane = AccountsPane(
            bench, self._price, AccountActs(self._edit_row, self._delete_row, self._show_transactions_of)
        )
        self.cards = self.pane.cards
        self.wallets = WalletsCard(bench)
        self.accounts = self.pane.table_card
        self.transactions = TransactionsCard(
            bench,
            Acts(
                add=self._add_transaction,
                open_line=self._open_line,
                change=lambda lines, numbers: holdings.change_lines(
                    bench=bench, parent=self, lines=lines, numbers=numbers
                ),
                delete=lambda lines, numbers: holdings.delete_lines(bench=bench, lines=lines, numbers=numbers),
                paste=self._paste,
                papers=lambda line: holdings.show_papers(bench=bench, parent=self, line=line),
                lots=lambda line: holdings.choose_lots(bench=bench, parent=self, line=line),
            ),
        )
        self.lots = LotsPane(bench, self._with_prices, self._open_source)
        self.time = TimePane(bench, self._with_prices)
        self.tabs = QTabBar()
        self._stack = QStackedWidget()
        self._pages = QStackedLayout(self)
        self._lay_out()
        self.tabs.currentChanged.connect(self._turn)
        scoped_key("Ctrl+F", self, self._find)
        scoped_key("Ctrl+Shift+N", self, self._add_account)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the totals and the tab that is open."""
        self._pages.setCurrentIndex(1 if snapshot.book.accounts or snapshot.book.loans else 0)
        show_totals(self.figures, snapshot, self.bench.display)
        for button in (self.add_account, self.empty_add, self.import_files, self.empty_import):
            button.setEnabled(not snapshot.read_only)
            button.setToolTip(plain_tip(READ_ONLY) if snapshot.read_only else "")
        book = snapshot.book
        told = READ_ONLY if snapshot.read_only else "" if len(book.accounts) > 1 else TWO_ACCOUNTS
        self.join_transfers.setEnabled(not told)
        self.join_transfers.setToolTip(plain_tip(told or JOIN_TIP))
        self.join_transfers.setAccessibleDescription(told or JOIN_TIP)
        if self._lines_of is not book:
            self._lines_of = book
            size = sum(len(account.transactions) for account in book.accounts)
            size += sum(len(loan.events) for loan in book.loans)
            self._maker.make(lambda check: _read(book, check), size, self._take_lines)
        self._show_tab(snapshot)

    def open_item(self, name: str) -> None:
        """Choose the account of that name; ``tx:`` and a filter shows the transactions that it finds."""
        if name.startswith(FILTER_ITEM):
            self.show_tab("transactions")
            self.transactions.filter.ask(name.removeprefix(FILTER_ITEM))
        else:
            self.show_tab("accounts")
            self.pane.choose(name)

    def show_tab(self, key: str) -> None:
        """Open a tab by its key."""
        self.tabs.setCurrentIndex(list(TABS).index(key))

    def _take_lines(self, made: tuple[Lines, dict[str, datetime]]) -> None:
        self._lines, self._last = made
        self._show_tab(self.bench.live.snapshot)

    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._show_tab(self.bench.live.snapshot)

    def _show_tab(self, snapshot: DeskSnapshot) -> None:
        tab = list(TABS)[self.tabs.currentIndex()]
        if tab == "accounts":
            lines = self._lines if self._lines is not None and self._lines.book is snapshot.book else None
            self.pane.show_snapshot(snapshot, lines, self._last)
            self.wallets.refresh(snapshot)
        elif tab == "transactions" and self._lines is not None:
            self.transactions.show_lines(self._lines, self.bench.display, read_only=snapshot.read_only)
        elif tab == "lots":
            self.lots.show_book()
        elif tab == "time":
            self.time.show_lines(snapshot, self._lines)

    def _with_prices(self, done: Callable[[DayPrices], None]) -> None:
        """Have the stored closes read in the currencies that the book's rows use."""
        book, desk = self.bench.live.snapshot.book, self.bench.desk

        def read(_ticket: Ticket) -> DayPrices:
            codes = {book.base_currency, *(loan.currency for loan in book.loans)}
            codes |= {row.currency for account in book.accounts for row in account.transactions if row.currency}
            return closes_of(book.base_currency, {code: desk.history(code) for code in codes})

        self.bench.tasks.on_store(read, label="Reading stored prices", done=done)

    def _price(self) -> PriceLookup:
        snapshot = self.bench.live.snapshot
        return snapshot.figures.prices[snapshot.book.base_currency]

    def _find(self) -> None:
        self.show_tab("transactions")
        self.transactions.filter.setFocus()

    def _add_account(self) -> None:
        if not self.bench.live.snapshot.read_only:
            accounts.add_account(bench=self.bench, parent=self)

    def _edit_row(self, row: TreeRow) -> None:
        if row.account is not None:
            accounts.edit_account(bench=self.bench, parent=self, name=row.account)
        elif row.loan is not None:
            self.bench.go("loans", row.loan)

    def _delete_row(self, row: TreeRow) -> None:
        if row.account is not None:
            accounts.delete_account(bench=self.bench, name=row.account)
        elif row.loan is not None:
            self._tell_pledge(row.loan)

    def _tell_pledge(self, loan: str) -> None:
        """A pledge goes by an event of its loan, never from here."""
        self.bench.messages.tell(
            Message(
                f"This bitcoin is pledged to {loan}; it comes back by a release, which is an event of the loan.",
                action="Open the loan",
                act=lambda: self.bench.go("loans", loan),
                tone="note",
                key="pledge",
            )
        )

    def _show_transactions_of(self, row: TreeRow) -> None:
        if row.loan is not None:
            asked = f"loan:{quoted(row.loan)}"
        elif row.key == ALL:
            asked = ""
        elif row.account is not None:
            asked = f"account:{quoted(row.account)}"
        else:
            names, _loans = members(row, self.bench.live.snapshot.book)
            asked = f"account:{','.join(quoted(name) for name in sorted(names))}" if names else "kind:pledge,release"
        self.open_item(f"{FILTER_ITEM}{asked}")

    def _account_for_new(self) -> str | None:
        """Return the account that a new transaction is most likely of."""
        line = self.transactions.table.chosen_row
        row = self.pane.chosen
        names = [account.name for account in self.bench.live.snapshot.book.accounts]
        wanted = (line.account if line is not None else None, row.account if row is not None else None, *names[:1])
        return next((name for name in wanted if name in names), None)

    def _add_transaction(self) -> None:
        name = self._account_for_new()
        if name is not None:
            transactions.add_transaction(bench=self.bench, parent=self, account=name)

    def _paste(self) -> None:
        name = self._account_for_new()
        if name is not None:
            holdings.paste_rows(bench=self.bench, parent=self, account=name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files in."""
        let_in(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Show what files that were dropped would bring."""
        event.acceptProposedAction()
        self._import(dropped_files(event))

    def _import(self, paths: Sequence[Path] = ()) -> None:
        if not self.bench.live.snapshot.read_only:
            imports.import_files(bench=self.bench, parent=self, paths=paths)

    def _join_transfers(self) -> None:
        transfers.join_transfers(bench=self.bench, parent=self)

    def _open_line(self, line: Line) -> None:
        if line.loan is not None:
            self.bench.go("loans", line.loan)
        elif line.entry is not None:
            transactions.edit_transaction(bench=self.bench, parent=self, account=line.home, entry=line.entry)

    def _open_source(self, source: Source) -> None:
        """Lead to the entry that a figure comes from."""
        book = self.bench.live.snapshot.book
        if source.loan:
            self.bench.go("loans", source.owner)
            return
        row = book.account(source.owner).transactions[source.entry]
        self.open_item(f"{FILTER_ITEM}account:{quoted(source.owner)} {row.at:%Y-%m-%d}")
        self.transactions.choose_entry(row)

    def _lay_out(self) -> None:
        # The empty page offers what brings the first bitcoin into the book.
        self._pages.addWidget(EmptyState("No holdings yet", NO_ACCOUNTS, (self.empty_import, self.empty_add)))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 14, 18, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(self.title, size="headline"), 1)
        head.addLayout(self.buttons)
        self.buttons.addWidget(self.join_transfers)
        self.buttons.addWidget(self.import_files)
        self.buttons.addWidget(self.add_account)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(12)
        for card in self.figures:
            row.addWidget(card, 1)
        column.addLayout(row)
        self.cards.addWidget(self.wallets, 1)
        self.tabs.setAccessibleName("Part of the holdings")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        panes: Sequence[QWidget] = (self.pane, self.transactions, self.lots, self.time)
        for title, pane in zip(TABS.values(), panes, strict=True):
            self.tabs.addTab(title)
            self._stack.addWidget(pane)
        self._stack.setAccessibleName("Holdings")
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self._pages.addWidget(page)


def _read(book: Book, check: Check) -> tuple[Lines, dict[str, datetime]]:
    lines = Lines(book, check)
    return lines, lines.last_moved()
