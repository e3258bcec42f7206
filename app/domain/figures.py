"""Every figure of a loan at a price: LTV, triggers, state, the weekly drop test and the cures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.book import Loan
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.ltv import Cure, bare_headroom, bare_ltv, bare_trigger_price, basis_factor, cure
from app.domain.money import EXACT, btc_of, exactly
from app.domain.quotes import PriceLookup, Quote
from app.domain.terms import SEVERITY, Trigger, TriggerKind

_ONE: Final = Decimal(1)


class LoanState(StrEnum):
    """Where a loan stands. ``ok`` needs a fresh quote; without one it is ``unknown``."""

    OK = "ok"
    WARNING = "warning"
    MARGIN_CALL = "margin_call"
    LIQUIDATION = "liquidation"
    UNCOVERED = "uncovered"
    UNKNOWN = "unknown"
    UNDRAWN = "undrawn"
    CLOSED = "closed"


CALLED_STATES: Final = frozenset((LoanState.MARGIN_CALL, LoanState.LIQUIDATION))
DANGER_KINDS: Final = frozenset((TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION))
_STATE_OF: Final = {
    TriggerKind.WARNING: LoanState.WARNING,
    TriggerKind.MARGIN_CALL: LoanState.MARGIN_CALL,
    TriggerKind.LIQUIDATION: LoanState.LIQUIDATION,
}


class TriggerFigures(NamedTuple):
    """A trigger with its price in our terms, and how far away it is (None where unknown)."""

    trigger: Trigger
    price: Decimal | None
    headroom: Decimal | None


@dataclass(frozen=True, slots=True)
class DropTest:
    """A loan after a fall by ``drop``; ``price`` is ours after it, ``cure`` what restores it there."""

    drop: Decimal
    price: Decimal
    ltv: Decimal | None
    state: LoanState
    cure: Cure | None


@dataclass(frozen=True, slots=True)
class LoanFigures:
    """A loan at an instant and a price.

    Attributes:
        lookup: the price it was judged by, or why there is none.
        collateral_value: at the lender's price, or None without one.
        ltv: a fraction, or None where there is none (no debt, no price) or it is infinite (uncovered).
        cure_now: what cures it at this price, where it is called or to be sold, else None.
    """

    loan: Loan
    balance: LoanBalance
    lookup: PriceLookup
    state: LoanState
    collateral_value: Decimal | None
    ltv: Decimal | None
    triggers: tuple[TriggerFigures, ...]
    drop_test: DropTest | None
    cure_now: Cure | None

    def first(self, kind: TriggerKind) -> TriggerFigures | None:
        """Return the trigger of that kind that a falling price reaches first."""
        for line in self.triggers:
            if line.trigger.kind is kind:
                return line
        return None

    @property
    def nearest_danger(self) -> TriggerFigures | None:
        """The margin call or liquidation that a falling price reaches next; None when all are passed."""
        ahead = (t for t in self.triggers if t.trigger.kind in DANGER_KINDS)
        return next((t for t in ahead if t.headroom is not None and t.headroom > 0), None)


def loan_figures(loan: Loan, lookup: PriceLookup, as_of: datetime, drop: Decimal, sale_cost: Decimal) -> LoanFigures:
    """Return all figures of ``loan`` at ``as_of``.

    Raises:
        HistoryError: its events cannot have happened.
    """
    return figures_of(loan, balance_at(loan, as_of), lookup, drop, sale_cost)


def figures_of(
    loan: Loan,
    balance: LoanBalance,
    lookup: PriceLookup,
    drop: Decimal,
    sale_cost: Decimal,
    prices: Sequence[Decimal | None] | None = None,
) -> LoanFigures:
    """Return all figures of a loan whose balance is known (it changes once a day, prices every minute).

    ``prices`` are its ``trigger_prices`` where they are known already.
    """
    idle = idle_state(balance, loan.currency)
    if prices is None:
        prices = trigger_prices(balance, indebted=idle in (None, LoanState.UNCOVERED))
    price = lookup.value if isinstance(lookup, Quote) else None
    with exactly():
        triggers = tuple([
            TriggerFigures(trigger, at, None if at is None or price is None else bare_headroom(at, price))
            for trigger, at in zip(balance.terms.triggers, prices, strict=True)
        ])  # fmt: skip
        if price is None:
            return LoanFigures(loan, balance, lookup, idle or LoanState.UNKNOWN, None, None, triggers, None, None)
        btc, lender_price = btc_of(balance.collateral_sats), price * basis_factor(balance.terms.basis_bps)
        value = btc * lender_price
        if idle is not None:
            return LoanFigures(loan, balance, lookup, idle, value, None, triggers, None, None)
        kept = _ONE - drop
        lender_price_after = lender_price * kept
        value_after = btc * lender_price_after
        state, reached = _judged(balance, value)
        state_after, reached_after = _judged(balance, value_after)
        test = DropTest(
            drop,
            price * kept,
            bare_ltv(balance.exposure, value_after),
            state_after,
            _cure(loan, balance, lender_price_after, state_after, reached_after, sale_cost),
        )
        return LoanFigures(
            loan,
            balance,
            lookup,
            state,
            value,
            bare_ltv(balance.exposure, value),
            triggers,
            test,
            _cure(loan, balance, lender_price, state, reached, sale_cost),
        )


def trigger_prices(balance: LoanBalance, *, indebted: bool) -> tuple[Decimal | None, ...]:
    """Return the price of each of a loan's triggers in our terms; None for all where no price can move the loan."""
    triggers, exposure = balance.terms.triggers, balance.exposure
    if not indebted or not exposure or not balance.collateral_sats:
        return (None,) * len(triggers)
    with exactly():
        btc, basis = btc_of(balance.collateral_sats), basis_factor(balance.terms.basis_bps)
        return tuple([bare_trigger_price(exposure, btc, trigger.ltv, basis) for trigger in triggers])


def _judged(balance: LoanBalance, value: Decimal) -> tuple[LoanState, list[Trigger]]:
    """Return the state with the collateral at ``value`` and the triggers reached (``ltv >= x``, without dividing)."""
    exposure = balance.exposure
    reached = [trigger for trigger in balance.terms.triggers if exposure >= trigger.ltv * value]
    if not reached:
        return LoanState.OK, reached
    return _STATE_OF[max([(SEVERITY[trigger.kind], trigger.kind) for trigger in reached])[1]], reached


def idle_state(balance: LoanBalance, currency: str) -> LoanState | None:
    """Return the state of a loan that no price can move (no debt, or nothing pledged for it), else None."""
    if not is_indebted(balance, currency):
        return LoanState.CLOSED if balance.drawn else LoanState.UNDRAWN
    return None if balance.collateral_sats else LoanState.UNCOVERED


def cure_for(figures: LoanFigures, price: Decimal, target_ltv: Decimal, sale_cost: Decimal) -> Cure:
    """Return what brings a loan to ``target_ltv`` at our ``price``, whatever its state; no clock runs."""
    balance = figures.balance
    lender_price = EXACT.multiply(price, basis_factor(balance.terms.basis_bps))
    return cure(
        balance.exposure,
        balance.collateral_sats,
        lender_price,
        target_ltv,
        sale_cost=sale_cost,
        currency=figures.loan.currency,
        deadline_hours=None,
    )


def _cure(
    loan: Loan,
    balance: LoanBalance,
    price: Decimal,
    state: LoanState,
    reached: Sequence[Trigger],
    sale_cost: Decimal,
) -> Cure | None:
    target = balance.terms.cure_ltv if state in CALLED_STATES else None
    if target is None:
        return None
    calls = [t for t in reached if t.kind is TriggerKind.MARGIN_CALL]
    return cure(
        balance.exposure,
        balance.collateral_sats,
        price,
        target,
        sale_cost=sale_cost,
        currency=loan.currency,
        deadline_hours=calls[-1].cure_hours if calls else None,
    )
