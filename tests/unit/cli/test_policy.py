"""``plimsoll policy``: limits set, shown and cleared; how the book stands to them."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

AT = ("--price", "70727", "--at", "2025-06-01T13:00:00Z")


def test_a_book_without_a_policy_says_how_to_begin_and_asks_nobody(run: Run, book: Path) -> None:
    done = run("policy", "--book", book)
    assert (done.code, done.err) == (0, "")
    assert "The policy has no limit yet; plimsoll policy set book_ltv 50%" in done.out
    assert run("policy", "--book", book, "--json").json["limits"] == []


def test_limits_are_set_shown_and_cleared(run: Run, book: Path) -> None:
    for kind, bound in (("interest_months", "6 months"), ("book_ltv", "60 %"), ("free_btc", "300 BTC")):
        assert run("policy", "set", kind, bound, "--book", book).code == 0
    assert run("policy", "set", "free_btc", "310", "--book", book).out == "Set: Free BTC at least 310 BTC.\n"
    page = run("policy", "--book", book, *AT)
    assert (page.code, page.err) == (0, "")
    rows = [" ".join(line.split()) for line in page.out.splitlines()]
    assert "Book LTV (book_ltv) BREACHED 69.3 % at most 60 %" in rows
    assert "Free BTC (free_btc) Near 310.3 BTC at least 310 BTC" in rows
    assert "No breach is on record." in rows
    assert run("policy", "clear", "free_btc", "--book", book).code == 0
    told = run("policy", "--book", book, *AT, "--json").json
    assert [(one["kind"], one["state"], one["value"]) for one in told["limits"]] == [
        ("book_ltv", "breached", "0.69251618"),
        ("interest_months", "kept", "261.26890595"),
    ]
    assert told["breaches"] == []


def test_without_a_price_a_limit_that_needs_one_is_not_known(run: Run, book: Path) -> None:
    run("policy", "set", "book_ltv", "60%", "--book", book)
    run("policy", "set", "free_btc", "1", "--book", book)
    done = run("policy", "--book", book, "--at", "2025-06-01T13:00:00Z", "--json")
    assert done.code == 3
    assert [(one["state"], one["value"]) for one in done.json["limits"]] == [("unknown", None), ("kept", "310.3")]
    assert "no price in USD" in done.json["limits"][0]["reason"]


@pytest.mark.parametrize(
    ("kind", "bound", "said"),
    [
        ("book_ltv", "50", "may mean per cent"),
        ("book_ltv", "half", "is no bound; write it like 50%"),
        ("free_btc", "0", "Free BTC: 0 lies outside"),
        ("interest_months", "50%", "is no bound; write it like 12 months"),
        ("lender_share", "100%", "no lender can hold more than all bitcoin"),
    ],
)
def test_a_bound_that_cannot_be_meant_is_refused(run: Run, book: Path, kind: str, bound: str, said: str) -> None:
    done = run("policy", "set", kind, bound, "--book", book)
    assert (done.code, said in done.err) == (1, True)
    assert run("policy", "--book", book, "--json").json["limits"] == []


def test_what_is_not_there_cannot_be_cleared_and_a_strange_kind_is_wrong_usage(run: Run, book: Path) -> None:
    assert "no limit “free_btc”" in run("policy", "clear", "free_btc", "--book", book).err
    assert run("policy", "set", "mood", "1", "--book", book).code == 2


def test_status_names_what_is_breached_and_what_is_not_judged(run: Run, book: Path) -> None:
    plain = run("status", "--book", book, *AT, "--json").json
    assert "policy" not in plain
    run("policy", "set", "book_ltv", "60%", "--book", book)
    run("policy", "set", "lender_share", "30%", "--book", book)
    lines = run("status", "--book", book, *AT).out.splitlines()
    assert (
        "Policy breached: Book LTV 69.3 % (at most 60 %); One lender's share 38.8 %, A lender (at most 30 %)." in lines
    )
    blind = run("status", "--book", book, "--at", "2025-06-01T13:00:00Z")
    assert "Policy not judged: Book LTV." in blind.out.splitlines()
    told = run("status", "--book", book, *AT, "--json").json
    assert [one["state"] for one in told.pop("policy")] == ["breached", "breached"]
    assert told == plain
