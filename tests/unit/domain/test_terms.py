"""Terms: the cure LTV they name, and which of them hold on a day (refusals: test_check)."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.terms import Trigger, check_terms
from tests.fakes.loans import call, loan, sale, terms, warning


@pytest.mark.parametrize(
    ("triggers", "cure"),
    [
        ((call("0.7", "0.6"), call("0.8", "0.5"), sale("0.9")), "0.5"),
        ((warning("0.6"), call("0.7"), call("0.8", "0.65")), "0.65"),
        ((warning("0.6"), call("0.7"), sale("0.8")), "0.6"),
        ((sale("0.8"),), "0.8"),
        ((), None),
    ],
)
def test_the_cure_ltv_is_the_smallest_named_or_else_the_lowest_trigger(
    triggers: tuple[Trigger, ...], cure: str | None
) -> None:
    assert terms(triggers=triggers).cure_ltv == (None if cure is None else Decimal(cure))
    check_terms(terms(triggers=triggers), None)


def test_terms_hold_from_their_first_day_on() -> None:
    old, new = terms("0.1"), terms("0.2", start=date(2025, 7, 1))
    one = loan(with_terms=(old, new))
    days = (date(2020, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2030, 1, 1))
    assert [one.terms_on(day) for day in days] == [old, old, new, new]


def test_equal_triggers_and_a_cure_at_the_calls_own_ltv_are_allowed() -> None:
    check_terms(terms(triggers=(call("0.7", "0.7"), sale("0.7", "0.7"))), None)
