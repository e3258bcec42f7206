"""A new loan, from a lender's preset or a blank form, with collateral, debt and terms; and the head of a loan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.quotes import Quote
from app.domain.terms import Evidence
from app.services.edits import Edit, add_loan, replace_loan
from app.services.places import below, loan_place
from app.services.presets import Preset
from app.ui.dialogs.accounts_offered import OUTSIDE, accounts_offered
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import Form, section, side_by_side
from app.ui.dialogs.kinds import btc_field, currency_field, day_field, fiat_field, fiat_parser, text_field
from app.ui.dialogs.preset_box import PresetBox
from app.ui.dialogs.terms_fields import TermsFields


class AddLoanForm(Form):
    """Makes a loan. Collateral and debt become two events on the day from which they are told."""

    def __init__(self, context: FormContext, presets: Sequence[Preset] = (), parent: QWidget | None = None) -> None:
        super().__init__(context, "Add a loan", "Add loan", parent)
        snapshot = context.snapshot()
        today = snapshot.judged_at.date()
        lookup = snapshot.figures.prices.get(snapshot.book.base_currency)
        self.presets = PresetBox(presets)
        self.name = text_field("Name", hint="as you call it")
        self.lender = text_field("Lender")
        self.currency = currency_field("Currency", snapshot.book.base_currency)
        self.opened = day_field("Opened on", today, today)
        self.matures = day_field("Matures on", today, optional=True, hint="empty: open term")
        price = lookup if isinstance(lookup, Quote) else None
        self.collateral = btc_field("Collateral", context.display(), price=price)
        self.source = ChoiceField("It comes from", accounts_offered(snapshot), OUTSIDE)
        self.debt = fiat_field("Principal owed", snapshot.book.base_currency)
        self.since = day_field("Both as of", today, hint="empty: the day it opened", optional=True)
        self.terms_fields = TermsFields(today)
        self.fields = {
            "name": self.name,
            "lender": self.lender,
            "currency": self.currency,
            "opened_on": self.opened,
            "matures_on": self.matures,
            "events[0].btc": self.collateral,
            "events[0].account": self.source,
            "events[1].amount": self.debt,
            "events[0].at": self.since,
        }
        self._lay_out_fields(bool(presets))
        self.watch(*self.fields.values())
        self.terms_fields.edited.connect(self.later)
        self.presets.ticked.connect(self.later)
        self.presets.chosen.connect(self._start_from)
        self.currency.edited.connect(self._take_currency)
        self.resize(980, 660)

    def edit(self) -> Edit:
        """Return the edit that adds the loan."""
        return add_loan(self._loan())

    def checks(self) -> Iterable[str]:
        """Yield why the form is not ready."""
        yield from super().checks()
        yield from self.terms_fields.checks()
        yield self.presets.check()

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        if place.endswith("].name"):
            return self.name
        name = below(place, loan_place(after, self.name.text)) or ""
        if name.startswith("terms[0]."):
            return self.terms_fields.field_at(name.removeprefix("terms[0]."))
        return self.fields.get(name)

    def _loan(self) -> Loan:
        opened = self.opened.must()
        since = self.since.read() or opened
        at = datetime(since.year, since.month, since.day, tzinfo=UTC)
        account = None if self.source.value == OUTSIDE else self.source.value
        terms = self.terms_fields.terms(opened)
        if self.presets.is_confirmed:
            source = terms.evidence.source.removesuffix(": not confirmed")
            checked = terms.evidence.confirmed_on or self.context.snapshot().judged_at.date()
            terms = replace(terms, evidence=Evidence(source, checked))
        return Loan(
            self.name.must(),
            self.lender.must(),
            self.currency.must(),
            opened,
            self.matures.read(),
            (terms,),
            (
                LoanEvent(at, EventKind.POST, sats=self.collateral.must(), account=account),
                LoanEvent(at, EventKind.DRAW, amount=self.debt.must()),
            ),
        )

    def _start_from(self, preset: Preset | None) -> None:
        if preset is None:
            self.later()
            return
        self.lender.set_text(preset.lender)
        self.currency.set_text(preset.currency)
        self._take_currency()
        self.terms_fields.fill(preset.terms_from(self.context.snapshot().judged_at.date()))
        if not preset.rate_known:
            self.terms_fields.rate.set_text("")
        self.later()

    def _take_currency(self) -> None:
        code = self.currency.text.upper()
        self.debt.set_parse(fiat_parser(code))

    def _lay_out_fields(self, has_presets: bool) -> None:  # noqa: FBT001 - one of two lay-outs
        if has_presets:
            self.body.addWidget(self.presets)
        head = section("The loan")
        head.addLayout(side_by_side(self.name, self.lender, self.currency, self.opened, self.matures, columns=3))
        self.body.addLayout(head)
        sums = section("Collateral and debt", "As they stood on one day; later changes are events.")
        sums.addLayout(side_by_side(self.collateral, self.source, self.debt, self.since))
        self.body.addLayout(sums)
        self.body.addSpacing(4)
        self.body.addWidget(self.terms_fields)
        self.body.addStretch(1)


class EditLoanForm(Form):
    """Changes a loan's head: names, currency, days."""

    def __init__(self, context: FormContext, loan: Loan, parent: QWidget | None = None) -> None:
        super().__init__(context, f"Edit {loan.name}", "Save", parent)
        self._loan = loan
        today = context.snapshot().judged_at.date()
        self.name = text_field("Name", loan.name)
        self.lender = text_field("Lender", loan.lender)
        self.currency = currency_field("Currency", loan.currency)
        self.opened = day_field("Opened on", today, loan.opened_on)
        self.matures = day_field("Matures on", today, loan.matures_on, optional=True, hint="empty: open term")
        self.fields = {
            "name": self.name,
            "lender": self.lender,
            "currency": self.currency,
            "opened_on": self.opened,
            "matures_on": self.matures,
        }
        for row in ((self.name, self.lender), (self.currency, self.opened, self.matures)):
            self.body.addLayout(side_by_side(*row, columns=len(row)))
        self.body.addStretch(1)
        self.watch(*self.fields.values())
        self.resize(640, 380)

    def edit(self) -> Edit:
        """Return the edit that replaces the loan's head."""
        head: TypedField[str] = self.name
        changed = replace(
            self._loan,
            name=head.must(),
            lender=self.lender.must(),
            currency=self.currency.must(),
            opened_on=self.opened.must(),
            matures_on=self.matures.read(),
        )
        return replace_loan(self._loan, changed)

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        if place.endswith("].name"):
            return self.name
        name = below(place, loan_place(after, self.name.text)) or ""
        return self.opened if name == "terms[0].from" else self.fields.get(name)
