"""``plimsoll risk`` and its backtest, on made-up histories loaded from a file."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.unit.cli.conftest import Run

AT = "2025-06-01T13:00:00Z"
LAST = date(2025, 5, 31)


def history(path: Path, days: int, *, lows: bool = True) -> Path:
    """Write a random walk of so many days up to the last one."""
    moves = np.random.default_rng(7).standard_t(4, days) * 0.02
    closes = 70_000 * np.exp(np.cumsum(moves) - np.sum(moves))
    lines = ["date,open,high,low,close" if lows else "date,close"]
    before = closes[0]
    for number, close in enumerate(closes):
        day = LAST - timedelta(days=days - 1 - number)
        if lows:
            high, low = max(before, close) * 1.01, min(before, close) * 0.98
            lines.append(f"{day},{before:.2f},{high:.2f},{low:.2f},{close:.2f}")
        else:
            lines.append(f"{day},{close:.2f}")
        before = close
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def with_history(run: Run, book: Path, tmp_path: Path) -> Path:
    done = run("--book", book, "history", "import", history(tmp_path / "long.csv", 1_500))
    assert (done.code, done.err) == (0, "")
    return book


def test_every_loan_and_horizon_has_a_value_inside_its_band(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", AT, "--json")
    assert (done.code, done.err) == (0, "")
    said = done.json
    assert said["reason"] == ""
    assert said["model"]["intraday"] is True
    assert said["model"]["history_days"] == 1_500
    assert said["model"]["as_of"] == "2025-05-31"
    (loan,) = said["loans"]
    assert [h["days"] for h in loan["horizons"] if not h["maturity"]] == [1, 7, 30, 90]
    previous = Decimal(0)
    for horizon in loan["horizons"]:
        call, sale = (horizon[f"{name}_probability"] for name in ("margin_call", "liquidation"))
        for chance in (call, sale):
            assert 0 <= Decimal(chance["low"]) <= Decimal(chance["value"]) <= Decimal(chance["high"]) <= 1
        assert Decimal(sale["value"]) <= Decimal(call["value"])
        assert Decimal(call["value"]) >= previous
        previous = Decimal(call["value"])
    assert 0 < previous < 1


def test_the_book_s_chances_stand_in_their_order(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", AT, "--horizon", "90", "--json")
    (book,) = done.json["book"]["horizons"]
    order = ("any_call_probability", "any_forced_sale_no_action_probability", "any_forced_sale_best_use_probability")
    values = [Decimal(book[name]["value"]) for name in order]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[2]
    (tail,) = done.json["book"]["shortfall"]
    assert Decimal(tail["expected_shortfall"]) >= Decimal(tail["value_at_risk"]) > 0


def test_a_year_is_a_scenario(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", AT, "--horizon", "365", "--json")
    (horizon,) = done.json["loans"][0]["horizons"]
    assert horizon["scenario"] is True
    assert (
        "a year (scenario)"
        in run("risk", "--book", with_history, "--price", "70727", "--at", AT, "--horizon", "365").out
    )


def test_a_price_past_the_line_is_certain(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "60000", "--at", AT, "--horizon", "1", "--json")
    assert done.json["loans"][0]["horizons"][0]["margin_call_probability"]["value"] == "1.000000"


def test_people_read_a_table_with_the_basis(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", AT)
    assert done.code == 0
    for words in ("any call", "any forced sale, nobody acts", "Revolver", "models say", "1,500 days from", "a week"):
        assert words in done.out
    assert "nan" not in done.out.lower()


@pytest.mark.parametrize("days", [0, 20, 250])
def test_too_little_history_gives_no_number_and_says_why(run: Run, book: Path, tmp_path: Path, days: int) -> None:
    if days:
        assert run("--book", book, "history", "import", history(tmp_path / "short.csv", days)).code == 0
    done = run("risk", "--book", book, "--price", "70727", "--at", AT, "--json")
    assert done.code == 0
    assert done.json["model"] is None
    reason = done.json["reason"]
    (loan,) = done.json["loans"]
    assert [each["days"] for each in loan["horizons"]] == [1, 7, 30, 90]
    for each in loan["horizons"]:
        told = (each["margin_call_probability"], each["liquidation_probability"], each["reason"])
        assert told == (None, None, reason)
    assert [(each["any_call_probability"], each["reason"]) for each in done.json["book"]["horizons"]] == [
        (None, reason)
    ] * 4
    assert ("no price history" if not days else f"there are {days}") in done.json["reason"]
    assert done.json["reason"] in run("risk", "--book", book, "--price", "70727", "--at", AT).out


def test_closes_alone_are_said_to_be_closes(run: Run, book: Path, tmp_path: Path) -> None:
    run("--book", book, "history", "import", history(tmp_path / "closes.csv", 1_000, lows=False))
    done = run("risk", "--book", book, "--price", "70727", "--at", AT, "--json")
    assert done.json["model"]["intraday"] is False
    assert "daily closes only" in done.json["problems"][0]


def test_an_old_history_is_told(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", "2025-09-01T00:00:00Z", "--json")
    assert "The history ends on 2025-05-31" in done.json["problems"][0]


def test_what_came_later_is_not_known(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "70727", "--at", "2025-06-01T13:00:00Z", "--json")
    before = run("risk", "--book", with_history, "--price", "70727", "--at", "2025-06-01T00:00:00Z", "--json")
    assert before.json["model"] == done.json["model"]


def test_without_a_price_there_is_no_probability(run: Run, with_history: Path) -> None:
    done = run("risk", "--book", with_history, "--price", "EUR=60000", "--at", AT, "--json")
    assert done.code == 3
    assert done.json["book"] is None
    assert "There is no price in USD" in done.json["problems"][0]


def test_the_backtest_tells_what_was_said_and_what_came(run: Run, with_history: Path) -> None:
    done = run("risk", "backtest", "--book", with_history, "--json")
    assert (done.code, done.err) == (0, "")
    said = done.json
    assert said["forecasts"] == said["starts"] * 12 == sum(each["statements"] for each in said["shown"]["bins"])
    assert 0 < float(said["shown"]["brier"]) < 1
    assert 0 < float(said["gbm_90d"]["ece"]) < 1
    page = run("risk", "backtest", "--book", with_history)
    assert page.code == 0
    assert "calibration error" in page.out


def test_the_backtest_says_how_much_history_it_needs(run: Run, book: Path) -> None:
    done = run("risk", "backtest", "--book", book, "--json")
    assert done.code == 1
    assert "no price history" in done.json["reason"]
    assert done.err == f"plimsoll: {done.json['reason']}\n"


def test_a_horizon_is_at_least_a_day(run: Run, book: Path) -> None:
    assert run("risk", "--book", book, "--horizon", "0").code == 2
