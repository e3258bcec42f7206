"""The four reserve prices: worked figures, brute force, an independent solver, and what has no answer."""

import math
import random
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.terms import Delivery
from app.risk.positions import Positions
from app.risk.reserve import reserve, sale_after
from app.risk.reserve_lines import Promise, lines_of
from app.risk.reserve_result import NAMES, ReservePrice
from tests.fakes.loans import account, book, call, pledged, sale, terms
from tests.fakes.plan_books import GOLDEN, positions, random_book, worked

DUST = Decimal("1e-15")
FREE = [case["free"] for case in GOLDEN["reserve"]]


def close(found: Decimal | None, wanted: str, tolerance: float = 1e-12) -> bool:
    return found is not None and math.isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=1e-18)


def by_name(one: Positions, pairs: tuple[tuple[int, Decimal], ...]) -> dict[str, Decimal]:
    return {one.items[place].loan: btc for place, btc in pairs}


@pytest.mark.parametrize("case", GOLDEN["reserve"], ids=FREE)
def test_the_four_prices_are_the_worked_ones(case: dict[str, Any]) -> None:
    found = reserve(worked(case["free"]))
    assert [one.name for one in found] == list(NAMES)
    for one in found:
        assert close(one.price, case[one.name]), one.name
        assert not one.already
    assert found.cure_at_once.jump is case["jump"]
    if case["jump"]:
        assert found.cure_at_once.loan == case["called"]


@pytest.mark.parametrize("case", GOLDEN["reserve"], ids=FREE)
def test_the_glide_takes_the_worked_steps(case: dict[str, Any]) -> None:
    one = worked(case["free"])
    glide = reserve(one).cure_each_call
    assert glide.loan == case["fails"]
    assert close(glide.needs, case["needs"])
    assert close(glide.left, case["left_then"])
    assert len(glide.steps) == len(case["steps"])
    for step, (loan, price, btc, left) in zip(glide.steps, case["steps"], strict=True):
        assert one.items[step.place].loan == loan
        assert close(step.price, price)
        assert close(step.btc, btc)
        assert close(step.left, left)
    assert not glide.more_steps


@pytest.mark.parametrize("case", GOLDEN["reserve"], ids=FREE)
def test_the_walk_shows_its_stretches_and_what_was_posted(case: dict[str, Any]) -> None:
    one = worked(case["free"])
    found = reserve(one)
    segments = found.cure_at_once.segments
    assert len(segments) == len(case["segments"])
    for segment, (loans, upper, lower, need, above) in zip(segments, case["segments"], strict=True):
        assert segment.loans == loans
        assert close(segment.upper, upper)
        assert close(segment.lower, lower)
        assert close(segment.need_at_upper, need)
        assert (segment.need_above_lower is None) == (above is None)
        assert above is None or close(segment.need_above_lower, above)
    posted = by_name(one, found.cure_at_once.posted)
    for item in one.items:
        held = item.collateral_btc + posted.get(item.loan, Decimal(0))
        assert close(held, case["held"][item.loan])
        wanted = case["last_stand_posted"][item.loan]
        assert close(by_name(one, found.last_stand.posted).get(item.loan, Decimal(0)), wanted)
    assert close(found.cure_at_once.left, case["left"])


@pytest.mark.parametrize("case", GOLDEN["reserve"], ids=FREE)
def test_what_is_left_puts_off_the_first_forced_sale(case: dict[str, Any]) -> None:
    one = worked(case["free"])
    assert close(sale_after(one, reserve(one).cure_at_once), case["then_sold_at"])
    assert sale_after(one, reserve(replace(one, items=())).cure_at_once) is None


def test_a_jump_names_what_the_loan_asks_for_and_what_is_left() -> None:
    found = reserve(worked("20"))
    end = found.cure_at_once
    assert (end.loan, end.jump) == ("A", True)
    assert close(end.needs, "11.6666666666666666667")
    assert close(end.lacks, "11.0606060606060606061")
    assert end.sentence == "Here A asks for 11.66666667 BTC, and 0.60606060 BTC is left for it."


def glide_slowly(one: Positions, name: str = "cure") -> float:
    """Walk down every call one after the other, with doubles and no cleverness."""
    held = [float(item.collateral_btc) for item in one.items]
    left = one.free_sats / 1e8
    lines = {line.place: line for line in lines_of(one.items, Promise.CURE)}
    for _ in range(100_000):
        prices = {k: min(float(one.price), float(x.exposure) / (float(x.trigger) * held[k])) for k, x in lines.items()}
        place = max(prices, key=lambda k: prices[k])
        line, price = lines[place], prices[place]
        needs = float(line.exposure) / (float(line.target) * price) - held[place]
        if needs > left + 1e-15:
            return price
        left -= needs
        held[place] += needs
    raise AssertionError("too many calls")


@pytest.mark.parametrize("due", [False, True])
def test_the_glide_agrees_with_a_plain_simulation(due: bool) -> None:
    tried = 0
    for seed in range(250):
        one = positions(random_book(seed, due=due), "70000")
        if any(line.trigger == line.target for line in lines_of(one.items, Promise.CURE)):
            continue
        tried += 1
        assert close(reserve(one).cure_each_call.price, str(glide_slowly(one)), 1e-9), seed
    assert tried > 50


def test_very_many_calls_are_leapt_over_without_losing_a_digit() -> None:
    rng = random.Random(3)
    loans = [
        pledged(
            str(rng.randint(10_000, 60_000)),
            str(Decimal(rng.randint(100, 200)).scaleb(-2)),
            name=f"L{n}",
            with_terms=terms(triggers=(call("0.7", rng.choice(["0.69", "0.698", "0.699"])), sale("0.8"))),
        )
        for n in range(40)
    ]
    one = positions(book(*loans, accounts=(account(btc="5000"),)), "90000")
    end = reserve(one).cure_each_call
    assert end.more_steps
    assert len(end.steps) == 1000
    assert close(end.price, str(glide_slowly(one)), 1e-9)
    assert end.needs is not None
    assert end.needs > end.left >= 0
    total = sum(btc for _, btc in end.posted)
    assert close(total + end.left, "5000", 1e-15)


def test_a_cure_to_the_call_itself_posts_without_pause() -> None:
    said = terms(triggers=(call("0.70", "0.70"), sale("0.80")))
    one = positions(book(pledged("3000000", "70", with_terms=said), accounts=(account(btc="12"),)), "100000")
    found = reserve(one)
    assert close(found.cure_each_call.price, str(Decimal(3_000_000) / (Decimal("0.7") * 82)))
    assert found.cure_each_call.price == found.no_margin_call.price
    assert found.cure_each_call.needs is None
    assert by_name(one, found.cure_each_call.posted) == {"Coin revolver": Decimal(12)}
    with_worked = (*worked("40").items, one.items[0])
    mixed = replace(worked("40"), items=tuple(replace(i, index=n) for n, i in enumerate(with_worked)))
    end = reserve(mixed).cure_each_call
    assert end.price is not None
    assert Decimal(52_478) < end.price < Decimal(61_225)


def test_a_root_finder_agrees_on_a_thousand_books() -> None:
    brentq = import_module("scipy.optimize").brentq
    for seed in range(1000):
        one = positions(random_book(seed), "70000")
        found = reserve(one)
        for name, promise in (("no_margin_call", Promise.NO_CALL), ("last_stand", Promise.NO_SALE)):
            lines = lines_of(one.items, promise)
            sums = [(float(line.weight), float(line.collateral)) for line in lines]

            def short(price: float, sums: list[tuple[float, float]] = sums, free: float = one.free_sats / 1e8) -> float:
                return sum(max(weight / price - held, 0.0) for weight, held in sums) - free

            root = brentq(short, 1e-3, float(lines[0].price), xtol=1e-12, rtol=1e-14)
            assert close(getattr(found, name).price, str(root), 1e-9), seed


@given(st.integers(0, 10**6), st.booleans())
def test_no_other_way_holds_longer_than_the_last_stand(seed: int, due: bool) -> None:
    found = reserve(positions(random_book(seed, due=due), "70000"))
    best = found.last_stand.price
    assert best is not None
    for one in found:
        assert one.price is not None
        assert best - DUST <= one.price <= found.today
        assert one.left >= 0
        assert one.needs is None or one.needs > one.left
        assert all(btc > 0 for _, btc in one.posted)


@given(st.integers(0, 10**6), st.integers(0, 10**9))
def test_more_free_bitcoin_never_ends_the_defence_sooner(seed: int, more: int) -> None:
    one = positions(random_book(seed, due=True), "70000")
    for less, other in zip(reserve(one), reserve(one, one.free_sats + more), strict=True):
        assert less.price is not None
        assert other.price is not None
        assert other.price <= less.price + DUST


def test_a_loan_that_is_called_today_is_served_first_at_todays_price() -> None:
    enough = reserve(worked("20", "70727"))
    first = enough.cure_each_call.steps[0]
    assert (first.place, first.price) == (2, Decimal(70727))
    assert close(first.btc, str(Decimal(2_000_000) / (Decimal("0.55") * 70727) - 40))
    short = reserve(worked("5", "70727"))
    assert (short.cure_each_call.price, short.cure_each_call.already) == (Decimal(70727), True)
    assert short.cure_each_call.sentence.startswith("Due already at today's price: C asks for")
    assert (short.cure_at_once.price, short.cure_at_once.already) == (Decimal(70727), True)
    assert not short.last_stand.already


def test_without_loans_nothing_uses_the_reserve_up() -> None:
    found = reserve(positions(book(accounts=(account(),)), "70000"))
    assert [one.price for one in found] == [None] * 4
    assert {one.sentence for one in found} == {
        "No loan has a line that a fall of the price could reach; nothing uses the reserve up."
    }


def test_loans_with_the_same_line_are_served_in_the_books_order() -> None:
    twins = book(
        pledged("100000", "2", name="First"), pledged("100000", "2", name="Second"), accounts=(account(btc="0.4"),)
    )
    found = reserve(positions(twins, "90000"))
    assert found.cure_each_call.loan == "Second"
    assert found.cure_at_once.loan == "Second"
    assert [place for place, _ in found.cure_at_once.posted] == [0]


def test_a_loan_without_a_call_is_defended_at_its_forced_sale() -> None:
    one = positions(book(pledged("100000", "2", with_terms=terms(triggers=(sale("0.8"),)))), "90000")
    assert [found.price for found in reserve(one)] == [Decimal(62_500)] * 4


def test_what_arrives_too_late_is_told() -> None:
    said = replace(terms(triggers=(call("0.70", "0.60", 24), sale("0.80"))), delivery=Delivery(6, 10**8))
    one = positions(book(pledged("3000000", "70", with_terms=said), accounts=(account(btc="15"),)), "100000")
    found = reserve(one)
    glide: ReservePrice = found.cure_each_call
    assert not glide.in_time
    assert [each.days for each in glide.arrivals] == [12]
    (late,) = glide.late
    assert late == (
        "Coin revolver: what is needed takes 270 hours to the lender, spread over 12 days by its daily cap, "
        "and the call gives 24."
    )
    assert found.no_margin_call.in_time


def test_interest_to_the_horizon_raises_every_price() -> None:
    said = terms("0.12", triggers=(call("0.70", "0.60"), sale("0.80")))
    one = book(pledged("3000000", "70", with_terms=said), accounts=(account(btc="5"),))
    now, later = reserve(positions(one, "100000")), reserve(positions(one, "100000", 90))
    for today, then in zip(now, later, strict=True):
        assert today.price is not None
        assert then.price is not None
        assert then.price > today.price


def test_a_negative_reserve_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        reserve(worked(), -1)
