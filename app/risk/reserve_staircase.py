"""The glide: the price falls slowly, and every margin call is cured when it is made.

The k-th call of a loan comes at ``p·(q/m)^k`` and costs ``C·(m/q)^k·(m/q − 1)`` bitcoin, until one does not fit into
what is left. A loan whose cure LTV is its call LTV posts without pause: ``E / (m·P) − C`` by the price P.

A book of thousands of loans can have millions of calls on the way. The first thousand are walked one by one; then the
end is located with doubles to a billionth, every loan is carried there by exact powers, and the walk goes on exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from app.risk.exact import exact, floats
from app.risk.reserve_lines import Line
from app.risk.reserve_result import TopUp

MOST_STEPS: Final = 1_000
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_DUST: Final = Decimal("1e-30")
# Calls that come closer together than this, as a part of the price, are posted without pause.
_PAUSE: Final = Decimal("1e-9")
_BRACKET: Final = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Staircase:
    """Where the glide ends.

    Attributes:
        price: None without loans.
        place: of the loan whose call cannot be cured.
        needs: what it asks for; None where the reserve runs out by posting without pause.
        left: of the reserve, before it.
        already: at today's price.
        posted: BTC by place, of the loans that were topped up.
        steps: in order; ``more_steps`` tells that there were more.
    """

    price: Decimal | None
    place: int | None
    needs: Decimal | None
    left: Decimal
    already: bool
    posted: tuple[tuple[int, Decimal], ...]
    steps: tuple[TopUp, ...]
    more_steps: bool


@dataclass(slots=True)
class _Stair:
    """One loan on the way; ``price`` is that of its next call."""

    line: Line
    price: Decimal
    collateral: Decimal
    growth: Decimal

    @property
    def pauses(self) -> bool:
        return self.growth - _ONE > _PAUSE

    def climb(self, steps: int) -> None:
        factor = self.growth**steps
        self.collateral *= factor
        self.price /= factor


@dataclass(slots=True)
class _Glide:
    """The walk itself, under the exact context.

    Attributes:
        left: of the reserve, before what is posted without pause.
        weight, base: of the loans that post without pause: they hold ``weight / P`` in all, and began with ``base``.
    """

    left: Decimal
    weight: Decimal = _ZERO
    base: Decimal = _ZERO
    stairs: list[_Stair] = field(default_factory=list)
    streams: list[_Stair] = field(default_factory=list)
    heap: list[tuple[Decimal, int, int]] = field(default_factory=list)
    steps: list[TopUp] = field(default_factory=list)
    more_steps: bool = False

    def streamed(self, price: Decimal) -> Decimal:
        """Return what has been posted without pause by ``price``."""
        return self.weight / price - self.base if self.weight else _ZERO

    def note(self, step: TopUp) -> None:
        if len(self.steps) < MOST_STEPS:
            self.steps.append(step)
        else:
            self.more_steps = True


def staircase(lines: Sequence[Line], reserve: Decimal, today: Decimal) -> Staircase:
    """Return where ``reserve`` (BTC) no longer cures a call, and every cure before that.

    Args:
        lines: of the cure promise, the highest price first.
        reserve: not negative.
        today: today's price; calls above it are due and cured at it.

    Runs under the exact context, which the caller enters.
    """
    glide = _Glide(reserve)
    for line in lines:
        stair = _Stair(line, line.price, line.collateral, line.trigger / line.target)
        if line.price >= today:
            needs = line.need(today)
            if needs - glide.left > _DUST:
                return _end(glide, today, line.place, needs, glide.left, already=True)
            glide.left -= needs
            stair.collateral += needs
            stair.price = today / stair.growth
            glide.note(TopUp(line.place, today, needs, glide.left, stair.collateral))
        glide.stairs.append(stair)
    if not glide.stairs:
        return _end(glide, None, None, None, glide.left)
    _fill_heap(glide)
    found = _walk(glide, MOST_STEPS)
    if found is None:
        _leap(glide)
        found = _walk(glide, None)
    assert found is not None  # noqa: S101 - without a limit the walk ends
    return found


def _fill_heap(glide: _Glide) -> None:
    glide.heap = [(-stair.price, stair.line.place, index) for index, stair in enumerate(glide.stairs)]
    heapify(glide.heap)


def _walk(glide: _Glide, most: int | None) -> Staircase | None:
    """Cure call after call; None where ``most`` calls were cured and there is still something left."""
    count = 0
    while glide.heap:
        if most is not None and count >= most:
            return None
        count += 1
        _, place, index = glide.heap[0]
        stair = glide.stairs[index]
        price = stair.price
        left = glide.left - glide.streamed(price)
        if left < -_DUST:
            break
        left = max(left, _ZERO)
        heappop(glide.heap)
        if not stair.pauses:
            glide.weight += stair.collateral * price
            glide.base += stair.collateral
            glide.streams.append(stair)
            glide.note(TopUp(place, price, _ZERO, left, stair.collateral))
            continue
        needs = stair.collateral * (stair.growth - _ONE)
        if needs - left > _DUST:
            return _end(glide, price, place, needs, left)
        glide.left -= needs
        stair.climb(1)
        glide.note(TopUp(place, price, needs, left - needs, stair.collateral))
        heappush(glide.heap, (-stair.price, place, index))
    price = glide.weight / (glide.left + glide.base)
    return _end(glide, price, max(glide.streams, key=_value).line.place, None, _ZERO)


def _value(stair: _Stair) -> Decimal:
    return stair.collateral * stair.price


def _leap(glide: _Glide) -> None:
    """Carry every loan to just above the price at which the reserve ends; nothing fails on the way there."""
    waiting = [glide.stairs[index] for _, _, index in glide.heap]
    above = exact(_last_price(glide, waiting) * _BRACKET, 18)
    assert above is not None  # noqa: S101 - it lies between two prices of this book
    reached = [stair for stair in waiting if stair.price >= above and stair.pauses]
    fallen = np.log(floats(stair.price / above for stair in reached))
    rises = np.log1p(floats(stair.growth - _ONE for stair in reached))
    for stair, calls in zip(reached, np.floor(fallen / rises).astype(int).tolist(), strict=True):
        begun = stair.collateral
        stair.climb(calls)
        while stair.price >= above:
            stair.climb(1)
        while stair.price * stair.growth < above and stair.collateral > begun:
            stair.climb(-1)
        glide.left -= stair.collateral - begun
    for stair in waiting:
        if not stair.pauses and stair.price >= above:
            glide.weight += stair.collateral * stair.price
            glide.base += stair.collateral
            glide.streams.append(stair)
    glide.more_steps = True
    streaming = set(map(id, glide.streams))
    glide.heap = [
        (-stair.price, stair.line.place, index)
        for index, stair in enumerate(glide.stairs)
        if id(stair) not in streaming
    ]
    heapify(glide.heap)


def _last_price(glide: _Glide, waiting: Sequence[_Stair]) -> float:
    """Return the price at which the reserve ends, located with doubles to some twelve digits."""
    prices = floats(stair.price for stair in waiting)
    held = floats(stair.collateral for stair in waiting)
    rise = np.log1p(floats(stair.growth - _ONE for stair in waiting))
    pausing = np.array([stair.pauses for stair in waiting])
    rise[~pausing] = 1.0
    reserve, weight, base = floats((glide.left, glide.weight, glide.base)).tolist()

    def need(price: float) -> float:
        reached = prices >= price
        fallen = np.log(prices / price, where=reached, out=np.zeros_like(prices))
        calls = np.floor(fallen / rise) + 1
        grown = np.where(pausing, np.expm1(calls * rise), np.expm1(fallen))
        return float(np.sum(held * grown, where=reached)) + (weight / price - base if weight else 0.0)

    high = float(prices.max())
    low = high
    while need(low) <= reserve:
        high, low = low, low / 2
    for _ in range(60):
        middle = (high * low) ** 0.5
        if need(middle) > reserve:
            low = middle
        else:
            high = middle
    return high


def _end(
    glide: _Glide,
    price: Decimal | None,
    place: int | None,
    needs: Decimal | None,
    left: Decimal,
    *,
    already: bool = False,
) -> Staircase:
    streaming = set(map(id, glide.streams))
    posted = []
    for stair in glide.stairs:
        held = stair.collateral
        if price is not None and id(stair) in streaming:
            held = max(held * stair.price / price, held)
        if held > stair.line.collateral:
            posted.append((stair.line.place, held - stair.line.collateral))
    return Staircase(price, place, needs, left, already, tuple(sorted(posted)), tuple(glide.steps), glide.more_steps)
