"""The card that says what it takes: add, repay or sell, now and later, to the contract's LTV or to one of your own."""

from decimal import Decimal

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.domain.book import EventKind, LoanEvent
from app.domain.errors import InputError
from app.domain.figures import LoanFigures
from app.services.desk import DeskSnapshot
from app.services.ways_out import Moment, WayOut, after_top_up, check_target, ways_out
from app.ui.dialogs.fields import TypedField
from app.ui.dialogs.kinds import ltv_field
from app.ui.formats import DOWN, UP, Display, btc_text, percent_text
from app.ui.layout_memory import LayoutMemory
from app.ui.models.ways import WayRow, ways_model
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

NONE_YET = "No ways out to tell: they need a price, a debt and collateral."


class WaysOutCard(Card):
    """Ways out of one loan.

    Signals:
        drafted: a ``LoanEvent`` that the chosen way would be; nothing is stored.
    """

    drafted = Signal(object)

    def __init__(self, memory: LayoutMemory) -> None:
        super().__init__()
        self.setAccessibleName("Ways out")
        self._figures: LoanFigures | None = None
        self._snapshot: DeskSnapshot | None = None
        self._display = Display()
        self.rows: RowsCard[WayRow] = RowsCard(
            "Ways out",
            "ways_out",
            ways_model(),
            memory,
            widths=(170, 100, 110, 170, 170, 170, 120),
            empty=NONE_YET,
        )
        self.rows.setObjectName("bare")
        self.rows.body.setContentsMargins(0, 0, 0, 0)
        self.target: TypedField[Decimal] = ltv_field("Your own target LTV", optional=True)
        self.target.setMaximumWidth(190)
        self.target.edited.connect(self._later)
        self.free = PlainLabel("", size="small", tone="muted", wraps=True)
        self.free.set_selectable()
        self.record_top_up = Button("Record a top-up …", self._draft_top_up)
        self.record_repayment = Button("Record a repayment …", self._draft_repayment)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(150)
        self._rest.timeout.connect(self._show)
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_loan(self, figures: LoanFigures, snapshot: DeskSnapshot, display: Display) -> None:
        """Show the ways out of a loan; the typed target stays while it is the same loan."""
        if self._figures is not None and self._figures.loan.name != figures.loan.name:
            self.target.set_text("")
        self._figures, self._snapshot, self._display = figures, snapshot, display
        self._show()

    def _show(self) -> None:
        figures, snapshot = self._figures, self._snapshot
        if figures is None or snapshot is None:
            return
        found = ways_out(figures, snapshot.figures.sale_cost, self._typed())
        fall = percent_text(snapshot.figures.drop)
        hours = figures.balance.terms.delivery.hours
        rows = tuple(WayRow(way, figures.loan.currency, fall, hours, place) for place, way in enumerate(found))
        self.rows.show_rows(rows, self._display)
        self.rows.fit_rows(2 if rows else 1, 6)
        self.free.setText(self._free_words(figures, snapshot, found))
        ready = bool(found) and not snapshot.read_only
        for button in (self.record_top_up, self.record_repayment):
            button.setEnabled(ready)

    def _typed(self) -> Decimal | None:
        try:
            typed = self.target.read()
            return None if typed is None else check_target(typed)
        except InputError as error:
            self.target.show_fault(error.problem)
            return None

    def _free_words(self, figures: LoanFigures, snapshot: DeskSnapshot, found: tuple[WayOut, ...]) -> str:
        free = snapshot.figures.totals.unencumbered_sats
        words = [f"Free to use: {btc_text(free, self._display, DOWN)}"]
        most = max((way.cure.top_up_sats for way in found), default=0)
        if most:
            enough = "enough for each of these" if most <= free else "less than the most of these"
            words.append(enough)
        first = next((way for way in found if way.moment is Moment.AFTER_DROP and way.needed), None)
        if first is None:
            return ", ".join(words) + "."
        ledger, totals = snapshot.figures.ledger, snapshot.figures.totals
        lender, added = figures.loan.lender, first.cure.top_up_sats
        held = after_top_up(snapshot.book, ledger.balances, lender, totals.btc_sats, added)
        lies = btc_text(held.sats, self._display, UP)
        share = percent_text(held.share, 0)
        return f"{', '.join(words)}. Topped up for such a fall, {lies} would lie with {held.lender}, {share} of all."

    def _chosen(self) -> WayOut | None:
        rows = self.rows.selected or tuple(row for row in self.rows.model.all_rows if row.way.needed)
        return rows[0].way if rows else None

    def _draft_top_up(self) -> None:
        way = self._chosen()
        if self._snapshot is not None:
            sats = way.cure.top_up_sats if way is not None and way.needed else None
            self.drafted.emit(
                LoanEvent(self._snapshot.judged_at, EventKind.POST, sats=sats, account=self._account(sats))
            )

    def _draft_repayment(self) -> None:
        way = self._chosen()
        if self._snapshot is not None:
            amount = way.cure.repay if way is not None and way.needed else None
            self.drafted.emit(LoanEvent(self._snapshot.judged_at, EventKind.REPAY, amount=amount))

    def _account(self, sats: int | None) -> str | None:
        """Return the account that holds the most free bitcoin, if it holds enough."""
        free = self._snapshot.figures.ledger.free_sats if self._snapshot else {}
        name = max(free, key=lambda key: free[key], default=None)
        return name if name is not None and free[name] >= (sats or 1) else None

    def _later(self) -> None:
        self._rest.start()

    def _lay_out(self) -> None:
        self.body.addWidget(self.rows)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.target)
        foot.addWidget(self.free, 1)
        foot.addWidget(self.record_top_up)
        foot.addWidget(self.record_repayment)
        self.body.addLayout(foot)
