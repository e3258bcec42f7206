"""The price that a plan has to hold, as people type it."""

from decimal import Decimal

import pytest

from app.domain.errors import AmountError
from app.services.plan_typed import parse_target

TODAY = Decimal(70_727)


@pytest.mark.parametrize("text", ["-20 %", "−20%", "20 %", "–20 %"])
def test_a_fall_is_reckoned_from_today(text: str) -> None:
    assert parse_target(text, TODAY, "USD") == Decimal("56581.6")


@pytest.mark.parametrize("text", ["$56,581.60", "56 581.6", "56581,6"])
def test_a_price_is_itself(text: str) -> None:
    assert parse_target(text, TODAY, "USD") == Decimal("56581.6")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("100 %", "leaves no price"),
        ("-500", "write a fall like −20 %"),
        ("0", "above zero"),
        ("80000", "lies above today's price"),
        ("soon", "is not an amount"),
        ("x %", "is not a percentage"),
    ],
)
def test_what_is_neither_is_a_sentence(text: str, says: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_target(text, TODAY, "USD")
    assert says in refused.value.problem
