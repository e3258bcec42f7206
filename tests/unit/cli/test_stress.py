"""``plimsoll stress`` on prices given by hand."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

OPENED = "2025-06-01T13:00:00Z"
HERE = ("--price", "70727", "--at", OPENED)


@pytest.fixture
def demo(tmp_path: Path, run: Run) -> Path:
    place = tmp_path / "demo.plimsoll"
    assert run("--book", place, "book", "demo").code == 0
    return place


def test_tells_every_figure_with_its_own_digits(run: Run, book: Path) -> None:
    # Revolver: 9,600,000 on 196 BTC, called at 75 % = 65,306.12, cured to 65 %: 196 · (0.75 ÷ 0.65 − 1) = 30.15384616.
    done = run("stress", "--book", book, "--drop", "0.1", *HERE, "--json")
    assert (done.code, done.err) == (0, "")
    document = done.json
    events, loans = document.pop("events"), document.pop("loans")
    baseline = document.pop("baseline")
    assert document == {
        "as_of": OPENED,
        "prices": {
            "USD": {"value": "70727.00", "origin": "manual", "age_seconds": 0, "sources_used": 0, "sources_asked": 0}
        },
        "currency": "USD",
        "scenario": {
            "kind": "drop",
            "name": "a straight fall by 10 %",
            "episode": None,
            "days": None,
            "start_price": "70727.00",
            "lowest_price": "63654.30",
            "end_price": "63654.30",
            "drop": "0.100000",
            "intraday_lows": True,
        },
        "policy": "cure",
        "unencumbered_start_btc": "310.30000000",
        "unencumbered_left_btc": "280.14615384",
        "btc_posted": "30.15384616",
        "btc_sold": "0.00000000",
        "loss": "0.00",
        "loss_parts": {"fees": "0.00", "sold_below_end": "0.00"},
        "shortfall": "0.00",
        "interest": "0.00",
        "end_day": 0,
        "left_out": [],
        "problems": [],
    }
    called, topped_up = events
    assert called == {
        "price": "65306.12",
        "day": 0,
        "loan": "Revolver",
        "kind": "margin_call",
        "btc": "30.15384616",
        "amount": "1280000.00",
        "currency": "USD",
        "ltv": "0.750000",
        "line": "0.75",
        "to_ltv": "0.650000",
        "cure_hours": 12,
        "deadline": None,
        "unencumbered_btc": "310.30000000",
        "sentence": "Revolver is called at $65,307 at 75.0 % LTV: 30.16 BTC or $1,280,000 within 12 h cure it.",
    }
    assert (topped_up["kind"], topped_up["amount"], topped_up["in_time"]) == ("top_up", "1969230.77", True)
    assert loans == [
        {
            "name": "Revolver",
            "lender": "A lender",
            "currency": "USD",
            "state": "ok",
            "debt": "9600000.00",
            "exposure": "9600000.00",
            "collateral_btc": "226.15384616",
            "ltv": "0.666867",
            "margin_calls": 1,
            "posted_btc": "30.15384616",
            "sold_btc": "0.00000000",
            "returned_btc": "0.00000000",
            "fees": "0.00",
            "shortfall": "0.00",
        }
    ]
    assert baseline["policy"] == "none"
    assert [event["kind"] for event in baseline["events"]] == ["margin_call"]
    assert baseline["loans"][0]["state"] == "margin_call"


def test_no_action_over_a_week_sells_when_the_hours_are_over(run: Run, book: Path) -> None:
    done = run("stress", "--book", book, "--to-price", "50000", "--days", "7", "--policy", "none", *HERE, "--json").json
    called, sold = done["events"][:2]
    assert (called["kind"], sold["kind"], sold["uncured"]) == ("margin_call", "liquidation", True)
    assert sold["day"] == pytest.approx(called["deadline"])
    assert called["deadline"] - called["day"] == pytest.approx(0.5, abs=1e-5)
    assert done["scenario"]["days"] == 7
    assert {key: done["baseline"][key] for key in ("events", "loans", "loss")} == {
        key: done[key] for key in ("events", "loans", "loss")
    }


def test_a_past_fall_is_replayed_from_todays_price(run: Run, demo: Path) -> None:
    prices = ("--price", "70727", "--price", "EUR=60000")
    done = run("--book", demo, "stress", "--episode", "covid-2020-03", *prices, "--json")
    assert done.code == 0
    scenario = done.json["scenario"]
    assert (scenario["episode"], scenario["lowest_price"], scenario["intraday_lows"]) == (
        "covid-2020-03",
        "27979.60",
        True,
    )
    assert {event["kind"] for event in done.json["events"]} == {"margin_call", "top_up", "liquidation"}
    text = run("--book", demo, "stress", "--episode", "covid-2020-03", *prices)
    assert "If “March 2020: the pandemic” came again" in text.out
    assert "If nobody does anything" in text.out
    assert "Lows are of many exchanges together" in text.out


def test_the_table_says_the_same_for_a_person(run: Run, book: Path) -> None:
    done = run("stress", "--book", book, "--drop", "0.1", *HERE)
    assert done.code == 0
    assert "At −10 % one loan is called and 30.16 of your 310.3 free BTC cure it; nothing is sold." in done.out
    assert "Posted 30.15384616 BTC" in " ".join(done.out.split())
    none = run("stress", "--book", book, "--drop", "0.2", "--policy", "none", *HERE).out
    assert "Nobody does anything." in none
    assert "Loss" in none


def test_past_falls_are_listed_without_a_book(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.plimsoll"
    document = run("--book", nowhere, "stress", "--list", "--json").json
    assert len(document["episodes"]) == 24
    assert document["episodes"][0] == {
        "id": "mtgox-2011",
        "name": "The first bubble bursts, 2011",
        "peak": "2011-06-08",
        "trough": "2011-11-18",
        "days": 163,
        "fall": "0.930700",
        "lows": False,
    }
    assert "covid-2020-03" in run("stress", "--list").out


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["--drop", "1"], 2, "1 is no fall; write 10 % as 0.10"),
        (["--drop", "-0.1"], 2, "-0.1 is no fall"),
        (["--drop", "ten"], 2, "is not a number"),
        (["--drop", "0.1", "--days", "-1"], 2, "no time for a fall"),
        (["--drop", "0.1", "--to-price", "60000"], 2, "not allowed with"),
        ([], 2, "is required"),
        (["--to-price", "0"], 2, "no price"),
        (["--to-price", "EUR=5"], 2, "in the base currency"),
        (["--to-price", "80000"], 1, "80000 lies above today's price of 70727.00"),
        (["--episode", "covid"], 1, "did you mean covid-2020-03?"),
        (["--episode", "covid-2020-03", "--days", "3"], 1, "an episode takes its own days"),
        (["--drop", "0.1", "--policy", "pray"], 2, "invalid choice"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_sentence(
    run: Run, book: Path, argv: list[str], code: int, told: str
) -> None:
    done = run("stress", "--book", book, *argv, *HERE)
    assert (done.code, done.out) == (code, "")
    assert told in done.err


@pytest.mark.parametrize("price", [(), ("--price", "EUR=60000")])
def test_without_a_price_it_ends_with_three_and_says_why(run: Run, book: Path, price: tuple[str, ...]) -> None:
    done = run("stress", "--book", book, "--drop", "0.1", *price, "--at", OPENED, "--json")
    assert done.code == 3
    assert done.json["events"] is None
    assert done.json["problems"][0].startswith("There is no price in USD")
    said = run("stress", "--book", book, "--drop", "0.1", *price, "--at", OPENED)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("plimsoll: There is no price in USD")


def test_no_fall_at_all_is_told_as_today_s_price(run: Run, book: Path) -> None:
    said = run("stress", "--book", book, "--drop", "0", *HERE)
    assert "At today's price no loan is called." in said.out


def test_the_smallest_and_the_largest_falls_are_answered(run: Run, demo: Path) -> None:
    prices = ("--price", "70727", "--price", "EUR=60000", "--json")
    assert run("--book", demo, "stress", "--drop", "0", *prices).json["events"] == []
    deep = run("--book", demo, "stress", "--to-price", "0.000000000000000000000000000001", *prices)
    assert (deep.code, deep.err) == (0, "")
    assert {loan["state"] for loan in deep.json["loans"]} <= {"closed", "uncovered", "margin_call"}
