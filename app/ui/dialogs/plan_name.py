"""Saving what a plan asks under a name, in the book."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QWidget

from app.domain.book import Book
from app.risk.plan_request import PlanRequest
from app.services.edits import Edit
from app.services.scenario_edits import save_scenario
from app.services.scenario_file import plan_scenario
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import Field
from app.ui.dialogs.form import Form
from app.ui.dialogs.kinds import text_field
from app.ui.models.plan_words import request_words
from app.ui.widgets.labels import PlainLabel

NOT_BY_HAND = "Numbers typed by hand are not kept."
KEPT = "Only what is asked is kept, never the answer: opened again, it is reckoned at that day's price and book."


class SavePlanForm(Form):
    """Asks for the name."""

    def __init__(
        self,
        context: FormContext,
        request: PlanRequest,
        now: datetime,
        *,
        by_hand: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, "Save this plan as a scenario", "Save scenario", parent, previews=False)
        # Volatility belongs to the day on which it is asked.
        self._request, self._now = replace(request, sigma=None), now
        book = context.snapshot().book
        taken = [scenario.name for scenario in book.scenarios]
        number = next(n for n in range(1, len(taken) + 2) if f"Plan {n}" not in taken)
        self.scenario_name = text_field("Name", f"Plan {number}", hint="A name that is taken is replaced.")
        self.fields = {"name": self.scenario_name}
        self.body.addWidget(PlainLabel(request_words(request, book.base_currency, context.display()), wraps=True))
        self.body.addWidget(self.scenario_name)
        self.body.addWidget(
            PlainLabel(f"{KEPT} {NOT_BY_HAND}" if by_hand else KEPT, size="small", tone="muted", wraps=True)
        )
        self.body.addStretch(1)
        self.watch(self.scenario_name)
        self.resize(480, 280)

    def edit(self) -> Edit:
        """Return the edit that saves it."""
        return save_scenario(plan_scenario(self.scenario_name.must(), self._now, self._request))

    def field_at(self, place: str, after: Book) -> Field | None:
        """Every refusal that is not about the request is about the name."""
        del after
        return self.scenario_name if place.endswith("name") else None

    def checks(self) -> Iterable[str]:
        """Tell whether a name is missing."""
        yield self.scenario_name.check()
