"""Where bitcoin and cash hold longest: the last stand, exactly.

All loans share one price, so the latest first forced sale is had by lifting the highest sale prices to one level L: a
loan with exposure E, collateral C and sale LTV l lacks ``E − l·C·L`` in money there. A bitcoin covers ``l·L`` of it and
a unit of cash covers one, so cash in a currency goes where bitcoin covers least, and bitcoin covers the rest. With
``z = 1/L`` the bitcoin needed is convex in z and made of straight pieces; Newton's steps on it end on the exact piece,
where ``L = S / (B + K)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from app.domain.money import EXACT, SATS_PER_BTC, ceil_sats, floor_fiat, minor_digits
from app.risk.positions import Position

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_NO_CASH: Final[Mapping[str, Decimal]] = {}
_SETTLED: Final = Decimal("1e-50")
# Bitcoin that only the rounding of the sixtieth digit asks for.
_DUST: Final = Decimal("1e-30")
_MOST_STEPS: Final = 500


@dataclass(frozen=True, slots=True)
class Fill:
    """A budget spread over the loans.

    Attributes:
        level: base-currency price of the first forced sale afterwards; None where every debt is repaid.
        posts: BTC by place in ``Positions.items``, unrounded.
        repays: money in the loan's currency by place, unrounded.
    """

    level: Decimal | None
    posts: Mapping[int, Decimal]
    repays: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class _Loan:
    """A loan under the exact context; ``unit`` is the exposure that a unit of cash covers."""

    place: int
    currency: str
    exposure: Decimal
    collateral: Decimal
    sale: Decimal
    unit: Decimal
    price: Decimal


@dataclass(slots=True)
class _Piece:
    """The straight piece at a z: bitcoin needed is ``slope·z − base``."""

    slope: Decimal
    base: Decimal


def last_stand(items: Sequence[Position], btc: Decimal, cash: Mapping[str, Decimal] = _NO_CASH) -> Fill:
    """Return the fill whose first forced sale comes at the lowest price.

    Args:
        items: the book's positions.
        btc: to post; not negative. All of it is used: more collateral never raises a price.
        cash: by currency, for loans of that currency; what exceeds their need at the level is left.
    """
    with localcontext(EXACT):
        loans = [_loan(place, item) for place, item in enumerate(items)]
        if not loans:
            return Fill(None, {}, {})
        paid_first: set[int] = set()
        while True:
            budgets = {currency: _left_after(items, paid_first, currency, money) for currency, money in cash.items()}
            fill = _fill(loans, btc, budgets)
            new = {place for place in fill.repays if _outside(items[place])} - paid_first
            if not new:
                return Fill(fill.level, fill.posts, _with_outside(items, fill.repays))
            paid_first |= new


def apportion(parts: Sequence[Decimal], most: int) -> list[int]:
    """Return whole units of ``parts`` that together are at most ``most``.

    Each part is rounded down; the units that are then left go, one each, to the parts that lost most by it. So a part
    is short of its share by less than one unit, and a budget is never exceeded.
    """
    whole = [int(part) for part in parts]
    with localcontext(EXACT):
        total = min(most, int(sum(parts, _ZERO).to_integral_value()))
        order = sorted(range(len(parts)), key=lambda n: whole[n] - parts[n])
    spare = total - sum(whole)
    for n in order[: max(spare, 0)]:
        whole[n] += 1
    for n in reversed(order):  # parts that by themselves exceed the budget lose units, the smallest loss first
        if spare >= 0:
            break
        taken = min(whole[n], -spare)
        whole[n] -= taken
        spare += taken
    return whole


def apportion_sats(posts: Mapping[int, Decimal], most: int) -> dict[int, int]:
    """Return the posts in satoshis, together at most ``most``; places that get none are left out."""
    places = list(posts)
    whole = apportion([EXACT.multiply(posts[place], Decimal(SATS_PER_BTC)) for place in places], most)
    return {place: sats for place, sats in zip(places, whole, strict=True) if sats}


def apportion_cash(repays: Mapping[int, Decimal], currency: str, most: Decimal) -> dict[int, Decimal]:
    """Return the repayments in whole minor units of ``currency``, together at most ``most``."""
    digits = minor_digits(currency)
    places = list(repays)
    budget = int(floor_fiat(most, currency).scaleb(digits))
    whole = apportion([repays[place].scaleb(digits, EXACT) for place in places], budget)
    return {place: Decimal(units).scaleb(-digits) for place, units in zip(places, whole, strict=True) if units}


def unseen_debt(item: Position) -> Decimal:
    """Return debt in the loan's currency that its exposure leaves out; a repayment pays it before it lowers the LTV."""
    return max(EXACT.subtract(item.balance.debt, item.balance.exposure), _ZERO)


def sats_up(btc: Decimal) -> int:
    """Return BTC in satoshis, rounded up, where a rounding beyond the fortieth digit is no satoshi."""
    return ceil_sats(btc.quantize(Decimal("1e-30"), context=EXACT))


_outside = unseen_debt


def _with_outside(items: Sequence[Position], repays: Mapping[int, Decimal]) -> dict[int, Decimal]:
    return {place: min(money + _outside(items[place]), items[place].balance.debt) for place, money in repays.items()}


def _left_after(items: Sequence[Position], paid_first: set[int], currency: str, money: Decimal) -> Decimal:
    spent = sum((_outside(items[n]) for n in paid_first if items[n].currency == currency), _ZERO)
    return max(money - spent, _ZERO)


def _loan(place: int, item: Position) -> _Loan:
    sale, collateral = item.sale_ltv, item.collateral_btc
    return _Loan(
        place,
        item.currency,
        item.exposure,
        collateral,
        sale,
        item.exposure_per_unit,
        item.exposure / (sale * collateral),
    )


def _fill(loans: Sequence[_Loan], btc: Decimal, cash: Mapping[str, Decimal]) -> Fill:
    groups = _groups(loans)
    owed = {currency: sum((one.exposure / one.unit for one in group), _ZERO) for currency, group in groups.items()}
    if all(cash.get(currency, _ZERO) >= money for currency, money in owed.items()):
        return Fill(None, {}, {one.place: one.exposure / one.unit for one in loans})
    z = _ONE / max(one.price for one in loans)
    piece = _piece(groups, cash, z)
    while piece.slope * z - piece.base <= btc:
        z *= 2
        piece = _piece(groups, cash, z)
    for _ in range(_MOST_STEPS):
        better = (btc + piece.base) / piece.slope
        if z - better <= z * _SETTLED:
            break
        z = better
        following = _piece(groups, cash, z)
        if not following.slope:
            break
        piece = following
    return _spread(groups, cash, _ONE / z)


def _groups(loans: Sequence[_Loan]) -> dict[str, list[_Loan]]:
    """Return the loans by currency, those first where a unit of cash saves the most bitcoin."""
    groups: dict[str, list[_Loan]] = {}
    for one in sorted(loans, key=lambda one: one.sale / one.unit):
        groups.setdefault(one.currency, []).append(one)
    return groups


def _piece(groups: Mapping[str, Sequence[_Loan]], cash: Mapping[str, Decimal], z: Decimal) -> _Piece:
    slope = base = _ZERO
    for currency, group in groups.items():
        money = cash.get(currency, _ZERO)
        paid_slope, paid_base = money, _ZERO  # cash left over, times z, is paid_slope·z − paid_base
        for one in group:
            lacks = one.exposure * z - one.sale * one.collateral  # times z as well
            if lacks <= 0:
                continue
            if paid_slope * z + paid_base >= lacks / one.unit and money:
                paid_slope -= one.exposure / one.unit
                paid_base += one.sale * one.collateral / one.unit
                continue
            slope += (one.exposure - paid_slope * one.unit) / one.sale
            base += one.collateral + paid_base * one.unit / one.sale
            money = paid_slope = paid_base = _ZERO
    return _Piece(slope, base)


def _spread(groups: Mapping[str, Sequence[_Loan]], cash: Mapping[str, Decimal], level: Decimal) -> Fill:
    posts, repays = {}, {}
    for currency, group in groups.items():
        money = cash.get(currency, _ZERO)
        for one in group:
            lacks = one.exposure - one.sale * one.collateral * level
            if lacks <= 0:
                continue
            paid = min(money, lacks / one.unit)
            if paid:
                repays[one.place] = paid
                money -= paid
            needs = (lacks - paid * one.unit) / (one.sale * level)
            if needs > _DUST:
                posts[one.place] = needs
    return Fill(level, posts, repays)
