"""Scenarios saved in a book, in the book file and back, and a plan's request through all of it."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Book
from app.domain.errors import BookFileError, InputError
from app.domain.scenario import Scenario, ScenarioKind, request_text
from app.risk.plan_request import Objective, PlanRequest, SellFrom
from app.services.book_file import parse_book, render_book
from app.services.scenario_edits import remove_scenario, save_scenario
from app.services.scenario_file import plan_request_of, plan_scenario
from tests.fakes.loans import at

NOW = at("2026-02-10T09:30:00")
EMPTY = Book("Treasury")
STRESS = Scenario("Winter", NOW, ScenarioKind.STRESS, '{"drop":"0.3"}')


def numbers() -> st.SearchStrategy[Decimal | None]:
    return st.none() | st.decimals("0.01", 10**6, places=6)


@given(
    st.builds(
        PlanRequest,
        st.none() | st.integers(0, 10**14),
        st.dictionaries(st.sampled_from(["USD", "EUR", "JPY"]), st.decimals(0, 10**9, places=2)),
        numbers(),
        numbers(),
        st.none() | st.sampled_from(Objective),
        st.decimals(0, "0.99", places=4),
        st.sampled_from(SellFrom),
        numbers(),
        numbers(),
        st.integers(1, 365),
    )
)
def test_a_plans_request_comes_back_as_it_was(request: PlanRequest) -> None:
    saved = plan_scenario("Plan A", NOW, request)
    book = save_scenario(saved).change(EMPTY)
    (again,) = parse_book(render_book(book)).scenarios
    assert again == saved
    assert plan_request_of(again) == request


def test_saving_replaces_what_has_the_same_name() -> None:
    one = save_scenario(STRESS).change(EMPTY)
    other = replace(STRESS, request='{"drop":"0.5"}')
    two = save_scenario(plan_scenario("Plan", NOW, PlanRequest())).change(one)
    three = save_scenario(other).change(two)
    assert [scenario.name for scenario in three.scenarios] == ["Winter", "Plan"]
    assert three.scenarios[0] is other
    assert remove_scenario("Winter").change(three).scenarios == three.scenarios[1:]
    with pytest.raises(InputError, match="was changed or deleted meanwhile"):
        remove_scenario("Summer").change(three)
    assert save_scenario(STRESS).label == "Save scenario “Winter”"


def test_a_book_without_scenarios_writes_none() -> None:
    assert "scenarios" not in render_book(EMPTY)
    assert parse_book(render_book(replace(EMPTY, scenarios=(STRESS,)))).scenarios == (STRESS,)


@pytest.mark.parametrize(
    ("request_json", "place", "problem"),
    [
        ('{"a": 0.5}', "scenarios[0].request", "write numbers with a point in quotes"),
        ('{"a": {"b": 1, "b": 2}}', "scenarios[0].request.b", "stands twice"),
        ("[]", "scenarios[0].request", "must be an object"),
        ('{"a": ["\\u0000"]}', "scenarios[0].request", "no text"),
    ],
)
def test_a_request_in_a_file_that_is_no_plain_data_is_refused(request_json: str, place: str, problem: str) -> None:
    text = render_book(replace(EMPTY, scenarios=(STRESS,))).replace('{"drop":"0.3"}', request_json)
    with pytest.raises(BookFileError, match=problem) as caught:
        parse_book(text)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"budget": "1"}, "did you mean budget"),
        ({"budget_cash": {"usd": "1"}}, "not a currency code"),
        ({"to_ltv": 1}, "amount in quotes"),
        ({"objective": "most"}, "write one of last_stand"),
    ],
)
def test_a_plan_that_is_not_understood_is_refused(fields: dict[str, object], problem: str) -> None:
    saved = Scenario("Plan", NOW, ScenarioKind.PLAN, request_text(json.loads(json.dumps(fields))))
    with pytest.raises(InputError, match=problem):
        plan_request_of(saved)


def test_another_question_is_no_plan() -> None:
    with pytest.raises(InputError, match="“Winter” is no plan"):
        plan_request_of(STRESS)
