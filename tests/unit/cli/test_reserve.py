"""``plimsoll reserve`` on prices given by hand."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.cli.conftest import SAMPLE, Run

OPENED = "2025-06-01T13:00:00Z"
NAMES = ("no_margin_call", "cure_each_call", "cure_at_once", "last_stand")


def test_gives_the_four_prices_with_the_loan_that_ends_them(run: Run, book: Path) -> None:
    done = run("reserve", "--book", book, "--price", "70727", "--at", OPENED, "--json")
    assert (done.code, done.err) == (0, "")
    said = done.json
    assert said["currency"] == "USD"
    assert said["unencumbered_btc"] == "310.30000000"
    assert said["problems"] == []
    # One loan of 9.6 million on 196 BTC and 310.3 free: posting all puts the call line at 9.6 M ÷ (0.75 · 506.3).
    assert said["no_margin_call"]["price"] == "25281.45"
    assert said["cure_at_once"]["price"] == str(round(Decimal(9_600_000) / (Decimal("0.65") * Decimal("506.3")), 2))
    assert said["last_stand"]["price"] == str(round(Decimal(9_600_000) / (Decimal("0.85") * Decimal("506.3")), 2))
    assert {said[name]["loan"] for name in NAMES} == {"Revolver"}


def test_a_glide_tells_every_top_up_and_what_is_left(run: Run, book: Path) -> None:
    glide = run("reserve", "--book", book, "--price", "70727", "--at", OPENED, "--json").json["cure_each_call"]
    first = glide["steps"][0]
    # 196 · (0.75 ÷ 0.65 − 1) at the call's own price.
    assert first == {"loan": "Revolver", "price": "65306.12", "btc": "30.15384616", "left_btc": "280.14615384"}
    spent = sum(Decimal(step["btc"]) for step in glide["steps"])
    assert abs(spent + Decimal(glide["left_btc"]) - Decimal("310.3")) < Decimal("0.000001")
    assert Decimal(glide["needs_btc"]) > Decimal(glide["left_btc"])
    assert Decimal(glide["lacks_btc"]) == Decimal(glide["needs_btc"]) - Decimal(glide["left_btc"])


def test_interest_to_a_horizon_raises_every_price(run: Run, book: Path) -> None:
    now = run("reserve", "--book", book, "--price", "70727", "--at", OPENED, "--json").json
    later = run("reserve", "--book", book, "--price", "70727", "--at", OPENED, "--horizon", "90", "--json").json
    assert later["horizon_days"] == 90
    for name in NAMES:
        assert Decimal(later[name]["price"]) > Decimal(now[name]["price"])


def test_people_read_a_sentence_and_a_table(run: Run, book: Path) -> None:
    done = run("reserve", "--book", book, "--price", "70727", "--at", OPENED)
    assert done.code == 0
    assert "310.3 BTC free cures every call down to $" in done.out
    for word in ("No margin call", "Cure each call", "Cure at once", "Last stand", "On the way down:"):
        assert word in done.out


def test_a_price_below_every_line_is_due_today(run: Run, book: Path) -> None:
    done = run("reserve", "--book", book, "--price", "20000", "--at", OPENED, "--json")
    for name in NAMES:
        assert done.json[name]["already_due"] is True
        assert done.json[name]["price"] == "20000.00"
    said = run("reserve", "--book", book, "--price", "20000", "--at", OPENED)
    assert "cannot cure what is due today" in said.out


def test_what_only_interest_makes_due_is_not_called_due_today(run: Run, book: Path) -> None:
    said = run("reserve", "--book", book, "--price", "30000", "--at", OPENED, "--horizon", "3650").out
    assert "due at today's price with 3,650 days' interest" in said
    assert "due today" not in said


def test_without_a_price_there_is_no_number(run: Run, book: Path) -> None:
    done = run("reserve", "--book", book, "--price", "EUR=60000", "--at", OPENED, "--json")
    assert done.code == 3
    assert [done.json[name] for name in NAMES] == [None] * 4
    assert "There is no price in USD" in done.json["problems"][0]
    said = run("reserve", "--book", book, "--price", "EUR=60000", "--at", OPENED)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("plimsoll: There is no price in USD")


def test_an_empty_book_has_nothing_to_hold(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "empty.plimsoll"
    run("--book", place, "book", "new")
    done = run("reserve", "--book", place, "--price", "70727", "--json")
    assert done.code == 0
    assert done.json["cure_each_call"]["price"] is None
    assert "nothing uses the reserve up" in done.json["cure_each_call"]["explanation"]


def test_a_wrong_horizon_is_wrong_usage(run: Run, book: Path) -> None:
    assert run("reserve", "--book", book, "--horizon", "-1").code == 2
    assert run("reserve", "--book", book, "--horizon", "4000").code == 2


def test_interest_to_the_horizon_is_told(run: Run, book: Path) -> None:
    asked = ("reserve", "--book", book, "--price", "70727", "--at", OPENED)
    assert "Interest for 90 days from now is counted as owed already." in run(*asked, "--horizon", "90").out
    assert "Interest for" not in run(*asked).out


@pytest.mark.parametrize(("called", "told"), [("0.75", False), ("0.85", True), ("0.9", True), (None, True)], ids=str)
def test_a_forced_sale_without_a_call_before_it_is_told(
    run: Run, tmp_path: Path, called: str | None, told: bool
) -> None:
    # Such a loan is sold before anybody asks for more: the reserve holds it only if it acts unasked.
    document = json.loads(SAMPLE.read_text("utf-8"))
    triggers = document["loans"][0]["terms"][0]["triggers"]
    call = next(each for each in triggers if each["kind"] == "margin_call")
    rest = [each for each in triggers if each is not call]
    changed = rest if called is None else [*rest, {**call, "ltv": called}]
    document["loans"][0]["terms"][0]["triggers"] = sorted(changed, key=lambda each: Decimal(each["ltv"]))
    file, place = tmp_path / "book.json", tmp_path / "unasked.plimsoll"
    file.write_text(json.dumps(document), "utf-8")
    assert run("--book", place, "book", "import", file).code == 0
    asked = ("reserve", "--book", place, "--price", "70727", "--at", OPENED)
    notes = run(*asked, "--json").json["notes"]
    sentence = "Forced sale comes without a margin call before it: Revolver. Top up before that line; nobody asks."
    assert notes == ([sentence] if told else [])
    assert (sentence in run(*asked).out) is told


def test_a_loan_without_a_price_is_told_with_the_remedy(run: Run, tmp_path: Path) -> None:
    document = json.loads(SAMPLE.read_text("utf-8"))
    document["loans"][0]["currency"] = "EUR"
    file, place = tmp_path / "book.json", tmp_path / "euros.plimsoll"
    file.write_text(json.dumps(document), "utf-8")
    assert run("--book", place, "book", "import", file).code == 0
    done = run("reserve", "--book", place, "--price", "70727", "--at", OPENED)
    said = "plimsoll: Revolver cannot be judged, as there is no price in EUR: give it with --price EUR=VALUE.\n"
    assert (done.code, done.out, done.err) == (3, "", said)
