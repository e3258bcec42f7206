"""Where things stand on a page; prices to places, strips to pages."""

from decimal import Decimal

import pytest

from app.reports.ruler import Scale, span_of, steps_of
from app.reports.strips import Strip, height_of, pages_of, space
from app.services.report_ports import PriceMarks, PriceRuler


def ruler(**named: object) -> PriceRuler:
    marks = (PriceMarks("A", Decimal(60_000), Decimal(50_000)), PriceMarks("B", Decimal(40_000), None))
    return PriceRuler("USD", **{"price": Decimal(70_000), "marks": marks, **named})  # type: ignore[arg-type] # by name


def test_the_ruler_holds_every_mark_with_room_at_both_ends() -> None:
    low, high = span_of(ruler())
    assert low < 40_000
    assert high > 70_000
    scale = Scale(low, high, 100.0, 1_000.0)
    places = [scale.at(Decimal(price)) for price in (40_000, 50_000, 60_000, 70_000)]
    assert places == sorted(places)
    assert 100 < places[0] < places[-1] < 1_100


def test_what_lies_beyond_stands_at_the_edge() -> None:
    scale = Scale(40_000, 80_000, 0.0, 100.0)
    assert (scale.at(Decimal(10)), scale.at(Decimal(10**9))) == (0.0, 100.0)


def test_a_reserve_that_is_near_is_on_the_ruler_and_one_far_below_is_not() -> None:
    assert span_of(ruler(reserve=Decimal(30_000)))[0] < 30_000
    assert span_of(ruler(reserve=Decimal(2_000)))[0] > 2_000


def test_a_very_safe_loan_does_not_press_the_others_together() -> None:
    safe = (PriceMarks("A", Decimal(60_000), None), PriceMarks("Safe", Decimal(1), None))
    assert span_of(ruler(marks=safe))[0] > 0.09 * 70_000


def test_a_ruler_without_any_price_can_still_be_drawn() -> None:
    assert span_of(ruler(price=None, marks=())) == (0.0, 1.0)


@pytest.mark.parametrize(("low", "high"), [(38_000.0, 74_000.0), (0.1, 0.9), (0.001, 0.002), (3e6, 9e7)])
def test_steps_are_round_and_few(low: float, high: float) -> None:
    steps = steps_of(low, high)
    assert 2 <= len(steps) <= 8
    assert all(low < float(step) <= high + 1e-9 for step in steps)


def test_pages_break_between_strips_and_lose_none() -> None:
    strips = [Strip(10.0) for _ in range(25)]
    pages = pages_of(strips, 100.0, 80.0)
    assert [len(page) for page in pages] == [10, 8, 7]


def test_what_belongs_together_stays_together_and_gaps_open_no_page() -> None:
    head, row = Strip(10.0, keep=True), Strip(10.0)
    strips = [*(Strip(10.0) for _ in range(9)), space(5.0), head, row]
    first, second = pages_of(strips, 100.0, 100.0)
    assert len(first) == 10
    assert second == [head, row]


def test_a_page_that_begins_within_a_table_repeats_its_headings() -> None:
    head = Strip(10.0, keep=True)
    rows = [Strip(10.0, again=head) for _ in range(12)]
    first, second = pages_of([head, *rows], 100.0, 100.0)
    assert first[0] is head
    assert second[0] is head
    assert len(first) + len(second) == 14


def test_a_strip_higher_than_a_page_has_one_of_its_own() -> None:
    strips = [Strip(10.0), Strip(500.0), Strip(10.0)]
    pages = pages_of(strips, 100.0, 100.0)
    assert [height_of(page) for page in pages] == [10.0, 500.0, 10.0]
