"""Selling bitcoin to bring a loan down to an LTV: from what is free, or out of the collateral, and from which lots.

With debt D, collateral C, price P, target t and a selling cost f (a fraction of the proceeds):

- from free bitcoin: ``x = (D − t·C·P) / (P·(1 − f))``;
- out of the collateral: ``x = (D − t·C·P) / (P·(1 − f − t))``, which needs ``t < 1 − f`` and ``x <= C``;
- with tax at the rate τ on each lot's gain over its basis β, a bitcoin of the lot out of the collateral brings
  ``P·(1 − f) − τ·max(0, P·(1 − f) − β) − t·P`` nearer the target; lots are used in their order. Losses earn nothing.

Not tax advice: which lots count as sold, and at what rate, is for a jurisdiction to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final

from app.domain.money import EXACT
from app.risk.positions import Unanswerable

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_DUST: Final = Decimal("1e-30")


class LotOrder(StrEnum):
    """Which lots are sold first."""

    FIFO = "fifo"
    HIFO = "hifo"


@dataclass(frozen=True, slots=True)
class Lot:
    """Bitcoin bought together; ``basis`` is what one BTC of it cost."""

    btc: Decimal
    basis: Decimal


@dataclass(frozen=True, slots=True)
class LotSale:
    """What is sold of which lots.

    Attributes:
        btc: sold in all.
        tax: on the gains, in the price's currency.
        by_lot: place in the given lots and BTC, in the order of selling.
    """

    btc: Decimal
    tax: Decimal
    by_lot: tuple[tuple[int, Decimal], ...]


def sell_free(debt: Decimal, collateral: Decimal, price: Decimal, to_ltv: Decimal, fee: Decimal) -> Decimal:
    """Return the free BTC to sell and repay with; 0 where LTV is low enough. ``fee`` must be below 1."""
    with localcontext(EXACT):
        return max(debt - to_ltv * collateral * price, _ZERO) / (price * (_ONE - fee))


def sell_collateral(
    debt: Decimal, collateral: Decimal, price: Decimal, to_ltv: Decimal, fee: Decimal
) -> Decimal | Unanswerable:
    """Return the pledged BTC to sell and repay with; 0 where LTV is low enough."""
    with localcontext(EXACT):
        lacks = debt - to_ltv * collateral * price
        if lacks <= 0:
            return _ZERO
        spread = _ONE - fee - to_ltv
        if spread <= 0:
            return Unanswerable(too_dear(to_ltv, fee))
        btc = lacks / (price * spread)
        if btc > collateral:
            return Unanswerable(f"Even selling all collateral does not bring the LTV to {percent(to_ltv)}.")
        return btc


def sell_lots(
    debt: Decimal,
    collateral: Decimal,
    price: Decimal,
    to_ltv: Decimal,
    fee: Decimal,
    *,
    lots: Sequence[Lot],
    order: LotOrder,
    tax_rate: Decimal,
) -> LotSale | Unanswerable:
    """Return which lots to sell out of the collateral, tax paid from the proceeds.

    Args:
        debt: in the price's currency.
        collateral: BTC.
        price: at which is sold.
        to_ltv: to reach.
        fee: selling cost, a fraction.
        lots: oldest first.
        order: ``FIFO`` as given, ``HIFO`` the dearest basis first.
        tax_rate: on gains, a fraction.
    """
    with localcontext(EXACT):
        lacks = max(debt - to_ltv * collateral * price, _ZERO)
        net = price * (_ONE - fee)
        places = list(range(len(lots)))
        if order is LotOrder.HIFO:
            places.sort(key=lambda n: -lots[n].basis)
        sold: list[tuple[int, Decimal]] = []
        tax = _ZERO
        for n in places:
            if lacks <= 0:
                break
            tax_each = tax_rate * max(_ZERO, net - lots[n].basis)
            gain = net - tax_each - to_ltv * price
            if gain <= 0:
                return Unanswerable(
                    f"Selling a lot bought at {lots[n].basis:f} brings no loan nearer {percent(to_ltv)}: "
                    "fee, tax and the lost cover together take more than it repays."
                )
            btc = min(lots[n].btc, lacks / gain)
            sold.append((n, btc))
            tax += btc * tax_each
            lacks -= btc * gain
        if lacks > _DUST:
            return Unanswerable(f"Even selling every lot does not bring the LTV to {percent(to_ltv)}.")
        return LotSale(sum((btc for _, btc in sold), _ZERO), tax, tuple(sold))


def too_dear(to_ltv: Decimal, fee: Decimal) -> str:
    """Return the sentence for a fee above what a cure out of the collateral allows."""
    return (
        f"No sale of collateral brings the LTV to {percent(to_ltv)} at a cost of {percent(fee)}: "
        f"each sale takes away as much cover as it repays; the target must lie below {percent(_ONE - fee)}."
    )


def percent(ratio: Decimal) -> str:
    """Return a fraction as a percentage with as many decimals as it needs, at most four."""
    return f"{EXACT.multiply(ratio, Decimal(100)).quantize(Decimal('0.0001'), context=EXACT).normalize():f} %"
