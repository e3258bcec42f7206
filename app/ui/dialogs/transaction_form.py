"""A transaction of an account: bitcoin bought, mined, sold, moved."""

from typing import Final

from PySide6.QtWidgets import QWidget

from app.domain.book import INFLOWS, Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.domain.quotes import Quote
from app.services.edits import Edit, add_transaction, replace_transaction
from app.services.places import account_place, below
from app.ui.dialogs.accounts_offered import OUTSIDE, accounts_offered
from app.ui.dialogs.context import FormContext
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import Form, side_by_side
from app.ui.dialogs.kinds import btc_field, currency_field, fiat_field, fiat_parser, moment_field, text_field
from app.ui.words import TRANSACTION_WORDS

IN: Final = "comes in"
OUT: Final = "goes out"


class TransactionForm(Form):
    """Adds a transaction or, with ``replacing``, edits one."""

    def __init__(
        self, context: FormContext, account: str, replacing: Transaction | None = None, parent: QWidget | None = None
    ) -> None:
        title = f"{'Edit a' if replacing else 'Add a'} transaction of {account}"
        super().__init__(context, title, "Save" if replacing else "Add transaction", parent, previews=False)
        self._account, self._replacing = account, replacing
        self._made: Transaction | None = None
        snapshot = context.snapshot()
        base = snapshot.book.base_currency
        shown = replacing or Transaction(snapshot.judged_at, TransactionKind.BUY, 0)
        self._shown = shown
        code = shown.currency or base
        lookup = snapshot.figures.prices.get(base)
        self.kind = ChoiceField("Kind", TRANSACTION_WORDS, shown.kind)
        self.at = moment_field("When", snapshot.judged_at, shown.at.replace(second=0, microsecond=0))
        price = lookup if isinstance(lookup, Quote) else None
        self.btc = btc_field("Bitcoin", context.display(), shown.sats or None, price=price)
        offered = accounts_offered(snapshot, context.display(), but=account)
        self.to_account = ChoiceField("To account", {**offered, OUTSIDE: "Choose one"}, shown.to_account)
        self.value = fiat_field("Value", code, shown.value, optional=True, hint="what it was worth or cost")
        self.currency = currency_field("Currency", code)
        self.fee = fiat_field("Fee", code, shown.fee, optional=True, hint="paid in money on top")
        self.note = text_field("Note", shown.note, optional=True)
        self.external_id = text_field(
            "Their id", shown.external_id or "", optional=True, hint="the exchange's own; it may occur once"
        )
        self.fields = {
            "kind": self.kind, "at": self.at, "btc": self.btc, "to_account": self.to_account, "value": self.value,
            "currency": self.currency, "fee": self.fee, "note": self.note, "external_id": self.external_id,
        }  # fmt: skip
        self.body.addLayout(side_by_side(self.kind, self.at, self.btc, self.to_account))
        self.body.addLayout(side_by_side(self.value, self.fee, self.currency, columns=3))
        self.body.addLayout(side_by_side(self.note, self.external_id))
        self.body.addStretch(1)
        self.watch(*self.fields.values())
        self.kind.edited.connect(self._show_kind)
        self.currency.edited.connect(self._take_currency)
        self._show_kind()
        self.resize(680, 460)

    def edit(self) -> Edit:
        """Return the edit that enters the transaction."""
        entry = self.transaction()
        if self._replacing is not None:
            return replace_transaction(self._account, self._replacing, entry)
        return add_transaction(self._account, entry)

    def transaction(self) -> Transaction:
        """Return the transaction that the fields describe.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        is_transfer = self.kind.value is TransactionKind.TRANSFER
        if is_transfer and self.to_account.value == OUTSIDE:
            msg = "choose the account that receives it; for one outside the book enter a withdrawal"
            raise InputError(msg, "to_account")
        at = self.at.must()
        shown = self._shown
        same_minute = self._replacing is not None and at == shown.at.replace(second=0, microsecond=0)
        value, fee, code = self.value.read(), self.fee.read(), self.currency.must()
        base = self.context.snapshot().book.base_currency
        keeps_none = self._replacing is not None and shown.currency is None and code == base
        made = Transaction(
            shown.at if same_minute else at,
            self.kind.value,
            self.btc.must(),
            value,
            None if keeps_none or (value is None and fee is None) else code,
            fee,
            self.note.read() or "",
            self.external_id.read(),
            self.to_account.value if is_transfer else None,
            attachments=shown.attachments,
        )
        if (made.at, made.kind, made.sats) == (shown.at, shown.kind, shown.sats):
            made = made._replace(picks=shown.picks)
        if self._made is None or self._made != made:
            self._made = made
        return self._made

    def field_at(self, place: str, after: Book) -> Field | None:
        """Return the field that a refusal is about."""
        return self.fields.get(below(place, account_place(after, self._account, self._made)) or "")

    def _show_kind(self) -> None:
        kind = self.kind.value
        self.to_account.setVisible(kind is TransactionKind.TRANSFER)
        self.kind.hint = f"Bitcoin {IN if kind in INFLOWS else OUT}."
        self.kind.show_note("")

    def _take_currency(self) -> None:
        for field in (self.value, self.fee):
            if isinstance(field, TypedField):
                field.set_parse(fiat_parser(self.currency.text.upper()))
