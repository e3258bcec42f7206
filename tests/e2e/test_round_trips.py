"""A book out and in again, copied, put back, and under names that file systems allow."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Make
from tests.e2e.made_books import CALL, SALE, WARNING, account, document, draw, loan, moved, post, repay, sold, terms
from tests.unit.cli.conftest import Run

RICH = document(
    loan(
        "Everything",
        [
            post("10", account="A"),
            {**draw("400000.12345678"), "note": "first\nline", "external_id": "x-1"},
            {"at": "2025-06-02T00:00:00.000001Z", "kind": "rate", "rate": "0.0712345"},
            {"at": "2025-06-03T00:00:00+05:30", "kind": "fee", "amount": "25"},
            {"at": "2025-06-03T12:00:00Z", "kind": "release", "btc": "0.00000001"},
            repay("1000", "2025-07-01T00:00:00Z"),
            sold("1.5", "60000.01", "2025-08-01T00:00:00Z", "12.5"),
        ],
        matures_on="2027-06-01",
        terms=[
            terms(rate="0.09", evidence={"source": "clause 7.2", "confirmed_on": "2026-01-15"}),
            terms(
                start="2025-09-01", rate="0.10", day_count="ACT/360", payment="interest_monthly", basis_bps=-25,
                exposure="principal_and_full_term_interest", price_source="kraken",
                delivery={"hours": 4, "daily_cap_btc": "12.5", "daily_cap": "100000"},
                triggers=[
                    WARNING, {**WARNING, "ltv": "0.72"}, {**CALL, "latching": True},
                    {"kind": "margin_call", "ltv": "0.80"},
                    {**SALE, "extent": {"mode": "to_ltv", "ltv": "0.65"}, "fee_rate": "0.02", "fee_base": "debt"},
                ],
            ),
        ],
    ),
    loan("Yen", [], currency="JPY"),
    accounts=(
        account(
            "A", moved("buy", "20", "2025-01-01T00:00:00Z", value="1500000.5", currency="USD", fee="0"),
            moved("transfer", "1", "2025-01-02T00:00:00Z", to_account="قرض"),
            moved("fee", "0.0001", "2025-01-03T00:00:00Z"),
        ),
        account("قرض"),
    ),
    base_currency="CHF",
)  # fmt: skip


def exported(run: Run, place: Path) -> str:
    """Return the book as its file says it."""
    done = run("--book", place, "book", "export", "-")
    assert (done.code, done.err) == (0, "")
    return done.out


def test_out_and_in_and_out_is_the_same_to_the_byte(run: Run, make: Make, tmp_path: Path) -> None:
    place, out, again = make(RICH), tmp_path / "out.json", tmp_path / "again.plimsoll"
    assert run("--book", place, "book", "export", out).code == 0
    assert run("--book", again, "book", "import", out).code == 0
    assert exported(run, again) == out.read_text("utf-8") == exported(run, place)
    said = [
        run("--book", one, "status", "--price", "60000", "--price", "JPY=9000000", "--price", "USD=66000", "--at",
            "2026-01-01", "--json").json
        for one in (place, again)
    ]  # fmt: skip
    assert said[0] == said[1]
    assert said[0]["problems"] == []


def test_what_is_there_is_not_overwritten(run: Run, make: Make, tmp_path: Path) -> None:
    place, other = make(RICH), make(document())
    before = place.read_bytes()
    for command in (("import", tmp_path / "made2.json"), ("new",), ("demo",), ("restore", other)):
        done = run("--book", place, "book", *command)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
        assert str(place) in done.err
    assert place.read_bytes() == before


def test_a_backup_put_back_is_the_book_of_that_moment(run: Run, make: Make, tmp_path: Path) -> None:
    place, copy, again = make(RICH), tmp_path / "copy", tmp_path / "again"
    then = exported(run, place)
    assert run("--book", place, "book", "backup", copy).code == 0
    place.write_bytes(b"lost")
    assert run("--book", again, "book", "restore", copy).code == 0
    assert exported(run, again) == then
    assert run("--book", again, "book", "verify", "--json").json == {
        "book": str(again), "sound": True, "findings": []
    }  # fmt: skip


def test_a_page_that_went_bad_is_found(run: Run, make: Make) -> None:
    place = make(RICH)
    with closing(sqlite3.connect(place)) as book:
        table = "loan_event"
        page = book.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        size = book.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(place.read_bytes())
    data[(page - 1) * size : page * size] = b"\xa5" * size
    place.write_bytes(data)
    done = run("--book", place, "book", "verify", "--json")
    assert (done.code, done.json["sound"]) == (1, False)
    assert done.json["findings"]
    assert done.err.count("\n") == 1
    assert place.read_bytes() == bytes(data)


@pytest.mark.parametrize(
    "name", ["two words", "größe-日本-🚢", "per%20cent", "hash#mark?x=1", "-dash", "quote'\"", "a;b"]
)
def test_names_that_file_systems_allow(run: Run, tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    home.mkdir()
    source, place, copy = home / f"{name}.json", home / f"{name}.plimsoll", home / f"{name}.copy"
    source.write_text(json.dumps(RICH), "utf-8")
    for command in (("import", source), ("verify",), ("backup", copy), ("export", source)):
        done = run("--book", place, "book", *command)
        assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in home.iterdir()) == sorted(path.name for path in (source, place, copy))


def test_a_link_to_a_book_is_that_book(run: Run, make: Make, tmp_path: Path) -> None:
    place, link = make(RICH), tmp_path / "link"
    link.symlink_to(place)
    assert exported(run, link) == exported(run, place)
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    for command in (("status", "--price", "5"), ("book", "new")):
        assert run("--book", dangling, *command).code == 1
    assert not (tmp_path / "nowhere").exists()
