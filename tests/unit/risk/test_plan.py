"""Plans: the worked part-repayment, targets that hold when the book is judged again, budgets, and refusals."""

import math
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.domain.money import EXACT, btc_of
from app.domain.terms import Delivery, Exposure
from app.risk.plan import carry_out, compare, plan
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.risk.plan_result import Action, Plan
from app.risk.positions import Positions, Unanswerable
from app.risk.reserve import reserve
from tests.fakes.loans import account, book, call, pledged, sale, sats, terms
from tests.fakes.plan_books import GOLDEN, positions, random_book, random_request, worked

CASES = GOLDEN["part_repayment"]["cases"]
SOLD = sats(GOLDEN["part_repayment"]["sold"])


def close(found: Decimal | None, wanted: str | float | Decimal, tolerance: float = 1e-9) -> bool:
    return found is not None and math.isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=1e-12)


def planned(one: Positions, request: PlanRequest) -> Plan:
    found = plan(one, request)
    assert isinstance(found, Plan), found
    return found


def refused(one: Positions, request: PlanRequest) -> str:
    found = plan(one, request)
    assert isinstance(found, Unanswerable)
    return found.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["debt"]))
def test_a_part_repayment_from_collateral_is_the_worked_one(case: dict[str, Any]) -> None:
    said = terms(triggers=(call("0.75", "0.65"), sale("0.80")))
    one = positions(book(pledged(case["debt"], case["btc"], with_terms=said)), case["price"])
    net = Decimal(GOLDEN["part_repayment"]["net_price"])
    request = PlanRequest(sale_price=net, sell_fee=Decimal(0))
    found = carry_out(one, [Action(0, sell_collateral_sats=SOLD)], request)
    assert isinstance(found, Plan)
    (line,) = found.lines
    assert close(line.sale_repay, 305_000_000)
    assert close(line.ltv_before, case["ltv_before"])
    assert close(line.ltv_after, case["ltv_after"])
    assert close(line.liquidation_price_before, case["sale_price_before"])
    assert close(line.liquidation_price_after, case["sale_price_after"])
    assert close(found.first_sale_after, case["sale_price_after"])
    fallen = carry_out(
        one,
        [Action(0, sell_collateral_sats=SOLD)],
        replace(request, target_price=Decimal(case["price"]) * Decimal("0.9")),
    )
    assert isinstance(fallen, Plan)
    assert close(fallen.lines[0].ltv_at_target, case["fallen_after"])
    half = planned(
        one, PlanRequest(0, to_ltv=Decimal("0.5"), sale_price=net, sell_fee=Decimal(0), sell_from=SellFrom.BOTH)
    )
    assert close(btc_of(half.lines[0].sell_collateral_sats), case["to_half"])


@pytest.mark.parametrize("case", GOLDEN["sell_down"])
@pytest.mark.parametrize("source", [SellFrom.FREE, SellFrom.COLLATERAL])
def test_selling_down_is_the_worked_one(case: dict[str, Any], source: SellFrom) -> None:
    said = terms(triggers=(sale("0.99"),))
    one = positions(
        book(pledged(case["debt"], case["btc"], with_terms=said), accounts=(account(btc="5000"),)), case["price"]
    )
    free = source is SellFrom.FREE
    wanted = case["from_free" if free else "from_collateral"]
    budget = sats(wanted) + 100 if free else 0
    request = PlanRequest(budget, to_ltv=Decimal(case["to_ltv"]), sell_fee=Decimal(case["fee"]), sell_from=source)
    found = planned(one, request)
    (line,) = found.lines
    assert found.feasible
    assert line.met
    assert close(btc_of(line.sell_sats), wanted, 1e-5)  # the repayment is a whole cent, and rounding has room
    assert (line.sell_free_sats > 0) is free
    assert line.post_sats <= 300 * free
    assert line.ltv_after is not None
    assert Decimal(case["to_ltv"]) - Decimal("1e-5") < line.ltv_after <= Decimal(case["to_ltv"])


@pytest.mark.parametrize("seed", range(400))
def test_budgets_hold_and_nothing_is_negative(seed: int) -> None:
    one, request = positions(random_book(seed, due=True), "70000"), random_request(seed)
    found = planned(one, request)
    budget = one.free_sats if request.budget_sats is None else request.budget_sats
    totals = found.totals
    assert totals.posted_sats + totals.sold_free_sats <= budget
    assert sum(totals.cash_used.values()) <= request.budget_cash.get("USD", Decimal(0))
    assert totals.cash_used.keys() <= request.budget_cash.keys()
    for line in found.lines:
        assert min(line.post_sats, line.sell_free_sats, line.sell_collateral_sats, line.collateral_after_sats) >= 0
        assert min(line.repay, line.sale_repay, line.sale_fee, line.debt_after) >= 0
        assert line.debt_after <= line.debt_before
        assert line.repaid <= line.debt_before + Decimal("0.01")
    if found.objective is Objective.CHEAPEST:
        assert found.feasible is all(line.met is not False for line in found.lines)
        assert found.feasible is (totals.missing_sats is None)
    assert found.first_sale_before is not None
    if found.first_sale_after is not None and not totals.sold_collateral_sats:
        assert found.first_sale_after <= found.first_sale_before


@pytest.mark.parametrize("aim", [Objective.LAST_STAND, Objective.CHEAPEST])
@pytest.mark.parametrize("seed", range(150))
def test_a_larger_budget_never_does_worse(seed: int, aim: Objective) -> None:
    one, rng = positions(random_book(seed, due=True), "70000"), random.Random(seed)
    request = replace(random_request(seed), budget_sats=rng.randint(0, 10**9), objective=aim, to_ltv=None)
    small = planned(one, request)
    large = planned(one, replace(request, budget_sats=(request.budget_sats or 0) + rng.randint(0, 10**8)))
    if aim is Objective.LAST_STAND and small.first_sale_after is not None and large.first_sale_after is not None:
        slack = small.first_sale_after * 2 / Decimal(min(item.collateral_sats for item in one.items))
        cent = max(Decimal("0.01") / item.collateral_btc for item in one.items) * 2
        assert large.first_sale_after <= small.first_sale_after + slack + cent
    assert small.first_sale_after is not None or large.first_sale_after is None
    if aim is Objective.CHEAPEST:
        assert large.feasible or not small.feasible
        assert (large.totals.missing_sats or 0) <= (small.totals.missing_sats or 0) + len(one.items)


def test_the_last_stand_uses_everything() -> None:
    found = planned(worked("10", "70727"), PlanRequest())
    assert found.objective is Objective.LAST_STAND
    assert [line.post_sats for line in found.lines] == [2 * 10**8, 0, 8 * 10**8]
    assert close(found.first_sale_after, "52083.3333333333333")
    assert found.sentence == "The plan posts 10.00000000 BTC, which is then locked but not spent."
    assert found.totals.free_left_sats == 0
    assert found.reserve_after.last_stand.price == found.first_sale_after
    assert found.reserve_before.last_stand.price is not None


def test_the_least_total_is_spread_in_whole_satoshis() -> None:
    found = planned(worked("10", "70727"), PlanRequest(objective=Objective.MIN_TOTAL, sigma=Decimal("0.6")))
    assert [line.post_sats for line in found.lines] == [97_712_504, 0, 902_287_496]


def test_bitcoin_is_posted_before_cash_and_cash_before_a_sale() -> None:
    one = worked("0", "70727")
    due = planned(one, PlanRequest(0, target_price=one.price))
    assert not due.feasible
    assert due.totals.missing_sats == 1_141_408_001
    only = planned(one, PlanRequest(12 * 10**8, {"USD": Decimal(10**6)}, target_price=one.price))
    assert (only.totals.posted_sats, only.totals.cash_used) == (1_141_408_001, {})
    part = planned(one, PlanRequest(10**8, {"USD": Decimal(10**6)}, target_price=one.price))
    assert part.totals.posted_sats == 10**8
    assert part.totals.cash_used["USD"] == Decimal("405106.15")
    assert part.feasible
    assert not part.totals.sale_fees


def test_what_is_short_is_sold_where_it_covers_least() -> None:
    one = worked("5", "70727")
    request = PlanRequest(target_price=one.price, sell_from=SellFrom.FREE)
    short = planned(one, request)
    assert not short.feasible
    enough = planned(one, replace(request, budget_sats=8 * 10**8))
    assert enough.feasible
    line = enough.lines[2]
    assert line.post_sats > 0
    assert line.sell_free_sats > 0
    assert line.post_sats + line.sell_free_sats <= 8 * 10**8
    # LP by hand: x + z = 8, 0.55·x + 0.9975·z = lacks / P
    lacks = 2_000_000 - 0.55 * 40 * 70_727
    sold = (lacks / 70_727 - 0.55 * 8) / (0.9975 - 0.55)
    assert close(btc_of(line.sell_free_sats), sold, 1e-4)
    from_collateral = planned(one, replace(request, sell_from=SellFrom.COLLATERAL, budget_sats=0))
    assert from_collateral.feasible
    assert from_collateral.totals.sold_collateral_sats > 0


def test_where_collateral_is_sold_too_the_free_bitcoin_is_posted_where_it_covers_most() -> None:
    # At 60,000, A (3 M on 70, cured to 60 %) lacks 480,000 and C (2 M on 40, to 55 %) 680,000; a bitcoin sold at 70,000
    # for 1 % brings 69,300. All 12 free posted to A cover 432,000; what is left is sold at 69,300 - t * 60,000 a coin.
    one = worked("12", "70000")
    request = PlanRequest(target_price=Decimal(60_000), sell_fee=Decimal("0.01"), sell_from=SellFrom.BOTH)
    found = planned(one, request)
    assert found.feasible
    sold = found.totals.sold_free_sats + found.totals.sold_collateral_sats
    least = Decimal(48_000) / (69_300 - 36_000) + Decimal(680_000) / (69_300 - 33_000)
    assert abs(btc_of(sold) - least) < Decimal("0.000005")
    assert found.totals.free_left_sats < 100


def test_a_fee_above_what_a_cure_allows_is_told() -> None:
    one = worked("0", "70727")
    found = planned(one, PlanRequest(0, target_price=one.price, sell_fee=Decimal("0.5"), sell_from=SellFrom.BOTH))
    assert not found.feasible
    assert found.notes[0] == ("A selling cost of 50 % is above what a cure out of the collateral allows for A, B, C.")
    assert any("No sale of collateral brings the LTV to 55 % at a cost of 50 %" in note for note in found.notes)
    assert found.sentence.startswith("The plan does nothing. It does not reach every target: 11.41408001 BTC or ")


def test_a_target_price_above_every_trigger_needs_nothing() -> None:
    found = planned(worked("5", "90000"), PlanRequest(target_price=Decimal(80_000)))
    assert found.feasible
    assert not any(line.acts for line in found.lines)
    assert found.notes == ("No loan is called at that price; nothing has to be done.",)
    low = planned(worked("5", "90000"), PlanRequest(to_ltv=Decimal("0.9")))
    assert "nothing has to be done" in low.notes[-1]
    assert low.notes[0].startswith("90 % is not below the margin call or forced sale of A, B, C")


def test_what_makes_no_sense_is_refused_in_a_sentence() -> None:
    one = worked("5", "70000")
    assert refused(one, PlanRequest(target_price=Decimal(80_000))).startswith("The target price 80,000 lies above")
    assert refused(one, PlanRequest(target_price=Decimal(0))) == "The target price must lie above zero."
    assert refused(one, PlanRequest(sale_price=Decimal("NaN"))) == "The selling price must lie above zero."
    assert refused(one, PlanRequest(-1)) == "The budget in bitcoin is negative; give 0 or more."
    assert refused(one, PlanRequest(budget_cash={"USD": Decimal(-1)})).startswith("A budget in money is negative")
    assert refused(one, PlanRequest(sell_fee=Decimal(1))).startswith("1 is no cost of selling")
    assert refused(one, PlanRequest(to_ltv=Decimal(0))).startswith("0 is no LTV to reach")
    assert "no price history" in refused(one, PlanRequest(objective=Objective.MIN_TOTAL))
    least = PlanRequest(objective=Objective.MIN_TOTAL, sigma=Decimal(0))
    assert "above zero" in refused(one, least)
    empty = positions(book(accounts=(account(),)), "70000")
    assert "there is nothing to plan" in refused(empty, PlanRequest())


def test_budgets_of_nothing_and_of_too_much_are_told() -> None:
    one = worked("5", "90000")
    assert planned(one, PlanRequest(0)).notes == ("There is no budget: nothing can be posted or repaid.",)
    (note,) = planned(one, PlanRequest(6 * 10**8)).notes
    assert note.startswith("The budget of 6.00000000 BTC is more than the 5.00000000 BTC that is free")
    (note,) = planned(one, PlanRequest(budget_cash={"CHF": Decimal(1)})).notes
    assert note == "No loan is in CHF; that cash stays unused."
    (note,) = planned(one, PlanRequest(to_ltv=Decimal("0.5"), objective=Objective.LAST_STAND)).notes
    assert note.startswith("A target counts for the cheapest plan only")


def test_hand_written_actions_that_cannot_be_are_refused() -> None:
    one = worked("5", "90000")

    def reason(action: Action) -> str:
        found = carry_out(one, [action], PlanRequest())
        assert isinstance(found, Unanswerable)
        return found.reason

    assert reason(Action(9)) == "One of the actions names no loan of this book."
    assert reason(Action(0, -1)) == "A: amounts must be 0 or more."
    assert reason(Action(0, repay=Decimal(3_000_001))).startswith("A: 3,000,001 USD is more than is owed")
    assert reason(Action(0, sell_collateral_sats=sats("71"))).startswith("A: more is to be sold than is pledged")
    one = worked("5", "49000")
    assert "leaves it uncovered" in reason(Action(2, sell_collateral_sats=sats("40")))
    found = carry_out(one, [Action(0, sats("6"))], PlanRequest())
    assert isinstance(found, Plan)
    assert found.notes == ("The plan uses 6.00000000 BTC and the book has 5.00000000 BTC free.",)


def test_waiting_for_the_call_has_its_price() -> None:
    found = planned(worked("5", "70727"), PlanRequest())
    a, b, c = (line.waiting for line in found.lines)
    assert a is not None
    assert b is not None
    assert c is not None
    assert close(a.call_price, "61224.4897959183673")
    assert a.top_up_sats == 1_166_666_667
    assert close(a.money, Decimal(1_166_666_667).scaleb(-8) * Decimal("61224.4897959183673469387755102"))
    assert (a.due, b.due, c.due) == (False, False, True)
    assert c.call_price == Decimal(70_727)
    assert found.totals.waiting_sats == a.top_up_sats + b.top_up_sats + c.top_up_sats


def test_a_debt_that_is_repaid_leaves_the_book() -> None:
    one = worked("5", "90000")
    found = carry_out(one, [Action(n, repay=item.balance.debt) for n, item in enumerate(one.items)], PlanRequest())
    assert isinstance(found, Plan)
    assert [line.ltv_after for line in found.lines] == [None] * 3
    assert found.first_sale_after is None
    assert found.reserve_after.last_stand.price is None


def test_delivery_and_daily_caps_are_told() -> None:
    said = replace(
        terms(triggers=(call("0.70", "0.60", 24), sale("0.80"))), delivery=Delivery(12, None, Decimal(100_000))
    )
    one = positions(book(pledged("3000000", "55", with_terms=said)), "70727")
    found = planned(one, PlanRequest(0, {"USD": Decimal(10**6)}, target_price=one.price))
    (line,) = found.lines
    assert (line.arrival.days, line.arrival.hours, line.arrival.deadline_hours) == (7, 156, 24)
    assert not found.in_time
    assert line.arrival.reason in found.notes


def test_a_daily_cap_in_money_counts_posted_bitcoin_at_its_worth() -> None:
    # A lender that takes 100,000 EUR of top-ups a day takes 2 BTC a day at 50,000 EUR: 5 BTC are sent on three days.
    said = replace(
        terms(triggers=(call("0.70", "0.60", 24), sale("0.80"))), delivery=Delivery(1, None, Decimal(100_000))
    )
    loan = replace(pledged("3000000", "100", with_terms=said), currency="EUR")
    one = positions(book(loan, accounts=(account(btc="5"),)), "60000", EUR="50000")
    (line,) = planned(one, PlanRequest(objective=Objective.LAST_STAND)).lines
    assert line.post_sats == 5 * 10**8
    assert (line.arrival.days, line.arrival.hours) == (3, 49)
    assert not line.arrival.in_time
    # The first call comes at 3,000,000 / (0.70 * 100) = 42,857.14 EUR and asks for 16.67 BTC: 714,286 EUR, eight days.
    sent = reserve(one, 40 * 10**8).cure_each_call.arrivals[0]
    assert (sent.days, sent.hours, sent.in_time) == (8, 169, False)


def test_other_currencies_and_bases_reach_their_targets() -> None:
    euros = replace(pledged("900000", "15", name="Euros", with_terms=terms(basis_bps=-150)), currency="EUR")
    one = positions(book(euros, pledged("900000", "15", name="Dollars")), "80000", EUR="70000")
    request = PlanRequest(0, {"EUR": Decimal(10**6), "USD": Decimal(10**6)}, to_ltv=Decimal("0.5"))
    found = planned(one, request)
    for line, price in zip(found.lines, (Decimal(70_000) * Decimal("0.985"), Decimal(80_000)), strict=True):
        allowed = Decimal("0.5") * 15 * price
        assert 0 <= allowed - line.debt_after < Decimal("0.01")
        assert line.met
    assert close(found.totals.cash_used_base, found.lines[0].repay * 80_000 / 70_000 + found.lines[1].repay)


def test_debt_outside_the_exposure_is_paid_first() -> None:
    said = terms("0.20", exposure=Exposure.PRINCIPAL, triggers=(call("0.7", "0.6"), sale("0.8")))
    one = positions(book(pledged("1000000", "20", with_terms=said)), "70000")
    (item,) = one.items
    found = planned(one, PlanRequest(0, {"USD": Decimal(10**6)}, target_price=one.price))
    (line,) = found.lines
    wanted = EXACT.add(item.balance.accrued_interest, Decimal(1_000_000) - Decimal("0.6") * 20 * 70_000)
    assert 0 <= line.repay - wanted < Decimal("0.01")
    assert line.met


def test_two_plans_stand_side_by_side() -> None:
    one = worked("10", "70727")
    first = planned(one, PlanRequest())
    second = planned(one, PlanRequest(objective=Objective.MIN_TOTAL, sigma=Decimal("0.6")))
    rows = compare(first, second)
    assert [row.loan for row in rows] == ["A", "B", "C"]
    assert rows[0].post_sats == (2 * 10**8, 97_712_504)
    assert rows[1].ltv_after[0] == rows[1].ltv_after[1]
