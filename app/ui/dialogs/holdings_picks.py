"""Which lots an entry takes: those that were there at that moment, with how much of each."""

from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.domain.amounts import BtcUnit, parse_typed_btc
from app.domain.book import Book, Transaction
from app.domain.disposals import LotRules, Method
from app.domain.lots import lots_of
from app.services.day_prices import DayPrices
from app.services.edits import Edit
from app.services.transaction_picks import Offered, check_picks, filled, pick_edit
from app.ui.dialogs.fields import TypedField
from app.ui.dialogs.holdings_checked import CheckedForm
from app.ui.dialogs.typed_values import typed_btc
from app.ui.formats import NOT_KNOWN, btc_text, day_text, money_text
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel
from app.ui.words import TRANSACTION_NOUNS

MOST: Final = 200
HOW: Final = "Chosen lots count where lots are reckoned by “Chosen lots, then first in”; else the oldest leave."


class PicksForm(CheckedForm[None]):
    """Keeps a choice of lots with an entry."""

    def __init__(
        self,
        bench: Workbench,
        account: str,
        entry: Transaction,
        offered: tuple[Offered, ...],
        prices: DayPrices,
        parent: QWidget | None = None,
    ) -> None:
        what = f"{TRANSACTION_NOUNS[entry.kind]} of {day_text(entry.at.date())}"
        super().__init__(bench, f"Choose lots for the {what}", "Keep this choice", parent)
        self._account, self._entry, self._offered, self._prices = account, entry, offered, prices
        self._currency = bench.live.snapshot.book.base_currency
        display = bench.display
        unit = BtcUnit.SATS if display.sats else BtcUnit.BTC
        self._sats = display.sats
        self._edit = pick_edit(account, entry, {})
        self.amounts: dict[datetime, TypedField[int]] = {}
        self.body.addWidget(PlainLabel(HOW, tone="muted", size="small", wraps=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for words, act in (
            ("Oldest first", lambda: self._fill(dearest=False)),
            ("Highest cost first", lambda: self._fill(dearest=True)),
            ("No choice", self._empty),
        ):
            buttons.addWidget(Button(words, act))
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        for column, title in enumerate(("Acquired", "There", "Basis", "Over a year", f"Take ({unit.value})")):
            grid.addWidget(PlainLabel(title, size="small", tone="muted"), 0, column)
        for row, one in enumerate(offered[:MOST], 1):
            basis = NOT_KNOWN if one.basis is None else money_text(one.basis, self._currency, display)
            for column, text in enumerate((
                f"{day_text(one.acquired_at.date())} {one.acquired_at:%H:%M}",
                btc_text(one.sats, display, digits=8), basis, "✓ yes" if one.long else "no",
            )):  # fmt: skip
                grid.addWidget(PlainLabel(text), row, column)
            field = TypedField(
                f"Take of {day_text(one.acquired_at.date())}",
                lambda text: parse_typed_btc(text, unit=unit).sats,
                text=self._typed(one.chosen),
                optional=True,
            )
            field.label.hide()
            self.amounts[one.acquired_at] = field
            grid.addWidget(field, row, 4)
        grid.setColumnStretch(4, 1)
        self.fields = {f"{at:%Y%m%dT%H%M%S%f}": field for at, field in self.amounts.items()}
        self.body.addLayout(grid)
        more = len(offered) - MOST
        if more > 0:
            self.body.addWidget(PlainLabel(f"The {MOST} oldest lots are shown; {more:,} more were there.", wraps=True))
        if not offered:
            self.body.addWidget(PlainLabel(f"No lot lay in {account} just before.", wraps=True))
        self.sum = PlainLabel("", wraps=True)
        self.body.addWidget(self.sum)
        self.body.addStretch(1)
        self.watch(*self.amounts.values())
        self.resize(700, 480)

    def chosen(self) -> dict[datetime, int]:
        """Return how much is taken of each lot.

        Raises:
            InputError: an amount cannot be read.
        """
        read = {at: field.read() or 0 for at, field in self.amounts.items()}
        return {at: sats for at, sats in read.items() if sats}

    def edit(self) -> Edit:
        """Return the edit that keeps the choice.

        Raises:
            InputError: it does not make up the entry.
        """
        chosen = self.chosen()
        display = self.context.display()
        total = btc_text(sum(chosen.values()), display, digits=8)
        self.sum.setText(f"Chosen: {total} of {btc_text(self._entry.sats, display, digits=8)}.")
        check_picks(self._entry, self._offered, chosen)
        self._edit = pick_edit(self._account, self._entry, chosen)
        return self._edit

    def look(self, _book: Book) -> None:
        """Refuse a choice with which the lots of the book do not come out."""
        after = self._edit.change(_book)
        rules = LotRules(Method.SPECIFIC, price_on=self._prices.price_on, rate_on=self._prices.rate_on)
        lots_of(after, rules)

    def show_look(self, look: None) -> None:
        """Nothing more to show."""

    def _typed(self, sats: int) -> str:
        if not sats:
            return ""
        return str(sats) if self._sats else typed_btc(sats)

    def _fill(self, *, dearest: bool) -> None:
        choice = filled(self._entry, self._offered[:MOST], dearest=dearest)
        for at, field in self.amounts.items():
            field.set_text(self._typed(choice.get(at, 0)))
        self.refresh()

    def _empty(self) -> None:
        for field in self.amounts.values():
            field.set_text("")
        self.refresh()
