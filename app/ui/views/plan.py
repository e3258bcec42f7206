"""Plan: what exactly to post, repay or sell, at which loan, and what comes of it, reckoned while it is typed."""

from decimal import Decimal
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout

from app.domain.book import Book
from app.domain.errors import InputError
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.risk.plan_result import Action, Plan
from app.services.desk import DeskSnapshot
from app.ui.dialogs.typed_values import typed_btc, typed_fiat
from app.ui.live import Topic
from app.ui.messages import Message
from app.ui.models.plan_rows import EDITABLE, Amendment, PlanModel, PlanRow, actions_of, plan_rows, with_action
from app.ui.models.plan_words import (
    NO_LOANS,
    RECKONING,
    UNTOUCHED,
    WHAT_IF,
    Saying,
    no_sigma_saying,
    nothing_saying,
    plan_saying,
    refused_saying,
    told,
)
from app.ui.operations.loans import add_loan, presets_of
from app.ui.operations.plans import enter_events, show_sheet
from app.ui.operations.scenarios import save_plan
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.page import Page
from app.ui.views.plan_compare_card import CompareCard
from app.ui.views.plan_controls import PlanControls
from app.ui.views.plan_editor import AmountDelegate
from app.ui.views.plan_frame import FlowGrid, WhatIfFrame
from app.ui.views.plan_reckoner import Answered, PlanReckoner, Question
from app.ui.views.plan_refinance_card import RefinanceCard
from app.ui.views.plan_saved_card import SavedPlansCard
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.words import READ_ONLY

_WIDTHS: Final = (140, 105, 100, 100, 105, 115, 140, 140, 120, 100)
NO_PLAN_YET: Final = "There is no plan to use yet."


class PlanView(View):
    """Controls, the plan as a table that can be edited, and what can be done with it."""

    key: ClassVar[str] = "plan"
    title: ClassVar[str] = "Plan"
    icon: ClassVar[str] = "plan"
    concerns: ClassVar[frozenset[Topic]] = frozenset((Topic.BOOK, Topic.PRICES, Topic.SETTINGS, Topic.DISPLAY))

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._plan: Plan | None = None
        self._request: PlanRequest | None = None
        self._by_hand: tuple[Action, ...] | None = None
        self._before_hand: tuple[Action, ...] | None = None
        self._wanted = ""
        self._asked_of: object = None
        self._book: Book | None = None
        self._late = False
        self.reckoner = PlanReckoner(bench.tasks)
        self.headline = PlainLabel("", size="headline", wraps=True)
        self.detail = PlainLabel("", tone="muted", wraps=True)
        for label in (self.headline, self.detail):
            label.set_selectable()
        self.controls = PlanControls()
        self.model = PlanModel(typed_btc, typed_fiat)
        self._delegate = AmountDelegate()
        self.rows: RowsCard[PlanRow] = RowsCard(
            "What to do", "plan", self.model, bench.memory, widths=_WIDTHS, empty="No plan yet.",
        )  # fmt: skip
        self.notes = PlainLabel("", size="small", tone="muted", wraps=True)
        self.notes.set_selectable()
        self.reset = Button("Back to the reckoned plan", self._forget_hand)
        self.keep = Button("Keep as A", self._keep)
        self.save = Button("Save as scenario …", self._save)
        self.sheet = Button("Instruction sheet …", self._sheet)
        self.enter = Button("Enter as events …", self._enter, kind="primary")
        self.compare = CompareCard(bench.memory)
        self.refinance = RefinanceCard(presets_of(bench))
        self.saved = SavedPlansCard(bench)
        self._lay_out()
        self._wire()

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Ask again where the book, a price or a setting changed; show amounts anew in any case."""
        if snapshot.book is not self._book:
            self._book, self._by_hand = snapshot.book, None
        self._pages.setCurrentIndex(1 if snapshot.book.loans else 0)
        display = self.bench.display
        self.empty_add.setEnabled(not snapshot.read_only)
        self.empty_add.setToolTip(plain_tip(READ_ONLY if snapshot.read_only else ""))
        self.controls.show_book(snapshot, display, self._sigma())
        self.refinance.show_snapshot(snapshot, display)
        self.saved.show_snapshot(snapshot, display)
        if self._asked_of is not snapshot.figures:
            self._ask()
        else:
            self._show()

    def open_item(self, name: str) -> None:
        """Plan the cheapest cure of that loan's call, at the price that the weekly drop test looks at."""
        snapshot = self.bench.live.snapshot
        self._by_hand = None
        self.controls.show_book(snapshot, self.bench.display, self._sigma())
        self.controls.show_request(PlanRequest(objective=Objective.CHEAPEST))
        self.controls.target.set_text(f"−{(snapshot.figures.drop * 100).normalize():f} %")
        self.refinance.choose_loan(name)
        self._wanted = name
        self._ask()

    def _sigma(self) -> Decimal | None:
        answer = self.bench.risk.answer
        model = None if answer is None else getattr(answer.risk, "model", None)
        sigma = None if model is None else model.annual_sigma
        return sigma if isinstance(sigma, Decimal) else None

    def _why_no_sigma(self) -> str | None:
        answer = self.bench.risk.answer
        return None if answer is None else str(getattr(answer.risk, "reason", ""))

    def _ask(self) -> None:
        snapshot = self.bench.live.snapshot
        self._asked_of = snapshot.figures
        nothing = nothing_saying(snapshot)
        if nothing is not None:
            self._drop(nothing)
            return
        if self.controls.objective is Objective.MIN_TOTAL and self._sigma() is None:
            self._drop(no_sigma_saying(self._why_no_sigma()))
            return
        try:
            self._request = self.controls.request(snapshot)
        except InputError as error:
            self._drop(refused_saying(f"{str(error).rstrip('.')}."))
            return
        self.reckoner.ask(Question(snapshot.figures, self._request, self._by_hand))

    def _ask_anew(self) -> None:
        """The controls changed: numbers typed by hand give way, and can be had back."""
        hand, self._by_hand = self._by_hand, None
        if hand is not None:
            self.bench.messages.tell(
                Message(
                    "The plan was reckoned anew, and your own numbers were set aside.",
                    action="Bring them back",
                    act=lambda: self._use_hand(hand),
                    tone="note",
                    seconds=10,
                    key="plan_hand",
                )
            )
        self._ask()

    def _take(self, answered: Answered) -> None:
        if isinstance(answered.plan, Plan):
            self._plan = answered.plan
            self._show()
        elif self._by_hand is not None and answered.question.actions is not None:
            self._refuse_hand(answered.plan.reason)
        else:
            self._drop(refused_saying(told(answered.plan.reason, self.bench.display)))

    def _drop(self, saying: Saying) -> None:
        self.reckoner.drop()
        self._plan = None
        self._say(saying)
        self._show()

    def _show(self) -> None:
        if self.rows.table.state() is QAbstractItemView.State.EditingState:
            self._late = True
            return
        self._late = False
        snapshot, display, plan = self.bench.live.snapshot, self.bench.display, self._plan
        self.model.locked = plan is None
        self.rows.show_rows(() if plan is None else plan_rows(plan), display)
        self.rows.note.setText(
            "" if plan is None else "by hand" if self._by_hand is not None else "F2 changes an amount by hand"
        )
        self.notes.setText("" if plan is None else "\n".join(told(note, display) for note in plan.notes))
        self.notes.setVisible(plan is not None and bool(plan.notes))
        if plan is not None:
            self._say(plan_saying(plan, display, by_hand=self._by_hand is not None))
            self._show_columns(plan)
            self._fit_table()
            self._choose_wanted()
        self.reset.setVisible(self._by_hand is not None)
        self.compare.show_plans(plan, display)
        self._show_buttons(snapshot, plan)

    def _show_late(self, *_what: object) -> None:
        """What came while somebody typed into the table is shown when they are done."""
        if self._late:
            QTimer.singleShot(0, self, self._show)

    def _say(self, saying: Saying) -> None:
        self.headline.setText(saying.headline)
        self.headline.set_tone("sale" if saying.tone == "sale" else "call" if saying.tone == "call" else "text")
        self.detail.setText(saying.detail)

    def _show_columns(self, plan: Plan) -> None:
        """Selling has columns only where something may be, or is, sold."""
        totals, sells = plan.totals, plan.request.sell_from
        hand = self._by_hand is not None
        shown = {
            "sell_free": sells.free or bool(totals.sold_free_sats) or hand,
            "sell_pledged": sells.collateral or bool(totals.sold_collateral_sats) or hand,
            "repay": bool(plan.request.budget_cash) or bool(totals.cash_used) or hand or sells is SellFrom.NOTHING,
        }
        with self.rows.table.arranging():
            for column in range(self.model.columnCount()):
                key = self.model.key_of(column)
                if key in shown:
                    self.rows.table.setColumnHidden(column, not shown[key])

    def _fit_table(self) -> None:
        """Make the table as high as its rows; a bar below them, where one is needed, takes no row's place."""
        table = self.rows.table
        self.rows.fit_rows(1, 9)
        asked = sum(table.columnWidth(column) for column in range(self.model.columnCount()))
        if asked > table.viewport().width():
            table.setFixedHeight(table.height() + table.horizontalScrollBar().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the table to the width that there is now."""
        super().resizeEvent(event)
        if self._plan is not None:
            self._fit_table()

    def _show_buttons(self, snapshot: DeskSnapshot, plan: Plan | None) -> None:
        none = NO_PLAN_YET if plan is None else ""
        idle = none or ("" if plan is not None and any(x.acts for x in plan.lines) else "The plan does nothing.")
        locked = READ_ONLY if snapshot.read_only else ""
        for button, why in (
            (self.keep, none),
            (self.save, locked or none),
            (self.sheet, none),
            (self.enter, locked or idle),
        ):
            button.setEnabled(not why)
            button.setToolTip(plain_tip(why))
            button.setAccessibleDescription(why)

    def _amend(self, typed: Amendment) -> None:
        plan = self._plan
        if plan is not None:
            base = self._by_hand if self._by_hand is not None else actions_of(plan)
            self._use_hand(with_action(base, typed.place, typed.key, typed.amount))

    def _use_hand(self, actions: tuple[Action, ...]) -> None:
        self._before_hand = self._by_hand
        self._by_hand = actions
        self._ask()

    def _refuse_hand(self, reason: str) -> None:
        """Numbers that are not possible leave the plan as it was."""
        self._by_hand = self._before_hand
        self._tell_refused(reason)
        self._show()

    def _tell_refused(self, reason: str) -> None:
        self.bench.messages.tell(
            Message(
                told(reason, self.bench.display), "The plan stays as it was.", tone="note", seconds=10, key="plan_typed"
            )
        )

    def _forget_hand(self) -> None:
        self._by_hand = None
        self._ask()

    def _choose_wanted(self) -> None:
        name, self._wanted = self._wanted, ""
        if name:
            found = next((row for row in self.model.all_rows if row.line is not None and row.line.loan == name), None)
            if found is not None:
                self.rows.choose(found)

    def _slow(self) -> None:
        self.rows.note.setText(RECKONING)
        if self._plan is None:
            self._say(Saying(RECKONING, ""))

    def _opened(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        # The Enter that ends an edit reaches the table, too.
        editing = self.rows.table.state() is QAbstractItemView.State.EditingState
        if row is None or row.line is None or editing:
            return
        if self.model.key_of(index.column()) in EDITABLE:
            self.rows.table.edit(index)
        else:
            self.bench.go("loans", row.line.loan)

    def _keep(self) -> None:
        if self._plan is not None:
            self.compare.keep(self._plan)
            self.compare.show_plans(self._plan, self.bench.display)

    def _save(self) -> None:
        if self._request is not None and self.save.isEnabled():
            save_plan(bench=self.bench, parent=self, request=self._request, by_hand=self._by_hand is not None)

    def _open_request(self, request: PlanRequest) -> None:
        self._by_hand = None
        self.controls.show_request(request)
        self._ask()

    def _sheet(self) -> None:
        if self._plan is not None:
            show_sheet(bench=self.bench, parent=self, plan=self._plan)

    def _enter(self) -> None:
        if self._plan is not None and self.enter.isEnabled():
            enter_events(bench=self.bench, parent=self, plan=self._plan)

    def _add_loan(self) -> None:
        add_loan(bench=self.bench, parent=self)

    def _hear_risk(self, _answer: object) -> None:
        """A volatility has become known, or another one."""
        if self.isVisible():
            self.controls.show_book(self.bench.live.snapshot, self.bench.display, self._sigma())
            if self.controls.objective is Objective.MIN_TOTAL and self._by_hand is None:
                self._ask()

    def _wire(self) -> None:
        self.controls.edited.connect(self._ask_anew)
        self.reckoner.answered.connect(self._take)
        self.reckoner.slow.connect(self._slow)
        self.model.amended.connect(self._amend)
        self.model.refused.connect(self._tell_refused)
        self.saved.chosen.connect(self._open_request)
        table = self.rows.table
        table.setItemDelegate(self._delegate)
        table.setEditTriggers(table.EditTrigger.EditKeyPressed | table.EditTrigger.AnyKeyPressed)
        self._delegate.closeEditor.connect(self._show_late)
        table.opened.connect(self._opened)
        self.bench.risk.changed.connect(self._hear_risk)
        scoped_key("Ctrl+P", self, self._sheet)

    def _lay_out(self) -> None:
        self.empty_add = Button("Add a loan", self._add_loan, kind="primary")
        self._pages = QStackedLayout(self)
        self._pages.addWidget(EmptyState("No loan, no plan", NO_LOANS, (self.empty_add,)))
        page = Page()
        page.column.setContentsMargins(12, 10, 12, 12)
        page.column.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.headline)
        words.addWidget(self.detail)
        frame = WhatIfFrame(self.bench.theme, WHAT_IF, UNTOUCHED)
        frame.body.addLayout(words)
        frame.body.addWidget(self.controls)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        for button in (self.keep, self.save, self.sheet, self.enter):
            buttons.addWidget(button)
        self.rows.body.addWidget(self.notes)
        self.rows.body.addLayout(buttons)
        self.rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        frame.body.addWidget(self.rows)
        frame.body.addWidget(self.compare)
        pair = FlowGrid(420, 2)
        pair.show_items((self.refinance, self.saved))
        frame.body.addWidget(pair)
        frame.body.addStretch(1)
        page.column.addWidget(frame, 1)
        self._pages.addWidget(page.in_scroll_area("Plan"))
