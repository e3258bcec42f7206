"""Figures are exact and the same to the last digit, however they are reached and whatever the decimal context is.

The formulas stand here a second time, written with the methods of the exact context, one operation at a time.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal, Inexact, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.book import Account, Book, EventKind, Loan, LoanEvent
from app.domain.figures import CALLED_STATES, LoanFigures, LoanState, figures_of, loan_figures
from app.domain.ledger import PriceKey
from app.domain.loan_state import balance_at, is_indebted
from app.domain.ltv import basis_factor, cure, headroom, ltv, trigger_price
from app.domain.money import EXACT, btc_of, round_fiat
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import WarningKind
from app.domain.warnings import Line, lines_of
from tests.fakes.books import CURRENCIES, instants
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
def ratios(draw: st.DrawFn) -> Decimal:
    """Return an LTV from 30 to 150 %, where loans and their lines meet; the whole range would be mostly its ends."""
    return Decimal(draw(st.integers(300_000, 1_500_000))).scaleb(-6)


@st.composite
def contracts(draw: st.DrawFn, starts_on: date) -> Terms:
    """Return terms with one to four lines of any kind."""
    levels = sorted(draw(st.lists(ratios(), min_size=1, max_size=4, unique=True)))
    lines = []
    for level in levels:
        kind = draw(st.sampled_from(TriggerKind))
        called = kind is TriggerKind.MARGIN_CALL
        cure_ltv = EXACT.multiply(level, draw(st.sampled_from([ONE, Decimal("0.8777")])))
        lines.append(Trigger(kind, level, 24 if called else None, cure_ltv if called else None))
    return Terms(
        starts_on,
        draw(st.sampled_from([Decimal(0), Decimal("0.105"), Decimal("0.0899")])),
        triggers=tuple(lines),
        price_source=draw(st.sampled_from(["consensus", "consensus", "kraken", "bitstamp"])),
        basis_bps=draw(st.integers(-200, 200)),
    )


@st.composite
def live_loans(draw: st.DrawFn, name: str, moment: datetime, prices: Mapping[str, PriceLookup]) -> Loan:
    """Return a loan near its lines; now and then one with nothing pledged, or one that was repaid or never drawn."""
    opened_on = moment.date() - timedelta(days=draw(st.integers(0, 200)))
    opening = datetime.combine(opened_on, datetime.min.time(), UTC)
    currency = draw(st.sampled_from(("USD", *CURRENCIES)))
    lookup = prices[currency]
    price = lookup.value if isinstance(lookup, Quote) else Decimal(50_000)
    sats = draw(st.integers(10**6, 10**11))
    debt = EXACT.multiply(EXACT.multiply(draw(ratios()), price), btc_of(sats)).quantize(Decimal("1E-8"), ROUND_UP)
    post = LoanEvent(opening, EventKind.POST, sats=sats)
    borrow = LoanEvent(opening, EventKind.DRAW, amount=debt)
    repay = LoanEvent(opening, EventKind.REPAY, amount=debt)
    odd = [(borrow,), (post,), (post, borrow, repay)]
    events = draw(st.sampled_from([*[(post, borrow)] * 9, *odd]))
    return Loan(name, "", currency, opened_on, None, (draw(contracts(opened_on)),), events)


@st.composite
def judged(draw: st.DrawFn) -> BookFigures:
    """Return loans that could be, at a moment and at prices some of which are missing.

    Only loans: making accounts, notes and saved questions takes most of the time, and no figure here reads them.
    """
    moment = draw(instants(days=6500))
    prices: dict[str, PriceLookup] = {}
    for currency in CURRENCIES:
        value = draw(st.sampled_from([True] * 4 + [False])) and Decimal(draw(st.integers(10**6, 10**11))).scaleb(-4)
        prices[currency] = (
            Quote(currency, value, moment, "consensus", 3, 3) if value else NoQuote(currency, "nobody answers")
        )
    named = {PriceKey("kraken", "USD"): prices["USD"], PriceKey("bitstamp", "EUR"): prices["EUR"]}
    count = draw(st.integers(1, 3))
    loans = tuple(draw(live_loans(f"L{number}", moment, prices)) for number in range(count))
    book = Book("", draw(st.sampled_from(CURRENCIES)), (), loans)
    return book_figures(book, prices, moment, drop=draw(DROPS), sale_cost=COST, named=named)


def _levels(figures: LoanFigures, drop: Decimal) -> tuple[Line, ...]:
    return lines_of(figures, figures.lookup.value, drop) if isinstance(figures.lookup, Quote) else ()


def _every_figure_is_that_of_the_formulas_to_the_last_digit(found: BookFigures) -> None:
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


def _a_callers_own_decimal_context_changes_nothing(found: BookFigures, silly: Context) -> None:
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


def _trigger_prices_known_from_the_ledger_are_those_reckoned_anew(found: BookFigures) -> None:
    for figures in found.loans:
        anew = figures_of(figures.loan, figures.balance, figures.lookup, found.drop, COST)
        assert repr(anew) == repr(figures)


def _the_loans_in_reach_and_unjudged_are_those_that_a_look_at_every_loan_finds(found: BookFigures) -> None:
    states = [(figures.state, figures.drop_test) for figures in found.loans]
    touched = {
        index
        for index, (state, test) in enumerate(states)
        if state in (*CALLED_STATES, LoanState.UNCOVERED) or (test is not None and test.state in CALLED_STATES)
    }
    assert touched == set(found.in_reach)
    assert found.unjudged == [index for index, (state, _) in enumerate(states) if state is LoanState.UNKNOWN]


def _a_warnings_levels_are_those_of_the_formulas(found: BookFigures) -> None:
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


def test_whatever_the_loans_their_figures_are_exact() -> None:
    # All in one test, for the loans take far longer to make than to check.
    states: set[LoanState] = set()
    falls: set[LoanState] = set()

    @settings(max_examples=500)
    @given(judged(), st.sampled_from(SILLY))
    def check(found: BookFigures, silly: Context) -> None:
        _every_figure_is_that_of_the_formulas_to_the_last_digit(found)
        _a_callers_own_decimal_context_changes_nothing(found, silly)
        _trigger_prices_known_from_the_ledger_are_those_reckoned_anew(found)
        _the_loans_in_reach_and_unjudged_are_those_that_a_look_at_every_loan_finds(found)
        _a_warnings_levels_are_those_of_the_formulas(found)
        for figures in found.loans:
            states.add(figures.state)
            if figures.drop_test is not None and figures.drop_test.state is not figures.state:
                falls.add(figures.drop_test.state)

    check()
    # Loans that are never drawn or never priced would let every formula pass.
    assert states == set(LoanState)
    assert falls >= CALLED_STATES


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
