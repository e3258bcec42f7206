"""In which order loans stand, and which of them a filter lets through: ten thousand of them within a blink (pure).

What is shown stays exact; only the order rests on floats, which are made once per ledger and scaled by each tick's
prices. Two figures that differ by less than a float can tell apart may swap places, nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from app.domain.book import Book, Loan
from app.domain.ledger import Ledger, PriceKey
from app.domain.loan_state import LoanBalance, is_indebted
from app.domain.ltv import basis_factor, trigger_price
from app.domain.money import btc_of
from app.domain.quotes import PriceLookup, Quote
from app.domain.terms import TriggerKind

FAR: Final = 1e9
_TERM: Final = re.compile(r"(?P<key>[a-z]+)(?P<sign>[:<>])(?P<value>.+)")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?%?")


class LoanFacts(NamedTuple):
    """What of a loan does not move with the price; prices in its own currency, 0 where there is none.

    Attributes:
        words: name, lender and currency for a filter, in small letters.
        even: the price at which its LTV is 100 %.
        warning, call, sale: prices of its first triggers.
    """

    name: str
    lender: str
    words: str
    key: PriceKey
    debt: float
    btc: float
    rate: float
    maturity: float
    confirmed: float
    indebted: bool
    even: float
    warning: float
    call: float
    sale: float
    cure_ltv: float

    @property
    def danger(self) -> float:
        """The price of the margin call or forced sale that a falling price reaches first."""
        return max(self.call, self.sale)


@dataclass(frozen=True, slots=True)
class Moment:
    """What moves: each key's price (0 where there is none) and the drop test's fall."""

    prices: Mapping[PriceKey, float]
    drop: float


Key = Callable[[LoanFacts, Moment], float]
TextKey = Callable[[LoanFacts], str]


def facts_of(book: Book, ledger: Ledger) -> tuple[LoanFacts, ...]:
    """Return every loan's facts, in the book's order."""
    return tuple(
        _facts(loan, balance, key) for loan, balance, key in zip(book.loans, ledger.balances, ledger.keys, strict=True)
    )


def moment_of(lookups: Mapping[PriceKey, PriceLookup], drop: float) -> Moment:
    """Return the prices of this tick."""
    return Moment({key: float(x.value) if isinstance(x, Quote) else 0.0 for key, x in lookups.items()}, drop)


def distance(facts: LoanFacts, moment: Moment) -> float:
    """Return the headroom to the first danger; far for what is not judged, owes nothing or names no danger."""
    price = moment.prices[facts.key]
    if not facts.indebted:
        return FAR * 3
    if not facts.btc:
        return -FAR
    if not facts.danger:
        return FAR
    return 1 - facts.danger / price if price else FAR * 2 - facts.danger


def ltv(facts: LoanFacts, moment: Moment) -> float:
    """Return the LTV; infinite without collateral, below zero where there is none to tell."""
    price = moment.prices[facts.key]
    if not facts.indebted or not price:
        return -1.0
    return facts.even / price if facts.btc else inf


def cure(facts: LoanFacts, moment: Moment) -> float:
    """Return the bitcoin to post after the drop test's fall, below zero where the loan is not called by it."""
    price = moment.prices[facts.key] * (1 - moment.drop)
    if not price or not facts.cure_ltv or not facts.danger or facts.danger < price:
        return -1.0
    return facts.btc * (facts.even / (facts.cure_ltv * price) - 1)


def gravity(facts: LoanFacts, moment: Moment) -> float:
    """Return how grave the loan's state is, as its chip tells it; a higher number is worse."""
    price = moment.prices[facts.key]
    if not facts.indebted:
        return 0
    if not facts.btc:
        return 8
    if not price:
        return 1
    after = price * (1 - moment.drop)
    for rank, line, at in (
        (7, facts.sale, price),
        (6, facts.call, price),
        (5, facts.sale, after),
        (4, facts.call, after),
    ):
        if line and line >= at:
            return rank
    return 3 if facts.warning and facts.warning >= price else 2


def value_in_btc(facts: LoanFacts, moment: Moment) -> float:
    """Return the debt in bitcoin, so that debts in several currencies have one order."""
    price = moment.prices[facts.key]
    return facts.debt / price if price else facts.debt


NUMBERS: Final[Mapping[str, Key]] = {
    "debt": value_in_btc,
    "collateral": lambda facts, _moment: facts.btc,
    "ltv": ltv,
    "bar": ltv,
    "call": lambda facts, moment: facts.call / (moment.prices[facts.key] or 1.0),
    "drop": distance,
    "sale": lambda facts, moment: facts.sale / (moment.prices[facts.key] or 1.0),
    "after": ltv,
    "chance": lambda _facts, _moment: 0.0,  # before the risk room's first answer; then ``Ranks`` holds it
    "cure": cure,
    "state": gravity,
    "rate": lambda facts, _moment: facts.rate,
    "maturity": lambda facts, _moment: facts.maturity,
    "confirmed": lambda facts, _moment: facts.confirmed,
}
TEXTS: Final[Mapping[str, TextKey]] = {
    "loan": lambda facts: facts.name.casefold(),
    "lender": lambda facts: facts.lender.casefold(),
    "currency": lambda facts: facts.key.currency,
}


def order(
    facts: Sequence[LoanFacts], moment: Moment, column: str, *, descending: bool, kept: Sequence[int] | None = None
) -> list[int]:
    """Return the indices of ``facts`` (or of ``kept``) in the order of a column; equals keep the book's order."""
    indices = range(len(facts)) if kept is None else kept
    text = TEXTS.get(column)
    if text is not None:
        words = [text(item) for item in facts]
        return sorted(indices, key=words.__getitem__, reverse=descending)
    number = NUMBERS[column]
    values = [number(item, moment) for item in facts]
    return sorted(indices, key=values.__getitem__, reverse=descending)


def matching(facts: Sequence[LoanFacts], moment: Moment, text: str) -> list[int] | None:
    """Return the loans that a filter lets through, or None for all.

    Words are looked for in name, lender and currency; ``lender:harbour``, ``state:call``, ``ltv>60``, ``drop<10``,
    ``debt>1000000`` narrow it; all of them must hold.
    """
    tests = [_test(word) for word in text.casefold().split()]
    if not tests:
        return None
    return [index for index, item in enumerate(facts) if all(test(item, moment) for test in tests)]


_STATES: Final = {
    "closed": (0,),
    "undrawn": (0,),
    "unknown": (1,),
    "holds": (2, 3),
    "watch": (3,),
    "call": (4, 6),
    "called": (6,),
    "sale": (5, 7),
    "uncovered": (8,),
}


def _test(word: str) -> Callable[[LoanFacts, Moment], bool]:
    found = _TERM.fullmatch(word)
    if found is not None:
        key, sign, value = found["key"], found["sign"], found["value"]
        if sign == ":" and key in ("name", "lender", "currency"):
            return lambda facts, _moment: (
                value in {"name": facts.name, "lender": facts.lender}.get(key, facts.key.currency).casefold()
            )
        if sign == ":" and key == "state":
            ranks = _STATES.get(value, ())
            return lambda facts, moment: gravity(facts, moment) in ranks
        number = _compared(key, value)
        if sign in "<>" and number is not None:
            limit, measure = number
            if sign == ">":
                return lambda facts, moment: limit < measure(facts, moment) < FAR
            return lambda facts, moment: -FAR <= measure(facts, moment) < limit
    return lambda facts, _moment: word in facts.words


def _compared(key: str, value: str) -> tuple[float, Key] | None:
    if not _NUMBER.fullmatch(value):
        return None
    limit = float(value.rstrip("%"))
    if key in ("ltv", "drop", "rate"):
        return limit / 100, NUMBERS[key]
    if key == "debt":
        return limit, lambda facts, _moment: facts.debt
    if key == "collateral":
        return limit, NUMBERS[key]
    return None


def _facts(loan: Loan, balance: LoanBalance, key: PriceKey) -> LoanFacts:
    terms = balance.terms
    indebted = is_indebted(balance, loan.currency)
    basis = basis_factor(terms.basis_bps)
    first: dict[TriggerKind, float] = {}
    even = 0.0
    if indebted and balance.collateral_sats:
        even = float(balance.exposure / (btc_of(balance.collateral_sats) * basis))
        for trigger in terms.triggers:
            price = trigger_price(balance.exposure, balance.collateral_sats, trigger.ltv, basis)
            if price is not None:
                first.setdefault(trigger.kind, float(price))
    confirmed = terms.evidence.confirmed_on
    return LoanFacts(
        loan.name,
        loan.lender,
        f"{loan.name} {loan.lender} {loan.currency}".casefold(),
        key,
        float(balance.debt),
        balance.collateral_sats / 1e8,
        float(balance.rate),
        float(loan.matures_on.toordinal()) if loan.matures_on else FAR,
        float(confirmed.toordinal()) if confirmed else 0.0,
        indebted,
        even,
        first.get(TriggerKind.WARNING, 0.0),
        first.get(TriggerKind.MARGIN_CALL, 0.0),
        first.get(TriggerKind.LIQUIDATION, 0.0),
        float(terms.cure_ltv or 0),
    )
