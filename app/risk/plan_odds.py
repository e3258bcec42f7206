"""The budget that makes the sum of the forced sales' probabilities least.

For a price without drift at a yearly volatility σ, a loan is sold within T years with probability ``2·Φ(u)``,
``u = ln(E / (l·C·P)) / s``, ``s = σ·√T``. Posting bitcoin lowers it at the rate ``w·2·φ(u) / (s·(C + x))``, which falls
as x grows, so the best spread has one rate λ at every loan that gets something; for a given λ, u has a closed form, and
λ is found by bisection. Above the line (``u >= s``) the rate is carried on as if it stayed at its highest, so that
loans that are all but lost do not drop out.

Repaying y lowers it at ``w·2·φ(u)·k / (s·(E − k·y))``, k being the exposure a unit of money covers: this rate falls
only below ``u = −s``; above, its highest value is used. Cash is spread after the bitcoin, currency by currency.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from app.risk.exact import FloatArray, exact, floats
from app.risk.positions import Position

_YEAR_DAYS: Final = 365
_ROUNDS: Final = 200
_LOWEST_RATE: Final = -1e6
_BTC_PLACES: Final = 18
_DENSITY: Final = math.log(2 / math.sqrt(2 * math.pi))


@dataclass(frozen=True, slots=True)
class Odds:
    """What the probabilities rest on: a price without drift.

    Attributes:
        sigma: yearly volatility, a fraction above zero.
        days: of the horizon, above zero.
    """

    sigma: Decimal
    days: int

    @property
    def spread(self) -> float:
        """``σ·√T``."""
        sigma: float = floats((self.sigma,))[0]
        return sigma * math.sqrt(self.days / _YEAR_DAYS)


def sale_probabilities(
    items: Sequence[Position], price: Decimal, odds: Odds, posts: Mapping[int, Decimal], repays: Mapping[int, Decimal]
) -> list[Decimal]:
    """Return each loan's probability of a forced sale, by this model, after posting and repaying (18 decimals)."""
    exposure = floats(
        max(item.exposure - repays.get(n, Decimal(0)) * item.exposure_per_unit, Decimal(0))
        for n, item in enumerate(items)
    )
    held = floats(item.collateral_btc + posts.get(n, Decimal(0)) for n, item in enumerate(items))
    line = exposure / (_sales(items) * held) / floats((price,))[0]
    found = []
    for ratio in line.tolist():
        value = touch_probability(math.log(ratio) / odds.spread) if ratio > 0 else 0.0
        found.append(exact(value, _BTC_PLACES) or Decimal(0))
    return found


def touch_probability(distance: float) -> float:
    """Return ``2·Φ(distance)``, 1 at or above zero."""
    return min(math.erfc(-distance / math.sqrt(2)), 1.0)


def least_total_btc(
    items: Sequence[Position], price: Decimal, odds: Odds, btc: Decimal, weights: Sequence[Decimal] | None = None
) -> dict[int, Decimal]:
    """Return BTC by place that make ``Σ w·p`` least; together ``btc`` but for rounding.

    Args:
        items: the book's positions.
        price: today's, in the base currency.
        odds: volatility and horizon.
        btc: to post; not negative.
        weights: one for each position; all alike where not given.
    """
    if not items or not btc:
        return {}
    spread = odds.spread
    held = floats(item.collateral_btc for item in items)
    line = floats(item.exposure for item in items) / (_sales(items) * floats((price,))[0])
    height = np.log(_weights(items, weights)) + _DENSITY - np.log(spread * line)
    top = spread * spread / 2

    def posted(rate: float) -> FloatArray:
        inside = np.maximum(spread * spread - 2 * (rate - height), 0.0)
        place = np.where(rate > height + top, (rate - height + top) / spread, spread - np.sqrt(inside))
        with np.errstate(over="ignore"):
            more: FloatArray = np.maximum(line * np.exp(-place * spread) - held, 0.0)
        return more

    return _shares(posted, height + top, floats((btc,))[0])


def least_total_cash(
    items: Sequence[Position],
    price: Decimal,
    odds: Odds,
    currency: str,
    money: Decimal,
    posts: Mapping[int, Decimal],
    weights: Sequence[Decimal] | None = None,
) -> dict[int, Decimal]:
    """Return money by place, for loans of ``currency``, that makes ``Σ w·p`` least after ``posts``."""
    places = [n for n, item in enumerate(items) if item.currency == currency]
    if not places or not money:
        return {}
    spread = odds.spread
    chosen = [items[n] for n in places]
    unit = floats(item.exposure_per_unit for item in chosen)
    owed = floats(item.exposure for item in chosen) / unit
    held = floats(item.collateral_btc + posts.get(n, Decimal(0)) for n, item in zip(places, chosen, strict=True))
    allowed = _sales(chosen) * held * floats((price,))[0] / unit
    height = np.log(_weights(items, weights)[places]) + _DENSITY - np.log(spread * allowed)
    top = spread * spread / 2

    def repaid(rate: float) -> FloatArray:
        inside = np.maximum(spread * spread - 2 * (rate - height), 0.0)
        wanted = owed - allowed * np.exp((-spread - np.sqrt(inside)) * spread)
        given: FloatArray = np.where(rate >= height + top, 0.0, np.clip(wanted, 0.0, owed))
        return given

    shares = _shares(repaid, height + top, min(floats((money,))[0], float(owed.sum())))
    return {places[n]: share for n, share in shares.items()}


def _shares(given: Callable[[float], FloatArray], tops: FloatArray, budget: float) -> dict[int, Decimal]:
    """Return what each gets at the one rate where the budget is used up; ``given`` falls as the rate rises."""
    high = float(tops.max()) + 1.0
    low = high
    while float(given(high).sum()) > budget:
        low, high = high, high + (high - low + 1.0) * 2
    while float(given(low).sum()) <= budget and low > _LOWEST_RATE:
        high, low = low, low - (high - low + 1.0) * 2
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if float(given(middle).sum()) > budget:
            low = middle
        else:
            high = middle
    part, more = given(high), given(low)
    rest = budget - float(part.sum())
    gap = more - part
    if rest > 0 and float(gap.sum()) > 0:
        part = part + gap * min(rest / float(gap.sum()), 1.0)
    found = {}
    for n in np.flatnonzero(part > 0).tolist():
        share = exact(part[n], _BTC_PLACES)
        if share:
            found[n] = share
    return found


def _sales(items: Sequence[Position]) -> FloatArray:
    return floats(item.sale_ltv for item in items)


def _weights(items: Sequence[Position], weights: Sequence[Decimal] | None) -> FloatArray:
    return np.ones(len(items)) if weights is None else floats(weights)
