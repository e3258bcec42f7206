"""``plimsoll import`` of workbooks and of files whose columns were mapped."""

import json
from pathlib import Path

import pytest

from tests.importers.workbooks import RIVER, workbook
from tests.unit.cli.conftest import Run

ROWS = "Day;What;Much\n2024-05-03;In;0,5\n2024-05-04;Gift;0,1\n"
TYPED = "date=Day,btc=Much,kind=What,kind:in=deposit,unit:=btc,zone:=UTC,place:=Bank"


@pytest.fixture
def empty(tmp_path: Path, run: Run) -> Path:
    place = tmp_path / "empty.plimsoll"
    assert run("--book", place, "book", "new").code == 0
    return place


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_an_unknown_header_says_how_to_map_it(run: Run, empty: Path, own: Path) -> None:
    before = empty.read_bytes()
    done = run("--book", empty, "import", own)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "has no header that is known" in done.err
    assert "--map 'date=COLUMN,btc=COLUMN'" in done.err
    assert empty.read_bytes() == before


def test_a_map_is_kept_with_the_import_and_known_again(run: Run, empty: Path, own: Path, tmp_path: Path) -> None:
    dry = run("--book", empty, "import", own, "--map", TYPED, "--save-profile", "Bank", "--dry-run", "--json")
    assert (dry.code, dry.json["stored"], dry.json["accounts"]) == (0, False, {"Bank": 1})
    done = run("--book", empty, "import", own, "--map", TYPED, "--save-profile", "Bank", "--json")
    assert (done.code, done.json["stored"]) == (0, True)
    again = run("--book", empty, "import", own, "--json")
    (file,) = again.json["files"]
    assert (again.code, file["format_name"], file["already_there"]) == (0, "profile “Bank”", 1)
    assert file["aside"][0]["what"] == "Gift"
    assert run("--book", empty, "import", own, "--profile", "Bank").code == 0
    assert run("--book", empty, "import", "--list-profiles").out == "Bank: Day, What, Much\n"
    exported = tmp_path / "book.json"
    assert run("--book", empty, "book", "export", exported).code == 0
    (profile,) = json.loads(exported.read_text("utf-8"))["profiles"]
    assert (profile["name"], profile["mapping"]["header"]) == ("Bank", ["Day", "What", "Much"])


def test_a_profile_is_taken_out_and_what_it_brought_stays(run: Run, empty: Path, own: Path) -> None:
    assert run("--book", empty, "import", "--list-profiles").out == "The book keeps no profile.\n"
    assert run("--book", empty, "import", own, "--map", TYPED, "--save-profile", "Bank").code == 0
    assert run("--book", empty, "import", "--remove-profile", "Bank").code == 0
    assert run("--book", empty, "import", own, "--map", TYPED, "--json").json["files"][0]["already_there"] == 1
    gone = run("--book", empty, "import", "--remove-profile", "Bank")
    assert (gone.code, "no profile “Bank” any more" in gone.err) == (1, True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--map", "date=Day"), "--map: btc is not said"),
        (("--map", "date=Day,btc=Nothing,unit:=btc"), "has no header with the columns"),
        (("--profile", "Nope"), "--profile: the book has no profile “Nope”; it has none yet"),
        (("--map", TYPED, "--save-profile", " "), "--save-profile: the name is empty"),
        (("--format", "river"), "has not the columns of River"),
    ],
)
def test_what_cannot_be_is_one_line_and_stores_nothing(
    run: Run, empty: Path, own: Path, options: tuple[str, ...], why: str
) -> None:
    before = empty.read_bytes()
    done = run("--book", empty, "import", own, *options)
    assert done.code == 1
    assert why in done.err
    assert done.err.count("\n") == 1
    assert empty.read_bytes() == before


def test_a_workbook_is_read_from_the_sheet_that_was_named(run: Run, empty: Path, tmp_path: Path) -> None:
    row: list[object] = ["2024-09-26 19:59:41", 100, "USD", 0.0015, "BTC", 1, "USD", "Buy"]
    header: list[object] = [*RIVER]
    path = tmp_path / "river.xlsx"
    note: list[list[object]] = [["x"]]
    sheets = {"Read me": note, "One": [header, row], "Two": [header, row, [*row[:3], 0.5, *row[4:]]]}
    path.write_bytes(workbook(sheets))
    first = run("--book", empty, "import", path, "--dry-run")
    assert "xlsx, sheet “One”" in first.out
    second = run("--book", empty, "import", path, "--sheet", "Two", "--json")
    assert (second.code, second.json["accounts"], second.json["files"][0]["sheet"]) == (0, {"River": 2}, "Two")
    wrong = run("--book", empty, "import", path, "--sheet", "Three")
    assert (wrong.code, "it has “Read me”, “One”, “Two”" in wrong.err) == (1, True)
