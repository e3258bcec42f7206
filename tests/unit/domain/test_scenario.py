"""Scenarios: plain data only, in one canonical text."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.check import check_book
from app.domain.errors import HistoryError
from app.domain.scenario import MAX_REQUEST, Scenario, ScenarioKind, check_scenario, request_text
from tests.fakes.loans import at, book

GOOD = Scenario("Winter", at("2026-01-01"), ScenarioKind.STRESS, request_text({"to_price": "30000", "days": 30}))


def test_equal_requests_give_equal_text() -> None:
    assert request_text({"b": [True, None, "é"], "a": 1}) == '{"a":1,"b":[true,null,"é"]}'
    assert GOOD.fields == {"to_price": "30000", "days": 30}
    check_scenario(GOOD)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"a": 0.5}, "write numbers with a point in quotes"),
        ({"a": {1: "x"}}, "a key that is not text"),
        ({"a": [[[[[[[[[1]]]]]]]]]}, "nested too deeply"),
        ({"a": "x" * MAX_REQUEST}, "too large to keep"),
    ],
)
def test_what_is_no_plain_data_is_refused(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(HistoryError, match=problem):
        request_text(fields)


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{", '{"b":1,"a":2}', '{"a":0.5}'])
def test_a_text_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(HistoryError) as caught:
        check_book(replace(book(), scenarios=(replace(GOOD, request=text),)))
    assert caught.value.place.startswith("scenarios[0].request")


def test_names_are_unique_and_not_empty() -> None:
    with pytest.raises(HistoryError) as caught:
        check_book(replace(book(), scenarios=(GOOD, GOOD)))
    assert "scenarios" in caught.value.place
    with pytest.raises(HistoryError) as caught:
        check_book(replace(book(), scenarios=(replace(GOOD, name=""),)))
    assert caught.value.place == "scenarios[0].name"
