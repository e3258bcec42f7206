"""LTV, headroom and drop rules: exactly at the limit, over the deadband, and never without a confirmed price."""

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.ledger import PriceKey, build_ledger
from app.domain.money import EXACT
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rule_machine import Sign
from app.domain.rules import Fall, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.services.rule_context import sold_loans
from app.services.rule_readings import RuleReader
from tests.fakes.loans import OPENED, book, call, draw, loan, pledged, post, repay, sale, terms, warning
from tests.fakes.rules import NOW, context, figures_at, quoted, read, sign, silent, thin

YESTERDAY = NOW.date() - timedelta(days=1)
LTV_70 = Rule("ltv-70", RuleKind.LTV, Decimal("0.70"))
# 100,000 against 2 BTC: the LTV is 50,000 ÷ price; 70 % at 71,428.57…, 68 % at 73,529.41….
BOOK = book(pledged("100000", "2"))


def test_a_level_is_reached_at_it_and_clear_two_points_under_it() -> None:
    exact = book(pledged("70000", "1"))  # 70 % at 100,000
    assert sign(LTV_70, figures_at(exact, "100000")) is Sign.REACHED
    assert sign(LTV_70, figures_at(exact, "100000.00000001")) is Sign.NEAR
    wide = book(pledged("68000", "1"))  # 68 % at 100,000
    assert sign(LTV_70, figures_at(wide, "100000")) is Sign.NEAR
    assert sign(LTV_70, figures_at(wide, "100000.00000001")) is Sign.CLEAR


def test_headroom_is_below_its_limit_and_not_at_it() -> None:
    rule = Rule("room", RuleKind.HEADROOM, Decimal("0.10"), TriggerKind.MARGIN_CALL)
    called = book(pledged("67500", "1"))  # called at 75 %, which is 90,000
    assert sign(rule, figures_at(called, "100000")) is Sign.NEAR
    assert sign(rule, figures_at(called, "99999.99999999")) is Sign.REACHED
    # 10 % above the call the LTV is 67.5 %; it has to be under 65.5 %.
    assert sign(rule, figures_at(called, "103000")) is Sign.NEAR
    assert sign(rule, figures_at(called, "103100")) is Sign.CLEAR


def test_a_fixed_fall_reaches_the_line_it_is_asked_for() -> None:
    called = book(pledged("67500", "1"))
    drop = Rule("drop", RuleKind.DROP, Decimal("0.10"), TriggerKind.MARGIN_CALL, Fall.FIXED)
    assert sign(drop, figures_at(called, "100000")) is Sign.REACHED
    assert sign(drop, figures_at(called, "100000.00000001")) is Sign.NEAR
    sold = Rule("drop", RuleKind.DROP, Decimal("0.10"), TriggerKind.LIQUIDATION, Fall.FIXED)
    assert sign(sold, figures_at(called, "100000")) is Sign.CLEAR
    assert sign(sold, figures_at(called, "88000")) is Sign.REACHED


def test_no_line_named_means_the_first_danger_and_no_level_the_contracts_own() -> None:
    quick = terms(triggers=(warning("0.60"), warning("0.65"), sale("0.80"), call("0.90")))
    lent = book(pledged("60000", "1", with_terms=quick))
    assert sign(Rule("own", RuleKind.LTV), figures_at(lent, "100000")) is Sign.REACHED
    assert sign(Rule("own", RuleKind.LTV), figures_at(lent, "101000")) is Sign.NEAR
    room = Rule("room", RuleKind.HEADROOM, Decimal("0.10"))  # of the sale at 75,000
    assert sign(room, figures_at(lent, "83333")) is Sign.REACHED
    assert sign(room, figures_at(lent, "90000")) is Sign.CLEAR


def test_a_contract_without_the_line_is_not_read() -> None:
    bare = terms(triggers=(sale("0.85"),))
    lent = book(pledged("60000", "1", with_terms=bare))
    assert not read(Rule("own", RuleKind.LTV), figures_at(lent, "50000"))
    assert not read(
        Rule("room", RuleKind.HEADROOM, Decimal("0.10"), TriggerKind.MARGIN_CALL), figures_at(lent, "50000")
    )


def test_only_the_loans_of_the_rule_are_read_and_disabled_rules_are_not() -> None:
    two = book(pledged("70000", "1", name="A"), pledged("70000", "1", name="B"))
    only = Rule("a", RuleKind.LTV, Decimal("0.70"), loans=("A",))
    assert set(read(only, figures_at(two, "90000"))) == {"A"}
    assert not read(Rule("a", RuleKind.LTV, Decimal("0.70"), enabled=False), figures_at(two, "90000"))


def test_without_a_confirmed_price_nothing_is_known() -> None:
    assert sign(LTV_70, figures_at(BOOK, None)) is Sign.UNKNOWN
    for status in (PriceStatus.SINGLE, PriceStatus.DISAGREE, PriceStatus.STALE, PriceStatus.NONE):
        price = Decimal(10)
        said = Consensus("USD", status, price, price, price, NOW, "consensus", (), (price,))
        assert sign(LTV_70, figures_at(BOOK, None), context(consensus=said)) is Sign.UNKNOWN


def test_few_sources_all_have_to_bear_a_level_out() -> None:
    # The level is at 71,428.57…
    split = thin("71000", "70900", "71500")
    assert sign(LTV_70, figures_at(BOOK, "71000"), context(consensus=split)) is Sign.NEAR
    agreed = thin("71000", "70900", "71400")
    assert sign(LTV_70, figures_at(BOOK, "71000"), context(consensus=agreed)) is Sign.REACHED
    assert sign(LTV_70, figures_at(BOOK, "74000"), context(consensus=thin("74000", "71000", "75000"))) is Sign.CLEAR


def test_loans_that_no_price_moves_need_none() -> None:
    paid = loan(post("2025-06-01T12:00", "1"), draw("2025-06-01T13:00", "100"), repay("2025-07-01", "100"))
    assert sign(LTV_70, figures_at(book(paid), None)) is Sign.CLEAR
    bare = loan(draw("2025-06-01T13:00", "100"))
    assert sign(LTV_70, figures_at(book(bare), None)) is Sign.REACHED


def test_a_lenders_index_below_ours_reaches_a_level_earlier() -> None:
    low = book(pledged("69300", "1", with_terms=terms(basis_bps=-100)))  # 70 % at 99,000 of theirs, 100,000 of ours
    assert sign(LTV_70, figures_at(low, "100000")) is Sign.REACHED
    assert sign(LTV_70, figures_at(low, "100000.00000001")) is Sign.NEAR


def test_each_loan_is_read_at_its_own_price() -> None:
    named = pledged("70000", "1", name="Named", with_terms=terms(price_source="kraken"))
    euro = loan(post("2025-06-01", "1"), draw("2025-06-01", "70000"), name="Euro", currency="EUR", with_terms=terms())
    lent = book(named, euro, pledged("70000", "1", name="Plain"))
    figures = figures_at(
        lent, "100001", others={"EUR": silent("EUR")}, named={PriceKey("kraken", "USD"): quoted("99000")}
    )
    found = {name: reading.sign for name, reading in read(LTV_70, figures).items()}
    assert found == {"Named": Sign.REACHED, "Euro": Sign.UNKNOWN, "Plain": Sign.NEAR}


def history(*closes: str, last: date = YESTERDAY) -> list[DailyCandle]:
    first = last - timedelta(days=len(closes) - 1)
    return [DailyCandle.closing(first + timedelta(days=n), Decimal(c)) for n, c in enumerate(closes)]


WEEK = Rule("week", RuleKind.DROP, line=TriggerKind.MARGIN_CALL, fall=Fall.LAST_WEEK)


def test_last_weeks_fall_is_tested_again() -> None:
    fell = history("100", *["95"] * 6, "90")  # 10 %
    called = book(pledged("67500", "1"))
    assert sign(WEEK, figures_at(called, "100000"), context(candles=fell)) is Sign.REACHED
    assert sign(WEEK, figures_at(called, "120000"), context(candles=fell)) is Sign.CLEAR


def test_a_week_that_rose_tests_nothing_but_a_called_loan_stays_called() -> None:
    rose = history("90", *["95"] * 6, "100")
    called = book(pledged("67500", "1"))
    assert sign(WEEK, figures_at(called, "100000"), context(candles=rose)) is Sign.CLEAR
    assert sign(WEEK, figures_at(called, "90000"), context(candles=rose)) is Sign.REACHED


@pytest.mark.parametrize("fall", [Fall.LAST_WEEK, Fall.SIGMAS])
def test_a_fall_that_history_does_not_tell_is_unknown(fall: Fall) -> None:
    rule = Rule("week", RuleKind.DROP, None if fall is Fall.LAST_WEEK else Decimal(2), fall=fall)
    for candles in ([], history("100", "90"), history(*["100"] * 500, last=NOW.date() - timedelta(days=4))):
        assert sign(rule, figures_at(BOOK, "100000"), context(candles=candles)) is Sign.UNKNOWN


def test_sigmas_come_from_the_weeks_of_the_history() -> None:
    weekly = [Decimal(100) if n % 2 else Decimal(90) for n in range(60)]
    closes = history(*[str(price) for price in weekly for _ in range(7)])
    rule = Rule("sigma", RuleKind.DROP, Decimal(1), TriggerKind.MARGIN_CALL, Fall.SIGMAS)
    # A weekly standard deviation of about ln(100 ÷ 90) is a fall of about a tenth.
    called = book(pledged("67500", "1"))
    assert sign(rule, figures_at(called, "99500"), context(candles=closes)) is Sign.REACHED
    assert sign(rule, figures_at(called, "106000"), context(candles=closes)) is Sign.CLEAR


def test_a_loan_that_began_beyond_a_level_says_so() -> None:
    day = OPENED
    around = [DailyCandle.closing(day + timedelta(days=n), Decimal(price)) for n, price in ((-1, 90_000), (0, 95_000))]
    high = book(pledged("70000", "1"))
    (reading,) = read(LTV_70, figures_at(high, "200000"), context(candles=around)).values()
    assert reading.at_start
    assert reading.sign is Sign.CLEAR
    tall = [DailyCandle.closing(day - timedelta(days=1), Decimal(101_000)), around[1]]
    for candles in (tall, around[:1], [], [around[0], DailyCandle.closing(day, Decimal(101_000))]):
        (reading,) = read(LTV_70, figures_at(high, "90000"), context(candles=candles)).values()
        assert not reading.at_start


def test_a_loan_of_today_began_at_yesterdays_close() -> None:
    today = NOW.date()
    lent = loan(
        post("2026-02-10T01:00", "1"), draw("2026-02-10T02:00", "70000"), opened_on=today, with_terms=terms(start=today)
    )
    low = [DailyCandle.closing(today - timedelta(days=1), Decimal(99_000))]
    (reading,) = read(LTV_70, figures_at(book(lent), "99000"), context(candles=low)).values()
    assert reading.at_start
    high = [DailyCandle.closing(today - timedelta(days=1), Decimal(110_000))]
    (reading,) = read(LTV_70, figures_at(book(lent), "99000"), context(candles=high)).values()
    assert not reading.at_start


def test_a_moving_fall_says_nothing_of_the_start() -> None:
    candles = [*history("100", *["95"] * 6, "90")]
    around = [DailyCandle.closing(OPENED - timedelta(days=n), Decimal(70_000)) for n in (1, 0)]
    (reading,) = read(WEEK, figures_at(BOOK, "60000"), context(candles=[*around, *candles])).values()
    assert reading.sign is Sign.REACHED
    assert not reading.at_start


def test_a_kept_reader_says_what_a_fresh_one_does() -> None:
    reader = RuleReader()
    lent = book(*[pledged(str(50_000 + 700 * n), "1", name=f"L{n}") for n in range(40)])
    rules = (LTV_70, Rule("own", RuleKind.LTV), WEEK)
    candles = history("100", *["95"] * 6, "92")
    ledger = build_ledger(lent, NOW)
    for price in ("100000", "80000", None, "71000", "120000"):
        figures = figures_at(lent, price, ledger=ledger)
        kept = reader.readings(rules, figures, context(candles=candles))
        fresh = RuleReader().readings(rules, figures, context(candles=candles))
        assert [(r.rule, r.subject, r.sign) for r in kept] == [(r.rule, r.subject, r.sign) for r in fresh]
    edited = Book(lent.name, lent.base_currency, lent.accounts, lent.loans[:3])
    assert len(reader.readings((LTV_70,), figures_at(edited, "100000"), context(candles=candles))) == 3


amounts = st.decimals("1000", "200000", places=2)
coins = st.decimals("0.5", "3", places=8)
limits = st.decimals("0.05", "0.95", places=4)


@settings(max_examples=150)
@given(st.lists(st.tuples(amounts, coins), min_size=1, max_size=6), limits, st.decimals("10000", "200000", places=2))
def test_signs_are_those_of_exact_fractions(
    lent: list[tuple[Decimal, Decimal]], limit: Decimal, price: Decimal
) -> None:
    loans = [pledged(str(debt), str(btc), name=f"L{n}") for n, (debt, btc) in enumerate(lent)]
    figures = figures_at(book(*loans), price)
    for kind in (RuleKind.LTV, RuleKind.HEADROOM, RuleKind.DROP):
        fall = Fall.FIXED if kind is RuleKind.DROP else None
        line = None if kind is RuleKind.LTV else TriggerKind.MARGIN_CALL
        found = read(Rule("r", kind, limit, line, fall), figures)
        for each, (debt, btc) in zip(loans, lent, strict=True):
            assert found[each.name].sign is oracle(
                kind, Fraction(limit), Fraction(debt), Fraction(btc), Fraction(price)
            )


def oracle(kind: RuleKind, limit: Fraction, debt: Fraction, btc: Fraction, price: Fraction) -> Sign:
    """Say it again in fractions: the call is at 75 %."""
    call_at, two, part = Fraction(3, 4), Fraction(2, 100), Fraction(1, 4)
    ltv = debt / (btc * price)
    if kind is RuleKind.LTV:
        reached, calm = ltv >= limit, ltv < limit - min(two, limit * part)
    elif kind is RuleKind.HEADROOM:
        edge = call_at * (1 - limit)
        reached, calm = 1 - (debt / (call_at * btc)) / price < limit, ltv < edge - min(two, edge * part)
    else:
        after = ltv / (1 - limit)
        reached, calm = after >= call_at, after < call_at - two
    return Sign.REACHED if reached else Sign.CLEAR if calm else Sign.NEAR


@given(amounts, coins, limits)
def test_a_price_right_at_the_level_reaches_it(debt: Decimal, btc: Decimal, limit: Decimal) -> None:
    with localcontext(EXACT):
        price = debt / (btc * limit)
        said = sign(Rule("r", RuleKind.LTV, limit), figures_at(book(pledged(str(debt), str(btc))), price))
    exactly_there = Fraction(limit) * Fraction(btc) * Fraction(price) <= Fraction(debt)
    assert said is (Sign.REACHED if exactly_there else Sign.NEAR)


def test_sold_loans_are_those_past_a_confirmed_forced_sale() -> None:
    lent = book(pledged("85000", "1", name="Sold"), pledged("84999", "1", name="Called"))
    assert sold_loans(figures_at(lent, "100000"), context()) == {"Sold"}
    assert sold_loans(figures_at(lent, None), context()) == frozenset()
    split = thin("100000", "99900", "100100")
    assert sold_loans(figures_at(lent, "100000"), context(consensus=split)) == frozenset()


def test_a_quote_by_hand_needs_no_round() -> None:
    figures = figures_at(BOOK, "71000")
    assert isinstance(figures.prices["USD"], Quote)
    assert sign(LTV_70, figures, context()) is Sign.REACHED
