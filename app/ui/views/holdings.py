"""Where the bitcoin lies: totals, what is free and what is pledged, and the movements of one account."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.domain.book import Book
from app.domain.ledger import Ledger
from app.domain.quotes import PriceLookup
from app.services.desk import DeskSnapshot
from app.ui.live import Topic
from app.ui.messages import Message
from app.ui.models.accounts import AccountRow, account_rows, accounts_model
from app.ui.models.transactions import TransactionRow, transaction_rows, transactions_model
from app.ui.operations import accounts, transactions
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.holdings_words import show_totals
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import EmptyState, FigureCard
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

NO_ACCOUNTS = "Add the place where your bitcoin lies; then enter what you bought, mined or moved there."
NO_TRANSACTIONS = "Nothing has moved here yet. Add a transaction: what you bought, mined, received or sent."
LOAN_ROWS = "Pledges are events of a loan: double-click to open it."


class HoldingsView(View):
    """Accounts and transactions."""

    key: ClassVar[str] = "holdings"
    title: ClassVar[str] = "Holdings"
    icon: ClassVar[str] = "holdings"
    concerns: ClassVar[frozenset[Topic]] = frozenset((Topic.BOOK, Topic.PRICES, Topic.DISPLAY))

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._ledger: Ledger | None = None
        self._rows: tuple[AccountRow, ...] = ()
        self._moved: tuple[Book | None, str | None] = (None, None)
        self._movements: tuple[TransactionRow, ...] = ()
        self.figures = tuple(
            FigureCard(name) for name in ("All bitcoin", "Free to use", "Pledged", "Value", "Net of debt")
        )
        self.add_account = Button("Add an account", self._add_account, kind="primary")
        self.accounts: RowsCard[AccountRow] = RowsCard(
            "Accounts and pledges",
            "accounts",
            accounts_model(self._price),
            bench.memory,
            widths=(220, 210, 110, 190, 150, 90),
            empty=NO_ACCOUNTS,
            edit=self._edit_row,
            delete=self._delete_account,
            wide=1,
        )
        self.transactions: RowsCard[TransactionRow] = RowsCard(
            "Transactions",
            "transactions",
            transactions_model(),
            bench.memory,
            widths=(145, 100, 150, 150, 110, 85, 150, 120),
            empty=NO_TRANSACTIONS,
            add=self._add_transaction,
            add_words="Add a transaction",
            edit=self._edit_transaction,
            delete=self._delete_transactions,
            filters=True,
        )
        self.empty_add = Button("Add an account", self._add_account, kind="primary")
        self._pages = QStackedLayout(self)
        self._lay_out()
        self.accounts.table.selectionModel().selectionChanged.connect(self._choose)
        scoped_key("Ctrl+F", self, self.transactions.filter.setFocus)
        scoped_key("Ctrl+Shift+N", self, self._add_account)

    @property
    def account(self) -> str | None:
        """The account whose transactions are shown."""
        chosen = self.accounts.selected
        return chosen[0].account if chosen else None

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the accounts, and the chosen one's transactions."""
        display, read_only = self.bench.display, snapshot.read_only
        self._pages.setCurrentIndex(1 if snapshot.book.accounts or snapshot.book.loans else 0)
        show_totals(self.figures, snapshot, display)
        before = self.account
        if snapshot.figures.ledger is not self._ledger:
            self._ledger = snapshot.figures.ledger
            self._rows = account_rows(snapshot.book, snapshot.figures.ledger)
        rows = self._rows
        self.accounts.show_rows(rows, display, read_only=read_only)
        self.accounts.model.touch()
        if not self.accounts.selected:
            kept = next((row for row in rows if row.account is not None and row.account == before), None)
            first = kept or next((row for row in rows if row.is_free), None)
            if first is not None:
                self.accounts.choose(first)
        for button in (self.add_account, self.empty_add):
            button.setEnabled(not read_only)
            button.setToolTip(plain_tip(READ_ONLY) if read_only else "")
        self._show_transactions(snapshot)

    def open_item(self, name: str) -> None:
        """Choose the account of that name."""
        found = next((row for row in self.accounts.model.all_rows if row.account == name), None)
        if found is not None:
            self.accounts.choose(found)

    def _show_transactions(self, snapshot: DeskSnapshot) -> None:
        name = self.account
        if self._moved[0] is not snapshot.book or self._moved[1] != name:
            known = name is not None and any(account.name == name for account in snapshot.book.accounts)
            self._movements = transaction_rows(snapshot.book, name) if known and name is not None else ()
            self._moved = (snapshot.book, name)
        rows = self._movements
        self.transactions.title.setText(f"Transactions of {name}" if name else "Transactions")
        locked = snapshot.read_only or name is None
        note = (
            LOAN_ROWS if any(row.loan for row in rows) else "" if name else "Choose an account to see its transactions."
        )
        self.transactions.show_rows(rows, self.bench.display, read_only=locked, note=note)

    def _price(self) -> PriceLookup:
        snapshot = self.bench.live.snapshot
        return snapshot.figures.prices[snapshot.book.base_currency]

    def _choose(self, *_what: object) -> None:
        self._show_transactions(self.bench.live.snapshot)

    def _add_account(self) -> None:
        if not self.bench.live.snapshot.read_only:
            accounts.add_account(bench=self.bench, parent=self)

    def _edit_row(self, row: AccountRow) -> None:
        if row.account is not None:
            accounts.edit_account(bench=self.bench, parent=self, name=row.account)
        elif row.loan is not None:
            self.bench.go("loans", row.loan)

    def _delete_account(self, rows: tuple[AccountRow, ...]) -> None:
        if rows[0].account is not None:
            accounts.delete_account(bench=self.bench, name=rows[0].account)
        elif rows[0].loan is not None:
            self._tell_pledge(rows[0].loan)

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

    def _add_transaction(self) -> None:
        if self.account is not None:
            transactions.add_transaction(bench=self.bench, parent=self, account=self.account)

    def _edit_transaction(self, row: TransactionRow) -> None:
        if row.loan is not None:
            self.bench.go("loans", row.loan)
        elif row.entry is not None and self.account is not None:
            transactions.edit_transaction(bench=self.bench, parent=self, account=self.account, entry=row.entry)

    def _delete_transactions(self, rows: tuple[TransactionRow, ...]) -> None:
        entries = tuple(row.entry for row in rows if row.entry is not None)
        if entries and self.account is not None:
            transactions.delete_transactions(bench=self.bench, account=self.account, entries=entries)

    def _lay_out(self) -> None:
        self._pages.addWidget(EmptyState("No holdings yet", NO_ACCOUNTS, (self.empty_add,)))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 14, 18, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.title, size="headline"), 1)
        head.addWidget(self.add_account)
        column.addLayout(head)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in self.figures:
            cards.addWidget(card, 1)
        column.addLayout(cards)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(12)
        halves.addWidget(self.accounts)
        halves.addWidget(self.transactions)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([300, 300])
        column.addWidget(halves, 1)
        self._pages.addWidget(page)
