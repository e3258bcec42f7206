"""What happens in a fall, worked by hand.

Unless a test says otherwise there is one loan of 600,000 against 10 BTC at a price of 100,000: LTV 60 %. Called at
75 % (price 80,000), cured to 50 %, sold at 90 % (66,666.67).
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.book import Loan
from app.domain.figures import LoanState
from app.domain.terms import Delivery, FeeBase, Trigger
from app.risk.stress import compare, sale_begins, stress
from app.risk.stress_path import PathPoint, PricePath, fall_to, own_path, straight_fall
from app.risk.stress_result import Policy, StressEvent, StressKind, StressResult
from tests.fakes.loans import account, book, call, pledged, sale, sats, terms
from tests.fakes.plan_books import GOLDEN, positions, worked

CALL, TOP_UP, SALE = StressKind.MARGIN_CALL, StressKind.TOP_UP, StressKind.LIQUIDATION
NO_FEE = Decimal(0)


def lines(*triggers: Trigger, hours: int = 0, cap: str | None = None, fee: str = "0") -> Loan:
    delivery = Delivery(hours, None if cap is None else sats(cap))
    said = terms(triggers=[replace(t, fee_rate=Decimal(fee)) for t in triggers])
    return pledged("600000", "10", with_terms=replace(said, delivery=delivery))


def course(
    loans: Loan | Sequence[Loan], path: PricePath, policy: Policy = Policy.CURE, free: str = "0", horizon: int = 0
) -> StressResult:
    every = [loans] if isinstance(loans, Loan) else list(loans)
    accounts = (account(btc=free),) if Decimal(free) else ()
    return stress(positions(book(*every, accounts=accounts), "100000", horizon), path, policy)


def told(result: StressResult) -> list[tuple[StressKind, str, int, str]]:
    """Each event's kind, price (to the cent), satoshis and day (to the hundredth)."""
    return [(e.kind, f"{e.price:.2f}", e.sats, f"{e.day:.2f}") for e in result.events]


def fall(drop: str, days: str | None = None) -> PricePath:
    return straight_fall(Decimal(drop), None if days is None else Decimal(days))


ONE = (call("0.75", "0.50", 24), sale("0.90"))


def test_a_call_is_cured_at_its_price_and_comes_again_a_third_lower() -> None:
    # Called at 600,000 ÷ (0.75 · 10) = 80,000; cured by 600,000 ÷ (0.5 · 80,000) − 10 = 5 BTC.
    # Again at 80,000 · 0.5 ÷ 0.75 = 53,333.33 by 600,000 ÷ (0.5 · 53,333.33) − 15 = 7.5 BTC.
    result = course(lines(*ONE), fall("0.5"), free="20")
    assert told(result) == [
        (CALL, "80000.00", 500_000_000, "0.00"),
        (TOP_UP, "80000.00", 500_000_000, "0.00"),
        (CALL, "53333.33", 750_000_000, "0.00"),
        (TOP_UP, "53333.33", 750_000_000, "0.00"),
    ]
    # 600,000 − 0.5 · 10 · 80,000 = 200,000 would cure the first call; 5 BTC were worth 400,000.
    assert [round(event.amount, 2) for event in result.events[:2]] == [200_000, 400_000]
    assert (result.free_left_sats, result.posted_sats, result.sold_sats) == (sats("7.5"), sats("12.5"), 0)
    assert result.loss == 0
    (end,) = result.loans
    # 600,000 ÷ (22.5 · 50,000) = 53.3 %
    assert (end.state, end.collateral_sats, round(end.ltv or 0, 6)) == (LoanState.OK, sats("22.5"), Decimal("0.533333"))


def test_with_no_action_the_line_sells_what_repays_the_debt_and_the_rest_comes_back() -> None:
    # Sold at 600,000 ÷ (0.9 · 10) = 66,666.67: 600,000 ÷ 66,666.67 = 9 BTC repay everything, 1 BTC comes back.
    result = course(lines(*ONE), fall("0.5"), Policy.NONE, free="2")
    assert told(result) == [(CALL, "80000.00", 500_000_000, "0.00"), (SALE, "66666.67", 900_000_000, "0.00")]
    (end,) = result.loans
    assert (end.state, end.debt, end.collateral_sats, end.returned_sats) == (LoanState.CLOSED, Decimal(0), 0, sats("1"))
    assert result.free_left_sats == sats("3")
    assert end.ltv is None


def test_a_partial_sale_leaves_a_loan_that_goes_on() -> None:
    # At 66,666.67 with a fee of 2 %, to 60 %: x = (600,000 − 0.6 · 666,666.67) ÷ (66,666.67 · (1 − 0.02 − 0.6))
    # = 200,000 ÷ 25,333.33 = 7.89473684… BTC; repaid 7.8947 · 66,666.67 · 0.98 = 515,789.47; owed 84,210.53 on
    # 2.10526 BTC. The fee is 0.02 · 526,315.79 = 10,526.32. Called again at 84,210.53 ÷ (0.75 · 2.10526) = 53,333.33.
    partly = sale("0.90", "0.60")
    result = course(lines(call("0.75", "0.50"), partly, fee="0.02"), fall("0.47"), Policy.NONE)
    assert [row[:3] for row in told(result)] == [
        (CALL, "80000.00", 500_000_000),
        (SALE, "66666.67", 789_473_685),
        (CALL, "53333.33", 105_263_158),
    ]
    sold = result.events[1]
    assert (round(sold.fee, 2), round(sold.repaid, 2)) == (Decimal("10526.32"), Decimal("515789.47"))
    assert round(result.loss, 2) == Decimal("10526.32")
    assert result.loans[0].state is LoanState.MARGIN_CALL


def test_an_uncured_call_is_sold_when_its_hours_are_over_and_not_before() -> None:
    # 40 % in 10 days: 4,000 a day. Called at 80,000 on day 5; 24 h later at 76,000 on day 6 all is sold:
    # 600,000 ÷ 76,000 = 7.89473685 BTC.
    result = course(lines(*ONE), fall("0.4", "10"), Policy.NONE)
    assert told(result) == [(CALL, "80000.00", 500_000_000, "5.00"), (SALE, "76000.00", 789_473_685, "6.00")]
    assert result.events[1].uncured
    assert (result.events[0].cure_hours, result.events[0].deadline_day) == (24, Decimal(6))


def test_without_hours_no_clock_forces_anything() -> None:
    result = course(lines(call("0.75", "0.50"), sale("0.90")), fall("0.3", "10"), Policy.NONE)
    assert [event.kind for event in result.events] == [CALL]
    assert result.loans[0].state is LoanState.MARGIN_CALL


def test_without_a_forced_sale_in_the_contract_an_uncured_call_sells_all_that_is_owed() -> None:
    result = course(lines(call("0.75", "0.50", 24)), fall("0.4", "10"), Policy.NONE)
    assert told(result)[1] == (SALE, "76000.00", 789_473_685, "6.00")
    assert result.loans[0].state is LoanState.CLOSED


def test_clocks_run_on_after_the_fall_at_its_last_price() -> None:
    # 25 % at once: called at 80,000 on day 0, sold at 75,000 a day later: 8 BTC.
    result = course(lines(*ONE), fall("0.25", "0"), Policy.NONE)
    assert told(result) == [(CALL, "80000.00", 500_000_000, "0.00"), (SALE, "75000.00", 800_000_000, "1.00")]
    assert result.end_day == 1


def test_at_once_no_top_up_arrives_before_the_line_is_reached() -> None:
    slow = lines(*ONE, hours=6)
    result = course(slow, fall("0.4", "0"), free="20")
    assert [event.kind for event in result.events] == [CALL, TOP_UP, SALE]
    assert result.events[1].in_time is False
    # What was under way comes back: 20 BTC free, and 1 of the 10 pledged.
    assert result.free_left_sats == sats("21")
    glided = course(slow, fall("0.4"), free="20")
    assert [event.kind for event in glided.events] == [CALL, TOP_UP]
    assert glided.events[1].in_time is True


def test_a_top_up_that_arrives_meets_its_call_however_far_the_price_fell_since() -> None:
    # 4,000 a day: called on day 5 at 80,000, 5 BTC arrive on day 6 at 76,000: 600,000 ÷ (15 · 76,000) = 52.6 %.
    result = course(lines(call("0.75", "0.50", 48), sale("0.90"), hours=24), fall("0.4", "10"), free="20")
    assert told(result) == [(CALL, "80000.00", 500_000_000, "5.00"), (TOP_UP, "80000.00", 500_000_000, "5.00")]
    assert (result.events[1].arrives_day, result.events[1].in_time) == (Decimal(6), True)
    assert result.loans[0].state is LoanState.OK


def test_what_a_daily_cap_spreads_too_far_is_too_late() -> None:
    # 5 BTC at 2 a day from 24 h on: 2 on day 6, 2 on day 7, 1 on day 8; the call gives until day 7. By then 14 BTC are
    # pledged: 72,000 on day 7, LTV 600,000 ÷ (14 · 72,000) = 59.5 %; sold 600,000 ÷ 72,000 = 8.33333334 BTC.
    latching = call("0.75", "0.50", 48, latching=True)
    result = course(lines(latching, sale("0.90"), hours=24, cap="2"), fall("0.4", "10"), free="20")
    assert told(result) == [
        (CALL, "80000.00", 500_000_000, "5.00"),
        (TOP_UP, "80000.00", 500_000_000, "5.00"),
        (SALE, "72000.00", 833_333_334, "7.00"),
    ]
    assert (result.events[1].arrives_day, result.events[1].in_time) == (Decimal(8), False)
    assert round(result.events[2].ltv or 0, 4) == Decimal("0.5952")
    assert result.free_left_sats == sats("30") - 833_333_334


def test_a_cap_of_nothing_takes_no_top_up() -> None:
    result = course(lines(*ONE, cap="0"), fall("0.4"), free="20")
    assert [event.kind for event in result.events] == [CALL, SALE]
    assert result.posted_sats == 0


def test_a_call_that_cannot_be_cured_in_full_gets_nothing() -> None:
    result = course(lines(*ONE), fall("0.3"), free="4.99999999")
    assert [event.kind for event in result.events] == [CALL]
    assert result.events[0].short_sats == 1
    assert result.free_left_sats == 499_999_999
    assert course(lines(*ONE), fall("0.3"), free="5").free_left_sats == 0


def test_one_loans_top_up_leaves_less_for_the_next() -> None:
    # The second loan is called 10 % lower; it would need 600,000 · 0.9 ÷ (0.5 · 72,000) − 10 = 5 BTC as well.
    first, second = lines(*ONE), replace(lines(*ONE), name="Second")
    smaller = pledged("540000", "10", name="Second", with_terms=second.terms[0])
    alone = course(smaller, fall("0.3"), free="8")
    assert [event.kind for event in alone.events] == [CALL, TOP_UP]
    both = course([first, smaller], fall("0.3"), free="8")
    assert [(event.loan, event.kind) for event in both.events] == [
        ("Coin revolver", CALL),
        ("Coin revolver", TOP_UP),
        ("Second", CALL),
    ]
    assert both.events[-1].short_sats == sats("2")


def test_what_a_forced_sale_gives_back_cures_a_call_that_waits() -> None:
    # "Fragile" is called at 85,000 without hours, "Coin revolver" at 80,000 needs 5 BTC: both wait, nothing is free.
    # Fragile is sold at 70,000: 510,000 ÷ 70,000 = 7.28571429 of 10 BTC; 2.71428571 come back: too little for the
    # revolver at 70,000 (600,000 ÷ 35,000 − 10 = 7.14285715). With 5 BTC free it is enough; so much stays unused until
    # then, as Fragile's own call asks for 510,000 ÷ (0.3 · 85,000) − 10 = 10 BTC.
    fragile = pledged(
        "510000",
        "10",
        name="Fragile",
        with_terms=terms(triggers=[call("0.60", "0.30"), replace(sale("0.728571428571"), fee_rate=NO_FEE)]),
    )
    revolver = lines(call("0.75", "0.50"), sale("0.90"))
    poor = course([fragile, revolver], fall("0.31"))
    assert [(e.loan, e.kind) for e in poor.events] == [("Fragile", CALL), ("Coin revolver", CALL), ("Fragile", SALE)]
    rich = course([fragile, revolver], fall("0.31"), free="4.99")
    assert [(e.loan, e.kind) for e in rich.events][-1] == ("Coin revolver", TOP_UP)
    assert f"{rich.events[-1].price:.0f}" == "70000"


def test_at_one_price_a_sale_comes_before_a_call_and_then_the_books_order_decides() -> None:
    sold = replace(lines(sale("0.75")), name="Sold")
    called, again = replace(lines(*ONE), name="Called"), replace(lines(*ONE), name="Again")
    result = course([called, sold, again], fall("0.25"))
    assert [(e.loan, e.kind) for e in result.events] == [("Sold", SALE), ("Called", CALL), ("Again", CALL)]
    assert len({event.price for event in result.events}) == 1


def test_lines_above_todays_price_are_due_at_once_at_todays_price() -> None:
    result = course(lines(call("0.55", "0.40", 24), sale("0.58")), fall("0"))
    assert told(result) == [(SALE, "100000.00", 600_000_000, "0.00")]
    called = course(lines(call("0.55", "0.40", 24), sale("0.90")), fall("0"), free="5")
    assert told(called)[0] == (CALL, "100000.00", 500_000_000, "0.00")


def test_a_fast_call_comes_after_a_slow_one_and_asks_for_the_rest() -> None:
    # Slow at 75 % (80,000, 10 days) with a delivery of 48 h, fast at 80 % (75,000, 4 h). 4,000 a day.
    # Slow: day 5, 5 BTC under way. Fast: day 6.25 at 75,000, needs 600,000 ÷ 37,500 − 10 − 5 = 1 BTC, there on
    # day 8.25; its hours end on day 6.4167 at 74,333.33: sold 600,000 ÷ 74,333.33 = 8.07174888 BTC.
    two = lines(call("0.75", "0.50", 240), call("0.80", "0.55", 4), sale("0.95"), hours=48)
    result = course(two, fall("0.4", "10"), free="20")
    assert told(result) == [
        (CALL, "80000.00", 500_000_000, "5.00"),
        (TOP_UP, "80000.00", 500_000_000, "5.00"),
        (CALL, "75000.00", 100_000_000, "6.25"),
        (TOP_UP, "75000.00", 100_000_000, "6.25"),
        (SALE, "74333.33", 807_174_888, "6.42"),
    ]
    assert [event.in_time for event in result.events if event.kind is TOP_UP] == [False, False]


def test_a_call_that_latches_stands_when_the_price_recovers_and_another_lapses() -> None:
    # Down to 78,000 on day 1 and up to 85,000 on day 2, there until day 5: LTV 70.6 %, below the call, above the cure.
    way = own_path([PathPoint(Decimal(1), Decimal("0.78")), PathPoint(Decimal(2), Decimal("0.85"))])
    lapsing = course(lines(call("0.75", "0.50", 72), sale("0.90")), way, Policy.NONE)
    assert [event.kind for event in lapsing.events] == [CALL]
    latching = course(lines(call("0.75", "0.50", 72, latching=True), sale("0.90")), way, Policy.NONE)
    assert [event.kind for event in latching.events] == [CALL, SALE]
    assert f"{latching.events[1].price:.0f}" == "85000"
    # Called on day 80,000: (100 − 80) ÷ 22 = 0.909; 72 h later.
    assert f"{latching.events[1].day:.3f}" == "3.909"


def test_a_price_that_recovers_to_the_cure_ltv_ends_even_a_latching_call() -> None:
    way = own_path([PathPoint(Decimal(1), Decimal("0.78")), PathPoint(Decimal(2), Decimal("1.25"))])
    result = course(lines(call("0.75", "0.50", 72, latching=True), sale("0.90")), way, Policy.NONE)
    assert [event.kind for event in result.events] == [CALL]


def test_a_call_that_lapsed_comes_again_at_the_next_fall() -> None:
    way = own_path([PathPoint(Decimal(d), Decimal(r)) for d, r in ((1, "0.78"), (2, "0.85"), (3, "0.79"))])
    result = course(lines(call("0.75", "0.50"), sale("0.90")), way, Policy.NONE)
    assert [(event.kind, f"{event.price:.0f}") for event in result.events] == [(CALL, "80000"), (CALL, "80000")]


def test_the_low_within_a_day_counts_though_the_close_is_higher() -> None:
    closes = own_path([PathPoint(Decimal(1), Decimal("0.85"))])
    lows = own_path([PathPoint(Decimal(1), Decimal("0.85"), Decimal("0.65"))])
    assert course(lines(*ONE), closes, Policy.NONE).events == ()
    assert [event.kind for event in course(lines(*ONE), lows, Policy.NONE).events] == [CALL, SALE]
    # Sold at 66,666.67 while the end is 85,000: 9 BTC · 18,333.33 = 165,000 less than held.
    assert round(course(lines(*ONE), lows, Policy.NONE).loss, 2) == Decimal("165000.00")


def test_interest_makes_the_lines_rise_on_the_way() -> None:
    # 3.65 % a year is 60 a day on 600,000 (simple), so that E = 60 · 254 more after 254 days. Called where
    # E + 60 t = 0.75 · 10 · (100,000 − 3,000 t), or t = (750,000 − E) ÷ (60 + 22,500).
    loan = pledged("600000", "10", with_terms=terms("0.0365", triggers=ONE))
    today = positions(book(loan), "100000", 10)
    grown = course(loan, fall("0.3", "10"), Policy.NONE, horizon=10)
    assert today.items[0].exposure_now == 615_240
    assert math.isclose(grown.events[0].day, (750_000 - 615_240) / 22_560, rel_tol=1e-12)
    assert math.isclose(grown.interest, 600, rel_tol=1e-12)
    still = stress(today, fall("0.3", "10"), Policy.NONE, interest=False)
    assert math.isclose(still.events[0].price, 615_240 / 7.5, rel_tol=1e-12)
    # With time left out, what the horizon's interest makes of the loan is owed already.
    timeless = stress(today, fall("0.3"), Policy.NONE)
    assert math.isclose(timeless.events[0].price, 615_840 / 7.5, rel_tol=1e-12)


def test_a_shortfall_is_told_where_all_is_sold_and_the_debt_is_not_covered() -> None:
    # A jump in one leg does not skip the line, but a fee of 15 % at 90 % does: 10 BTC · 66,666.67 · 0.85 = 566,666.67.
    result = course(lines(call("0.75", "0.50"), sale("0.90"), fee="0.15"), fall("0.4"), Policy.NONE)
    (end,) = result.loans
    assert (end.state, end.collateral_sats, round(end.shortfall, 2)) == (LoanState.UNCOVERED, 0, Decimal("33333.33"))
    assert round(result.shortfall, 2) == Decimal("33333.33")
    assert round(result.fees, 2) == Decimal("100000.00")


def test_a_fee_on_the_debt_is_a_bonus() -> None:
    # Fee base debt, 5 %: 600,000 · 1.05 ÷ 66,666.67 = 9.45 BTC are taken, the fee is 30,000.
    on_debt = replace(sale("0.90"), fee_rate=Decimal("0.05"), fee_base=FeeBase.DEBT)
    loan = pledged("600000", "10", with_terms=terms(triggers=(call("0.75", "0.50"), on_debt)))
    result = course(loan, fall("0.4"), Policy.NONE)
    assert (result.sold_sats, round(result.fees, 6)) == (945_000_000, Decimal(30_000))


def test_a_cure_to_the_calls_own_line_goes_one_per_cent_below_it() -> None:
    result = course(lines(call("0.75"), sale("0.90")), fall("0.25"), free="10")
    first = result.events[1]
    assert first.to_ltv == Decimal("0.7425")
    # ln(80,000 ÷ 75,000) ÷ ln(1 ÷ 0.99) = 6.4: seven calls, each followed by its top-up.
    assert [event.kind for event in result.events] == [CALL, TOP_UP] * 7


def test_a_basis_moves_the_lines_as_it_moves_the_loans_own() -> None:
    # The lender's index runs 1 % below ours: called where 0.99 P = 80,000.
    loan = pledged("600000", "10", with_terms=terms(triggers=ONE, basis_bps=-100))
    (called,) = course(loan, fall("0.2"), Policy.NONE).events
    assert math.isclose(called.price, 80_000 / 0.99, rel_tol=1e-12)
    assert round(called.amount, 6) == 200_000


def test_a_loan_in_another_currency_falls_with_the_same_bitcoin() -> None:
    euro = replace(lines(*ONE), currency="EUR")
    here = positions(book(euro, accounts=(account(btc="10"),)), "125000", EUR="100000")
    called, topped_up = stress(here, fall("0.2")).events
    assert (round(called.price, 6), called.currency, round(called.amount, 6)) == (
        Decimal(100_000),
        "EUR",
        Decimal(200_000),
    )
    assert (topped_up.sats, round(topped_up.amount, 6)) == (500_000_000, Decimal(400_000))


@pytest.mark.parametrize("case", GOLDEN["reserve"], ids=[case["free"] for case in GOLDEN["reserve"]])
def test_top_ups_are_those_of_the_worked_staircase(case: dict[str, object]) -> None:
    steps, fails = case["steps"], float(str(case["cure_each_call"]))
    assert isinstance(steps, list)
    path = fall_to(Decimal(str(fails * 0.999999)), Decimal(100_000))
    result = stress(worked(str(case["free"])), path)
    posted = result.of(TOP_UP)
    assert [event.loan for event in posted] == [step[0] for step in steps]
    for event, (_, price, btc, left) in zip(posted, steps, strict=True):
        assert math.isclose(event.price, float(price), rel_tol=1e-8)
        assert math.isclose(event.sats / 1e8, float(btc), rel_tol=1e-7)
        assert math.isclose(event.free_sats / 1e8, float(left), abs_tol=1e-6)
    last = result.of(CALL)[-1]
    assert (last.loan, last.short_sats > 0) == (case["fails"], True)


def test_forced_sale_begins_lower_when_calls_are_topped_up() -> None:
    here = positions(book(lines(*ONE), accounts=(account(btc="5"),)), "100000")
    cured, uncured = sale_begins(here, Policy.CURE), sale_begins(here, Policy.NONE)
    assert cured is not None
    assert uncured is not None
    # 5 BTC cure the first call; then 600,000 ÷ (0.9 · 15) = 44,444.44 instead of 66,666.67.
    assert (f"{cured.price:.2f}", f"{uncured.price:.2f}") == ("44444.44", "66666.67")
    assert sale_begins(positions(book(lines(call("0.75", "0.50"))), "100000"), Policy.NONE) is None


def test_both_courses_stand_beside_each_other() -> None:
    here = positions(book(lines(*ONE), accounts=(account(btc="5"),)), "100000")
    both = compare(here, fall("0.4"))
    assert (both.chosen.policy, both.baseline.policy) == (Policy.CURE, Policy.NONE)
    assert (both.chosen.sold_sats, both.baseline.sold_sats) == (0, 900_000_000)
    none = compare(here, fall("0.4"), Policy.NONE)
    assert none.chosen is none.baseline


def test_every_event_tells_the_loan_before_it() -> None:
    def before(event: StressEvent) -> tuple[int, int]:
        return round(event.exposure), event.collateral_sats

    result = course(lines(*ONE), fall("0.6"), free="5")
    assert [before(event) for event in result.events] == [
        (600_000, sats("10")),
        (600_000, sats("10")),
        (600_000, sats("15")),
        (600_000, sats("15")),
    ]
    assert [round(event.ltv or 0, 9) for event in result.events] == [
        Decimal(x) for x in ("0.75", "0.75", "0.75", "0.9")
    ]
