"""LTV, trigger prices and cures: the loan arithmetic at a price.

With exposure E, collateral C, price P in the loan's own currency and a trigger LTV x:
``ltv = E / (C·P)``, ``trigger_price = E / (x·C)``, ``headroom = 1 − trigger_price / P``.

Each formula stands once, in operators, in a function named ``bare_…`` for callers that reckon much under ``exactly()``.
The other functions may be called from anywhere, whatever the decimal context there.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, btc_of, ceil_fiat, ceil_sats, exactly

_ONE: Final = Decimal(1)
_BPS: Final = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Cure:
    """What restores ``cure_ltv``; any one of the three does.

    Attributes:
        top_up_sats: satoshis to post, rounded up.
        repay: money to repay in the loan's currency, rounded up to its minor unit.
        sell_sats: pledged satoshis to sell and repay with, rounded up; None where no sale can cure.
        deadline_hours: hours that the highest margin call reached gives, or None.
    """

    cure_ltv: Decimal
    top_up_sats: int
    repay: Decimal
    sell_sats: int | None
    deadline_hours: int | None


def basis_factor(basis_bps: int) -> Decimal:
    """Return what our price is multiplied by to get the price of the lender's index."""
    return EXACT.add(_ONE, EXACT.divide(Decimal(basis_bps), _BPS)) if basis_bps else _ONE


def ltv(exposure: Decimal, collateral_sats: int, price: Decimal) -> Decimal | None:
    """Return exposure ÷ collateral value, or None without collateral (LTV is then infinite)."""
    if not collateral_sats:
        return None
    with exactly():
        return bare_ltv(exposure, btc_of(collateral_sats) * price)


def bare_ltv(exposure: Decimal, value: Decimal) -> Decimal:
    """Return exposure ÷ collateral value; call it under ``exactly()``."""
    return exposure / value


def trigger_price(
    exposure: Decimal, collateral_sats: int, trigger_ltv: Decimal, basis: Decimal = _ONE
) -> Decimal | None:
    """Return the price, in our terms, at which ``trigger_ltv`` is reached; None without collateral or exposure."""
    if not collateral_sats or not exposure:
        return None
    with exactly():
        return bare_trigger_price(exposure, btc_of(collateral_sats), trigger_ltv, basis)


def bare_trigger_price(exposure: Decimal, btc: Decimal, trigger_ltv: Decimal, basis: Decimal) -> Decimal:
    """Return the price at which ``trigger_ltv`` is reached; call it under ``exactly()``, with ``btc`` above zero."""
    return exposure / (trigger_ltv * btc * basis)


def headroom(price_at_trigger: Decimal, price: Decimal) -> Decimal:
    """Return how far the price may fall before the trigger, as a fraction; negative when it is passed."""
    with exactly():
        return bare_headroom(price_at_trigger, price)


def bare_headroom(price_at_trigger: Decimal, price: Decimal) -> Decimal:
    """Return how far the price may fall before the trigger; call it under ``exactly()``."""
    return _ONE - price_at_trigger / price


def cure(
    exposure: Decimal,
    collateral_sats: int,
    price: Decimal,
    cure_ltv: Decimal,
    *,
    sale_cost: Decimal,
    currency: str,
    deadline_hours: int | None,
) -> Cure:
    """Return what brings a loan to ``cure_ltv`` at ``price`` (the lender's, in the loan's currency).

    Top-up ``E/(q·P) − C``; repayment ``E − q·C·P``; sale of pledged bitcoin at a cost fraction f
    ``(E − q·C·P) / (P·(1 − f − q))``, None where ``1 − f <= q`` or where even selling everything does not do it.
    """
    with exactly():
        needed_btc = exposure / (cure_ltv * price)
        shortfall = max(exposure - cure_ltv * btc_of(collateral_sats) * price, Decimal(0))
        spread = _ONE - sale_cost - cure_ltv
        sell_sats = None
        if spread > 0:
            sell_sats = ceil_sats(shortfall / (price * spread))
            if sell_sats > collateral_sats:
                sell_sats = None
        return Cure(
            cure_ltv,
            max(ceil_sats(needed_btc) - collateral_sats, 0),
            ceil_fiat(shortfall, currency),
            sell_sats,
            deadline_hours,
        )
