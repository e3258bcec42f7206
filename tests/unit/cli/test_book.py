"""``plimsoll book …``."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from app.bootstrap import books
from app.domain.attachments import Attachment
from app.domain.book import Book
from app.domain.errors import BookError
from app.services.book_file import parse_book
from app.store.attachments import BookPapers
from tests.unit.cli.conftest import SAMPLE, Run


def test_import_then_export_gives_the_same_book(run: Run, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run("--book", book, "book", "export", out)
    assert done.code == 0
    assert "1 loan, 2 events" in done.out
    assert parse_book(out.read_bytes()) == parse_book(SAMPLE.read_bytes())


def test_export_may_go_to_stdout(run: Run, book: Path) -> None:
    done = run("--book", book, "book", "export", "-")
    assert done.code == 0
    assert parse_book(done.out) == parse_book(SAMPLE.read_bytes())


def test_export_replaces_a_former_export_but_nothing_else(run: Run, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert [run("--book", book, "book", "export", out).code for _ in range(2)] == [0, 0]
    before = book.read_bytes()
    for dear in (book, _file(tmp_path / "letter.txt", "Dear lender,")):
        kept = dear.read_bytes()
        done = run("--book", book, "book", "export", dear)
        assert (done.code, done.out) == (1, "")
        assert "no former export" in done.err
        assert dear.read_bytes() == kept
    assert book.read_bytes() == before


@pytest.mark.parametrize("verb", [["new"], ["demo"], ["import", str(SAMPLE)]])
def test_what_is_there_is_never_overwritten(run: Run, tmp_path: Path, verb: list[str]) -> None:
    place = _file(tmp_path / "book.plimsoll", "something else")
    done = run("--book", place, "book", *verb)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert place.read_text("utf-8") == "something else"


def test_a_faulty_file_is_refused_with_its_place_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    document = json.loads(SAMPLE.read_text("utf-8"))
    document["loans"][0]["events"][1]["amount"] = "-5"
    source = _file(tmp_path / "bad.json", json.dumps(document))
    place = tmp_path / "book.plimsoll"
    done = run("--book", place, "book", "import", source)
    assert (done.code, done.out) == (1, "")
    assert f"{source}: loans[0].events[1].amount: -5 is negative" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.json"]


def test_a_file_beyond_all_measure_is_not_read(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "huge.json"
    with source.open("wb") as file:
        os.truncate(file.fileno(), 1 << 30)
    done = run("--book", tmp_path / "book.plimsoll", "book", "import", source)
    assert done.code == 1
    assert "larger than 256 MB" in done.err
    assert not (tmp_path / "book.plimsoll").exists()


@pytest.mark.parametrize("name", ["none.json", "."])
def test_an_import_of_nothing_is_told(run: Run, tmp_path: Path, name: str) -> None:
    done = run("--book", tmp_path / "book.plimsoll", "book", "import", tmp_path / name)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert str(tmp_path) in done.err


def test_the_name_and_the_currency_of_a_new_book_are_checked(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "book.plimsoll"
    assert run("--book", place, "book", "new", "--name", " x").code == 1
    assert run("--book", place, "book", "new", "--currency", "bitcoin").code == 2
    assert run("--book", place, "book", "new", "--currency", "BTC").code == 2
    assert not place.exists()


def test_verify_tells_a_sound_book_from_a_damaged_one(run: Run, book: Path) -> None:
    done = run("--book", book, "book", "verify", "--json")
    assert (done.code, done.json["sound"], done.json["findings"]) == (0, True, [])
    assert "is sound" in run("--book", book, "book", "verify").out
    data = bytearray(book.read_bytes())
    data[5000:9000] = b"\xff" * 4000
    book.write_bytes(data)
    done = run("--book", book, "book", "verify")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert str(book) in done.err


def test_a_backup_is_a_book_and_can_be_restored(run: Run, book: Path, tmp_path: Path) -> None:
    copy, again = tmp_path / "copy.plimsoll", tmp_path / "again.plimsoll"
    assert run("--book", book, "book", "backup", copy).code == 0
    assert run("--book", again, "book", "restore", copy).code == 0
    asked = ("status", "--price", "1", "--at", "2026-01-01", "--json")
    first, second = (run("--book", place, *asked) for place in (book, again))
    assert first.out == second.out
    assert run("--book", book, "book", "backup", copy).code == 1
    assert run("--book", again, "book", "restore", copy).code == 1


def test_the_demo_shows_two_loans_that_a_fall_would_call(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "demo.plimsoll"
    assert run("--book", place, "book", "demo").code == 0
    done = run("--book", place, "status", "--json")
    assert (done.code, done.json["as_of"]) == (0, "2026-02-10T09:41:00Z")
    states = {loan["name"]: loan["drop_test"]["state"] for loan in done.json["loans"]}
    assert states == {
        "Equipment facility": "margin_call",
        "Term loan B": "ok",
        "Coin revolver": "margin_call",
        "EUR bridge": "ok",
    }
    assert done.json["prices"]["USD"]["origin"] == "demo"
    assert "demo: invented" in run("--book", place, "status").out


def test_a_place_may_come_from_the_environment(run: Run, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_BOOK", str(book))
    assert run("status", "--price", "70727", "--json").code == 0


def test_without_any_name_the_users_own_book_is_made(run: Run) -> None:
    done = run("book", "new")
    assert done.code == 0
    place = Path(done.out.removeprefix("Made an empty book in ").removesuffix(".\n"))
    assert place.name == "book.plimsoll"
    assert run("status", "--price", "5", "--json").json["totals"]["btc"] == "0.00000000"
    place.unlink()


def _file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_papers_go_out_and_in_with_their_bytes(run: Run, tmp_path: Path) -> None:
    content = b"signed \x00\xff"
    paper = Attachment(sha256(content).hexdigest(), "Contract.pdf", len(content))
    lost = Attachment("0" * 64, "Lost.pdf", 5)
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    books.create_book(first, Book("Desk", attachments=(paper, lost)), {paper.key: content})
    file = tmp_path / "desk.json"
    assert run("--book", first, "book", "export", file).code == 0
    done = run("--book", second, "book", "import", file)
    assert "names 1 paper without their content" in done.out
    moved = books.read_book(second)
    assert moved.attachments == (paper, lost)
    assert books.read_papers(second, moved) == {paper.key: content}
    assert run("--book", second, "book", "export", third).code == 0
    assert third.read_bytes() == file.read_bytes()


def test_a_book_whose_papers_cannot_be_stored_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: object) -> None:
        raise BookError("There is no space left.")

    monkeypatch.setattr(BookPapers, "keep", full)
    with pytest.raises(BookError, match="no space"):
        books.create_book(tmp_path / "half", Book("Desk"), {"0" * 64: b"x"})
    assert not (tmp_path / "half").exists()
