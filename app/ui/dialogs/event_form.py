"""An event of a loan: the kind says which fields it has."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QWidget

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.quotes import Quote
from app.services.edits import Edit, add_event, replace_event
from app.services.places import below, event_place
from app.ui.dialogs.accounts_offered import OUTSIDE, accounts_offered
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import btc_field, fiat_field, moment_field, rate_field, text_field
from app.ui.words import EVENT_WORDS

FIELDS_OF: Final[Mapping[EventKind, tuple[str, ...]]] = {
    EventKind.DRAW: ("amount",),
    EventKind.REPAY: ("amount",),
    EventKind.FEE: ("amount",),
    EventKind.POST: ("btc", "account"),
    EventKind.RELEASE: ("btc", "account"),
    EventKind.RATE: ("rate",),
    EventKind.LIQUIDATION: ("btc", "price", "fee"),
}
EXPLAINED: Final[Mapping[EventKind, str]] = {
    EventKind.DRAW: "Money received from the lender; the principal grows.",
    EventKind.REPAY: "Money paid to the lender; it pays fees first, then interest, then principal.",
    EventKind.FEE: "A fee that the lender adds to the debt.",
    EventKind.POST: "Bitcoin pledged on top of what the lender holds.",
    EventKind.RELEASE: "Pledged bitcoin that the lender gives back.",
    EventKind.RATE: "A new yearly rate from this day on, as a floating loan has it.",
    EventKind.LIQUIDATION: "Pledged bitcoin that the lender sold; the proceeds repay the debt.",
}


class EventForm(Form):
    """Adds an event or, with ``replacing``, edits one; ``draft`` fills a new one in."""

    def __init__(
        self,
        context: FormContext,
        loan: Loan,
        replacing: LoanEvent | None = None,
        parent: QWidget | None = None,
        *,
        draft: LoanEvent | None = None,
    ) -> None:
        title = f"{'Edit an' if replacing else 'Add an'} event of {loan.name}"
        super().__init__(context, title, "Save" if replacing else "Add event", parent)
        self._loan, self._replacing = loan, replacing
        snapshot = context.snapshot()
        shown = replacing or draft or LoanEvent(snapshot.judged_at, EventKind.POST)
        self._made: LoanEvent | None = None
        self._shown = shown
        lookup = snapshot.figures.prices.get(loan.currency)
        price = lookup if isinstance(lookup, Quote) else None
        at = shown.at.replace(second=0, microsecond=0)
        self.kind = ChoiceField("What happened", EVENT_WORDS, shown.kind, EXPLAINED[shown.kind])
        self.at = moment_field("When", snapshot.judged_at, at)
        self.amount = fiat_field(f"Amount ({loan.currency})", loan.currency, shown.amount)
        self.btc = btc_field("Bitcoin", context.display(), shown.sats, price=price)
        offered = accounts_offered(snapshot, context.display())
        self.account = ChoiceField("Account", offered, shown.account or OUTSIDE)
        self.rate = rate_field("New yearly rate", shown.rate)
        self.price = fiat_field(f"Sold at ({loan.currency} for one BTC)", loan.currency, shown.price)
        self.fee = fiat_field(f"Fee kept ({loan.currency})", loan.currency, shown.fee, optional=True)
        self.note = text_field("Note", shown.note, optional=True)
        self.fields = {
            "kind": self.kind, "at": self.at, "amount": self.amount, "btc": self.btc, "account": self.account,
            "rate": self.rate, "price": self.price, "fee": self.fee, "note": self.note,
        }  # fmt: skip
        self.body.addLayout(side_by_side(self.kind, self.at))
        self.body.addLayout(side_by_side(self.btc, self.account))
        for row in ((self.amount, self.rate), (self.price, self.fee)):
            self.body.addLayout(side_by_side(*row))
        self.body.addWidget(self.note)
        self.body.addStretch(1)
        self.watch(*self.fields.values())
        self.kind.edited.connect(self._show_kind)
        self._show_kind()
        self.resize(680, 500)

    def edit(self) -> Edit:
        """Return the edit that enters the event."""
        event = self.typed_event()
        if self._replacing is not None:
            return replace_event(self._loan.name, self._replacing, event)
        return add_event(self._loan.name, event)

    def typed_event(self) -> LoanEvent:
        """Return the event that the fields describe; a time left as it was keeps its seconds.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        has = FIELDS_OF[self.kind.value]
        at = self.at.must()
        shown = self._shown.at.replace(second=0, microsecond=0)
        made = LoanEvent(
            self._shown.at if self._replacing is not None and at == shown else at,
            self.kind.value,
            amount=self.amount.must() if "amount" in has else None,
            sats=self.btc.must() if "btc" in has else None,
            account=(self.account.value or None) if "account" in has else None,
            rate=self.rate.must() if "rate" in has else None,
            price=self.price.must() if "price" in has else None,
            fee=self.fee.read() if "fee" in has else None,
            note=self.note.read() or "",
            external_id=self._shown.external_id,
        )
        if self._made is None or self._made != made:
            self._made = made
        return self._made

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        if self._made is None:
            return None
        return self.fields.get(below(place, event_place(after, self._loan.name, self._made)) or "")

    def _show_kind(self) -> None:
        has = FIELDS_OF[self.kind.value]
        for name in ("amount", "btc", "account", "rate", "price", "fee"):
            field = self.fields[name]
            field.setVisible(name in has)
            if isinstance(field, TypedField):
                field.check()
        self.kind.hint = EXPLAINED[self.kind.value]
        self.kind.show_note("")
        self.account.label.setText("Taken from" if self.kind.value is EventKind.POST else "Given back to")
