"""Rules that come down to an LTV: which loans have reached it, found by order of price instead of one by one.

A loan's *par price* is the price at which its LTV is 100 %: exposure ÷ (BTC × basis). At a price P its LTV is
par ÷ P, so ``ltv >= x`` is ``par >= x · P``: loans that share a level are sorted by par price once a day, and a price
parts them by bisection. Ties beyond the fortieth digit are decided in fractions.

===========  ==============================  ===========================================
rule         reached where LTV is            clear where LTV is below
===========  ==============================  ===========================================
LTV x        at or above x                   x − 2 points
HEADROOM h   above x · (1 − h)               x · (1 − h) − 2 points
DROP d       at or above x · (1 − d)         (x − 2 points) · (1 − d): after the fall
===========  ==============================  ===========================================

There x is the line's LTV. A level so low that 2 points are more than a quarter of it has a quarter of it instead.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from app.domain.figures import DANGER_KINDS
from app.domain.ledger import Ledger, PriceKey
from app.domain.loan_state import LoanBalance
from app.domain.ltv import basis_factor
from app.domain.money import btc_of, exactly
from app.domain.portfolio import LazyLoans
from app.domain.rule_machine import Reading, Sign
from app.domain.rules import Fall, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.domain.warnings import DEADBAND
from app.services.rule_context import Confirmed

_ONE: Final = Decimal(1)
_QUARTER: Final = Decimal("0.25")
_TIE: Final = Decimal(1).scaleb(-40)
_BELOW, _ABOVE = _ONE - _TIE, _ONE + _TIE

Tell = Callable[[], tuple[str, str]]
ReadingOf = Callable[[int, bool], Reading]


class Level(NamedTuple):
    """Where a rule is reached and clear, as LTVs.

    Attributes:
        reached: the LTV at which it is reached.
        clear: the LTV below which it is clear.
        strict: it is reached only above ``reached``, not at it.
    """

    reached: Decimal
    clear: Decimal
    strict: bool = False

    def is_reached(self, ltv: Decimal) -> bool:
        """Whether a loan of this LTV has reached it."""
        return ltv > self.reached or (ltv == self.reached and not self.strict)


def band(limit: Decimal) -> Decimal:
    """Return the deadband of a fraction: two points, but at most a quarter of it."""
    with exactly():
        return min(DEADBAND, limit * _QUARTER)


def line_ltv(rule: Rule, balance: LoanBalance) -> Decimal | None:
    """Return the LTV of the line that a rule means in a loan's contract, or None where it has none."""
    if rule.kind is RuleKind.LTV and rule.limit is not None:
        return rule.limit
    kind = TriggerKind.WARNING if rule.kind is RuleKind.LTV else rule.line
    wanted = DANGER_KINDS if kind is None else (kind,)
    return next((trigger.ltv for trigger in balance.terms.triggers if trigger.kind in wanted), None)


def level_of(rule: Rule, line: Decimal, fall: Decimal) -> Level:
    """Return where an LTV, HEADROOM or DROP rule is reached, for a line; ``fall`` is that of a DROP rule."""
    with exactly():
        if rule.kind is RuleKind.HEADROOM:
            reached = line * (_ONE - (rule.limit or Decimal(0)))
            return Level(reached, reached - band(reached), strict=True)
        if rule.kind is RuleKind.DROP:
            kept = _ONE - fall
            return Level(line * kept, (line - band(line)) * kept)
        return Level(line, line - band(line))


class Par(NamedTuple):
    """A loan that a price can move: its par price, what it is made of, and its place in the book."""

    price: Decimal
    place: int
    exposure: Decimal
    lender_btc: Decimal


class Afloat(NamedTuple):
    """The loans of a ledger by what a price may do to them.

    Attributes:
        moved: par prices by price key, in rising order.
        idle: places of loans that owe nothing.
        uncovered: places of loans that owe something and have nothing pledged.
    """

    moved: Mapping[PriceKey, Sequence[Par]]
    idle: Sequence[int]
    uncovered: Sequence[int]


def afloat(ledger: Ledger) -> Afloat:
    """Return a ledger's loans in the order of their par prices."""
    moved: dict[PriceKey, list[Par]] = defaultdict(list)
    owing, uncovered = set(ledger.owing), set(ledger.uncovered)
    with exactly():
        for index, (balance, key) in enumerate(zip(ledger.balances, ledger.keys, strict=True)):
            if index in owing and index not in uncovered and balance.exposure:
                btc = btc_of(balance.collateral_sats) * basis_factor(balance.terms.basis_bps)
                moved[key].append(Par(balance.exposure / btc, index, balance.exposure, btc))
    for pars in moved.values():
        pars.sort()
    judged = {par.place for pars in moved.values() for par in pars} | uncovered
    return Afloat(dict(moved), [i for i in range(len(ledger.balances)) if i not in judged], sorted(uncovered))


class Group:
    """Loans that share a price key and a level, in rising order of par price, with a reading for each and sign."""

    __slots__ = ("_level", "_pars", "_prices", "_signed", "key")

    def __init__(self, key: PriceKey, level: Level, pars: Sequence[Par], readings: Sequence[Reading]) -> None:
        self.key = key
        self._level, self._pars = level, pars
        self._prices = [par.price for par in pars]
        self._signed: dict[Sign, Sequence[Reading]] = {Sign.CLEAR: readings}

    def readings(self, price: Confirmed | None) -> list[Reading]:
        """Return the reading of each loan at a price; without one, that nothing is known."""
        if price is None:
            return list(self._as(Sign.UNKNOWN))
        with exactly():
            clear, reached = self._level.clear * price.value, self._level.reached * price.high
            calm, tied = self._around(clear)
            near, met = self._around(reached)
        found = list(self._as(Sign.CLEAR)[:calm])
        found += [self._as(self._exactly(place, price))[place] for place in range(calm, tied)]
        # A sign that no loan has needs no list: there may be ten thousand in it.
        found += self._as(Sign.NEAR)[tied:near] if near > tied else ()
        found += [self._as(self._exactly(place, price))[place] for place in range(near, met)]
        found += self._as(Sign.REACHED)[met:] if met < len(self._pars) else ()
        return found

    def _around(self, par: Decimal) -> tuple[int, int]:
        """Return the stretch of loans whose par price is too close to ``par`` to tell which is higher."""
        return bisect_left(self._prices, par * _BELOW), bisect_right(self._prices, par * _ABOVE)

    def _exactly(self, place: int, price: Confirmed) -> Sign:
        par = self._pars[place]
        exposure, btc = Fraction(par.exposure), Fraction(par.lender_btc)
        line = Fraction(self._level.reached) * btc * Fraction(price.high)
        if exposure > line or (exposure == line and not self._level.strict):
            return Sign.REACHED
        return Sign.CLEAR if exposure < Fraction(self._level.clear) * btc * Fraction(price.value) else Sign.NEAR

    def _as(self, sign: Sign) -> Sequence[Reading]:
        signed = self._signed.get(sign)
        if signed is None:
            signed = [reading._replace(sign=sign) for reading in self._signed[Sign.CLEAR]]
            self._signed[sign] = signed
        return signed


class LevelPanel:
    """One LTV, HEADROOM or DROP rule over a ledger; what a price does not change is reckoned once.

    ``still`` are the readings that no price changes: of loans without a debt, and without collateral. ``said`` are the
    rule's readings by place, of the ledger before this one: what holds of them is taken again, the rest replaced.
    """

    __slots__ = ("_groups", "still")

    def __init__(
        self,
        rule: Rule,
        loans: LazyLoans,
        ledger: Ledger,
        known: Afloat,
        fall: Decimal,
        openings: Callable[[int], Decimal | None],
        tell: Callable[[Rule, int], Tell],
        said: dict[int, Reading],
    ) -> None:
        wanted = frozenset(rule.loans)
        # A level that moves with the market says nothing of how a loan began.
        starts = rule.kind is not RuleKind.DROP or rule.fall is Fall.FIXED

        def of(index: int, sign: Sign, level: Level | None = None) -> Reading:
            opening = openings(index) if starts and level is not None else None
            at_start = opening is not None and level is not None and level.is_reached(opening)
            name, known = loans.loan(index).name, said.get(index)
            if known is None or known.subject != name or known.sign is not sign or known.at_start is not at_start:
                known = said[index] = Reading(rule, name, sign, tell(rule, index), at_start=at_start)
            return known

        def concerns(index: int) -> bool:
            return not wanted or loans.loan(index).name in wanted

        balances = ledger.balances
        self.still = [
            of(index, sign)
            for indices, sign in ((known.idle, Sign.CLEAR), (known.uncovered, Sign.REACHED))
            for index in indices
            if concerns(index) and line_ltv(rule, balances[index]) is not None
        ]
        self._groups = []
        for key, line, pars in _sharing(rule, known, balances):
            level = level_of(rule, line, fall)
            chosen = [par for par in pars if concerns(par.place)] if wanted else pars
            self._groups.append(Group(key, level, chosen, [of(par.place, Sign.CLEAR, level) for par in chosen]))

    def readings(self, prices: Mapping[PriceKey, Confirmed]) -> list[Reading]:
        """Return a reading for each loan that the rule is about and whose contract has the line."""
        found = list(self.still)
        for group in self._groups:
            found += group.readings(prices.get(group.key))
        return found


def _sharing(
    rule: Rule, known: Afloat, balances: Sequence[LoanBalance]
) -> Iterator[tuple[PriceKey, Decimal, Sequence[Par]]]:
    """Yield the loans of each price key that share a line's LTV."""
    for key, pars in known.moved.items():
        if rule.kind is RuleKind.LTV and rule.limit is not None:
            yield key, rule.limit, pars
            continue
        by_line: dict[Decimal, list[Par]] = defaultdict(list)
        for par in pars:
            line = line_ltv(rule, balances[par.place])
            if line is not None:
                by_line[line].append(par)
        for line, sharing in by_line.items():
            yield key, line, sharing
