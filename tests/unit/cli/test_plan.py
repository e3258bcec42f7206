"""``plimsoll plan`` on prices given by hand; the figures beside the asserts are worked out on paper."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run

OPENED = "2025-06-01T13:00:00Z"
PRICE = Decimal(70727)
DEBT = Decimal(9_600_000)
PLEDGED, FREE = Decimal(196), Decimal("310.3")
SATOSHI = Decimal("1e-8")
AT = ("--price", "70727", "--at", OPENED, "--json")


def ratio(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.000001")))


def cents(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))


def planned(run: Run, book: Path, *asked: object) -> tuple[Any, Any]:
    done = run("plan", "--book", book, *asked, *AT)
    assert (done.code, done.err) == (0, "")
    assert done.json["problems"] == []
    (loan,) = done.json["loans"]
    return done.json, loan


def test_posts_all_free_bitcoin_for_the_last_stand(run: Run, book: Path) -> None:
    said, loan = planned(run, book)
    held = PLEDGED + FREE
    assert (said["objective"], said["feasible"], said["in_time"]) == ("last_stand", True, True)
    assert (loan["post_btc"], loan["repay"], loan["sell_btc"]) == ("310.30000000", "0.00", "0.00000000")
    assert (loan["ltv_before"], loan["ltv_after"]) == (ratio(DEBT / PLEDGED / PRICE), ratio(DEBT / held / PRICE))
    assert loan["margin_call_price_before"] == cents(DEBT / PLEDGED / Decimal("0.75"))
    assert loan["margin_call_price_after"] == cents(DEBT / held / Decimal("0.75"))
    assert loan["liquidation_price_before"] == cents(DEBT / PLEDGED / Decimal("0.85"))
    assert loan["liquidation_price_after"] == cents(DEBT / held / Decimal("0.85"))
    assert said["totals"]["unencumbered_left_btc"] == "0.00000000"
    assert said["cost"] == {"cash": "0.00", "sale_fees": "0.00", "locked_value": cents(FREE * PRICE)}
    assert said["first_forced_sale"]["after"] == said["reserve"]["before"]["last_stand"]["price"]


def test_says_what_waiting_until_the_call_would_take(run: Run, book: Path) -> None:
    said, loan = planned(run, book)
    # At the call itself a cure takes 196 · (0.75 ÷ 0.65 − 1) bitcoin.
    top_up = (PLEDGED * (Decimal("0.75") / Decimal("0.65") - 1)).quantize(SATOSHI, ROUND_CEILING)
    assert loan["waiting"]["post_btc"] == str(top_up)
    assert loan["waiting"]["call_price"] == "65306.12"
    assert loan["waiting"]["already_due"] is False
    assert said["waiting"]["post_btc"] == str(top_up)


def test_brings_a_loan_to_an_ltv_with_no_more_than_it_takes(run: Run, book: Path) -> None:
    said, loan = planned(run, book, "--to-ltv", "0.5")
    need = (DEBT / (Decimal("0.5") * PRICE) - PLEDGED).quantize(SATOSHI, ROUND_CEILING)
    assert said["objective"] == "cheapest"
    assert (loan["post_btc"], loan["ltv_after"], loan["target_met"]) == (str(need), "0.500000", True)
    assert said["totals"]["unencumbered_left_btc"] == str(FREE - need)


def test_cures_at_a_target_price(run: Run, book: Path) -> None:
    _, loan = planned(run, book, "--target-price", "63654.3")
    need = (DEBT / (Decimal("0.65") * Decimal("63654.3")) - PLEDGED).quantize(SATOSHI, ROUND_CEILING)
    assert loan["post_btc"] == str(need)
    assert loan["ltv_at_target_price"] == "0.650000"


def test_cash_repays_first_what_it_is_given_for(run: Run, book: Path) -> None:
    said, loan = planned(run, book, "--budget-btc", "0", "--budget-cash", "1000000")
    assert (loan["post_btc"], loan["repay"]) == ("0.00000000", "1000000.00")
    assert loan["liquidation_price_after"] == cents(Decimal(8_600_000) / PLEDGED / Decimal("0.85"))
    assert said["totals"]["repay"] == {"USD": "1000000.00"}
    assert said["cost"]["cash"] == "1000000.00"


def test_sells_collateral_where_nothing_else_may_be_used(run: Run, book: Path) -> None:
    asked = ("--to-ltv", "0.5", "--budget-btc", "0", "--sell-fee", "0.002")
    _, loan = planned(run, book, *asked)
    goal, spread = Decimal("0.5"), Decimal("0.998")
    sold = (DEBT - goal * PLEDGED * PRICE) / (PRICE * (spread - goal))
    assert abs(Decimal(loan["sell_collateral_btc"]) - sold) < Decimal("0.0000005")
    assert Decimal(loan["ltv_after"]) == Decimal("0.5")
    assert abs(Decimal(loan["sale_fee"]) - sold * PRICE * Decimal("0.002")) < Decimal("0.02")
    assert (loan["repay"], loan["repaid"]) == ("0.00", loan["sale_proceeds"])


def test_a_sell_fee_allows_both_and_a_word_allows_one(run: Run, book: Path) -> None:
    assert planned(run, book, "--sell-fee", "0.002")[0]["request"]["sell_from"] == "both"
    said, loan = planned(run, book, "--to-ltv", "0.5", "--budget-btc", "0", "--sell-from", "collateral")
    assert said["request"]["sell_from"] == "collateral"
    assert Decimal(loan["sell_collateral_btc"]) > 0
    assert planned(run, book)[0]["request"]["sell_from"] == "nothing"


def test_selling_without_a_target_is_told_to_do_nothing(run: Run, book: Path) -> None:
    said, loan = planned(run, book, "--sell-fee", "0.002")
    assert loan["sell_btc"] == "0.00000000"
    assert "Only the cheapest plan sells bitcoin; this one sells none." in said["notes"]


def test_what_is_missing_is_told(run: Run, book: Path) -> None:
    said, loan = planned(run, book, "--to-ltv", "0.5", "--budget-btc", "10")
    need = (DEBT / (Decimal("0.5") * PRICE) - PLEDGED - 10).quantize(SATOSHI, ROUND_CEILING)
    assert (said["feasible"], loan["target_met"], loan["post_btc"]) == (False, False, "10.00000000")
    assert abs(Decimal(said["missing"]["btc"]) - need) <= SATOSHI


def test_a_horizon_reckons_its_interest(run: Run, book: Path) -> None:
    _, now = planned(run, book, "--to-ltv", "0.5")
    _, later = planned(run, book, "--to-ltv", "0.5", "--horizon", "90")
    assert Decimal(later["post_btc"]) > Decimal(now["post_btc"])
    told = run("plan", "--book", book, "--to-ltv", "0.5", "--horizon", "90", *AT[:-1])
    assert "count 90 days of interest" in told.out


def test_the_least_total_chance_needs_a_history(run: Run, book: Path, tmp_path: Path) -> None:
    done = run("plan", "--book", book, "--objective", "min_total", *AT)
    assert done.code == 1
    assert "import one or let the price sources fetch it" in done.json["problems"][0]
    assert done.json["loans"] == []
    rows = [f"{date(2024, 1, 1) + timedelta(days=n)},{40000 + 700 * (n % 3)}" for n in range(516)]
    csv = tmp_path / "days.csv"
    csv.write_text("\n".join(["date,close", *rows]), encoding="utf-8")
    assert run("--book", book, "history", "import", csv).code == 0
    said, loan = planned(run, book, "--objective", "min_total", "--budget-btc", "50")
    assert loan["post_btc"] == "50.00000000"
    # Steps of 1.7, 1.7 and −3.5 % a day are about 46 % a year.
    assert Decimal("0.3") < Decimal(said["request"]["annual_volatility"]) < Decimal("0.6")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--to-ltv", "1"), "0.60"),
        (("--to-ltv", "60"), "0.60"),
        (("--to-ltv", "0"), "0.60"),
        (("--sell-fee", "1"), "0.0025"),
        (("--budget-cash", "5", "--budget-cash", "USD=5"), "given twice"),
    ],
)
def test_what_no_plan_can_mean_is_a_sentence(run: Run, book: Path, asked: tuple[str, ...], says: str) -> None:
    done = run("plan", "--book", book, *asked, *AT)
    assert (done.code, done.out) == (1, "")
    assert says in done.err


def test_a_target_above_the_price_is_a_sentence(run: Run, book: Path) -> None:
    done = run("plan", "--book", book, "--target-price", "80000", *AT)
    assert done.code == 1
    assert "lies above today's" in done.json["problems"][0]
    assert (done.json["loans"], done.json["feasible"], done.json["totals"]) == ([], False, None)


def test_a_fee_above_what_a_cure_allows_is_a_sentence(run: Run, book: Path) -> None:
    asked = ("--to-ltv", "0.5", "--budget-btc", "0", "--sell-fee", "0.6")
    done = run("plan", "--book", book, *asked, *AT)
    assert done.code == 1
    assert "above what a cure out of the collateral allows for Revolver" in done.json["problems"][0]
    assert done.err == f"plimsoll: {done.json['problems'][0]}\n"
    assert done.json["feasible"] is False
    assert done.json["loans"][0]["sell_btc"] == "0.00000000"


@pytest.mark.parametrize(
    "asked",
    [
        ("--budget-btc", "-1"),
        ("--budget-btc", "0.123456789"),
        ("--budget-cash", "much"),
        ("--budget-cash", "USD=1", "--budget-cash", "USD=2"),
        ("--objective", "best"),
        ("--sell-from", "anywhere"),
        ("--target-price", "0"),
        ("--horizon", "0"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(run: Run, book: Path, asked: tuple[str, ...]) -> None:
    assert run("plan", "--book", book, *asked, *AT).code == 2


@pytest.mark.parametrize("asked", [("--budget-btc", "-1"), ("--budget-cash", "USD=-1"), ("--budget-cash", "-1")])
def test_a_budget_below_nothing_is_told_as_one(run: Run, book: Path, asked: tuple[str, ...]) -> None:
    assert "-1 is no budget; give 0 or more" in run("plan", "--book", book, *asked, *AT).err


def test_a_forced_sale_that_is_due_is_told_beside_the_plan(run: Run, book: Path) -> None:
    # Revolver is sold at 85 %: 9,600,000 / (196 * 0.85) = 57,623.05; the plan may come too late below that.
    late = run("plan", "--book", book, "--price", "57623.04", "--at", OPENED, "--json").json
    assert "At today's price the lender may sell already: Revolver. Act at once." in late["notes"]
    assert not any("may sell already" in note for note in planned(run, book)[0]["notes"])


def test_without_a_price_there_is_no_plan(run: Run, book: Path) -> None:
    done = run("plan", "--book", book, "--price", "EUR=60000", "--at", OPENED, "--json")
    assert (done.code, done.json["loans"]) == (3, [])
    assert "There is no price in USD" in done.json["problems"][0]
    said = run("plan", "--book", book, "--price", "EUR=60000", "--at", OPENED)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("plimsoll: There is no price in USD")


def test_an_empty_book_has_nothing_to_plan(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "empty.plimsoll"
    run("--book", place, "book", "new")
    done = run("plan", "--book", place, "--price", "70727")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "nothing to plan" in done.err


def test_people_read_a_sentence_a_table_and_what_waiting_takes(run: Run, book: Path) -> None:
    done = run("plan", "--book", book, "--to-ltv", "0.5", *AT[:-1])
    assert done.code == 0
    assert "Posting 75.46634242 BTC to one loan moves the first forced sale from $57,624 to $41,605." in done.out
    for words in ("Called at", "In time?", "yes, 4 h of 12 h", "What waiting for each call would take:"):
        assert words in done.out


def test_a_sheet_says_who_does_what(run: Run, book: Path) -> None:
    done = run("plan", "--book", book, "--to-ltv", "0.5", "--sheet", *AT[:-1])
    assert done.code == 0
    assert "Plan for Small treasury" in done.out
    assert "Revolver (A lender)  Send bitcoin to the lender  75.46634242 BTC" in done.out
