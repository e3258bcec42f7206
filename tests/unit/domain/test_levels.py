"""The fast index must say the same as the slow figures, for every loan and every price."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.book import Loan
from app.domain.figures import LoanFigures, LoanState, figures_of
from app.domain.ledger import PriceKey
from app.domain.levels import LevelIndex
from app.domain.loan_state import LoanBalance, balance_at
from app.domain.quotes import NoQuote, Quote
from app.domain.terms import Exposure, Terms
from tests.fakes.loan_lives import triggers
from tests.fakes.loans import OPENED, at, fee, key, loan, pledged, quote, terms

NOW = at("2025-06-02")
COST = Decimal("0.0025")
TENTH = Decimal("0.1")
KEYS = (key(), key("EUR"), key("USD", "kraken"), key("USD", "bitstamp"))
Prices = dict[PriceKey, Decimal | None]


class Few(NamedTuple):
    """Some loans with their balances and a drop."""

    loans: list[Loan]
    balances: list[LoanBalance]
    drop: Decimal

    @property
    def levels(self) -> LevelIndex:
        return LevelIndex.build(self.loans, self.balances, self.drop)


@st.composite
def few_loans(draw: st.DrawFn) -> Few:
    loans, balances = [], []
    for number in range(draw(st.integers(1, 6))):
        where = draw(st.sampled_from(KEYS))
        basis = draw(st.sampled_from((0, 0, 25, -37, 9_000)))
        own = Terms(OPENED, Decimal(0), triggers=draw(triggers()), basis_bps=basis, price_source=where.source)
        one = replace(loan(with_terms=own, name=str(number)), currency=where.currency)
        exposure = Decimal(draw(st.sampled_from((0, 1, 10**6, 3 * 10**6, 7 * 10**6 + 1, 10**9)))) / 100
        if draw(st.booleans()):
            exposure /= 3
        sats = draw(st.sampled_from((0, 1, 10**8, 2 * 10**8, 123_456_789, 10**11)))
        balances.append(LoanBalance(own, own.rate, exposure, Decimal(0), Decimal(0), exposure, sats, drawn=True))
        loans.append(one)
    return Few(loans, balances, draw(st.sampled_from((TENTH, Decimal(0), Decimal("0.333"), Decimal("0.097")))))


@st.composite
def prices_near(draw: st.DrawFn, few: Few) -> Prices:
    """Return prices at, just beside or far from the loans' own thresholds; some are missing."""
    edges: dict[PriceKey, list[Fraction]] = {where: [Fraction(30_000), Fraction(99_999, 100)] for where in KEYS}
    for one, balance in zip(few.loans, few.balances, strict=True):
        for trigger in balance.terms.triggers if balance.collateral_sats and balance.exposure else ():
            basis = 1 + Fraction(balance.terms.basis_bps, 10_000)
            edge = Fraction(balance.exposure) * 10**8 / (Fraction(trigger.ltv) * balance.collateral_sats * basis)
            edges[PriceKey(balance.terms.price_source, one.currency)] += [edge, edge / (1 - Fraction(few.drop))]
    chosen: Prices = {}
    for where, values in edges.items():
        units = int(draw(st.sampled_from(values)) * 10**8) + draw(st.integers(-1, 1))
        tail = draw(st.sampled_from(("", "0000001", "5", "3333333333333333", "9999999999999999999")))
        chosen[where] = Decimal(f"{max(units, 1)}.{tail}").scaleb(-8) if draw(st.integers(0, 9)) else None
    return chosen


def slow(few: Few, prices: Prices) -> list[LoanFigures]:
    made = []
    for one, balance in zip(few.loans, few.balances, strict=True):
        price = prices[PriceKey(balance.terms.price_source, one.currency)]
        lookup = NoQuote(one.currency, "none") if price is None else replace(quote("1", one.currency), value=price)
        made.append(figures_of(one, balance, lookup, few.drop, COST))
    return made


def slow_states(few: Few, prices: Prices) -> list[tuple[LoanState, LoanState]]:
    return [(f.state, f.drop_test.state if f.drop_test else f.state) for f in slow(few, prices)]


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_state_is_that_of_the_figures(data: st.DataObject) -> None:
    few = data.draw(few_loans())
    prices = data.draw(prices_near(few))
    index, wanted = few.levels, slow_states(few, prices)
    states = index.states_at(prices)
    assert list(zip(states.now, states.after, strict=True)) == wanted
    assert [index.state_of(n, prices[where]) for n, where in enumerate(index.keys)] == wanted


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_moved_names_exactly_the_loans_that_changed(data: st.DataObject) -> None:
    few = data.draw(few_loans())
    old, new = data.draw(prices_near(few)), data.draw(prices_near(few))
    before, after = slow_states(few, old), slow_states(few, new)
    assert few.levels.moved(old, new) == tuple(n for n, was in enumerate(before) if was != after[n])
    assert few.levels.moved(old, old) == ()


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_order_by_ltv_is_that_of_the_figures(data: st.DataObject) -> None:
    few = data.draw(few_loans())
    prices = data.draw(prices_near(few))
    figures = slow(few, prices)
    order = few.levels.sort_by_ltv(prices)
    assert sorted(order) == list(range(len(few.loans)))
    groups = [_group(figures[n]) for n in order]
    assert groups == sorted(groups)
    ltvs = [_exact_ltv(few, n, prices) for n in order if _group(figures[n]) == 1]
    assert all(b - a <= a / 10**50 for a, b in pairwise(ltvs))


def _group(figures: LoanFigures) -> int:
    if figures.state is LoanState.UNCOVERED:
        return 0
    return {LoanState.UNKNOWN: 2, LoanState.CLOSED: 3, LoanState.UNDRAWN: 3}.get(figures.state, 1)


def _exact_ltv(few: Few, number: int, prices: Prices) -> Fraction:
    balance = few.balances[number]
    price = prices[PriceKey(balance.terms.price_source, few.loans[number].currency)]
    basis = 1 + Fraction(balance.terms.basis_bps, 10_000)
    return Fraction(balance.exposure) * 10**8 / (balance.collateral_sats * Fraction(price or 0) * basis)


def test_equal_loans_stand_in_the_books_order() -> None:
    loans = [pledged("50000", "1", name=str(n)) for n in range(3)]
    few = Few(loans, [balance_at(one, NOW) for one in loans], TENTH)
    assert few.levels.sort_by_ltv({key(): Decimal(70_000)}) == [0, 1, 2]
    assert few.levels.sort_by_ltv({}) == [0, 1, 2]


def test_a_price_at_a_threshold_reaches_it_and_one_above_does_not() -> None:
    one = pledged("75000", "1")
    few = Few([one], [balance_at(one, NOW)], TENTH)
    at_call = few.levels.states_at({key(): Decimal(100_000)})
    assert (at_call.now, at_call.after) == ([LoanState.MARGIN_CALL], [LoanState.MARGIN_CALL])
    for above in ("100000.00000001", "100000.000000001"):
        assert few.levels.states_at({key(): Decimal(above)}).now == [LoanState.WARNING]


def test_a_debt_of_fees_alone_is_judged_too() -> None:
    fees_only = loan(fee("2025-06-01", "5"), with_terms=terms(exposure=Exposure.PRINCIPAL))
    few = Few([fees_only], [balance_at(fees_only, NOW)], TENTH)
    assert few.levels.states_at({key(): Decimal(1)}).now == [LoanState.UNCOVERED]
    lookup = quote("70727")
    assert isinstance(lookup, Quote)
    assert figures_of(fees_only, few.balances[0], lookup, TENTH, COST).state is LoanState.UNCOVERED
