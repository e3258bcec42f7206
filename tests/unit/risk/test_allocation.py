"""Budgets spread for the last stand and for the least total probability: worked figures and an independent solver."""

import math
import random
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.terms import Exposure
from app.risk.allocation import Fill, apportion, apportion_cash, apportion_sats, last_stand
from app.risk.plan_odds import Odds, least_total_btc, least_total_cash, sale_probabilities
from app.risk.positions import Position, Positions
from app.risk.reserve import exhaustion
from tests.fakes.loans import at, book, call, draw, loan, pledged, post, rate, sale, terms
from tests.fakes.plan_books import GOLDEN, positions, random_book, worked

NOTHING = Decimal(0)


def close(found: Decimal | float | None, wanted: str | float | Decimal, tolerance: float = 1e-12) -> bool:
    return found is not None and math.isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=1e-12)


def level_after(items: tuple[Position, ...], fill: Fill) -> Decimal:
    return max(
        (item.exposure - fill.repays.get(n, NOTHING) * item.exposure_per_unit)
        / (item.sale_ltv * (item.collateral_btc + fill.posts.get(n, NOTHING)))
        for n, item in enumerate(items)
    )


@pytest.mark.parametrize("case", GOLDEN["fill_btc"], ids=["10", "20"])
def test_bitcoin_levels_the_sale_prices(case: dict[str, Any]) -> None:
    one = worked(price=case["price"])
    fill = last_stand(one.items, Decimal(case["budget"]))
    assert close(fill.level, case["level"])
    for n, wanted in enumerate(case["posted"]):
        assert close(fill.posts.get(n, NOTHING), wanted)
    assert not fill.repays
    odds = Odds(Decimal(case["sigma"]), case["days"])
    before = sale_probabilities(one.items, one.price, odds, {}, {})
    assert all(close(found, wanted) for found, wanted in zip(before, case["before"], strict=True))
    after = sale_probabilities(one.items, one.price, odds, fill.posts, {})
    assert close(max(after), case["worst"])


@pytest.mark.parametrize("case", GOLDEN["fill_btc"], ids=["10", "20"])
def test_the_least_total_is_the_worked_one(case: dict[str, Any]) -> None:
    one = worked(price=case["price"])
    odds = Odds(Decimal(case["sigma"]), case["days"])
    budget = Decimal(case["budget"])
    posts = least_total_btc(one.items, one.price, odds, budget)
    assert [close(posts.get(n, NOTHING), wanted) for n, wanted in enumerate(case["least_total"])] == [True] * 3
    after = sale_probabilities(one.items, one.price, odds, posts, {})
    assert [close(found, wanted) for found, wanted in zip(after, case["least_p"], strict=True)] == [True] * 3
    assert close(sum(after), case["total"])
    assert close(sum(sale_probabilities(one.items, one.price, odds, {}, {})), case["total_before"])
    by_debt = least_total_btc(one.items, one.price, odds, budget, [Decimal(3), Decimal("1.5"), Decimal(2)])
    assert all(close(by_debt.get(n, NOTHING), wanted) for n, wanted in enumerate(case["by_debt"]))


@pytest.mark.parametrize("case", GOLDEN["fill_cash"], ids=lambda case: str(case["cash"]))
def test_cash_levels_the_sale_prices(case: dict[str, Any]) -> None:
    fill = last_stand(worked().items, NOTHING, {"USD": Decimal(case["cash"])})
    assert close(fill.level, case["level"])
    assert all(close(fill.repays.get(n, NOTHING), wanted) for n, wanted in enumerate(case["repaid"]))
    assert not fill.posts


@given(st.integers(0, 10**6), st.integers(0, 10**10), st.integers(0, 10**8))
def test_a_fill_uses_its_budget_and_levels_what_it_touches(seed: int, sats: int, dollars: int) -> None:
    one = positions(random_book(seed), "70000")
    btc, cash = Decimal(sats).scaleb(-8), Decimal(dollars)
    fill = last_stand(one.items, btc, {"USD": cash})
    assert all(value > 0 for value in (*fill.posts.values(), *fill.repays.values()))
    assert sum(fill.repays.values()) <= cash * (1 + Decimal("1e-25"))
    if fill.level is None:
        assert cash >= sum(item.balance.debt for item in one.items)
        return
    assert close(sum(fill.posts.values()), btc)
    assert close(level_after(one.items, fill), fill.level)
    reserve = exhaustion(one, "last_stand", sats).price
    assert reserve is not None
    assert fill.level <= reserve * (1 + Decimal("1e-25"))
    if not cash:
        assert close(fill.level, reserve)


@pytest.fixture(scope="module")
def thousand() -> list[Positions]:
    return [positions(random_book(seed), "70000") for seed in range(1000)]


def test_no_linear_programme_needs_less_bitcoin_for_the_level(thousand: list[Positions]) -> None:
    linprog = import_module("scipy.optimize").linprog
    for seed, one in enumerate(thousand):
        rng = random.Random(seed)
        owed, sale_at, held = columns(one)
        count, cash = len(owed), rng.uniform(0, 0.5) * owed.sum()
        btc = rng.uniform(0.001, 0.5) * held.sum()
        fill = last_stand(one.items, Decimal(btc), {"USD": Decimal(cash)})
        level = float(fill.level or 0)
        cover = np.hstack([-np.diag(sale_at * level / owed), -np.diag(1 / owed)])
        pay = np.hstack([np.zeros((1, count)), np.full((1, count), 1 / cash)])
        found = linprog(
            np.hstack([np.ones(count), np.zeros(count)]),
            A_ub=np.vstack([cover, pay]),
            b_ub=np.hstack([sale_at * held * level / owed - 1, [1.0]]),
            bounds=[(0, None)] * count + [(0, float(debt)) for debt in owed],
        )
        assert close(found.fun, btc, 1e-6), seed


def test_no_general_solver_finds_a_smaller_total(thousand: list[Positions]) -> None:
    minimize = import_module("scipy.optimize").minimize
    normal = import_module("scipy.special").ndtr
    odds = Odds(Decimal("0.6"), 60)
    for seed, one in enumerate(thousand):
        owed, sale_at, held = columns(one)
        budget = held.sum() / 10
        posts = least_total_btc(one.items, one.price, odds, Decimal(budget))
        assert close(sum(posts.values()), budget)
        mine = float(sum(sale_probabilities(one.items, one.price, odds, posts, {})))
        line = owed / sale_at / 70_000

        def total(share: Any, held: Any = held, line: Any = line, budget: float = budget) -> float:
            return float(np.minimum(2 * normal(np.log(line / (held + share * budget)) / odds.spread), 1).sum())

        found = minimize(
            total,
            np.full(len(held), 1 / len(held)),
            method="SLSQP",
            bounds=[(0, 1)] * len(held),
            constraints={"type": "eq", "fun": lambda share: share.sum() - 1},
            options={"maxiter": 100, "ftol": 1e-12},
        )
        share = np.clip(found.x, 0, 1)
        assert mine <= total(share / share.sum()) + 1e-9, seed


def columns(one: Positions) -> tuple[Any, Any, Any]:
    """Return exposures, sale LTVs and collateral as arrays."""
    rows = [(float(i.exposure), float(i.sale_ltv), float(i.collateral_btc)) for i in one.items]
    owed, sale_at, held = np.array(rows).T
    return owed, sale_at, held


def test_cash_goes_where_it_lowers_the_total_most() -> None:
    one = worked(price="70727")
    odds = Odds(Decimal("0.6"), 30)
    money = Decimal(500_000)
    repays = least_total_cash(one.items, one.price, odds, "USD", money, {})
    assert close(sum(repays.values()), money)
    best = min(
        sum(sale_probabilities(one.items, one.price, odds, {}, {0: money * part / 200, 2: money * (200 - part) / 200}))
        for part in range(201)
    )
    assert sum(sale_probabilities(one.items, one.price, odds, {}, repays)) <= best * Decimal("1.0001")
    assert least_total_cash(one.items, one.price, odds, "EUR", money, {}) == {}
    more = least_total_cash(one.items, one.price, odds, "USD", Decimal(10**8), {})
    assert close(sum(more.values()), 6_500_000)


def test_cash_stays_in_its_currency_and_bitcoin_goes_to_the_rest() -> None:
    dollars = pledged("1000000", "20", name="Dollars")
    euros = replace(pledged("900000", "20", name="Euros"), currency="EUR")
    one = positions(book(dollars, euros), "80000", EUR="70000")
    fill = last_stand(one.items, Decimal(1), {"EUR": Decimal(400_000)})
    assert set(fill.posts) == {0}
    assert set(fill.repays) == {1}
    assert close(fill.posts[0], 1)
    spare = last_stand(one.items, Decimal(0), {"EUR": Decimal(400_000), "CHF": Decimal(5)})
    assert close(spare.level, Decimal(1_000_000) / (Decimal("0.85") * 20), 1e-25)
    assert sum(spare.repays.values()) < 400_000


def test_a_lenders_basis_counts_for_cash_and_bitcoin() -> None:
    low = pledged("1000000", "20", with_terms=terms(basis_bps=-200))
    fill = last_stand(positions(book(low), "80000").items, Decimal(1), {"USD": Decimal(100_000)})
    assert close(fill.level, Decimal(900_000) / (Decimal("0.85") * 21 * Decimal("0.98")))


def test_debt_outside_the_exposure_is_paid_before_the_ltv_falls() -> None:
    said = terms("0.20", exposure=Exposure.PRINCIPAL, triggers=(call("0.7", "0.6"), sale("0.8")))
    one = positions(book(pledged("1000000", "20", with_terms=said)), "80000")
    (item,) = one.items
    unpaid = item.balance.accrued_interest
    assert unpaid > 100_000
    fill = last_stand(one.items, NOTHING, {"USD": Decimal(300_000)})
    assert close(fill.repays[0], 300_000)
    assert close(fill.level, (1_000_000 - (300_000 - unpaid)) / (Decimal("0.8") * 20))
    nothing = last_stand(one.items, NOTHING, {"USD": Decimal(1)})
    assert nothing.level == item.price_at(Decimal("0.8"))


def test_enough_cash_repays_everything() -> None:
    fill = last_stand(worked().items, Decimal(3), {"USD": Decimal(7_000_000)})
    assert fill.level is None
    assert sum(fill.repays.values()) == 6_500_000
    assert last_stand((), Decimal(3)) == Fill(None, {}, {})


@given(st.lists(st.decimals(0, 1000, places=5), max_size=8), st.integers(0, 5000))
def test_whole_units_never_exceed_the_budget(parts: list[Decimal], most: int) -> None:
    whole = apportion(parts, most)
    assert sum(whole) <= most
    assert all(units >= 0 for units in whole)
    if sum(parts) <= most:
        assert all(abs(units - part) < 1 for units, part in zip(whole, parts, strict=True))


def test_a_satoshi_that_is_short_goes_to_the_part_that_lost_most() -> None:
    third = Decimal(1) / 3
    assert apportion_sats({0: third, 4: third, 7: third}, 10**8) == {0: 33_333_334, 4: 33_333_333, 7: 33_333_333}
    assert apportion_cash({1: third, 2: third * 2}, "USD", Decimal("1.004")) == {1: Decimal("0.33"), 2: Decimal("0.67")}
    assert apportion_cash({1: Decimal("0.4")}, "JPY", Decimal(0)) == {}


def test_rates_and_horizons_need_not_be_alike() -> None:
    grown = loan(
        post("2025-06-01T12:00", "20"),
        draw("2025-06-01T13:00", "1000000"),
        rate("2025-07-01", "0.30"),
        with_terms=terms(triggers=(sale("0.8"),)),
        name="Dear",
    )
    one = positions(book(grown, pledged("1000000", "20")), "80000", 90)
    fill = last_stand(one.items, Decimal(2))
    assert fill.posts[0] > fill.posts.get(1, NOTHING)
    assert at("2026-02-10") == one.as_of
