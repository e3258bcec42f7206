"""What every command shares: exit codes, one line of complaint, no traceback."""

import sys
from pathlib import Path

import pytest

from app.cli import main as cli
from app.cli import outcome
from tests.unit.cli.conftest import Run
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["status", "--help"], ["book", "--help"]])
def test_help_is_no_failure(run: Run, argv: list[str]) -> None:
    done = run(*argv)
    assert (done.code, done.err) == (0, "")
    assert done.out


@pytest.mark.parametrize("argv", [["nonsense"], ["book"], ["book", "burn"], ["--nonsense"], ["--bo", "x", "status"]])
def test_wrong_usage_is_2(run: Run, argv: list[str]) -> None:
    done = run(*argv)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_the_book_may_stand_before_or_after_the_command(run: Run, book: Path) -> None:
    before = run("--book", book, "status", "--price", "1", "--at", "2026-01-01", "--json")
    after = run("status", "--price", "1", "--at", "2026-01-01", "--json", "--book", book)
    assert before == after


@pytest.mark.parametrize(
    ("failure", "code"), [(KeyboardInterrupt(), 130), (RuntimeError("secret=hunter2"), 1), (RecursionError(), 1)]
)
def test_what_nobody_expected_ends_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, failure: BaseException, code: int, own_home: Path
) -> None:
    def fail(arguments: object) -> int:
        raise failure

    monkeypatch.setattr(cli, "_start", fail)
    done = run("price")
    assert (done.code, done.out) == (code, "")
    assert "Traceback" not in done.err
    assert "hunter2" not in done.err
    if isinstance(failure, Exception):
        assert done.err.startswith("plimsoll: This is a fault in Plimsoll: ")
        log = next(own_home.rglob("plimsoll.log")).read_text("utf-8")
        assert type(failure).__name__ in log
        assert "hunter2" not in log


def test_a_reader_that_goes_away_is_no_failure(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(arguments: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_start", fail)
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdout", file)
        assert cli.main(["price"]) == outcome.SUCCESS


@pytest.mark.parametrize("secret", [SEED, SEED.upper(), WIF, XPRV])
@pytest.mark.parametrize(
    "argv",
    [
        ["{}"],
        ["wallet", "{}"],
        ["wallet", "add", "K", "--xpub", "zpub", "--account", "Cold", "{}"],
        ["wallet", "add", "K", "--xpub", "zpub", "--account", "Cold", "--scripts", "{}"],
        ["wallet", "add", "K", "--account", "Cold", "--xpub", *(["{}"] * 3)],
        ["wallet", "add", "K", "--account", "Cold", "--gap-limit", "{}"],
        ["report", "{}"],
        ["--{}"],
        ["gains", "--json={}"],
        ["gains", "--year", "{}"],
        ["report", "board", "--at", "{}"],
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(run: Run, argv: list[str], secret: str) -> None:
    done = run(*(word.format(secret) for word in argv))
    assert done.code in {1, 2}
    assert done.err
    assert not [part for part in secret.split() if part.lower() in (done.out + done.err).lower() and len(part) > 4]


def test_seed_words_without_quotation_marks_are_not_repeated(run: Run) -> None:
    done = run("wallet", "add", "K", "--account", "Cold", "--xpub", *SEED.split())
    assert done.code == 2
    assert "holds a private key or seed words" in done.err
    assert "abandon" not in done.err


def test_what_nobody_can_tell_apart_is_not_repeated_either(run: Run) -> None:
    number = "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d"
    for argv in (["wallet", number], ["wallet", "list", number], ["wallet", "list", f"--json={number}"]):
        done = run(*argv)
        assert done.code == 2
        assert number not in done.err


def test_a_wrong_option_and_a_wrong_choice_are_named(run: Run) -> None:
    assert run("status", "--dorp").err.endswith("unrecognized arguments: --dorp\n")
    assert "--dorp 1 without an option" in run("status", "--dorp", "0.1").err
    assert "invalid choice: 'best'" in run("gains", "--method", "best").err
