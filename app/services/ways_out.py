"""What brings a loan back to an LTV, in three ways, at several moments: what waiting costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.figures import LoanFigures, cure_for
from app.domain.loan_state import LoanBalance
from app.domain.ltv import Cure
from app.domain.money import EXACT
from app.domain.quotes import Quote
from app.domain.terms import TriggerKind

_ONE: Final = Decimal(1)


class Moment(StrEnum):
    """When the loan is cured."""

    NOW = "now"
    AT_CALL = "at_call"
    AFTER_DROP = "after_drop"


@dataclass(frozen=True, slots=True)
class WayOut:
    """Any one of the three ways of ``cure`` restores ``target_ltv`` at ``price``.

    Attributes:
        price: ours, in the loan's currency.
        typed: whether the target was typed, and is not the contract's.
        needed: whether anything has to be done to be there.
        deadline_hours: what the contract gives once called at that price, or None.
    """

    moment: Moment
    price: Decimal
    target_ltv: Decimal
    typed: bool
    cure: Cure
    needed: bool
    deadline_hours: int | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """Where the bitcoin lies after a top-up: with one lender, as a share of all."""

    lender: str
    sats: int
    share: Decimal


def ways_out(figures: LoanFigures, sale_cost: Decimal, typed_ltv: Decimal | None = None) -> tuple[WayOut, ...]:
    """Return the ways out to the contract's cure LTV, then to a typed one: now, at the call, after the drop test.

    A call that lies ahead is shown only where it lies between now and the drop test's price or below it. Without a
    price, a debt or collateral there are none.
    """
    targets = [(figures.balance.terms.cure_ltv, False), (typed_ltv, True)]
    moments = _moments(figures)
    return tuple(
        _way(figures, moment, price, target, sale_cost, typed=typed)
        for target, typed in targets
        if target is not None
        for moment, price in moments
    )


def check_target(ltv: Decimal) -> Decimal:
    """Return a typed target LTV if one can be cured to it.

    Raises:
        InputError: it is not between 0 and 100 %.
    """
    if not 0 < ltv < _ONE:
        msg = "a target lies above 0 % and below 100 %; write 60 for 60 %"
        raise InputError(msg, "target")
    return ltv


def after_top_up(book: Book, balances: Sequence[LoanBalance], lender: str, all_sats: int, added: int) -> Concentration:
    """Return how much of ``all_sats`` would lie with ``lender`` after adding ``added`` satoshis.

    ``balances`` are the loans' in the book's order.
    """
    held = sum(
        balance.collateral_sats for loan, balance in zip(book.loans, balances, strict=True) if loan.lender == lender
    )
    total = held + added
    share = EXACT.divide(Decimal(total), Decimal(all_sats)) if all_sats else Decimal(0)
    return Concentration(lender, total, min(share, _ONE))


def _moments(figures: LoanFigures) -> list[tuple[Moment, Decimal]]:
    test = figures.drop_test
    if not isinstance(figures.lookup, Quote) or test is None or not figures.balance.collateral_sats:
        return []
    found = [(Moment.NOW, figures.lookup.value)]
    call = figures.first(TriggerKind.MARGIN_CALL)
    if call is not None and call.price is not None and call.headroom is not None and call.headroom > 0:
        found.append((Moment.AT_CALL, call.price))
    found.append((Moment.AFTER_DROP, test.price))
    return sorted(found, key=lambda pair: -pair[1])


def _way(
    figures: LoanFigures, moment: Moment, price: Decimal, target: Decimal, sale_cost: Decimal, *, typed: bool
) -> WayOut:
    cure = cure_for(figures, price, target, sale_cost)
    return WayOut(moment, price, target, typed, cure, cure.top_up_sats > 0 or cure.repay > 0, _hours(figures, price))


def _hours(figures: LoanFigures, price: Decimal) -> int | None:
    """Return the cure hours of the highest margin call that is reached at ``price``."""
    called = [
        line.trigger.cure_hours
        for line in figures.triggers
        if line.trigger.kind is TriggerKind.MARGIN_CALL and line.price is not None and price <= line.price
    ]
    return called[-1] if called else None
