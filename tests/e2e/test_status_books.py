"""``status --json`` on books made for the purpose, against figures worked out by hand or with fractions."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Make
from tests.e2e.made_books import CALL, SALE, WARNING, account, document, draw, loan, moved, post, repay, sold, terms
from tests.unit.cli.conftest import Run

AT = "2026-02-10"
DAYS = (date(2026, 2, 10) - date(2025, 6, 1)).days


def text(value: Fraction, digits: int) -> str:
    """Return a fraction with ``digits`` decimals, rounded half-even."""
    scaled = round(value * 10**digits)
    sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def up(value: Fraction, digits: int) -> str:
    """Return a fraction with ``digits`` decimals, rounded up."""
    return text(Fraction(-(-value.numerator * 10**digits // value.denominator), 10**digits), digits)


def one(run: Run, make: Make, made: dict[str, Any], *options: object, price: str = "70727", at: str = AT) -> Any:
    """Return the status of the only loan in a book of ``made``."""
    done = run("--book", make(document(made)), "status", "--price", price, "--at", at, "--json", *options)
    assert (done.code, done.err) == (0, "")
    (found,) = done.json["loans"]
    return found


def interest(**on: object) -> str:
    """Return what a loan of 400,000 at 9 % owes in interest after 254 days, by its terms."""
    rate, owed = Fraction(9, 100), Fraction(400_000)
    year = 365 if on.get("day_count", "ACT/365F") == "ACT/365F" else 360
    if on["accrual"] == "flat_term":
        return text(owed * rate, 2)
    if on["accrual"] == "compound_daily":
        return text(owed * ((1 + rate / year) ** DAYS - 1), 2)
    days = 8 * 30 + 9 if on.get("day_count") == "30/360" else DAYS
    return text(owed * rate * days / year, 2)


@pytest.mark.parametrize(
    ("accrual", "day_count"),
    [
        ("simple", "ACT/365F"),
        ("simple", "ACT/360"),
        ("simple", "30/360"),
        ("compound_daily", "ACT/365F"),
        ("compound_daily", "ACT/360"),
        ("flat_term", "ACT/365F"),
    ],
)
def test_interest_of_every_kind(run: Run, make: Make, accrual: str, day_count: str) -> None:
    on = {"rate": "0.09", "accrual": accrual, "day_count": day_count}
    found = one(run, make, loan(on=on))
    assert (found["principal"], found["accrued_interest"]) == ("400000.00", interest(**on))


def test_interest_that_joins_the_principal_each_month(run: Run, make: Make) -> None:
    found = one(run, make, loan(on={"rate": "0.09", "accrual": "compound_monthly"}))
    principal = Fraction(400_000)
    for days in (30, 31, 31, 30, 31, 30, 31, 31):  # June to January
        principal += principal * Fraction(9, 100) * days / 365
    assert found["principal"] == text(principal, 2)
    assert found["accrued_interest"] == text(principal * Fraction(9, 100) * 9 / 365, 2)


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [("principal", 0), ("principal_and_accrued", DAYS), ("principal_and_full_term_interest", 730)],
)
def test_what_the_lender_counts(run: Run, make: Make, exposure: str, expected: int) -> None:
    on = {"rate": "0.09", "exposure": exposure}
    found = one(run, make, loan(on=on, matures_on="2027-06-01"))
    owed = 400_000 + Fraction(400_000) * Fraction(9, 100) * expected / 365
    assert found["exposure"] == text(owed, 2)
    assert found["ltv"] == text(owed / 707_270, 6)
    call = found["triggers"][1]
    assert call["price"] == text(owed / (10 * Fraction(3, 4)), 2)
    assert call["headroom"] == text(1 - owed / (10 * Fraction(3, 4)) / 70_727, 6)


def test_the_example_of_a_revolver_to_the_last_digit(run: Run, make: Make) -> None:
    made = loan("Revolver", [post("196"), draw("9600000.00")])
    done = run("--book", make(document(made)), "status", "--price", "70727", "--at", "2026-02-10T00:00:00Z", "--json")
    assert list(done.json) == ["as_of", "prices", "totals", "nearest", "loans", "problems"]
    assert done.json["as_of"] == "2026-02-10T00:00:00Z"
    price = {"value": "70727.00", "origin": "manual", "age_seconds": 0, "sources_used": 0, "sources_asked": 0}
    assert done.json["prices"] == {"USD": price}
    assert done.json["nearest"] == {
        "loan": "Revolver", "kind": "margin_call", "price": "65306.12", "headroom": "0.076645"
    }  # fmt: skip
    assert done.json["loans"] == [
        {
            "name": "Revolver",
            "lender": "Some lender",
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
    ]


def test_totals_in_the_base_currency(run: Run, make: Make) -> None:
    vault = account("Vault", moved("buy", "30", "2025-01-01T00:00:00Z"), moved("spend", "1.5", "2025-02-01T00:00:00Z"))
    yen = loan("Yen", [post("5", account="Vault"), draw("25000000")], currency="JPY")
    place = make(document(loan("Dollars", [post("10", account="Vault"), draw("400000")]), yen, accounts=(vault,)))
    done = run("--book", place, "status", "--price", "70000", "--price", "JPY=10500000", "--at", AT, "--json")
    assert (done.code, done.json["problems"]) == (0, [])
    debt = 400_000 + Fraction(25_000_000) * 70_000 / 10_500_000
    assert done.json["totals"] == {
        "currency": "USD",
        "btc": "28.50000000",
        "encumbered_btc": "15.00000000",
        "unencumbered_btc": "13.50000000",
        "btc_value": "1995000.00",
        "debt": text(debt, 2),
        "net_value": text(1_995_000 - debt, 2),
        "ltv": text(debt / 1_050_000, 6),
    }
    second = done.json["loans"][1]
    assert (second["principal"], second["collateral_value"], second["triggers"][1]["price"]) == (
        "25000000", "52500000", "6666667"
    )  # fmt: skip


def test_a_currency_without_a_price_leaves_totals_null_and_says_why(run: Run, make: Make) -> None:
    place = make(document(loan("Dollars"), loan("Francs", currency="CHF")))
    done = run("--book", place, "status", "--price", "70727", "--at", AT, "--json")
    assert done.code == 3
    totals = done.json["totals"]
    assert [totals[key] for key in ("btc_value", "debt", "net_value", "ltv")] == [None] * 4
    assert totals["btc"] == "20.00000000"
    assert [one["state"] for one in done.json["loans"]] == ["ok", "unknown"]
    francs = done.json["loans"][1]
    assert (francs["ltv"], francs["collateral_value"], francs["drop_test"], francs["cure_now"]) == (None,) * 4
    assert francs["triggers"][1] == {"kind": "margin_call", "ltv": "0.75", "price": "53333.33", "headroom": None}
    assert done.json["prices"]["CHF"]["value"] is None
    assert any("CHF" in problem for problem in done.json["problems"])


@pytest.mark.parametrize("bps", [-150, 0, 250])
def test_a_lenders_index_beside_ours(run: Run, make: Make, bps: int) -> None:
    found = one(run, make, loan(on={"basis_bps": bps}))
    theirs = 70_727 * (1 + Fraction(bps, 10_000))
    assert found["ltv"] == text(Fraction(40_000) / theirs, 6)
    assert found["collateral_value"] == text(10 * theirs, 2)
    ours = Fraction(40_000) / Fraction(3, 4) / (1 + Fraction(bps, 10_000))
    assert found["triggers"][1]["price"] == text(ours, 2)
    assert found["triggers"][1]["headroom"] == text(1 - ours / 70_727, 6)
    assert found["drop_test"]["price"] == "63654.30"


def test_a_named_source_is_stood_in_for_by_a_price_given_by_hand(run: Run, make: Make) -> None:
    assert one(run, make, loan(on={"price_source": "some_index"}))["state"] == "ok"


@pytest.mark.parametrize(
    ("price", "state", "deadline"),
    [("60000", "ok", None), ("57142", "warning", None), ("53333.33", "margin_call", 12), ("50000", "margin_call", 3)],
)
def test_several_calls_and_warnings(run: Run, make: Make, price: str, state: str, deadline: int | None) -> None:
    fast = {"kind": "margin_call", "ltv": "0.80", "cure_hours": 3, "cure_ltv": "0.60"}
    low = {"kind": "warning", "ltv": "0.68"}
    found = one(run, make, loan(on={"triggers": [low, WARNING, CALL, fast]}), price=price)
    assert found["state"] == state
    cure = found["cure_now"]
    assert (cure and cure["deadline_hours"]) == deadline
    if cure:
        short = 400_000 - Fraction(3, 5) * 10 * Fraction(price)
        assert cure["cure_ltv"] == "0.60"
        assert cure["repay"] == up(short, 2)
        assert cure["top_up_btc"] == up(Fraction(400_000) / (Fraction(3, 5) * Fraction(price)) - 10, 8)
        assert cure["sell_btc"] == up(short / (Fraction(price) * (1 - Fraction(1, 400) - Fraction(3, 5))), 8)


def test_a_trigger_is_reached_exactly_on_it(run: Run, make: Make) -> None:
    place = loan(on={"triggers": [CALL]}, events=[post("10"), draw("300000")])
    assert one(run, make, place, price="40000")["state"] == "margin_call"
    assert one(run, make, place, price="40000.01")["state"] == "ok"


def test_a_loan_without_any_margin_call_is_cured_to_its_lowest_trigger(run: Run, make: Make) -> None:
    found = one(run, make, loan(on={"triggers": [WARNING, SALE]}), price="45000")
    assert (found["state"], found["cure_now"]["cure_ltv"], found["cure_now"]["deadline_hours"]) == (
        "liquidation", "0.70", None
    )  # fmt: skip


def test_a_loan_without_triggers_is_ok_at_every_price(run: Run, make: Make) -> None:
    found = one(run, make, loan(on={"triggers": []}), price="1000")
    assert (found["state"], found["triggers"], found["drop_test"]["cure"]) == ("ok", [], None)


def test_a_sale_that_takes_everything_and_one_that_takes_a_part(run: Run, make: Make) -> None:
    day = "2026-01-05T00:00:00Z"
    part = one(run, make, loan(events=[post("10"), draw("400000"), sold("4", "60000", day, "2400")]))
    assert (part["principal"], part["collateral_btc"], part["state"]) == ("162400.00", "6.00000000", "ok")
    full = one(run, make, loan(events=[post("10"), draw("400000"), sold("10", "45000", day)]))
    assert (full["state"], full["collateral_btc"], full["ltv"]) == ("closed", "0.00000000", None)
    short = one(run, make, loan(events=[post("10"), draw("400000"), sold("10", "30000", day)]))
    assert (short["state"], short["principal"], short["ltv"]) == ("uncovered", "100000.00", None)


def test_states_without_debt_and_without_collateral(run: Run, make: Make) -> None:
    paid = [post("10"), draw("400000"), repay("400000", "2025-07-01T00:00:00Z")]
    later = [post("10", "2027-01-01T00:00:00Z"), draw("400000", "2027-01-02T00:00:00Z")]
    place = make(
        document(
            loan("Nothing", []), loan("Pledged", [post("1")]), loan("Paid", paid), loan("Later", later),
            loan("Bare", [draw("5")]),
        )
    )  # fmt: skip
    done = run("--book", place, "status", "--price", "70727", "--at", AT, "--json")
    states = {one["name"]: one["state"] for one in done.json["loans"]}
    assert states == {
        "Nothing": "undrawn", "Pledged": "undrawn", "Paid": "closed", "Later": "undrawn", "Bare": "uncovered"
    }  # fmt: skip
    assert all(one["ltv"] is None and one["cure_now"] is None for one in done.json["loans"])
    assert done.json["nearest"] is None


def test_the_past_is_told_as_it_was(run: Run, make: Make) -> None:
    dearer = terms(start="2025-12-01", rate="0.12", triggers=[{**CALL, "ltv": "0.60", "cure_ltv": "0.5"}])
    made = loan(
        terms=[terms(rate="0.06"), dearer], events=[post("10"), draw("400000"), draw("1", "2026-06-01T00:00:00Z")]
    )
    before = one(run, make, made, at="2025-11-30")
    assert (before["accrued_interest"], before["state"]) == (text(Fraction(400_000 * 6 * 182, 36_500), 2), "ok")
    after = one(run, make, made, at="2025-12-31", price="70000")
    owed = Fraction(400_000 * 6 * 183, 36_500) + Fraction(400_000 * 12 * 30, 36_500)
    assert (after["accrued_interest"], after["state"], after["principal"]) == (text(owed, 2), "ok", "400000.00")
    assert [one["ltv"] for one in after["triggers"]] == ["0.60"]
    assert one(run, make, made, at="2025-06-01T12:30:00Z")["state"] == "undrawn"


def test_another_fall_than_ten_per_cent(run: Run, make: Make) -> None:
    test = one(run, make, loan(), "--drop", "0.255")["drop_test"]
    assert (test["drop"], test["price"], test["state"]) == ("0.255", "52691.62", "margin_call")
    assert test["ltv"] == text(Fraction(40_000) / (70_727 * Fraction(745, 1000)), 6)


@pytest.mark.parametrize(
    "name",
    [
        "🚢 Ship ⚓",
        "👨‍👩‍👧 family",
        "قرض البيت",
        "وام می‌خواهم",
        "הלוואה",
        "Ledger\u00a0Bank № 12",
        "<b>x</b> & <script>alert(1)</script>",
        "日本銀行",
        "x" * 200,
    ],
)
def test_names_of_people_all_over_the_world(run: Run, make: Make, name: str) -> None:
    place = make(document(loan(name), name=name, accounts=(account(name),)))
    assert run("--book", place, "status", "--price", "70727", "--json").json["loans"][0]["name"] == name
    shown = run("--book", place, "status", "--price", "70727")
    assert (shown.code, shown.err) == (0, "")
    assert name[:20] in shown.out


@pytest.mark.parametrize("name", ["", " x", "a\nb", "a\x1b[31mb", "a\u202eb", "a\u2028b", "x" * 201])
def test_names_that_could_deceive_are_refused(run: Run, tmp_path: Path, name: str) -> None:
    source = tmp_path / "names.json"
    source.write_text(json.dumps(document(loan(name))), "utf-8")
    done = run("--book", tmp_path / "b.plimsoll", "book", "import", source)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "loans[0].name" in done.err


def test_an_empty_book(run: Run, make: Make) -> None:
    done = run("--book", make(document()), "status", "--price", "70727", "--json")
    assert (done.code, done.json["loans"], done.json["nearest"]) == (0, [], None)
    assert done.json["totals"]["net_value"] == "0.00"
