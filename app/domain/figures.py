"""Every figure of a loan at a price: LTV, triggers, state, the weekly drop test and the cures."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.book import Loan
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.ltv import Cure, basis_factor, cure, headroom, ltv, trigger_price
from app.domain.money import EXACT, btc_of
from app.domain.quotes import PriceLookup, Quote
from app.domain.terms import SEVERITY, Terms, Trigger, TriggerKind

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


@dataclass(frozen=True, slots=True)
class TriggerFigures:
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
        return next((t for t in self.triggers if t.trigger.kind is kind), None)

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


def figures_of(loan: Loan, balance: LoanBalance, lookup: PriceLookup, drop: Decimal, sale_cost: Decimal) -> LoanFigures:
    """Return all figures of a loan whose balance is known (it changes once a day, prices every minute)."""
    price = lookup.value if isinstance(lookup, Quote) else None
    basis = basis_factor(balance.terms.basis_bps)
    indebted = is_indebted(balance, loan.currency)
    triggers = tuple(_trigger_figures(t, balance, price, basis, indebted=indebted) for t in balance.terms.triggers)
    lender_price = None if price is None else EXACT.multiply(price, basis)
    value = None if lender_price is None else EXACT.multiply(btc_of(balance.collateral_sats), lender_price)
    idle = idle_state(balance, loan.currency)
    if idle is not None or price is None or lender_price is None:
        return LoanFigures(loan, balance, lookup, idle or LoanState.UNKNOWN, value, None, triggers, None, None)
    state, reached = judge(balance.terms, balance, lender_price)
    after = EXACT.multiply(lender_price, EXACT.subtract(_ONE, drop))
    after_state, after_reached = judge(balance.terms, balance, after)
    test = DropTest(
        drop,
        EXACT.multiply(price, EXACT.subtract(_ONE, drop)),
        ltv(balance.exposure, balance.collateral_sats, after),
        after_state,
        _cure(loan, balance, after, after_state, after_reached, sale_cost),
    )
    return LoanFigures(
        loan,
        balance,
        lookup,
        state,
        value,
        ltv(balance.exposure, balance.collateral_sats, lender_price),
        triggers,
        test,
        _cure(loan, balance, lender_price, state, reached, sale_cost),
    )


def judge(terms: Terms, balance: LoanBalance, price: Decimal) -> tuple[LoanState, tuple[Trigger, ...]]:
    """Return the state at the lender's ``price`` and the triggers reached (``ltv >= x``, compared without dividing)."""
    value = EXACT.multiply(btc_of(balance.collateral_sats), price)
    reached = tuple(t for t in terms.triggers if balance.exposure >= EXACT.multiply(t.ltv, value))
    if not reached:
        return LoanState.OK, reached
    return _STATE_OF[max(reached, key=lambda t: SEVERITY[t.kind]).kind], reached


def idle_state(balance: LoanBalance, currency: str) -> LoanState | None:
    """Return the state of a loan that no price can move (no debt, or nothing pledged for it), else None."""
    if not is_indebted(balance, currency):
        return LoanState.CLOSED if balance.drawn else LoanState.UNDRAWN
    return None if balance.collateral_sats else LoanState.UNCOVERED


def _trigger_figures(
    trigger: Trigger, balance: LoanBalance, price: Decimal | None, basis: Decimal, *, indebted: bool
) -> TriggerFigures:
    at = trigger_price(balance.exposure, balance.collateral_sats, trigger.ltv, basis) if indebted else None
    room = None if at is None or price is None else headroom(at, price)
    return TriggerFigures(trigger, at, room)


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
    reached: tuple[Trigger, ...],
    sale_cost: Decimal,
) -> Cure | None:
    target = balance.terms.cure_ltv
    if state not in CALLED_STATES or target is None:
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
