"""What a plan is asked: its aim, what may be used, and where it has to hold; read as it is typed."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from app.domain.amounts import BtcUnit, parse_typed_btc, parse_typed_fiat
from app.domain.errors import InputError
from app.domain.quotes import Quote
from app.risk.plan_request import DEFAULT_DAYS, Objective, PlanRequest, SellFrom
from app.services.desk import DeskSnapshot
from app.services.plan_typed import parse_target
from app.services.plan_words import OBJECTIVE_MEANS, OBJECTIVE_WORDS, SELL_WORDS
from app.ui.dialogs.fields import ChoiceField, Field, TypedField
from app.ui.dialogs.kinds import fiat_parser, ltv_field, rate_field, whole_field
from app.ui.dialogs.typed_values import typed_btc, typed_fiat, typed_percent
from app.ui.formats import Display, danger_price_text, headroom_text
from app.ui.models.plan_words import free_words, sigma_words
from app.ui.plain_tips import plain_tip
from app.ui.views.plan_frame import FlowGrid
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

REST_MS: Final = 120
MOST_CASH: Final = 12
FIELD_WIDTH: Final = 130


class PlanControls(Card):
    """The controls.

    Signals:
        edited: something else is asked; told when the keys rest.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What the plan may use")
        self._currency, self._today = "USD", Decimal(1)
        self._display = Display()
        self._sigma: Decimal | None = None
        self.objectives = {aim: Button(words, partial(self.choose, aim)) for aim, words in OBJECTIVE_WORDS.items()}
        for aim, button in self.objectives.items():
            button.setCheckable(True)
            button.setToolTip(plain_tip(OBJECTIVE_MEANS[aim]))
            button.setAccessibleDescription(OBJECTIVE_MEANS[aim])
        self.objectives[Objective.LAST_STAND].setChecked(True)
        self.means = PlainLabel(OBJECTIVE_MEANS[Objective.LAST_STAND], size="small", tone="muted", wraps=True)
        self.btc: TypedField[int] = TypedField("Bitcoin to use", self._read_btc, optional=True)
        self.cash: dict[str, TypedField[Decimal]] = {}
        self.target: TypedField[Decimal] = TypedField(
            "Has to hold at", self._read_target, echo=self._target_echo, placeholder="today's price", optional=True
        )
        self.ltv: TypedField[Decimal] = ltv_field("Bring loans to LTV", optional=True)
        self.ltv.editor.setProperty("placeholderText", "each contract's cure")
        self.selling: ChoiceField[SellFrom] = ChoiceField("May be sold", SELL_WORDS, SellFrom.NOTHING)
        self.fee: TypedField[Decimal] = rate_field("Cost of selling", optional=True, example="0.25 %")
        self.days: TypedField[int] = whole_field("Horizon (days)", DEFAULT_DAYS, unit="days")
        self._fields = FlowGrid(FIELD_WIDTH)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.edited)
        for field in (self.btc, self.target, self.ltv, self.selling, self.fee, self.days):
            field.edited.connect(self._rest.start)
        self.selling.edited.connect(self._arrange)
        self._lay_out()

    @property
    def objective(self) -> Objective:
        """What is aimed at."""
        return next(aim for aim, button in self.objectives.items() if button.isChecked())

    def choose(self, aim: Objective) -> None:
        """Aim at something else."""
        self._check(aim)
        self._arrange()
        self._rest.start()

    def show_book(self, snapshot: DeskSnapshot, display: Display, sigma: Decimal | None) -> None:
        """Read what is typed against this book: its currencies, today's price, what is free."""
        book = snapshot.book
        lookup = snapshot.figures.prices[book.base_currency]
        self._currency, self._display, self._sigma = book.base_currency, display, sigma
        if isinstance(lookup, Quote):
            self._today = lookup.value
        self.btc.label.setText(f"Bitcoin to use ({'sats' if display.sats else 'BTC'})")
        self.btc.editor.setProperty("placeholderText", free_words(snapshot, display))
        self.fee.editor.setProperty("placeholderText", typed_percent(snapshot.figures.sale_cost))
        self._offer_cash(tuple(dict.fromkeys(loan.currency for loan in book.loans))[:MOST_CASH])
        self._hide_amounts()
        self._arrange()

    def request(self, snapshot: DeskSnapshot) -> PlanRequest:
        """Return what is asked.

        Raises:
            InputError: a field cannot be read; it tells so itself too.
        """
        for field in self._typed():
            if field.isVisibleTo(self):
                wrong = field.check()
                if wrong:
                    raise InputError(wrong)
        aim = self.objective
        cheapest, sells = aim is Objective.CHEAPEST, self._sells()
        fee = self.fee.read() if sells is not SellFrom.NOTHING else None
        return PlanRequest(
            budget_sats=self.btc.read(),
            budget_cash={code: amount for code, field in self.cash.items() if (amount := field.read())},
            to_ltv=self.ltv.read() if cheapest else None,
            target_price=self.target.read() if cheapest else None,
            objective=aim,
            sell_fee=snapshot.figures.sale_cost if fee is None else fee,
            sell_from=sells,
            sigma=self._sigma if aim is Objective.MIN_TOTAL else None,
            days=self.days.must() if aim is Objective.MIN_TOTAL else DEFAULT_DAYS,
        )

    def show_request(self, request: PlanRequest) -> None:
        """Show a request that was made elsewhere."""
        self._check(request.aim)
        sats = request.budget_sats
        self.btc.set_text("" if sats is None else str(sats) if self._display.sats else typed_btc(sats))
        for code, field in self.cash.items():
            amount = request.budget_cash.get(code)
            field.set_text("" if not amount else typed_fiat(amount, code))
        self.target.set_text("" if request.target_price is None else typed_fiat(request.target_price, self._currency))
        self.ltv.set_text(typed_percent(request.to_ltv))
        self.selling.choose(request.sell_from)
        self.fee.set_text(typed_percent(request.sell_fee) if request.sell_from is not SellFrom.NOTHING else "")
        self.days.set_text(str(request.days))
        self._arrange()
        self._rest.start()

    def _check(self, aim: Objective) -> None:
        """Show which aim it is. Qt's own group would let Tab reach only that one."""
        for other, button in self.objectives.items():
            button.setChecked(other is aim)

    def _sells(self) -> SellFrom:
        return self.selling.value if self.objective is Objective.CHEAPEST else SellFrom.NOTHING

    def _typed(self) -> Sequence[TypedField[int] | TypedField[Decimal]]:
        return (self.btc, *self.cash.values(), self.target, self.ltv, self.fee, self.days)

    def _offer_cash(self, currencies: tuple[str, ...]) -> None:
        if tuple(self.cash) == currencies:
            return
        kept = {code: field.text for code, field in self.cash.items()}
        for field in self.cash.values():
            field.hide()
            field.deleteLater()
        self.cash = {code: self._cash_field(code) for code in currencies}
        for code, field in self.cash.items():
            field.editor.setProperty("placeholderText", "none")
            field.set_text(kept.get(code, ""))
            field.edited.connect(self._rest.start)

    def _cash_field(self, code: str) -> TypedField[Decimal]:
        return TypedField(
            f"Cash in {code}",
            fiat_parser(code),
            echo=lambda amount: "" if self._display.hidden else parse_typed_fiat(typed_fiat(amount, code), code).echo,
            optional=True,
        )

    def _hide_amounts(self) -> None:
        """Mask what somebody has typed where amounts are hidden."""
        mode = QLineEdit.EchoMode.Password if self._display.hidden else QLineEdit.EchoMode.Normal
        amounts: tuple[Field, ...] = (self.btc, *self.cash.values())
        for field in amounts:
            if isinstance(field.editor, QLineEdit) and field.editor.echoMode() is not mode:
                field.editor.setEchoMode(mode)
        for typed in self.cash.values():
            typed.check()

    def _arrange(self) -> None:
        """Show the fields that count for the aim."""
        aim = self.objective
        shown: list[TypedField[int] | TypedField[Decimal] | ChoiceField[SellFrom]] = [self.btc, *self.cash.values()]
        if aim is Objective.CHEAPEST:
            shown += [self.target, self.ltv, self.selling]
            if self.selling.value is not SellFrom.NOTHING:
                shown.append(self.fee)
        if aim is Objective.MIN_TOTAL:
            shown.append(self.days)
        self._fields.show_items(shown)
        for field in shown:
            field.show()
        told = OBJECTIVE_MEANS[aim]
        if aim is Objective.MIN_TOTAL:
            told = f"{told} {sigma_words(self._sigma, self.days.read() if self.days.text.isdigit() else None)}"
        self.means.setText(told)

    def _read_btc(self, text: str) -> int:
        return parse_typed_btc(text, unit=BtcUnit.SATS if self._display.sats else BtcUnit.BTC).sats

    def _read_target(self, text: str) -> Decimal:
        return parse_target(text, self._today, self._currency)

    def _target_echo(self, price: Decimal) -> str:
        return f"{danger_price_text(price, self._currency)}, {headroom_text(1 - price / self._today)} below now"

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.objectives.values():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.means, 1)
        self.body.addLayout(row)
        self.body.addWidget(self._fields)
        self._fields.show_items([self.btc])
