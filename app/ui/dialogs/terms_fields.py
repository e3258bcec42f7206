"""The fields of a contract's terms; the loan form and the terms form share them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.terms import CONSENSUS, Delivery, Evidence, Terms
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.form import section, side_by_side
from app.ui.dialogs.kinds import day_field, rate_field, text_field, whole_field
from app.ui.dialogs.trigger_rows import TriggerRows
from app.ui.dialogs.typed_values import typed_percent
from app.ui.words import ACCRUAL_WORDS, DAY_COUNT_WORDS, EXPOSURE_WORDS, PAYMENT_WORDS

SOURCES = {
    CONSENSUS: "The median of all sources",
    "kraken": "Kraken",
    "coinbase": "Coinbase Exchange",
    "bitstamp": "Bitstamp",
    "bitfinex": "Bitfinex",
    "gemini": "Gemini",
    "coingecko": "CoinGecko",
    "mempool": "mempool.space",
}


class TermsFields(QWidget):
    """Everything of ``Terms`` but the day from which they hold; without ``terms`` a blank form.

    Signals:
        edited: something in it changed.
    """

    edited = Signal()

    def __init__(self, today: date, terms: Terms | None = None) -> None:
        super().__init__()
        blank = terms is None
        terms = terms or Terms(today, Decimal(0))
        self._start = terms
        self.rate = rate_field("Yearly rate", None if blank else terms.rate)
        self.day_count = ChoiceField("Day count", DAY_COUNT_WORDS, terms.day_count)
        self.accrual = ChoiceField("Interest", ACCRUAL_WORDS, terms.accrual)
        self.payment = ChoiceField("Payment", PAYMENT_WORDS, terms.payment)
        self.exposure = ChoiceField("LTV counts", EXPOSURE_WORDS, terms.exposure)
        self.triggers = TriggerRows(terms.triggers)
        self.price_source = ChoiceField("Priced on", _sources(terms.price_source), terms.price_source)
        self.basis = whole_field(
            "Lender's index above ours, in basis points", terms.basis_bps or None, optional=True, negative=True,
            hint="below ours: a minus", unit="bps",
        )  # fmt: skip
        self.delivery = whole_field(
            "Hours to get bitcoin there", terms.delivery.hours or None, optional=True,
            hint="signers, confirmations, office hours", unit="h",
        )  # fmt: skip
        self.evidence = text_field(
            "Where this stands", terms.evidence.source, optional=True, hint="agreement, clause, page"
        )
        self.confirmed = day_field("Last confirmed on", today, terms.evidence.confirmed_on, optional=True)
        self._names: dict[str, Field] = {
            "rate": self.rate,
            "day_count": self.day_count,
            "accrual": self.accrual,
            "payment": self.payment,
            "exposure": self.exposure,
            "price_source": self.price_source,
            "basis_bps": self.basis,
            "delivery.hours": self.delivery,
            "evidence.confirmed_on": self.confirmed,
        }
        for field in (*self._names.values(), self.evidence):
            field.edited.connect(self.edited)
        self.triggers.edited.connect(self.edited)
        self._lay_out()

    def terms(self, start: date) -> Terms:
        """Return the terms, in force from ``start``.

        Raises:
            InputError: a field is missing or cannot be read.
        """
        kept = self._start.delivery
        return replace(
            self._start,
            start=start,
            rate=self.rate.must(),
            day_count=self.day_count.value,
            accrual=self.accrual.value,
            payment=self.payment.value,
            exposure=self.exposure.value,
            triggers=self.triggers.triggers(),
            price_source=self.price_source.value,
            basis_bps=self.basis.read() or 0,
            delivery=Delivery(self.delivery.read() or 0, kept.daily_cap_btc_sats, kept.daily_cap),
            evidence=Evidence(self.evidence.read() or "", self.confirmed.read()),
        )

    def fill(self, terms: Terms) -> None:
        """Show other terms (a preset's), as a place to start from."""
        self._start = terms
        self.rate.set_text(typed_percent(terms.rate))
        self.day_count.choose(terms.day_count)
        self.accrual.choose(terms.accrual)
        self.payment.choose(terms.payment)
        self.exposure.choose(terms.exposure)
        self.triggers.set_triggers(terms.triggers)
        self.price_source.choose(terms.price_source)
        self.basis.set_text(str(terms.basis_bps) if terms.basis_bps else "")
        self.delivery.set_text(str(terms.delivery.hours) if terms.delivery.hours else "")
        self.evidence.set_text(terms.evidence.source)
        self.edited.emit()

    def checks(self) -> Iterator[str]:
        """Yield what is wrong, field by field."""
        for field in (*self._names.values(), self.evidence):
            if isinstance(field, TypedField):
                yield field.check()
        yield from self.triggers.checks()

    def field_at(self, name: str) -> Field | None:
        """Return the field of that name in the book file's terms."""
        return self.triggers.field_at(name) if name.startswith("triggers[") else self._names.get(name)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        interest = section("Interest")
        interest.addLayout(side_by_side(self.rate, self.day_count, self.accrual, self.payment, columns=4))
        levels = section("Triggers", "What the contract does when LTV reaches a level. The lowest LTV comes first.")
        levels.addLayout(side_by_side(self.exposure, self.price_source))
        levels.addWidget(self.triggers)
        rest = section("Delivery and evidence")
        rest.addLayout(side_by_side(self.delivery, self.basis, self.evidence, self.confirmed))
        for part in (interest, levels, rest):
            layout.addLayout(part)


def _sources(current: str) -> dict[str, str]:
    return SOURCES if current in SOURCES else {**SOURCES, current: current}
