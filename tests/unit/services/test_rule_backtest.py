"""How often a rule would have fired: counted again by hand, day by day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.candles import DailyCandle
from app.domain.errors import CancelledError
from app.domain.rules import Due, Fall, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.risk.positions import Positions, positions_of
from app.risk.reserve import reserve
from app.services.rule_backtest import RuleRecord, backtest, record_sentence
from tests.fakes.loans import account, book, pledged
from tests.fakes.rules import NOW, figures_at, quoted, silent

# 70 % at 100,000.
BOOK = book(pledged("70000", "1"))
LTV = Rule("ltv", RuleKind.LTV, Decimal("0.70"), hold_minutes=5)
FIRST = NOW.date() - timedelta(days=365)


def history(*closes: str, lows: dict[int, str] | None = None, first: date = FIRST) -> list[DailyCandle]:
    """Return days from ``first`` on; with ``lows``, every day has one, its close unless given."""
    found = []
    for number, close in enumerate(closes):
        day, price = first + timedelta(days=number), Decimal(close)
        if lows is None:
            found.append(DailyCandle.closing(day, price))
        else:
            found.append(DailyCandle(day, price, price, Decimal(lows.get(number, close)), price))
    return found


def record(rule: Rule, candles: list[DailyCandle]) -> RuleRecord:
    (found,) = backtest((rule,), BOOK, candles, {}, NOW)
    return found


def test_each_fall_to_the_level_counts_once() -> None:
    closes = ["120000", "99000", "98000", "120000", "120000", "100000", "101000", "99000", "130000", "130000", "130000"]
    found = record(LTV, history(*closes))
    # The third touch comes before the second was clear by two points.
    assert (found.fired, found.on) == (2, (FIRST + timedelta(days=1), FIRST + timedelta(days=5)))
    assert (found.first, found.last, found.intraday) == (FIRST, FIRST + timedelta(days=10), False)


def test_a_low_within_the_day_counts() -> None:
    calm = ["120000"] * 8
    assert record(LTV, history(*calm)).fired == 0
    found = record(LTV, history(*calm, lows={2: "90000", 6: "95000"}))
    assert (found.fired, found.intraday) == (2, True)


def test_only_the_last_year_counts_and_not_today() -> None:
    days = 367
    dips = {0: "90000", 1: "90000", 100: "90000", 366: "90000"}
    found = record(LTV, history(*["120000"] * days, lows=dips, first=FIRST - timedelta(days=1)))
    assert found.on == (FIRST, FIRST + timedelta(days=99))


def test_the_weeks_move_and_last_weeks_fall_use_the_days_before() -> None:
    closes = ["100000"] * 10 + ["90000"] + ["130000"] * 9
    week = Rule("w", RuleKind.WEEK_MOVE, Decimal("0.10"))
    assert record(week, history(*closes)).on == (FIRST + timedelta(days=10),)
    again = Rule("d", RuleKind.DROP, line=TriggerKind.MARGIN_CALL, fall=Fall.LAST_WEEK)
    low = book(pledged("52500", "1"))  # called at 70,000
    # A fall by a quarter is tested from the day after it on: 90,000 would then be 67,500.
    (found,) = backtest((again,), low, history(*["100000"] * 9, "75000", *["90000"] * 3), {}, NOW)
    assert found.on == (FIRST + timedelta(days=10),)


def test_loans_are_counted_and_days_told_once() -> None:
    two = book(pledged("70000", "1", name="A"), pledged("70000", "1", name="B"))
    (found,) = backtest((LTV,), two, history("120000", "90000", "120000"), {}, NOW)
    assert (found.fired, len(found.on)) == (2, 1)


def test_other_currencies_fall_along_at_todays_rates() -> None:
    euro = replace(pledged("70000", "1"), currency="EUR")
    prices = {"USD": quoted("110000"), "EUR": quoted("100000", "EUR")}
    candles = history("120000", "110001", "120000", "120000", "110000")
    (found,) = backtest((LTV,), book(euro), candles, prices, NOW)
    assert found.on == (FIRST + timedelta(days=4),)
    (unknown,) = backtest((LTV,), book(euro), candles, {"USD": quoted("1"), "EUR": silent("EUR")}, NOW)
    assert unknown.fired is None
    assert "USD and EUR" in unknown.reason


def test_without_history_nobody_knows() -> None:
    for candles in ([], history("120000", first=FIRST - timedelta(days=9)), history("1", first=NOW.date())):
        found = record(LTV, candles)
        assert found.fired is None
        assert record_sentence(found).startswith("How often it would have fired is not known: there is no stored")


def test_what_the_price_does_not_decide_says_why() -> None:
    due = Rule("m", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY)
    chance = Rule("p", RuleKind.PROBABILITY, Decimal("0.2"), horizon_days=30)
    assert record_sentence(record(due, history("1"))).startswith("It does not depend on the price")
    assert "reckoned for today alone" in record_sentence(record(chance, history("1")))


def test_the_reserve_of_today_stands_for_the_past() -> None:
    held = book(pledged("70000", "1"), accounts=(account(btc="1"),))
    found = positions_of(figures_at(held, "120000"))
    assert isinstance(found, Positions)
    kept = reserve(found)
    end = kept.cure_each_call.price
    assert end is not None
    rule = Rule("r", RuleKind.RESERVE, Decimal("0.15"))
    near, far = str(end / Decimal("0.86")), str(end * 2)
    (said,) = backtest((rule,), held, history(far, near, far, far, near), {}, NOW, reserve=kept)
    assert said.on == (FIRST + timedelta(days=1), FIRST + timedelta(days=4))
    (unknown,) = backtest((rule,), held, history(far), {}, NOW)
    assert unknown.fired is None


def test_it_can_be_stopped_and_a_rule_that_is_off_is_counted() -> None:
    with pytest.raises(CancelledError):
        backtest((LTV,), BOOK, history("1"), {}, NOW, should_stop=lambda: True)
    assert record(replace(LTV, enabled=False), history("90000")).fired == 1


def test_a_record_in_words() -> None:
    last = FIRST + timedelta(days=364)
    days = tuple(FIRST + timedelta(days=n) for n in range(4))
    year = RuleRecord(LTV, 6, days, FIRST, last)
    assert record_sentence(year) == "In the last year it would have fired 6 times, on 4 days."
    assert record_sentence(replace(year, fired=4)) == "In the last year it would have fired 4 times."
    assert record_sentence(replace(year, fired=1, on=days[:1])) == "In the last year it would have fired once."
    short = replace(year, fired=0, on=(), first=date(2026, 1, 1), intraday=False)
    assert record_sentence(short) == (
        "Since 01 Jan 2026 it would not have fired. "
        "The history lacks lows within a day, so it may have been more often."
    )


@settings(max_examples=60)
@given(st.lists(st.integers(95_000, 108_000), min_size=1, max_size=30))
def test_closes_are_counted_as_a_plain_loop_counts_them(closes: list[int]) -> None:
    found = record(LTV, history(*map(str, closes)))
    assert found.fired == counted(closes)


def counted(closes: list[int]) -> int:
    """Count by hand: reached at 100,000 or below; over after two days in a row above 70,000 ÷ 0.68."""
    fired, stands, calm = 0, False, 0
    for close in closes:
        if close <= 100_000:
            fired, stands, calm = fired + (not stands), True, 0
        elif stands:
            calm = calm + 1 if close * 68 > 7_000_000 else 0
            stands = calm < 2
    return fired
