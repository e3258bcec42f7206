"""The loans: the whole table with its filter and columns, and beside it one loan's page."""

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.domain.figures import LoanFigures
from app.services.desk import DeskSnapshot
from app.ui.formats import UP, Display, btc_text, day_text, money_text
from app.ui.models.loan_columns import FULL
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.loans_table import LoansTable
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.cards import Card, EmptyState
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.words import READ_ONLY

if TYPE_CHECKING:
    from app.ui.views.loan_detail import LoanDetail

# The page of a loan and its dialogs are many modules; they are imported when one is first wanted.
_DETAIL = "app.ui.views.loan_detail"
_OPERATIONS = "app.ui.operations.loans"
HIDDEN_AT_FIRST = ("currency", "rate", "maturity", "confirmed")
YIELDS = ("lender",)  # where the window is narrow; the name's tooltip tells it too
_TABLE, _NOTHING, _NO_MATCH = 0, 1, 2


class LoansView(View):
    """Every loan in a table, or one of them on its page."""

    key: ClassVar[str] = "loans"
    title: ClassVar[str] = "Loans"
    icon: ClassVar[str] = "loans"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._detail: LoanDetail | None = None
        self.table = LoansTable("loans", FULL, bench.theme, bench.memory, hidden=HIDDEN_AT_FIRST, yields=YIELDS)
        self.table.follow(bench.risk)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: a name, lender:…, state:call, ltv>60, drop<10")
        self.filter.setAccessibleName("Filter loans")
        self.filter.setAccessibleDescription("Words, or lender:, state:, currency:, ltv>, drop<, debt>, rate>")
        self.filter.setClearButtonEnabled(True)
        self.footer = ElidedLabel("", size="small", tone="muted")
        self._pages = QStackedLayout()
        self._states = QStackedLayout()
        self._lay_out()
        self.filter.textChanged.connect(self._filter)
        self.table.loan_opened.connect(self._open)
        self.table.loans.counted.connect(self._count)
        for keys, act in (
            ("Ctrl+F", self.filter.setFocus),
            ("F2", self._edit),
            ("Ctrl+Return", self._open_current),
            ("Del", self._delete),
        ):
            owner = self if keys == "Ctrl+F" else self.table
            scoped_key(keys, owner, act)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot, in the table or on the loan's page."""
        self.table.show_snapshot(snapshot, self.bench.display)
        for button in self._writers:
            button.setEnabled(not snapshot.read_only)
            button.setToolTip(plain_tip(READ_ONLY) if snapshot.read_only else "")
        self._count()
        if self._detail is not None and self._pages.currentWidget() is self._detail:
            self._detail.refresh(snapshot)

    def open_item(self, name: str) -> None:
        """Show that loan's page."""
        detail = self._detail
        if detail is None:
            created: LoanDetail = import_module(_DETAIL).LoanDetail(self.bench)
            detail = self._detail = created
            detail.closed.connect(self._back)
            self._pages.addWidget(detail)
        detail.show_loan(name)
        self._pages.setCurrentWidget(detail)
        detail.setFocus()

    def _open(self, figures: object) -> None:
        if isinstance(figures, LoanFigures):
            self.open_item(figures.loan.name)

    def _open_current(self) -> None:
        figures = self._current()
        if figures is not None:
            self._open(figures)

    def _current(self) -> LoanFigures | None:
        return self.table.loans.loan_at(self.table.currentIndex().row())

    def _edit(self) -> None:
        figures = self._current()
        if figures is not None:
            import_module(_OPERATIONS).edit_loan(bench=self.bench, parent=self, name=figures.loan.name)

    def _delete(self) -> None:
        figures = self._current()
        if figures is not None and not self.bench.live.snapshot.read_only:
            import_module(_OPERATIONS).delete_loan(bench=self.bench, name=figures.loan.name)

    def _back(self, *_what: object) -> None:
        self._pages.setCurrentIndex(0)
        self.table.show_snapshot(self.bench.live.snapshot, self.bench.display)
        self.table.setFocus()

    def _filter(self, text: str) -> None:
        self.table.loans.set_filter(text)
        self._count()

    def _clear_filter(self) -> None:
        self.filter.clear()
        self.table.setFocus()

    def _count(self) -> None:
        model, snapshot = self.table.loans, self.bench.live.snapshot
        self.footer.set_whole(footer_words(snapshot, model.rowCount(), model.total, self.bench.display))
        state = _NOTHING if not model.total else _NO_MATCH if not model.rowCount() else _TABLE
        self._states.setCurrentIndex(state)

    def _add(self) -> None:
        import_module(_OPERATIONS).add_loan(bench=self.bench, parent=self)

    def _columns(self) -> None:
        menu = self.table.column_menu()
        menu.popup(self._columns_button.mapToGlobal(self._columns_button.rect().bottomLeft()))

    def _lay_out(self) -> None:
        add = Button("Add a loan", self._add, kind="primary")
        add_first = Button("Add a loan", self._add, kind="primary")
        self._writers = (add, add_first)
        self._columns_button = IconButton(self.bench.icons, "columns", "Choose columns", self._columns)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel("Loans", size="headline"))
        head.addStretch(1)
        self.filter.setMinimumWidth(240)
        self.filter.setMaximumWidth(420)
        head.addWidget(self.filter, 2)
        head.addWidget(self._columns_button)
        head.addWidget(add)
        body = QWidget()
        body.setLayout(self._states)
        self._states.addWidget(self.table)
        self._states.addWidget(
            EmptyState(
                "No loans yet.",
                "Add a loan to see at which price of bitcoin its lender calls it.",
                [add_first],
            )
        )
        self._states.addWidget(
            EmptyState(
                "No loan matches.",
                "The filter lets none of them through.",
                [Button("Clear filter", self._clear_filter)],
            )
        )
        card = Card()
        card.setAccessibleName("Loans")
        card.body.setContentsMargins(6, 4, 6, 8)
        card.body.addWidget(body, 1)
        card.body.addWidget(self.footer)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(card, 1)
        self.setLayout(self._pages)
        self._pages.addWidget(page)


def footer_words(snapshot: DeskSnapshot, shown: int, total: int, display: Display) -> str:
    """Return the line below the table: how many, what they add up to, and whose terms nobody confirmed lately."""
    if not total:
        return ""
    count = f"{total:,} loan{'' if total == 1 else 's'}" if shown == total else f"{shown:,} of {total:,} loans"
    totals = snapshot.figures.totals
    parts = [count, f"{btc_text(totals.encumbered_sats, display)} pledged"]
    if totals.debt is not None:
        parts.append(f"{money_text(totals.debt, totals.currency, display, UP)} owed in all")
    else:
        parts.append("no total of the debts: a price is missing")
    limit = snapshot.settings.confirm_age_days
    dates = [balance.terms.evidence.confirmed_on for balance in snapshot.figures.ledger.balances]
    today = snapshot.judged_at.date()
    old = [day for day in dates if day is None or (today - day).days > limit]
    if old:
        oldest = min((day for day in old if day is not None), default=None)
        since = f", the oldest on {day_text(oldest)}" if oldest is not None else ""
        parts.append(f"terms of {len(old):,} not confirmed for {limit} days{since}")
    return " · ".join(parts)
