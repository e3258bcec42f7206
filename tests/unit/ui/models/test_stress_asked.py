from decimal import Decimal

import pytest

from app.domain.errors import AmountError, InputError
from app.risk.stress_path import own_path
from app.risk.stress_result import Policy
from app.ui.models.stress_asked import (
    Asked,
    days_words,
    move_words,
    presets,
    slider_place,
    typed_fall,
)
from app.ui.models.stress_path_typed import path_words, typed_path

PRICE = Decimal(70_727)


def typed(text: str) -> Asked:
    return typed_fall(text, Asked(), PRICE, "USD")


@pytest.mark.parametrize("text", ["-20 %", "20%", "−20", "-20", "20", " – 20 %"])
def test_per_cent_is_understood_with_or_without_its_sign(text: str) -> None:
    assert typed(text).drop == Decimal("0.2")
    assert typed(text).to_price is None


@pytest.mark.parametrize("text", ["56k", "$56,000", "56000", "56,000", "56 000", "56.000"])
def test_a_price_is_understood_as_people_write_it(text: str) -> None:
    asked = typed(text)
    assert asked.to_price == 56_000
    assert asked.stressed(PRICE) == 56_000
    assert asked.question(PRICE).to_price == 56_000


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("90k", "above today's $70,727"),
        ("-95 %", "deeper than"),
        ("$12", "deeper than"),
        ("", "type a fall"),
        ("-", "type a fall"),
        ("tomorrow", "“tomorrow”"),
    ],
)
def test_what_cannot_be_is_a_sentence(text: str, part: str) -> None:
    with pytest.raises(AmountError, match=part.replace("$", r"\$")):
        typed(text)


def test_a_number_that_can_be_both_is_asked_about() -> None:
    with pytest.raises(AmountError, match="can mean a price or per cent"):
        typed_fall("50", Asked(), Decimal(80), "USD")


def test_a_price_of_today_or_above_is_no_fall() -> None:
    assert not Asked().fall_to(PRICE, PRICE).hypothetical
    assert Asked().fall(Decimal("-0.2")) == Asked()
    assert Asked().fall(Decimal("0.97")).drop == Decimal("0.90")


def test_a_price_that_was_typed_stays_exact_while_days_and_policy_change() -> None:
    asked = typed("56001.5")
    question = asked.question(PRICE)
    assert question.to_price == Decimal("56001.5")
    assert question.days == 7
    assert Asked(policy=Policy.NONE).fall(Decimal("0.1")).question(PRICE).policy is Policy.NONE


def test_a_typed_price_that_the_market_has_fallen_below_is_asked_as_its_fall() -> None:
    assert typed("56k").question(Decimal(50_000)).to_price is None


def test_the_words_of_a_move_and_of_now() -> None:
    assert move_words(Asked().fall(Decimal("0.2")), PRICE, "USD") == "−20\u202f% → $56,582"
    assert move_words(typed("30k"), PRICE, "USD") == "−57.6\u202f% → $30,000"
    assert move_words(Asked(), PRICE, "USD") == "now $70,727"
    assert slider_place(typed("30k")) == 576
    assert [days_words(days) for days in (0, 1, 7)] == ["at once", "1 day", "7 days"]


def test_presets_rise_without_doubles_and_leave_out_a_week_that_rose() -> None:
    offered = presets(Decimal("0.10"), Decimal("-0.098"))
    assert [preset.words for preset in offered] == [
        "−5\u202f%",
        "−9.8\u202f% last week",
        "−10\u202f% week",
        "−20\u202f%",
        "−38.6\u202f% 12 Mar 2020",
    ]
    assert len(presets(Decimal("0.20"), Decimal("0.03"))) == 3
    assert "week" in presets(Decimal("0.20"), None)[1].words


def test_a_pasted_table_is_a_path() -> None:
    path = typed_path("day 3\t65k\n7 −20 %\n14; 58,000\n", PRICE, "USD")
    assert [point.day for point in path.points] == [0, 3, 7, 14]
    assert path.lowest == Decimal("0.8")
    assert path_words(path, PRICE, "USD") == "3 points over 14 days, down to $56,582 (−20.0\u202f%)."
    assert Asked().along(path).hypothetical
    assert Asked().along(path).depth == Decimal("0.2")


def test_a_path_may_rise() -> None:
    path = typed_path("3 +10 %", PRICE, "USD")
    assert path.end == Decimal("1.1")
    assert path_words(path, PRICE, "USD") == "1 point over 3 days, never below today's price."


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "a line for each day"),
        ("soon 60k", "Line 1"),
        ("3 60k\n5 lots", "Line 2"),
        ("3 -100 %", "below 100"),
        ("0 60k", "at least one day"),
        ("5 60k\n3 50k", "in order of time"),
        ("\n".join(f"{day} 60k" for day in range(1, 600)), "up to 500 lines"),
    ],
)
def test_a_path_that_cannot_be_names_its_line(text: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        typed_path(text, PRICE, "USD")


def test_a_path_that_only_rises_asks_for_no_depth() -> None:
    rising = own_path(typed_path("3 +10 %", PRICE, "USD").points)
    assert Asked().along(rising).depth == 0


def test_time_can_be_left_out_as_the_command_line_does() -> None:
    asked = Asked(days=None).fall(Decimal("0.2"))
    question = asked.question(Decimal(70_000))
    assert question.days is None
    assert days_words(None) == "at any pace"
    path = asked.straight(Decimal(70_000))
    assert path is not None
    assert path.timeless
