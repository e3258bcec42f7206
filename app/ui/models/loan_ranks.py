"""The order of ten thousand loans at every tick, without sorting them anew (pure).

Most columns hold a figure that is divided by the loan's price (LTV, debt in bitcoin, headroom). Under one price the
order of such a column never changes, so it is sorted once per ledger; loans under several prices are as many runs in
order, and a tick only merges them. Where the price is missing, or a column is no such figure, ``loan_order`` sorts.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

from app.domain.ledger import PriceKey
from app.ui.models.loan_order import LoanFacts, Moment, order

_BEYOND: Final = 1e200  # no figure of a loan comes near it
_STEADY: Final = frozenset(("loan", "lender", "currency", "collateral", "rate", "maturity", "confirmed"))


class _Runs(NamedTuple):
    """A column's loans, prepared.

    Attributes:
        keys: the prices that move it.
        figures: each loan's, at a price of 1.
        places: where each loan's price stands in ``keys``; behind the last for what no price moves.
        loans: all of them, those under one price side by side and in order.
    """

    keys: tuple[PriceKey, ...]
    figures: tuple[float, ...]
    places: tuple[int, ...]
    loans: tuple[int, ...]


class Ranks:
    """Loans in the order of any column; valid as long as their facts."""

    def __init__(self, facts: Sequence[LoanFacts]) -> None:
        self._facts = facts
        self._keys = tuple(dict.fromkeys(item.key for item in facts))
        self._runs: dict[tuple[str, bool], _Runs] = {}
        self._known: dict[tuple[str, bool], tuple[object, list[int]]] = {}
        self._given: dict[str, Callable[[int], float]] = {}

    def take(self, column: str, value: Callable[[int], float]) -> None:
        """Take what a column that rests on no price of this moment is sorted by: a figure for each loan's place."""
        self._given[column] = value
        for descending in (False, True):
            self._known.pop((column, descending), None)

    def order(self, moment: Moment, column: str, *, descending: bool, kept: Collection[int] | None = None) -> list[int]:
        """Return the loans (or those of ``kept``) in the order of a column; an unchanged order is the same list."""
        ordered = self._all(moment, column, descending=descending)
        if kept is None:
            return ordered
        left = frozenset(kept)
        return [index for index in ordered if index in left]

    def _all(self, moment: Moment, column: str, *, descending: bool) -> list[int]:
        if column in self._given:
            return self._by_given(column, descending=descending)
        wanted, scaled = (column, descending), _SCALED.get(column)
        if scaled is None or not all(moment.prices[key] for key in self._keys):
            if column not in _STEADY:
                return order(self._facts, moment, column, descending=descending)
            stamp: object = None
        else:
            runs = self._runs.get(wanted)
            if runs is None:
                runs = self._runs[wanted] = _runs(self._facts, scaled, descending=descending)
            prices = [moment.prices[key] for key in runs.keys]
            # Prices that move alike change no order.
            stamp = tuple(price / prices[0] for price in prices)
        known = self._known.get(wanted)
        if known is not None and known[0] == stamp:
            return known[1]
        if stamp is None:
            ordered = order(self._facts, moment, column, descending=descending)
        else:
            ordered = _merged(self._runs[wanted], moment.prices, descending=descending)
        if known is not None and known[1] == ordered:
            ordered = known[1]
        self._known[wanted] = stamp, ordered
        return ordered

    def _by_given(self, column: str, *, descending: bool) -> list[int]:
        known = self._known.get((column, descending))
        if known is None:
            known = None, sorted(range(len(self._facts)), key=self._given[column], reverse=descending)
            self._known[column, descending] = known
        return known[1]


def _runs(facts: Sequence[LoanFacts], scaled: Callable[[LoanFacts], float], *, descending: bool) -> _Runs:
    figures = tuple(scaled(item) for item in facts)
    moved = [0 < abs(figure) < _BEYOND for figure in figures]
    keys = tuple(dict.fromkeys(item.key for item, moves in zip(facts, moved, strict=True) if moves))
    number = {key: place for place, key in enumerate(keys)}
    places = tuple(number[item.key] if moves else len(keys) for item, moves in zip(facts, moved, strict=True))
    loans = sorted(range(len(facts)), key=figures.__getitem__, reverse=descending)
    loans.sort(key=places.__getitem__)
    return _Runs(keys, figures, places, tuple(loans))


def _merged(runs: _Runs, prices: Mapping[PriceKey, float], *, descending: bool) -> list[int]:
    """Return the loans in order; sorting finds the runs in order already and merges them."""
    shares = [*(1 / prices[key] for key in runs.keys), 1.0]
    values = [figure * shares[place] for figure, place in zip(runs.figures, runs.places, strict=True)]
    return sorted(runs.loans, key=values.__getitem__, reverse=descending)


def _ltv(facts: LoanFacts) -> float:
    if not facts.indebted:
        return -_BEYOND
    return facts.even if facts.btc else inf


def _drop(facts: LoanFacts) -> float:
    """Return what orders loans as their headroom does: the danger price, turned round."""
    if not facts.indebted:
        return _BEYOND * 3
    if not facts.btc:
        return -inf
    return -facts.danger or _BEYOND


# At a price of 1; no price moves 0, nor what lies beyond.
_SCALED: Final[Mapping[str, Callable[[LoanFacts], float]]] = {
    "ltv": _ltv,
    "bar": _ltv,
    "after": _ltv,
    "drop": _drop,
    "call": lambda facts: facts.call,
    "sale": lambda facts: facts.sale,
    "debt": lambda facts: facts.debt,
}
