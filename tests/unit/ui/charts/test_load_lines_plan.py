from decimal import Decimal

import pytest

from app.ui.charts.load_lines_plan import axis_range, load_lines, price_tick, spread, why_empty
from app.ui.levels import Level
from tests.fakes.desk import PRICES, loan, many_loans, offline, quote, silence, snapshot_of, treasury


def test_columns_stand_nearest_first_with_prices_rounded_up() -> None:
    plan = load_lines(snapshot_of())
    assert [column.name for column in plan.columns] == [
        "Coin revolver",
        "Equipment facility",
        "EUR bridge",
        "Term loan B",
    ]
    assert [mark.label for mark in plan.columns[0].marks] == ["", "65,307", "57,624"]
    assert plan.columns[0].marks[1].short == "65.4k"
    assert plan.now_label == "now 70,727"
    assert plan.after_label == "−10\u202f% week 63,654"


def test_a_loan_in_another_currency_is_drawn_on_the_axis_of_the_base() -> None:
    bridge = load_lines(snapshot_of()).columns[2]
    own = bridge.figures.triggers[1].price
    assert own is not None
    assert bridge.marks[1].price == pytest.approx(float(own * PRICES["USD"] / PRICES["EUR"]))
    assert "Called at €49,524" in bridge.words
    assert "Drawn in USD" in bridge.words


def test_without_its_own_price_a_foreign_loan_is_left_out() -> None:
    plan = load_lines(snapshot_of(prices={"USD": quote(), "EUR": silence("EUR", None)}))
    assert "EUR bridge" not in [column.name for column in plan.columns]


def test_of_many_the_nearest_are_shown_and_counted() -> None:
    plan = load_lines(snapshot_of(treasury(many_loans(300))), 9)
    assert len(plan.columns) == 9
    assert plan.subtitle == "9 nearest of 300 loans"
    rooms = [max(mark.price for mark in column.marks if mark.level is not Level.WATCH) for column in plan.columns]
    assert rooms == sorted(rooms, reverse=True)


def test_an_old_price_is_told_with_its_age_and_a_recorded_one_as_demo() -> None:
    old = load_lines(offline())
    assert not old.fresh
    assert old.now_label == "70,727 · 21\u202fmin ago"
    demo = load_lines(snapshot_of(treasury(demo=True), {code: quote(code, origin="demo") for code in PRICES}))
    assert demo.now_label == "demo 70,727"
    assert "demo: recorded prices" in demo.subtitle


def test_everything_is_told_in_words() -> None:
    words = load_lines(snapshot_of()).description
    assert "Coin revolver" in words
    assert "Called at $65,307, 7.6\u202f% below, 12\u202fh to cure" in words
    assert load_lines(snapshot_of(treasury(()))).description.startswith("No loan")


def test_the_reason_for_an_empty_picture() -> None:
    assert why_empty(snapshot_of(treasury(()))) == "The lines appear with the first loan."
    idle = treasury((loan("Idle", "0", "1", ()),))
    assert "names a margin call" in why_empty(snapshot_of(idle))


def test_the_axis_holds_lines_nearby_and_gives_up_far_ones() -> None:
    low, high = axis_range(Decimal(100), Decimal(90), [95.0, 60.0])
    assert low < 60
    assert high >= 110
    assert axis_range(Decimal(100), Decimal(90), [5.0])[0] == 40
    assert axis_range(Decimal(100), Decimal(90), [900.0])[1] == 160


@pytest.mark.parametrize(
    ("wanted", "fixed", "placed"),
    [
        ([100.0, 200.0], (), [100.0, 200.0]),
        ([100.0, 104.0], (), [100.0, 112.0]),
        ([100.0], (103.0,), [94.0]),
        ([106.0], (103.0,), [112.0]),
    ],
)
def test_labels_give_way(wanted: list[float], fixed: tuple[float, ...], placed: list[float]) -> None:
    assert spread(wanted, 12, fixed) == placed


def test_prices_on_the_axis_are_short() -> None:
    assert price_tick(65_000, "USD") == "$65k"
    assert price_tick(62_500, "EUR") == "€62.5k"
    assert price_tick(800, "USD") == "$800"
