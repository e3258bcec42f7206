"""Where every loan of a book stands at a price, fast: thresholds are reckoned once, a tick only searches them.

A loan's state depends on the price only through the highest price at which each kind of trigger is reached. That is
the rational number ``E / (x·C·b)`` (b: the basis factor), and for the drop test the same divided by 1 − drop. Each is
kept as an integer, rounded down to 10⁻⁸ of the currency, in one sorted list per price and kind. A price with at most
eight decimals is then judged exactly by comparing integers; a longer one that shares its last kept digit with a
threshold is judged by ``figures.judge`` itself.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Final, NamedTuple

from app.domain.book import Loan
from app.domain.figures import LoanState, idle_state, judge
from app.domain.ledger import PriceKey
from app.domain.loan_state import LoanBalance
from app.domain.ltv import basis_factor
from app.domain.money import EXACT, SATS_PER_BTC, btc_of
from app.domain.terms import Terms, TriggerKind

_UNITS: Final = 10**8
_BPS: Final = 10_000
_NEVER: Final = -1
_EXPOSURE: Final = itemgetter(0)
# In rising severity: a later one overrides an earlier one.
_KINDS: Final = (
    (TriggerKind.WARNING, LoanState.WARNING),
    (TriggerKind.MARGIN_CALL, LoanState.MARGIN_CALL),
    (TriggerKind.LIQUIDATION, LoanState.LIQUIDATION),
)
_FALLING: Final = tuple(reversed(range(len(_KINDS))))

Prices = Mapping[PriceKey, Decimal | None]
Thresholds = tuple[int, int, int]


class LevelStates(NamedTuple):
    """Every loan's state now and after the drop, in the book's order; without a price both are ``unknown``."""

    now: list[LoanState]
    after: list[LoanState]


class _Rungs(NamedTuple):
    """The thresholds of one kind under one price, rising, and the loans they belong to."""

    prices: list[int]
    loans: list[int]


class _Price(NamedTuple):
    """A price in units of 10⁻⁸, rounded down, and whether that is all of it."""

    value: Decimal
    units: int
    whole: bool


class LevelIndex:
    """The thresholds of a book's loans; valid as long as the balances and the drop it was built from.

    Attributes:
        keys: the price that each loan is judged by, in the book's order.
    """

    def __init__(self, balances: Sequence[LoanBalance], keys: Sequence[PriceKey], drop: Decimal) -> None:
        self.keys = tuple(keys)
        self._balances = balances
        self._drop = drop
        self._idle: list[LoanState | None] = []
        self._thresholds: tuple[list[Thresholds], list[Thresholds]] = ([], [])
        self._members: dict[PriceKey, list[int]] = defaultdict(list)
        self._rungs: dict[PriceKey, tuple[tuple[_Rungs, ...], tuple[_Rungs, ...]]] = {}
        self._by_exposure: dict[PriceKey, list[tuple[Decimal, int]]] = {}

    @classmethod
    def build(cls, loans: Sequence[Loan], balances: Sequence[LoanBalance], drop: Decimal) -> "LevelIndex":
        """Return the index of ``loans`` with their ``balances`` for a drop test by ``drop`` (0 ≤ drop < 1)."""
        keys = [PriceKey(b.terms.price_source, loan.currency) for loan, b in zip(loans, balances, strict=True)]
        index = cls(balances, keys, drop)
        for number, (loan, balance) in enumerate(zip(loans, balances, strict=True)):
            index._add(number, balance, idle_state(balance, loan.currency))
        index._sort()
        return index

    def states_at(self, prices: Prices) -> LevelStates:
        """Return every loan's state at ``prices``, which are ours; a missing key or None is no price."""
        now = [state or LoanState.OK for state in self._idle]
        after = now.copy()
        for key, members in self._members.items():
            price = _price_of(prices.get(key))
            if price is None:
                for number in members:
                    now[number] = after[number] = LoanState.UNKNOWN
                continue
            for side, states in enumerate((now, after)):
                self._fill(states, key, side, price)
        return LevelStates(now, after)

    def state_of(self, number: int, price: Decimal | None) -> tuple[LoanState, LoanState]:
        """Return one loan's state now and after the drop at ``price``."""
        idle = self._idle[number]
        if idle is not None:
            return idle, idle
        known = _price_of(price)
        if known is None:
            return LoanState.UNKNOWN, LoanState.UNKNOWN
        return self._state(number, 0, known), self._state(number, 1, known)

    def moved(self, old: Prices, new: Prices) -> tuple[int, ...]:
        """Return the loans whose state, now or after the drop, differs between two sets of prices, in rising order."""
        found: set[int] = set()
        for key, members in self._members.items():
            before, now = old.get(key), new.get(key)
            if before == now:
                continue
            if before is None or now is None:
                found.update(members)
                continue
            touched = self._between(key, min(before, now), max(before, now))
            found.update(n for n in touched if self.state_of(n, before) != self.state_of(n, now))
        return tuple(sorted(found))

    def sort_by_ltv(self, prices: Prices) -> list[int]:
        """Return all loans by falling LTV: uncovered ones first, then by LTV, then without a price, then without debt.

        Those under one price that rank the same stand in the book's order.
        """
        uncovered = [n for n, state in enumerate(self._idle) if state is LoanState.UNCOVERED]
        resting = [n for n, state in enumerate(self._idle) if state not in (None, LoanState.UNCOVERED)]
        runs: list[tuple[Decimal, list[tuple[Decimal, int]]]] = []
        unknown: list[int] = []
        for key, members in self._members.items():
            price = prices.get(key)
            if price is None:
                unknown += members
            else:
                runs.append((price, self._by_exposure[key]))
        if len(runs) == 1:
            ranked = [number for _, number in runs[0][1]]
        else:
            # Each run is in order already, so this only merges them; it keeps the order of equals.
            rows = [(EXACT.divide(per_btc, price), number) for price, run in runs for per_btc, number in run]
            rows.sort(key=_EXPOSURE, reverse=True)
            ranked = [number for _, number in rows]
        return [*uncovered, *ranked, *sorted(unknown), *resting]

    def _add(self, number: int, balance: LoanBalance, idle: LoanState | None) -> None:
        self._idle.append(idle)
        now, after = _thresholds(balance, self._drop) if idle is None else (_NOWHERE, _NOWHERE)
        self._thresholds[0].append(now)
        self._thresholds[1].append(after)
        if idle is None:
            self._members[self.keys[number]].append(number)

    def _sort(self) -> None:
        for key, members in self._members.items():
            self._rungs[key] = (_ladder(members, self._thresholds[0]), _ladder(members, self._thresholds[1]))
            rows = [(_exposure_per_btc(self._balances[number]), number) for number in members]
            rows.sort(key=_EXPOSURE, reverse=True)
            self._by_exposure[key] = rows

    def _fill(self, states: list[LoanState], key: PriceKey, side: int, price: _Price) -> None:
        doubtful: set[int] = set()
        for (_, state), (rungs, loans) in zip(_KINDS, self._rungs[key][side], strict=True):
            start = bisect_left(rungs, price.units)
            if not price.whole:
                end = bisect_right(rungs, price.units, start)
                doubtful.update(loans[start:end])
            for number in loans[start:]:
                states[number] = state
        for number in doubtful:
            states[number] = self._state(number, side, price)

    def _state(self, number: int, side: int, price: _Price) -> LoanState:
        thresholds = self._thresholds[side][number]
        if not price.whole and price.units in thresholds:
            return self._judged(number, side, price.value)
        for severity in _FALLING:
            if price.units <= thresholds[severity]:
                return _KINDS[severity][1]
        return LoanState.OK

    def _judged(self, number: int, side: int, price: Decimal) -> LoanState:
        balance = self._balances[number]
        lender_price = EXACT.multiply(price, basis_factor(balance.terms.basis_bps))
        if side:
            lender_price = EXACT.multiply(lender_price, EXACT.subtract(Decimal(1), self._drop))
        return judge(balance.terms, balance, lender_price)[0]

    def _between(self, key: PriceKey, low: Decimal, high: Decimal) -> set[int]:
        """Return the loans with a threshold at or between two prices."""
        bottom, top = int(low.scaleb(8, EXACT)), int(high.scaleb(8, EXACT))
        found: set[int] = set()
        for side in self._rungs[key]:
            for rungs, loans in side:
                start = bisect_left(rungs, bottom)
                found.update(loans[start : bisect_right(rungs, top, start)])
        return found


_NOWHERE: Final[Thresholds] = (_NEVER, _NEVER, _NEVER)


def _thresholds(balance: LoanBalance, drop: Decimal) -> tuple[Thresholds, Thresholds]:
    """Return the highest price, in units of 10⁻⁸, at which each kind is reached: now, and after the drop."""
    terms = balance.terms
    exposure, parts = balance.exposure.as_integer_ratio()
    left, of = EXACT.subtract(Decimal(1), drop).as_integer_ratio()
    above = exposure * SATS_PER_BTC * _UNITS * _BPS
    below = parts * balance.collateral_sats * (_BPS + terms.basis_bps)
    now, after = [], []
    for lowest in _lowest(terms):
        if lowest is None:
            now.append(_NEVER)
            after.append(_NEVER)
            continue
        x, y = lowest.as_integer_ratio()
        now.append(above * y // (below * x))
        after.append(above * y * of // (below * x * left))
    return (now[0], now[1], now[2]), (after[0], after[1], after[2])


def _lowest(terms: Terms) -> tuple[Decimal | None, ...]:
    """Return the lowest LTV of each kind; a falling price reaches it first."""
    first: dict[TriggerKind, Decimal] = {}
    for trigger in terms.triggers:
        first[trigger.kind] = min(trigger.ltv, first.get(trigger.kind, trigger.ltv))
    return tuple(first.get(kind) for kind, _ in _KINDS)


def _exposure_per_btc(balance: LoanBalance) -> Decimal:
    """Return exposure ÷ (collateral · basis): LTV times our price."""
    collateral = EXACT.multiply(btc_of(balance.collateral_sats), basis_factor(balance.terms.basis_bps))
    return EXACT.divide(balance.exposure, collateral)


def _ladder(members: Sequence[int], thresholds: Sequence[Thresholds]) -> tuple[_Rungs, ...]:
    ladder = []
    for severity in range(len(_KINDS)):
        rungs = sorted((thresholds[number][severity], number) for number in members)
        start = bisect_right(rungs, (0, -1))
        ladder.append(_Rungs([price for price, _ in rungs[start:]], [number for _, number in rungs[start:]]))
    return tuple(ladder)


def _price_of(value: Decimal | None) -> _Price | None:
    if value is None:
        return None
    scaled = value.scaleb(8, EXACT)
    units = int(scaled)
    return _Price(value, units, units == scaled)
