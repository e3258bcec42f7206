"""``plimsoll labels``: shown, stored as one change, written out again."""

import json
from pathlib import Path

import pytest

from app.store.book_store import BookStore
from tests.fakes.lots import book_of
from tests.unit.cli.conftest import Run
from tests.unit.services.test_labels import CHAIN, FILE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "labels.plimsoll"
    BookStore.create(path, book_of(*CHAIN)).close()
    return path


def test_a_dry_run_stores_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "wallet.jsonl"
    file.write_text(FILE, "utf-8")
    before = place.read_bytes()
    done = run("--book", place, "labels", "import", file, "--dry-run")
    assert (done.code, done.err) == (0, "")
    assert "A dry run: 7 labels would be imported." in done.out
    assert place.read_bytes() == before


def test_labels_go_in_once_and_out_again(run: Run, place: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "wallet.jsonl", tmp_path / "out.jsonl"
    file.write_text(FILE, "utf-8")
    done = run("--book", place, "labels", "import", file, "--json")
    assert (done.code, done.json["stored"], done.json["new"], done.json["notes"]) == (0, True, 7, 2)
    again = run("--book", place, "labels", "import", file, "--json")
    assert (again.json["stored"], again.json["already_there"]) == (False, 7)
    assert run("--book", place, "labels", "export", out).out == f"Exported 7 labels to {out}.\n"
    written = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert written == [json.loads(line) for line in FILE.splitlines()]
    assert run("--book", place, "labels", "export", "-").out == out.read_text("utf-8")
    assert run("--book", place, "labels", "export", out, "--json").json == {"file": str(out), "labels": 7}


def test_a_bad_line_stores_nothing(run: Run, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "wallet.jsonl"
    file.write_text(f"{FILE}oops\n", "utf-8")
    before = place.read_bytes()
    done = run("--book", place, "labels", "import", file)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "line 8: is no JSON" in done.err
    assert place.read_bytes() == before
    assert run("--book", place, "labels", "import", file, "--leave-out-refused").code == 0


def test_an_export_replaces_no_other_file(run: Run, place: Path) -> None:
    before = place.read_bytes()
    done = run("--book", place, "labels", "export", place)
    assert done.code == 1
    assert "holds no labels; choose another name" in done.err
    assert place.read_bytes() == before
