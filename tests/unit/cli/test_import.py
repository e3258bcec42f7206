"""``plimsoll import FILE…``."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

SAMPLES = Path(__file__).parents[2] / "data" / "imports"


@pytest.fixture
def empty(tmp_path: Path, run: Run) -> Path:
    place = tmp_path / "empty.plimsoll"
    assert run("--book", place, "book", "new").code == 0
    return place


def test_a_dry_run_shows_and_stores_nothing(run: Run, empty: Path) -> None:
    before = empty.read_bytes()
    done = run("--book", empty, "import", SAMPLES / "swan_2024.csv", "--dry-run")
    assert (done.code, done.err) == (0, "")
    assert "Account “Swan”, which is new: 2 transactions" in done.out
    assert done.out.endswith("A dry run: 2 rows would be imported.\n")
    assert empty.read_bytes() == before


def test_an_import_counts_for_status_and_a_second_one_adds_nothing(run: Run, empty: Path) -> None:
    files = (SAMPLES / "swan_withdrawals_2022.csv", SAMPLES / "swan_2024.csv")
    done = run("--book", empty, "import", *files, "--account", "Swan account", "--json")
    assert (done.code, done.json["stored"], done.json["accounts"]) == (0, True, {"Swan account": 3})
    status = run("--book", empty, "status", "--price", "50000", "--json")
    assert status.json["totals"]["unencumbered_btc"] == "0.06091234"
    before = empty.read_bytes()
    again = run("--book", empty, "import", *files, "--json")
    assert (again.code, again.json["stored"]) == (0, False)
    assert [file["already_there"] for file in again.json["files"]] == [1, 2]
    assert empty.read_bytes() == before


def test_a_history_below_zero_is_one_line_and_stores_nothing(run: Run, empty: Path) -> None:
    before = empty.read_bytes()
    done = run("--book", empty, "import", SAMPLES / "swan_withdrawals_2022.csv")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "swan_withdrawals_2022.csv, line 4: “Swan” would hold -0.15000000 BTC" in done.err
    assert empty.read_bytes() == before


def test_a_question_says_how_to_answer(run: Run, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "river.csv"
    header = (SAMPLES / "river_2024.csv").read_text("utf-8").splitlines()[0]
    file.write_text(f"{header}\n2024-09-26 19:59:41,,,1.205,BTC,,,Interest\n", "utf-8")
    asked = run("--book", empty, "import", file)
    assert asked.code == 1
    assert "line 2: “1.205” is 1.205 or 1205 (1 row); say --decimal point or --decimal comma" in asked.err
    assert run("--book", empty, "import", file, "--decimal", "point").code == 0


def test_formats_are_listed_and_a_file_is_needed(run: Run) -> None:
    listed = run("import", "--list-formats")
    assert listed.code == 0
    assert "coinbase " in listed.out
    assert run("import").code == 2


def test_a_file_that_is_not_there_is_one_line(run: Run, empty: Path, tmp_path: Path) -> None:
    done = run("--book", empty, "import", tmp_path / "missing.csv")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "there is no such file" in done.err
