"""The command line as whole processes: exit codes, streams, signals."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fakes.raw_server import RawServer, silence

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "books" / "treasury.json"
# A shell's background job has Ctrl+C switched off, and hands that down; these tests are about a terminal's.
COMMAND = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from app.cli.main import run; run()",
)


def plimsoll(*argv: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *map(str, argv)], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_a_book_goes_in_and_out_and_is_judged(tmp_path: Path) -> None:
    book, out = tmp_path / "book.plimsoll", tmp_path / "out.json"
    made = plimsoll("--book", book, "book", "import", SAMPLE)
    assert (made.returncode, made.stderr) == (0, "")
    done = plimsoll("--book", book, "status", "--price", "70727", "--at", "2025-06-01T13:00:00Z", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["loans"][0]["ltv"] == "0.692516"
    assert plimsoll("--book", book, "status", "--at", "2025-06-02").returncode == 3
    assert plimsoll("--book", book, "book", "export", out).returncode == 0
    again = tmp_path / "again.plimsoll"
    assert plimsoll("--book", again, "book", "import", out).returncode == 0
    assert plimsoll("--book", again, "book", "export", "-").stdout == out.read_text("utf-8")


def test_a_failure_is_one_line_on_stderr(tmp_path: Path) -> None:
    done = plimsoll("--book", tmp_path / "none.plimsoll", "status", "--price", "1")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("plimsoll: ")
    assert plimsoll("status", "--price", "much").returncode == 2


def test_without_a_screen_the_demo_is_shown_and_what_a_window_needs() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environ.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        COMMAND, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Demo treasury (demo: invented, at recorded prices)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("A window needs ")


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    book = tmp_path / "book.plimsoll"
    plimsoll("--book", book, "book", "import", SAMPLE)
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [*COMMAND, "--book", str(book), "book", "export", "-"],
        cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (process.returncode, process.stderr) == (0, "")


def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    book, config = tmp_path / "book.plimsoll", tmp_path / "config.toml"
    plimsoll("--book", book, "book", "import", SAMPLE)
    with RawServer(silence) as server:
        tables = [
            f'[prices.sources.{key}]\nbase_url = "{server.url}"\n' if key == "kraken"
            else f"[prices.sources.{key}]\nenabled = false\n"
            for key in ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool", "frankfurter")
        ]  # fmt: skip
        config.write_text("".join(tables), "utf-8")
        process = subprocess.Popen(
            [*COMMAND, "--book", str(book), "--config", str(config), "watch", "--interval", "3600"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        assert process.stdout is not None
        # The first round is over and told; now it waits for the next one.
        assert "no price in USD" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
