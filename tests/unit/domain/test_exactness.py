"""Figures are exact and the same to the last digit, however they are reached and whatever the decimal context is.

The formulas stand here a second time, written with the methods of the exact context, one operation at a time.
"""

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal, Inexact, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.book import Account, Book
from app.domain.figures import CALLED_STATES, LoanFigures, LoanState, figures_of, loan_figures
from app.domain.ledger import PriceKey
from app.domain.loan_state import balance_at, is_indebted
from app.domain.ltv import basis_factor, cure, headroom, ltv, trigger_price
from app.domain.money import EXACT, btc_of, round_fiat
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.warnings import Line, WarningKind, lines_of
from tests.fakes.books import CURRENCIES, books, decimals, instants
from tests.fakes.loans import at, call, pledged, quote, sale, terms

DROPS = st.sampled_from([Decimal("0.10"), Decimal("0.123456789"), Decimal(0), Decimal("0.5")])
COST = Decimal("0.0025")
ONE = Decimal(1)
SILLY = [
    Context(prec=1, rounding=ROUND_UP),
    Context(prec=5, rounding=ROUND_DOWN),
    Context(prec=200),
    Context(prec=28, traps=[Inexact]),
]


@st.composite
def judged(draw: st.DrawFn) -> BookFigures:
    """Return a book that could be, at a moment and at prices some of which are missing."""
    book: Book = draw(books())
    moment = draw(instants(days=6500))
    prices: dict[str, PriceLookup] = {}
    for currency in CURRENCIES:
        value = draw(st.none() | decimals(10**10, 4))
        missing = NoQuote(currency, "nobody answers")
        prices[currency] = missing if value is None else Quote(currency, value, moment, "consensus", 3, 3)
    named = {PriceKey("kraken", "USD"): prices["USD"], PriceKey("bitstamp", "EUR"): prices["EUR"]}
    return book_figures(book, prices, moment, drop=draw(DROPS), sale_cost=COST, named=named)


def _levels(figures: LoanFigures, drop: Decimal) -> tuple[Line, ...]:
    return lines_of(figures, figures.lookup.value, drop) if isinstance(figures.lookup, Quote) else ()


@settings(max_examples=50)
@given(judged())
def test_every_figure_is_that_of_the_formulas_to_the_last_digit(found: BookFigures) -> None:
    for figures in found.loans:
        if not isinstance(figures.lookup, Quote):
            assert [line.headroom for line in figures.triggers] == [None] * len(figures.triggers)
            continue
        price, balance = figures.lookup.value, figures.balance
        basis = basis_factor(balance.terms.basis_bps)
        lender = EXACT.multiply(price, basis)
        value = EXACT.multiply(btc_of(balance.collateral_sats), lender)
        assert str(figures.collateral_value) == str(value)
        test = figures.drop_test
        if test is None:
            assert figures.state in (LoanState.CLOSED, LoanState.UNDRAWN, LoanState.UNCOVERED)
            continue
        kept = EXACT.subtract(ONE, found.drop)
        after = EXACT.multiply(btc_of(balance.collateral_sats), EXACT.multiply(lender, kept))
        assert str(figures.ltv) == str(EXACT.divide(balance.exposure, value))
        assert str(test.ltv) == str(EXACT.divide(balance.exposure, after))
        assert str(test.price) == str(EXACT.multiply(price, kept))
        for line in figures.triggers:
            share = EXACT.multiply(EXACT.multiply(line.trigger.ltv, btc_of(balance.collateral_sats)), basis)
            wanted = EXACT.divide(balance.exposure, share) if balance.exposure else None
            assert str(line.price) == str(wanted)
            if wanted is not None:
                assert str(line.headroom) == str(EXACT.subtract(ONE, EXACT.divide(wanted, price)))


@settings(max_examples=50)
@given(judged(), st.sampled_from(SILLY))
def test_a_callers_own_decimal_context_changes_nothing(found: BookFigures, silly: Context) -> None:
    accounts = tuple(map(Account, found.free_sats))
    book = Book("", found.totals.currency, accounts, tuple(figures.loan for figures in found.loans))
    usual = [repr(figures) for figures in found.loans]
    levels = [repr(_levels(figures, found.drop)) for figures in found.loans]
    with localcontext(silly):
        again = book_figures(book, found.prices, found.as_of, drop=found.drop, sale_cost=COST, named=found.lookups)
        assert [repr(figures) for figures in again.loans] == usual
        assert repr(again.ledger.dangers) == repr(found.ledger.dangers)
        assert [repr(_levels(figures, found.drop)) for figures in again.loans] == levels
        alone = [loan_figures(figures.loan, figures.lookup, found.as_of, found.drop, COST) for figures in found.loans]
        assert [repr(figures) for figures in alone] == usual


@settings(max_examples=50)
@given(judged())
def test_trigger_prices_known_from_the_ledger_are_those_reckoned_anew(found: BookFigures) -> None:
    for figures in found.loans:
        anew = figures_of(figures.loan, figures.balance, figures.lookup, found.drop, COST)
        assert repr(anew) == repr(figures)


@settings(max_examples=50)
@given(judged())
def test_the_loans_in_reach_and_unjudged_are_those_that_a_look_at_every_loan_finds(found: BookFigures) -> None:
    states = [(figures.state, figures.drop_test) for figures in found.loans]
    touched = {
        index
        for index, (state, test) in enumerate(states)
        if state in (*CALLED_STATES, LoanState.UNCOVERED) or (test is not None and test.state in CALLED_STATES)
    }
    assert touched == set(found.in_reach)
    assert found.unjudged == [index for index, (state, _) in enumerate(states) if state is LoanState.UNKNOWN]


@settings(max_examples=50)
@given(judged())
def test_a_warnings_levels_are_those_of_the_formulas(found: BookFigures) -> None:
    for figures in found.loans:
        if not isinstance(figures.lookup, Quote) or figures.state in (LoanState.CLOSED, LoanState.UNDRAWN):
            continue
        lines = lines_of(figures, figures.lookup.value, found.drop)
        kept = EXACT.subtract(ONE, found.drop)
        assert [line.kind for line in lines] == sorted((line.kind for line in lines), key=list(WarningKind).index)
        for line in lines:
            first = next(t for t in figures.triggers if t.trigger.kind is line.trigger.kind)
            assert first.price is not None
            assert figures.ltv is not None
            dropped = line.kind in (WarningKind.DROP_CALL, WarningKind.DROP_SALE)
            assert str(line.price) == str(EXACT.divide(first.price, kept) if dropped else first.price)
            assert str(line.ltv) == str(EXACT.divide(figures.ltv, kept) if dropped else figures.ltv)


@pytest.mark.parametrize("silly", SILLY)
def test_each_formula_is_safe_alone(silly: Context) -> None:
    debt, sats, price = Decimal("49123.57"), 123_456_789, Decimal("70727.31")
    basis = basis_factor(-37)

    def all_of() -> tuple[object, ...]:
        at_call = trigger_price(debt, sats, Decimal("0.75"), basis)
        assert at_call is not None
        cured = cure(debt, sats, price, Decimal("0.55"), sale_cost=COST, currency="USD", deadline_hours=12)
        return basis_factor(-37), ltv(debt, sats, price), at_call, headroom(at_call, price), cured

    usual = repr(all_of())
    with localcontext(silly):
        assert repr(all_of()) == usual
    assert str(ltv(debt, sats, price)) == str(EXACT.divide(debt, EXACT.multiply(btc_of(sats), price)))


@given(st.integers(0, 4000), st.sampled_from(["USD", "JPY", "KWD"]))
def test_a_loan_is_indebted_when_its_debt_rounds_to_something(thousandths: int, currency: str) -> None:
    balance = replace(
        balance_at(pledged("1000", "1"), at("2026-02-10")),
        accrued_interest=Decimal(0),
        principal=Decimal(thousandths).scaleb(-4),
    )
    assert is_indebted(balance, currency) == bool(round_fiat(balance.debt, currency))


def test_the_clock_is_that_of_the_highest_call_reached() -> None:
    calls = terms(triggers=(call("0.70", "0.60", 168), call("0.80", "0.65", 24), sale("0.95")))
    figures = loan_figures(
        pledged("50000", "1", with_terms=calls), quote("62500"), at("2026-02-10"), Decimal("0.10"), COST
    )
    hours = {line.kind: line.clock_hours for line in lines_of(figures, Decimal(62_500), Decimal("0.10"))}
    assert hours[WarningKind.CALL] == 24
    assert hours[WarningKind.SALE] is None
