"""Terms of a loan from a day on: an amendment, or a correction of what was entered."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from app.domain.book import Book, Loan
from app.domain.errors import InputError
from app.domain.terms import Terms
from app.services.edits import Edit, put_terms
from app.services.places import below, terms_place
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import Field
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import day_field
from app.ui.dialogs.terms_fields import TermsFields


class TermsForm(Form):
    """Adds terms (starting from those in force) or, with ``replacing``, edits them."""

    def __init__(
        self, context: FormContext, loan: Loan, replacing: Terms | None = None, parent: QWidget | None = None
    ) -> None:
        title = f"{'Edit' if replacing else 'New'} terms of {loan.name}"
        super().__init__(context, title, "Save" if replacing else "Add terms", parent)
        self._loan, self._replacing = loan, replacing
        today = context.snapshot().judged_at.date()
        shown = replacing or loan.terms_on(today)
        self.start = day_field("In force from", today, replacing.start if replacing else today)
        self.terms_fields = TermsFields(today, shown)
        self.fields = {"from": self.start}
        self.body.addLayout(side_by_side(self.start, QWidget(), columns=2))
        self.body.addWidget(self.terms_fields)
        self.body.addStretch(1)
        self.watch(self.start)
        self.terms_fields.edited.connect(self.later)
        self.resize(980, 640)

    def edit(self) -> Edit:
        """Return the edit that puts the terms in."""
        return put_terms(self._loan.name, self.terms_fields.terms(self.start.must()), self._replacing)

    def checks(self) -> Iterable[str]:
        """Yield why the form is not ready."""
        yield from super().checks()
        yield from self.terms_fields.checks()

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        try:
            start = self.start.must()
        except InputError:
            return self.start
        name = below(place, terms_place(after, self._loan.name, start)) or ""
        return self.fields.get(name) or self.terms_fields.field_at(name)
