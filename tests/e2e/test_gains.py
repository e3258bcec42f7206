"""``gains`` and ``rollforward`` as commands, on books made for the purpose."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.conftest import Make
from tests.e2e.made_books import account, document, draw, loan, moved, post, sold
from tests.unit.cli.conftest import Run

HISTORY = "date,close\n2024-12-30,92000\n2024-12-31,93000\n2025-03-01,85000\n2025-12-30,88500\n2025-12-31,88000\n"
ROWS = (
    moved("buy", "20", "2024-03-01T00:00:00Z", value="1200000.00", currency="USD", fee="600.00"),
    moved("income", "1", "2025-03-01T12:00:00Z"),
    moved("sell", "2", "2025-04-01T12:00:00Z", value="166000.00", currency="USD", fee="83.00"),
    moved("transfer", "5", "2025-05-01T00:00:00Z", to_account="Desk"),
)
DESK = (moved("spend", "0.5", "2025-07-01T00:00:00Z", value="53000.00", currency="USD"),)


@pytest.fixture
def place(run: Run, make: Make, tmp_path: Path) -> Path:
    """A book with a sale, a payment, a forced sale and a pledge, and closes at both ends of 2025."""
    pledged = loan(
        events=[post("10", account="Main"), draw("400000"), sold("2", "80000", "2025-11-20T00:00:00Z", "1600")]
    )
    made = make(document(pledged, accounts=(account("Main", *ROWS), account("Desk", *DESK))))
    file = tmp_path / "closes.csv"
    file.write_text(HISTORY, "utf-8")
    assert run("--book", made, "history", "import", file).code == 0
    return made


def test_gains_of_a_year(run: Run, place: Path) -> None:
    done = run("--book", place, "gains", "--year", "2025", "--json")
    assert (done.code, done.err) == (0, "")
    found = {one["kind"]: (one["proceeds"], one["basis"], one["gain"]) for one in done.json["disposals"]}
    assert found == {
        "sell": ("165917.00", "120060.00", "45857.00"),
        "spend": ("53000.00", "30015.00", "22985.00"),
        "liquidation": ("158400.00", "120060.00", "38340.00"),
    }
    assert done.json["total"]["gain"] == "107182.00"
    lots = done.json["unrealised"]["lots"]
    assert sum(Decimal(lot["btc"]) for lot in lots) == Decimal("16.5")
    income = next(lot for lot in lots if lot["source"] == {"account": "Main", "entry": 2})
    assert (income["basis"], income["gain"]) == ("85000.00", "3000.00")
    assert sum(Decimal(lot["btc"]) for lot in lots if lot["pledged_to"] == "Loan") == 8


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "average"])
@pytest.mark.parametrize("per", ["book", "account"])
@pytest.mark.parametrize("fees", ["in", "out"])
def test_the_roll_forward_ties_to_the_penny(run: Run, place: Path, method: str, per: str, fees: str) -> None:
    options = ("--year", "2025", "--method", method, "--per", per, "--fees", fees, "--json")
    gains, rolled = (run("--book", place, command, *options).json for command in ("gains", "rollforward"))
    assert rolled["realised"] == gains["total"]
    assert (rolled["difference"], rolled["problems"]) == ("0.00", [])
    amounts = [
        Decimal(rolled["opening"]["fair_value"]),
        Decimal(rolled["additions"]["amount"]),
        -Decimal(rolled["dispositions"]["amount"]),
        -Decimal(rolled["departures"]["amount"]),
        Decimal(rolled["gains"]),
        -Decimal(rolled["losses"]),
    ]
    assert sum(amounts) == Decimal(rolled["closing"]["fair_value"]) == Decimal("16.5") * 88000
    assert Decimal(gains["total"]["gain"]) + Decimal(rolled["unrealised_change"]) == amounts[4] + amounts[5]
    assert (rolled["closing"]["pledged_btc"], rolled["closing"]["pledged_fair_value"]) == ("8.00000000", "704000.00")


def test_csv_and_pages_say_the_same(run: Run, place: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--book", place, "gains", "--csv").out)))
    assert [(row["kind"], row["gain"]) for row in rows] == [
        ("sell", "45857.00"),
        ("spend", "22985.00"),
        ("liquidation", "38340.00"),
    ]
    page = run("--book", place, "gains", "--year", "2025").out
    assert "$107,182.00" in page
    assert "8 BTC of it pledged" in page
    rolled = run("--book", place, "rollforward", "--year", "2025").out
    assert "Closing, fair value at the close of 2025-12-31" in rolled
    assert "$1,452,000.00" in rolled


def test_without_closes_there_are_no_numbers_and_a_reason(run: Run, make: Make) -> None:
    made = make(document(accounts=(account("Main", *ROWS[:3]),)))
    done = run("--book", made, "rollforward", "--year", "2025", "--json")
    assert (done.code, done.json["gains"], done.json["closing"]["fair_value"]) == (0, None, None)
    assert done.json["closing"]["btc"] == "19.00000000"
    assert any("No price in USD is stored for 2025-12-31" in one for one in done.json["problems"])
    gains = run("--book", made, "gains", "--json").json
    assert gains["unknown_lots"][0]["unknown"] == "the row tells no value, and no price is stored for 2025-03-01"


def test_a_demo_book_has_its_recorded_prices(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "demo.plimsoll"
    assert run("--book", made, "book", "demo").code == 0
    rolled = run("--book", made, "rollforward", "--year", "2025", "--json").json
    assert (rolled["difference"], rolled["problems"]) == ("0.00", [])


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("gains", "--year", "25"), 2, "is no year"),
        (("gains", "--method", "best"), 2, "invalid choice"),
        (("gains", "--json", "--csv"), 2, "not allowed with"),
        (("rollforward",), 2, "--year"),
        (("rollforward", "--year", "2190"), 1, "2190 is not over"),
    ],
)
def test_wrong_usage(run: Run, place: Path, argv: tuple[str, ...], code: int, words: str) -> None:
    done = run("--book", place, *argv)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
