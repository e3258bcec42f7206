"""``plimsoll status`` on prices given by hand."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

OPENED = "2025-06-01T13:00:00Z"


def test_tells_every_figure_with_its_own_digits(run: Run, book: Path) -> None:
    done = run("status", "--book", book, "--price", "70727", "--at", OPENED, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "as_of": OPENED,
        "prices": {
            "USD": {"value": "70727.00", "origin": "manual", "age_seconds": 0, "sources_used": 0, "sources_asked": 0}
        },
        "totals": {
            "currency": "USD",
            "btc": "506.30000000",
            "encumbered_btc": "196.00000000",
            "unencumbered_btc": "310.30000000",
            "btc_value": "35809080.10",
            "debt": "9600000.00",
            "net_value": "26209080.10",
            "ltv": "0.692516",
        },
        "nearest": {"loan": "Revolver", "kind": "margin_call", "price": "65306.12", "headroom": "0.076645"},
        "loans": [
            {
                "name": "Revolver",
                "lender": "A lender",
                "currency": "USD",
                "state": "ok",
                "principal": "9600000.00",
                "accrued_interest": "0.00",
                "fees": "0.00",
                "exposure": "9600000.00",
                "collateral_btc": "196.00000000",
                "collateral_value": "13862492.00",
                "ltv": "0.692516",
                "triggers": [
                    {"kind": "warning", "ltv": "0.70", "price": "69970.85", "headroom": "0.010691"},
                    {"kind": "margin_call", "ltv": "0.75", "price": "65306.12", "headroom": "0.076645"},
                    {"kind": "liquidation", "ltv": "0.85", "price": "57623.05", "headroom": "0.185275"},
                ],
                "drop_test": {
                    "drop": "0.10",
                    "price": "63654.30",
                    "ltv": "0.769462",
                    "state": "margin_call",
                    "cure": {
                        "cure_ltv": "0.65",
                        "top_up_btc": "36.02251489",
                        "repay": "1490442.18",
                        "sell_btc": "67.38024367",
                        "deadline_hours": 12,
                    },
                },
                "cure_now": None,
            }
        ],
        "problems": [],
    }


def test_the_price_may_name_its_currency_and_the_drop_may_be_another(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "usd=70727", "--drop", "0.05", "--at", OPENED, "--json")
    assert done.json["loans"][0]["drop_test"]["drop"] == "0.05"
    assert done.json["loans"][0]["drop_test"]["state"] == "warning"


def test_interest_runs_to_the_moment_asked_for(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "70727", "--at", "2025-06-02", "--json")
    # 9,600,000 × 0.105 ÷ 365
    assert done.json["loans"][0]["accrued_interest"] == "2761.64"
    assert done.json["as_of"] == "2025-06-02T00:00:00Z"


def test_a_call_says_what_cures_it_now(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "60000", "--at", OPENED, "--json")
    loan = done.json["loans"][0]
    assert (done.code, loan["state"], loan["cure_now"]["deadline_hours"]) == (0, "margin_call", 12)
    # 9,600,000 ÷ (0.65 × 60,000) − 196, rounded up to the satoshi
    assert loan["cure_now"]["top_up_btc"] == "50.15384616"


def test_without_a_trustworthy_price_states_are_unknown(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--at", OPENED, "--json")
    assert done.code == 3
    assert done.json["loans"][0]["state"] == "unknown"
    assert done.json["loans"][0]["ltv"] is None
    assert done.json["loans"][0]["drop_test"] is None
    assert done.json["totals"]["btc_value"] is None
    assert done.json["nearest"] is None
    assert done.json["problems"] == ["No price in USD: give it with --price USD=VALUE."]


def test_a_price_in_another_currency_does_not_help_this_book(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "EUR=60000", "--at", OPENED, "--json")
    assert (done.code, done.json["prices"]["EUR"]["value"]) == (3, "60000.00")
    assert done.json["prices"]["USD"]["value"] is None


def test_the_table_is_for_people(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "70727", "--at", OPENED)
    assert done.code == 0
    assert "A fall of 10 % calls one loan: Revolver at $65,307." in done.out
    assert "post 36.02251489 BTC or repay $1,490,442.18 within 12 h to be back at 65 %." in done.out
    assert max(map(len, done.out.splitlines())) <= 110


def test_the_table_says_that_there_is_no_price(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--at", OPENED)
    assert done.code == 3
    assert "One loan cannot be judged: there is no price to rely on." in done.out


def test_a_book_without_loans_and_debts_is_well(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "new.plimsoll"
    assert run("--book", place, "book", "new", "--name", "Mine", "--currency", "chf").code == 0
    done = run("--book", place, "status", "--price", "60000", "--json")
    assert (done.code, done.json["loans"], done.json["totals"]["currency"]) == (0, [], "CHF")
    assert done.json["totals"]["ltv"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--price", "1,000"], "not a number"),
        (["--price", "-5"], ""),
        (["--price", "0"], "more than zero"),
        (["--price", "NaN"], "not a number"),
        (["--price", "DOLLARS=5"], "not a currency code"),
        (["--price", "5", "--price", "6"], "given twice"),
        (["--at", "yesterday"], "not a time"),
        (["--at", "1990-01-01"], "years"),
        (["--drop", "10"], "write 10 % as 0.10"),
        (["--drop", "ten"], "not a number"),
        (["--dorp", "0.1"], "unrecognized"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, book: Path, options: list[str], words: str) -> None:
    done = run("--book", book, "status", *options)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_base_price_given_both_ways_is_refused(run: Run, book: Path) -> None:
    done = run("--book", book, "status", "--price", "5", "--price", "USD=6")
    assert (done.code, done.out) == (1, "")
    assert "given twice" in done.err


def test_the_settings_file_says_the_drop_and_the_cost_of_a_sale(run: Run, book: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[drop_test]\ndrop = 0.2\n[cure]\nsale_cost = "0"\n', "utf-8")
    done = run("--book", book, "--config", config, "status", "--price", "70727", "--at", OPENED, "--json")
    test = done.json["loans"][0]["drop_test"]
    assert (test["drop"], test["state"]) == ("0.2", "liquidation")
    # (9,600,000 − 0.65 × 196 × 56,581.6) ÷ (56,581.6 × 0.35)
    assert test["cure"]["sell_btc"] == "120.76132575"


def test_a_fault_in_the_settings_is_told_with_its_line(run: Run, book: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[prices]\nintervall_seconds = 5\n", "utf-8")
    done = run("--book", book, "--config", config, "status", "--price", "1")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"plimsoll: {config}, line 2: prices.intervall_seconds is unknown; did you mean interval_seconds?\n"
    )


def test_a_missing_book_and_a_missing_config_are_told(run: Run, tmp_path: Path) -> None:
    done = run("--book", tmp_path / "none.plimsoll", "status", "--price", "1")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "none.plimsoll" in done.err
    done = run("--config", tmp_path / "none.toml", "status", "--price", "1")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "none.toml" in done.err
