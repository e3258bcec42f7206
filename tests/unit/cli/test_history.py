"""``plimsoll history …``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

CLOSES = "date,close\n2026-01-01,87000.5\n2026-01-02,88000\n2026-01-04,88500\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(CLOSES, "utf-8")
    return path


def test_import_then_show(run: Run, book: Path, file: Path) -> None:
    done = run("--book", book, "history", "import", file)
    assert (done.code, done.err) == (0, "")
    assert "3 days, closes alone, without intraday lows; 3 new, 0 changed." in done.out
    shown = run("--book", book, "history", "show", "--json")
    assert shown.code == 0
    assert shown.json == {
        "currency": "USD",
        "source": "imported",
        "extended_by": None,
        "lows_from": None,
        "derived": False,
        "first_day": "2026-01-01",
        "last_day": "2026-01-04",
        "days": 3,
        "gaps": [{"from": "2026-01-03", "to": "2026-01-03", "days": 1}],
        "with_lows": 0,
    }
    assert "Missing: 1 day (2026-01-03)." in run("history", "show", "--book", book).out


def test_importing_twice_adds_nothing(run: Run, book: Path, file: Path) -> None:
    run("--book", book, "history", "import", file)
    before = book.read_bytes()
    done = run("--book", book, "history", "import", file, "--json")
    assert (done.json["days"], done.json["added"], done.json["changed"]) == (3, 0, 0)
    assert book.read_bytes() == before


def test_each_currency_has_its_own(run: Run, book: Path, file: Path) -> None:
    assert run("--book", book, "history", "import", file, "--currency", "eur").code == 0
    assert run("--book", book, "history", "show", "--currency", "EUR", "--json").json["days"] == 3
    nothing = run("--book", book, "history", "show", "--json")
    assert (nothing.code, nothing.json["days"], nothing.json["source"]) == (0, 0, None)


def test_a_fault_is_one_line_with_its_place_and_changes_nothing(run: Run, book: Path, file: Path) -> None:
    file.write_text(CLOSES + "2026-01-05,885\n2026-01-06,88000\n", "utf-8")
    before = book.read_bytes()
    done = run("--book", book, "history", "import", file)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert f"{file}, line 5: 2026-01-05 closes at 885 between 88500 on 2026-01-04 and 88000" in done.err
    assert book.read_bytes() == before
    assert sorted(path.name for path in book.parent.iterdir()) == ["book.plimsoll", "prices.csv"]


def test_the_day_is_the_clock_s_in_utc(run: Run, book: Path, file: Path) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    file.write_text(f"date,close\n{tomorrow},5\n", "utf-8")
    done = run("--book", book, "history", "import", file)
    assert (done.code, "lies in the future" in done.err) == (1, True)


@pytest.mark.parametrize("missing", ["file", "book", "folder"])
def test_what_is_not_there_is_named(run: Run, book: Path, file: Path, tmp_path: Path, missing: str) -> None:
    place = tmp_path / "nowhere" if missing == "book" else book
    source = {"file": tmp_path / "no.csv", "folder": tmp_path}.get(missing, file)
    done = run("--book", place, "history", "import", source)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert str(place if missing == "book" else source) in done.err


def test_a_read_only_book_is_not_written(run: Run, book: Path, file: Path) -> None:
    book.chmod(0o444)
    done = run("--book", book, "history", "import", file)
    assert (done.code, done.out) == (1, "")
    assert run("--book", book, "history", "show").code == 0


@pytest.mark.parametrize("wrong", [[], ["import"], ["import", "x.csv", "--currency", "BTC"], ["forget"]])
def test_wrong_usage(run: Run, wrong: list[str]) -> None:
    assert run("history", *wrong).code == 2


def test_a_demo_book_has_its_recording_until_one_is_imported(run: Run, file: Path, tmp_path: Path) -> None:
    place = tmp_path / "demo.plimsoll"
    run("--book", place, "book", "demo")
    recorded = run("--book", place, "history", "show", "--json").json
    assert (recorded["source"], recorded["last_day"]) == ("demo", "2026-02-10")
    assert recorded["with_lows"] == recorded["days"] > 400
    run("--book", place, "history", "import", file)
    assert run("--book", place, "history", "show", "--json").json["source"] == "imported"
    assert run("--book", place, "status").code == 0
