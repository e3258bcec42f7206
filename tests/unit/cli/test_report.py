"""``plimsoll report`` at prices given by hand."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.unit.cli.conftest import Run

# Screens are tested in the same process, and their application has to be there first.
pytestmark = pytest.mark.usefixtures("qapp")
AT = ("--price", "70727", "--at", "2025-06-01T13:00:00Z")


def test_writes_a_pdf_that_says_what_it_rests_on(run: Run, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.pdf"
    done = run("report", "board", "--book", book, *AT, "--out", out)
    assert (done.code, done.out.strip(), done.err) == (0, str(out), "")
    pages = PdfReader(out).pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().split())
    for words in ("Board report", "Small treasury", "2025-06-01 13:00:00 UTC", "given by hand", "Page 1 of 1"):
        assert words in text


def test_the_same_question_gives_the_same_bytes(run: Run, book: Path, tmp_path: Path) -> None:
    for ending in ("pdf", "csv", "xlsx"):
        first, second = (tmp_path / f"{name}.{ending}" for name in ("one", "two"))
        for out in (first, second):
            assert run("report", "board", "--book", book, *AT, "--out", out).code == 0
        assert first.read_bytes() == second.read_bytes()


def test_the_ending_says_what_to_write_unless_it_is_told(run: Run, book: Path, tmp_path: Path) -> None:
    for name, more, start in (
        ("a.csv", (), b"\xef\xbb\xbfReport,"),
        ("a.xlsx", (), b"PK"),
        ("a.txt", (), b"%PDF-"),
        ("b.pdf", ("--as", "csv"), b"\xef\xbb\xbfReport,"),
    ):
        assert run("report", "board", "--book", book, *AT, "--out", tmp_path / name, *more).code == 0
        assert (tmp_path / name).read_bytes().startswith(start)


def test_without_a_file_it_names_one_here(
    run: Run, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("report", "board", "--book", book, *AT)
    assert done.out.strip() == "board-2025-06-01.pdf"
    assert (tmp_path / "board-2025-06-01.pdf").read_bytes().startswith(b"%PDF-")


def test_no_file_is_overwritten_unless_that_is_said(run: Run, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept.pdf"
    out.write_text("mine")
    done = run("report", "board", "--book", book, *AT, "--out", out)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "is there already; name another file, or say --overwrite" in done.err
    assert out.read_text() == "mine"
    assert run("report", "board", "--book", book, *AT, "--out", out, "--overwrite").code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_folder_that_is_not_there_is_told_in_one_sentence(run: Run, book: Path, tmp_path: Path) -> None:
    done = run("report", "board", "--book", book, *AT, "--out", tmp_path / "none" / "a.pdf")
    assert done.code == 1
    assert "cannot be written" in done.err


def test_without_a_price_the_report_says_so_and_so_does_the_command(run: Run, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "dark.pdf"
    done = run("report", "board", "--book", book, "--at", "2025-06-01T13:00:00Z", "--out", out)
    assert done.code == 3
    assert "No price to rely on in USD" in done.err
    assert "No price to rely on in USD" in " ".join(PdfReader(out).pages[0].extract_text().split())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--year", "2024"), "--year: the report “board” does not take it"),
        (("--from", "2024-01-01"), "--from: the report “board” does not take it"),
        (("--loan", "Revolver"), "--loan: the report “board” does not take it"),
    ],
)
def test_what_a_report_does_not_look_at_is_refused(
    run: Run, book: Path, tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    done = run("report", "board", "--book", book, *AT, "--out", tmp_path / "a.pdf", *more)
    assert done.code == 1
    assert words in done.err
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize(
    "argv",
    [("report",), ("report", "tides"), ("report", "board", "--from", "yesterday"), ("report", "board", "--as", "doc")],
)
def test_wrong_usage_ends_with_two(run: Run, argv: tuple[str, ...]) -> None:
    done = run(*argv)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_process_of_its_own_needs_no_screen_and_can_write_to_a_pipe(book: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "app", "report", "board", "--book", str(book), *AT, "--out", "-", "--paper", "letter"],
        env=bare,
        capture_output=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[3],
    )
    page = PdfReader(io.BytesIO(done.stdout)).pages[0]
    assert (float(page.mediabox.width), done.stderr) == (612, b"")
