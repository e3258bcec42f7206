"""Entering what a plan did: each entry is listed with its account and time before anything is stored."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from app.domain.book import Book
from app.domain.errors import InputError
from app.risk.plan_result import Plan
from app.services.edits import Edit
from app.services.plan_events import enter_plan
from app.ui.dialogs.accounts_offered import OUTSIDE, accounts_offered
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import ChoiceField, Field
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import moment_field, text_field
from app.ui.layout_memory import LayoutMemory
from app.ui.models.plan_entries import entries_model, entry_rows
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table

ANY_ACCOUNT = "\n"
DONE_FIRST = (
    "Enter a plan once it has been carried out: the book tells what has happened. One undo takes all of it back."
)


class EnterPlanForm(Form):
    """Lists the entries and stores them as one edit."""

    def __init__(self, context: FormContext, plan: Plan, memory: LayoutMemory, parent: QWidget | None = None) -> None:
        super().__init__(context, "Enter this plan as events", "Enter all", parent, previews=False)
        self._plan = plan
        snapshot, display = context.snapshot(), context.display()
        offered = accounts_offered(snapshot, display)
        given = {name: words for name, words in offered.items() if name != OUTSIDE}
        self.at = moment_field("When it happened", snapshot.judged_at)
        self.account: ChoiceField[str] = ChoiceField(
            "Bitcoin came from", {ANY_ACCOUNT: "The fullest account first", **given}, ANY_ACCOUNT
        )
        self.sold_in: ChoiceField[str] = ChoiceField("Pledged bitcoin was sold in", offered, OUTSIDE)
        self.note = text_field("Note", "Plan", optional=True)
        self.fields = {"at": self.at, "account": self.account, "sold_in": self.sold_in, "note": self.note}
        self.rows = entries_model()
        self.entries = Table("plan_entries", "To be entered", memory)
        self.entries.setModel(self.rows)
        self.entries.horizontalHeader().setStretchLastSection(True)
        self.body.addWidget(PlainLabel(DONE_FIRST, size="small", tone="muted", wraps=True))
        shown: list[Field] = [self.at, self.account, self.note]
        sells = bool(plan.totals.sold_collateral_sats)
        if sells:
            shown.insert(2, self.sold_in)
        else:
            self.sold_in.hide()
        self.body.addLayout(side_by_side(*shown, columns=2 if sells else 3))
        self.body.addWidget(PlainLabel("To be entered", size="title"))
        self.body.addWidget(self.entries, 1)
        self.watch(*self.fields.values())
        self.resize(820, 560)

    def edit(self) -> Edit:
        """Return the edit that enters everything.

        Raises:
            InputError: the time cannot be read, or the plan does nothing.
        """
        if not any(line.acts for line in self._plan.lines):
            msg = "The plan does nothing that could be entered"
            raise InputError(msg)
        accounts = () if self.account.value == ANY_ACCOUNT else (self.account.value,)
        sold_in = self.sold_in.value or None
        return enter_plan(self._plan, self.at.must(), accounts=accounts, sold_in=sold_in, note=self.note.read() or "")

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        del after
        return self.at if place.endswith(".at") else self.account if place.endswith("account") else None

    def checks(self) -> Iterable[str]:
        """Tell whether the time can be read."""
        yield self.at.check()

    def refresh(self) -> None:
        """List what would be entered, and say whether it can be."""
        super().refresh()
        book = self.context.snapshot().book
        try:
            rows = entry_rows(book, self.edit().change(book), self.context.display())
        except InputError:
            rows = ()
        self.rows.show_rows(rows, self.context.display())
        self.entries.fit_columns()
