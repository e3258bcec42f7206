"""The sentences of a plan, on the worked example of three loans."""

from dataclasses import replace
from decimal import Decimal

from app.risk.plan import plan
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.risk.plan_result import Plan
from app.services.plan_words import (
    Tellers,
    cost_words,
    deed_words,
    headline_words,
    in_time_words,
    shortage_words,
    unmet_fee,
    waiting_words,
)
from app.services.wording import btc, danger_price, money, plain_percent
from tests.fakes.loans import account, book, pledged
from tests.fakes.plan_books import positions, worked

OUT = Tellers(btc, btc, lambda amount, currency: money(amount, currency, 0), danger_price, plain_percent)


def made(request: PlanRequest | None = None, free: str = "10") -> Plan:
    found = plan(worked(free, "70727"), request or PlanRequest())
    assert isinstance(found, Plan)
    return found


def test_the_headline_says_what_is_done_and_to_which_price_it_holds() -> None:
    assert headline_words(made(), OUT) == (
        "Posting 10 BTC to two loans moves the first forced sale from $62,500 to $52,084."
    )


def test_the_cost_tells_locked_from_spent_and_what_waiting_takes() -> None:
    found = made()
    assert cost_words(found, OUT).startswith("$707,270 of bitcoin is locked, not spent; 0 BTC stays free. Waiting")
    spent = made(PlanRequest(budget_sats=0, budget_cash={"USD": Decimal(100_000)}))
    assert deed_words(spent, OUT).startswith("Repaying $100,000 of ")
    assert "$100,000 of cash is spent; 10 BTC stays free." in cost_words(spent, OUT)
    assert waiting_words(found, OUT) in cost_words(found, OUT)


def test_nothing_to_use_and_nothing_to_do_are_two_things() -> None:
    assert headline_words(made(free="0"), OUT).startswith("There is nothing to post and no cash to repay with: ")
    calm = positions(book(pledged("1000000", "40"), accounts=(account(btc="3"),)), "70000")
    found = plan(calm, PlanRequest(objective=Objective.CHEAPEST))
    assert isinstance(found, Plan)
    assert headline_words(found, OUT).startswith("Nothing has to be done: the first forced sale stays at $")


def test_a_budget_that_changes_nothing_says_so() -> None:
    found = made(PlanRequest(budget_sats=0, budget_cash={"EUR": Decimal(5)}))
    assert (
        headline_words(found, OUT)
        == "Nothing that may be used would change that: the first forced sale stays at $62,500."
    )


def test_a_shortage_names_how_many_loans_and_how_much() -> None:
    found = made(PlanRequest(to_ltv=Decimal("0.3")))
    assert not found.feasible
    assert "falls short at" in shortage_words(found, OUT)
    assert shortage_words(found, OUT) in headline_words(found, OUT)
    assert shortage_words(made(), OUT) == ""
    idle = made(PlanRequest(to_ltv=Decimal("0.3")), free="0")
    assert headline_words(idle, OUT).endswith(shortage_words(idle, OUT))
    assert "falls short at three loans by" in headline_words(idle, OUT)


def test_in_time_says_what_it_rests_on() -> None:
    line = next(line for line in made().lines if line.loan == "A")
    assert in_time_words(line) == "yes, 4 h of 24 h"
    at_once = replace(line, arrival=replace(line.arrival, hours=0))
    assert in_time_words(at_once) == "yes, 24 h to do it"
    late = replace(line, arrival=replace(line.arrival, hours=52, days=3, reason="late"))
    assert in_time_words(late) == "▲ too late: 52 h of 24 h over 3 days"
    never = replace(line, arrival=replace(line.arrival, hours=0, reason="never"))
    assert in_time_words(never) == "▲ never: daily cap"
    assert in_time_words(replace(line, arrival=replace(line.arrival, deadline_hours=None))) == "no clock, takes 4 h"
    assert in_time_words(replace(line, post_sats=0)) == ""


def test_a_fee_above_what_a_cure_allows_is_told_only_where_it_matters() -> None:
    one = positions(book(pledged("1000000", "20"), accounts=(account(btc="3"),)), "70000")
    dear = PlanRequest(to_ltv=Decimal("0.5"), sell_fee=Decimal("0.6"), sell_from=SellFrom.COLLATERAL, budget_sats=0)
    found = plan(one, dear)
    assert isinstance(found, Plan)
    assert "above what a cure out of the collateral allows" in unmet_fee(found)
    cured = plan(one, replace(dear, sell_fee=Decimal("0.002")))
    assert isinstance(cured, Plan)
    assert unmet_fee(cured) == ""
