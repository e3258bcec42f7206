"""What people get wrong is refused in one sentence with its place, and the book is as it was."""

import json
import os
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.system.single_instance import InstanceLock
from tests.e2e.conftest import Make
from tests.e2e.made_books import CALL, SALE, WARNING, account, document, draw, loan, moved, post, repay, sold, terms
from tests.fakes.clock import FakeClock
from tests.unit.cli.conftest import Done, Run

AT = "2025-07-01T00:00:00Z"
BOUGHT = moved("buy", "1", "2025-01-01T00:00:00Z")


def refused(done: Done, *words: str) -> None:
    """Assert one sentence on stderr, nothing on stdout, and the exit code of a problem."""
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("plimsoll: ")
    assert done.err.count("\n") == 1
    assert "fault in Plimsoll" not in done.err
    for word in words:
        assert word in done.err


def with_loan(**changes: object) -> dict[str, Any]:
    """Return a book file whose loan has these faults."""
    return document(loan(**changes))  # type: ignore[arg-type]  # faults are the point


def with_terms(**changes: object) -> dict[str, Any]:
    """Return a book file whose loan's terms have these faults."""
    return document(loan(on=changes))


def with_events(*events: dict[str, Any]) -> dict[str, Any]:
    """Return a book file whose loan has these events."""
    return document(loan(events=list(events)))


def with_entries(*entries: dict[str, Any]) -> dict[str, Any]:
    """Return a book file with two accounts, the first of which has these entries."""
    return document(accounts=(account("A", *entries), account("B")))


FAULTS: list[tuple[dict[str, Any], str]] = [
    # wrong amounts
    (with_events(draw("1e5")), "loans[0].events[0].amount"),
    (with_events(draw("1,000")), "loans[0].events[0].amount"),
    (with_events(draw("NaN")), "loans[0].events[0].amount"),
    (with_events(draw("٣٠٠")), "loans[0].events[0].amount"),
    (with_events(draw("-5")), "loans[0].events[0].amount"),
    (with_events(draw("0")), "loans[0].events[0].amount"),
    (with_events(draw(5)), "loans[0].events[0].amount"),  # type: ignore[arg-type]
    (with_events(draw("1000000000000000")), "loans[0].events[0].amount"),
    (with_events(post("0.000000001")), "loans[0].events[0].btc"),
    (with_events(post("21000001")), "loans[0].events[0].btc"),
    (with_events({"at": AT, "kind": "draw"}), "loans[0].events[0].amount"),
    (with_events({**draw("5"), "btc": "1"}), "loans[0].events[0].btc"),
    (with_events({**draw("5"), "kind": "drawing"}), "loans[0].events[0].kind"),
    (with_terms(rate="10.5 %"), "loans[0].terms[0].rate"),
    (with_terms(rate="-0.01"), "loans[0].terms[0].rate"),
    (with_terms(rate="105"), "loans[0].terms[0].rate"),
    (with_terms(basis_bps="5"), "loans[0].terms[0].basis_bps"),
    (with_terms(basis_bps=-10000), "loans[0].terms[0].basis_bps"),
    (with_terms(delivery={"hours": -1}), "loans[0].terms[0].delivery"),
    (with_terms(triggers=[{**CALL, "ltv": "0"}]), "loans[0].terms[0].triggers[0]"),
    (with_terms(triggers=[{**CALL, "ltv": "75"}]), "loans[0].terms[0].triggers[0]"),
    (with_terms(triggers=[{**CALL, "cure_ltv": "0.80"}]), "loans[0].terms[0].triggers[0].cure_ltv"),
    (with_terms(triggers=[{**CALL, "cure_hours": -1}]), "loans[0].terms[0].triggers[0].cure_hours"),
    (with_terms(triggers=[SALE, CALL]), "loans[0].terms[0].triggers[1]"),
    (with_terms(triggers=[{**WARNING, "cure_hours": 5}]), "loans[0].terms[0].triggers[0].cure_hours"),
    (with_terms(triggers=[{**SALE, "extent": {"mode": "to_ltv"}}]), "loans[0].terms[0].triggers[0].extent"),
    (with_terms(accrual="compound_daily", day_count="30/360"), "loans[0].terms[0]"),
    (with_terms(exposure="principal_and_full_term_interest"), "loans[0]"),
    # dates in an impossible order
    (with_loan(matures_on="2025-01-01"), "loans[0].matures_on"),
    (with_loan(opened_on="2025-02-30"), "loans[0].opened_on"),
    (with_loan(opened_on="01.06.2025"), "loans[0].opened_on"),
    (with_loan(opened_on="2025-05-01"), "loans[0].terms[0].from"),
    (with_loan(terms=[]), "loans[0].terms"),
    (with_loan(terms=[terms(), terms()]), "loans[0].terms[1].from"),
    (with_loan(terms=[terms(start="2025-01-01"), terms(start="2024-01-01")]), "loans[0].terms[1].from"),
    (with_events(draw("5", "2025-05-31T23:59:59Z")), "loans[0].events[0].at"),
    (with_events(draw("5", "2025-06-01T12:00:00")), "loans[0].events[0].at"),
    (with_events(draw("5", "2025-06-01")), "loans[0].events[0].at"),
    (with_events(draw("5", "2025-06-31T12:00:00Z")), "loans[0].events[0].at"),
    (with_events(draw("5", "9999-12-31T23:59:59-14:00")), "loans[0].events[0].at"),
    (with_entries(moved("buy", "1", "2008-12-31T00:00:00Z")), "accounts[0].transactions[0].at"),
    # more is taken than there is
    (with_events(draw("5"), repay("6", AT)), "loans[0].events[1].amount"),
    (with_events(repay("6", AT), draw("50", "2025-08-01T00:00:00Z")), "loans[0].events[0].amount"),
    (with_events(post("1"), {"at": AT, "kind": "release", "btc": "1.00000001"}), "loans[0].events[1].btc"),
    (with_events(post("1"), draw("5"), sold("2", "60000", AT)), "loans[0].events[2].btc"),
    (with_entries(BOUGHT, moved("spend", "1.00000001", AT)), "accounts[0].transactions[1]"),
    (with_entries(moved("spend", "1", "2024-01-01T00:00:00Z"), BOUGHT), "accounts[0].transactions[0]"),
    (with_entries(moved("transfer", "1", AT, to_account="B")), "accounts[0].transactions[0]"),
    (document(loan(events=[post("1", account="A")]), accounts=(account("A"),)), "loans[0].events[0]"),
    # names
    (document(loan(), loan()), "loans[1].name"),
    (document(accounts=(account("A"), account("A"))), "accounts[1].name"),
    (with_entries(BOUGHT, moved("transfer", "1", AT, to_account="C")), "accounts[0].transactions[1].to_account"),
    (with_entries(BOUGHT, moved("transfer", "1", AT, to_account="A")), "accounts[0].transactions[1].to_account"),
    (with_entries({**BOUGHT, "external_id": "x"}, {**BOUGHT, "external_id": "x"}), "accounts[0].transactions[1]"),
    (document(loan(events=[post("1", account="Nobody")])), "loans[0].events[0].account"),
    (document(base_currency="BTC"), "base_currency"),
    (document(name=" "), "name"),
    (with_loan(currency="usd"), "loans[0].currency"),
    # keys and shapes
    (document(acounts=[]), "did you mean accounts?"),
    (with_loan(lendr="x"), "loans[0].lendr"),
    (with_terms(rte="0.1"), "did you mean rate?"),
    (with_terms(triggers=[{**CALL, "cure_hour": 5}]), "loans[0].terms[0].triggers[0].cure_hour"),
    (with_events({**draw("5"), "amonut": "6"}), "did you mean amount?"),
    (document(version=2), "version"),
    (document(version="1"), "version"),
    (document(format="other"), "format"),
    (document(loans={}), "loans"),
    (document(loans=[[]]), "loans[0]"),
    (document(loans=None), "loans"),
    (document(name=None), "name"),
]


@pytest.mark.parametrize(("fault", "place"), FAULTS)
def test_a_book_file_edited_by_hand(run: Run, tmp_path: Path, fault: dict[str, Any], place: str) -> None:
    source = tmp_path / "edited.json"
    source.write_text(json.dumps(fault), "utf-8")
    refused(run("--book", tmp_path / "b.plimsoll", "book", "import", source), f"{source}: ", place)
    assert [path.name for path in tmp_path.iterdir()] == ["edited.json"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "line 1, column"),
        (b'{"format": "plimsoll-book",}', "line 1, column"),
        (b'{"format": "plimsoll-book", "version": NaN}', "NaN"),
        (b'{"format": "plimsoll-book", "version": 1, "name": "x", "name": "y"}', "name"),
        (b"[1]", "object"),
        (b"null", "object"),
        (b'"plimsoll-book"', "object"),
        (b"[" * 200_000, "deeply"),
        (b'{"version": ' + b"9" * 5_000 + b"}", "too long"),
        (b"\xff\xfe{\x00}\x00", "UTF-8"),
        (b'{"format": "plimsoll-book", "version": 1, "name": "\\ud800"}', "name"),
        (b'{"format": "plimsoll-book", "version": 1, "name": "a\\u0000b"}', "name"),
        (b"<html></html>", "line 1, column 1"),
        (b"SQLite format 3\0" + bytes(100), ""),
        (bytes(range(256)), "UTF-8"),
    ],
)
def test_a_file_that_is_no_book_file(run: Run, tmp_path: Path, data: bytes, words: str) -> None:
    source = tmp_path / "any.json"
    source.write_bytes(data)
    refused(run("--book", tmp_path / "b.plimsoll", "book", "import", source), str(source), words)
    assert [path.name for path in tmp_path.iterdir()] == ["any.json"]


def test_an_import_of_a_gigabyte(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "huge.json"
    with source.open("wb") as file:
        os.truncate(file.fileno(), 1 << 30)
    refused(run("--book", tmp_path / "b.plimsoll", "book", "import", source), str(source), "larger than")
    assert [path.name for path in tmp_path.iterdir()] == ["huge.json"]


def foreign(path: Path) -> None:
    """Make another program's database."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE recipes (cake TEXT)")
        database.commit()


def newer(path: Path) -> None:
    """Let a book say that a later Plimsoll wrote it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 999")
        database.commit()


def cut(path: Path) -> None:
    """Lose the end of a book."""
    os.truncate(path, path.stat().st_size // 2)


def scratch(path: Path) -> None:
    """Spoil every page but the first."""
    data = bytearray(path.read_bytes())
    size = struct.unpack(">H", data[16:18])[0]
    for start in range(size, len(data), size):
        data[start : start + 16] = b"\xee" * 16
    path.write_bytes(data)


def emptied(path: Path) -> None:
    """Lose everything."""
    path.write_bytes(b"")


def letter(path: Path) -> None:
    """Put a text in its place."""
    path.write_text("Dear lender, " * 100, "utf-8")


def folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [newer, cut, scratch, emptied, letter, folder])
@pytest.mark.usefixtures("config")
def test_a_file_that_is_no_sound_book_is_left_alone(
    run: Run, make: Make, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    place = make(document(loan()))
    harm(place)
    before = None if place.is_dir() else place.read_bytes()
    for command in (
        ("status", "--price", "5"), ("status", "--json"), ("watch", "--once"), ("book", "export", "-"),
        ("book", "verify"), ("book", "backup", tmp_path / "copy"), ("book", "new"), ("book", "demo"),
    ):  # fmt: skip
        refused(run("--book", place, *command), str(place))
    refused(run("--book", tmp_path / "other", "book", "restore", place), str(place))
    assert place.is_dir() or place.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "made1.json", "made1.plimsoll"]


@pytest.mark.usefixtures("config")
def test_the_database_of_another_program_is_left_alone(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "recipes.db"
    foreign(place)
    before = place.read_bytes()
    for command in (("status", "--price", "5"), ("watch", "--once"), ("book", "new"), ("book", "verify")):
        refused(run("--book", place, *command), str(place))
    assert place.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "recipes.db"]


@pytest.mark.usefixtures("config")
def test_a_second_watcher_of_the_same_book(run: Run, make: Make, clock: FakeClock) -> None:
    place = make(document(loan()))
    before = place.read_bytes()
    with InstanceLock.acquire(place, clock.now(), "watch"):
        refused(run("--book", place, "watch", "--once"), str(place), "watched by another Plimsoll", "stop that one")
        # Looking is always allowed.
        assert run("--book", place, "status", "--price", "70727").code == 0
    assert place.read_bytes() == before


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder marked as read-only."""
    path = tmp_path / "kept"
    path.mkdir()
    path.chmod(0o555)
    yield path
    path.chmod(0o755)


def test_a_read_only_folder(run: Run, make: Make, tmp_path: Path, read_only: Path) -> None:
    place, source = make(document(loan())), tmp_path / "made1.json"
    for command in (("book", "new"), ("book", "demo"), ("book", "import", source), ("book", "restore", place)):
        refused(run("--book", read_only / "b.plimsoll", *command), str(read_only))
    refused(run("--book", place, "book", "backup", read_only / "copy"), str(read_only))
    refused(run("--book", place, "book", "export", read_only / "out.json"), str(read_only))
    assert list(read_only.iterdir()) == []


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A drive with room for a few kilobytes; where it cannot be mounted, a limit on the size of files."""
    path = tmp_path / "small"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", path], capture_output=True, check=False
    ).returncode
    if mounted == 0:
        yield path
        subprocess.run(["umount", path], check=True)
        return
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield path
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_drive(run: Run, make: Make, tmp_path: Path, full_disk: Path) -> None:
    place, source = tmp_path / "made1.plimsoll", tmp_path / "made1.json"
    many = [moved("buy", "0.001", f"2025-01-{day:02}T00:00:00Z", note="n" * 2000) for day in range(1, 29)]
    assert make(document(loan(), accounts=(account("A", *many),))) == place
    before = place.read_bytes()
    for command in (("book", "new"), ("book", "demo"), ("book", "import", source), ("book", "restore", place)):
        refused(run("--book", full_disk / "b.plimsoll", *command), str(full_disk))
    refused(run("--book", place, "book", "backup", full_disk / "copy"), str(full_disk))
    refused(run("--book", place, "book", "export", full_disk / "out.json"), str(full_disk))
    assert list(full_disk.iterdir()) == []
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[prices]\ninterval_second = 60\n", ("line 2", "interval_second", "did you mean interval_seconds?")),
        ("[prices]\ninterval_seconds = 'often'\n", ("line 2", "interval_seconds")),
        ("[prices]\ninterval_seconds = 0\n", ("line 2", "interval_seconds")),
        ("[prices]\ninterval_seconds = true\n", ("line 2", "interval_seconds")),
        ("[price]\n", ("line 1", "price", "did you mean prices?")),
        ("[prices.sources.krakn]\n", ("line 1", "krakn", "did you mean kraken?")),
        ("[prices.sources.kraken]\nenabled = 1\n", ("line 2", "enabled")),
        ("[prices.sources.kraken]\nbase_url = 'kraken'\n", ("line 2", "base_url")),
        ("[prices.sources.kraken]\nbase_url = 'http://example.org'\n", ("line 2", "base_url")),
        ("[prices.sources.kraken]\nbase_url = 'file:///etc/passwd'\n", ("line 2", "base_url")),
        ("[prices.sources.kraken]\nbase_url = 5\n", ("line 2", "base_url")),
        ("[prices\n", ("line 1", "TOML")),
        ("a = 1\na = 2\n", ("line 2",)),
        ("\ufeff\0", ("",)),
    ],
)
def test_a_slip_in_the_configuration(run: Run, make: Make, tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    place, config = make(document(loan())), tmp_path / "slip.toml"
    before = place.read_bytes()
    config.write_text(text, "utf-8")
    for command in (("status", "--price", "5"), ("price",), ("watch", "--once")):
        refused(run("--book", place, "--config", config, *command), str(config), *words)
    assert config.read_text("utf-8") == text
    assert place.read_bytes() == before
    refused(run("--config", tmp_path / "none.toml", "price"), str(tmp_path / "none.toml"))
    refused(run("--config", tmp_path, "price"), str(tmp_path))


@pytest.mark.parametrize(
    "argv",
    [
        ("status", "--price", "70,727"),
        ("status", "--price", "1e5"),
        ("status", "--price", "-5"),
        ("status", "--price", "0"),
        ("status", "--price", "nan"),
        ("status", "--price", ""),
        ("status", "--price", "USD="),
        ("status", "--price", "=5"),
        ("status", "--price", "XBT=5"),
        ("status", "--price", "DOLLAR=5"),
        ("status", "--price", "\u0667\u0660"),
        ("status", "--price", "5", "--price", "6"),
        ("status", "--price", "EUR=5", "--price", "eur=6"),
        ("status", "--at", "yesterday"),
        ("status", "--at", "2026-02-30"),
        ("status", "--at", "1999-01-01"),
        ("status", "--drop", "10"),
        ("status", "--drop", "-0.1"),
        ("status", "--drop", "10%"),
        ("status", "--jsn"),
        ("status", "extra"),
        ("price", "--currency", "dollars"),
        ("watch", "--interval", "0"),
        ("watch", "--interval", "1.5"),
        ("watch", "--interval", "\u0665"),
        ("book",),
        ("book", "burn"),
        ("book", "import"),
        ("sttus",),
    ],
)
def test_wrong_usage(run: Run, make: Make, argv: tuple[str, ...]) -> None:
    place = make(document(loan()))
    before = place.read_bytes()
    done = run("--book", place, *argv)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert ": error: " in done.err.splitlines()[-1]
    assert place.read_bytes() == before


def test_the_base_currency_given_with_and_without_its_name(run: Run, make: Make) -> None:
    refused(run("--book", make(document(loan())), "status", "--price", "5", "--price", "USD=6"), "--price", "USD")


@pytest.mark.parametrize(
    "command", [("status", "--price", "5"), ("status", "--price", "5", "--json"), ("book", "export", "-")]
)
def test_an_output_that_takes_nothing(make: Make, command: tuple[str, ...]) -> None:
    place = make(document(loan("🚢")))
    full = into(">/dev/full", "--book", place, *command) if Path("/dev/full").exists() else None
    if full is not None:
        assert (full.returncode, full.stderr.count("\n")) == (1, 1)
        assert full.stderr.startswith("plimsoll: The output cannot be written")
    closed = into(">&-", "--book", place, *command)
    assert (closed.returncode, closed.stderr) == (0, "")


def test_json_can_be_read_whatever_the_terminal_speaks(make: Make) -> None:
    place = make(document(loan("🚢 قرض")))
    done = into("", "--book", place, "status", "--price", "5", "--json", PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr, json.loads(done.stdout)["loans"][0]["name"]) == (0, "", "🚢 قرض")
    assert into("", "--book", place, "status", "--price", "5", PYTHONIOENCODING="cp1252").returncode == 0


def into(redirection: str, *argv: object, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own whose output goes elsewhere."""
    program = (sys.executable, "-c", "from app.cli.main import run; run()")
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *program, *map(str, argv)],
        cwd=Path(__file__).parents[2], env={**os.environ, **environ}, capture_output=True, encoding="latin-1",
        timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("config")
def test_pipes_and_devices_are_neither_waited_for_nor_replaced(run: Run, make: Make, tmp_path: Path) -> None:
    place, pipe = make(document(loan())), tmp_path / "pipe"
    os.mkfifo(pipe)
    for command in (("status", "--price", "5"), ("watch", "--once"), ("book", "verify"), ("book", "new")):
        refused(run("--book", pipe, *command), str(pipe))
    refused(run("--book", tmp_path / "other", "book", "restore", pipe), str(pipe))
    for verb in ("export", "backup"):
        refused(run("--book", place, "book", verb, pipe), str(pipe))
    assert pipe.is_fifo()


def test_names_longer_than_a_drive_takes(run: Run, make: Make, tmp_path: Path) -> None:
    place, long = make(document(loan())), tmp_path / ("x" * 300)
    for command in (("new",), ("demo",), ("import", tmp_path / "made1.json"), ("restore", place), ("verify",)):
        refused(run("--book", long, "book", *command), str(long))
    for verb in ("export", "backup"):
        refused(run("--book", place, "book", verb, long), str(long))
