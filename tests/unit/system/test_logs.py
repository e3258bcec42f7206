"""The log holds no secrets."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.system.logs import redact, start_log, stop_log

CANARY = "Canary4711Canary4711Canary4711"


@pytest.fixture
def clean() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    stop_log()
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://api.example.org/v1/price?apikey={CANARY}&x=1 failed",
        f"https://anna:{CANARY}@example.org/path",
        f"postgresql://anna:{CANARY}@db.example.org/books",
        f"url: /v1/price?token={CANARY} (Caused by ConnectTimeout)",
        "https://example.org/p?short=hunter2",
        "password = hunter2",
        "{'x-cg-demo-api-key': 'hunter2'}",
        "Authorization: Bearer hunter2hunter2",
        "X-Api-Key: hunter2",
        f"the key {CANARY} was refused",
        "xpub6CUGRUonZSQ4TWtTMmzXdrXDtypWKiKrhko4egpiMZbpiaQL2jkwSB1icqYh2cfDfVxdx4df189oLKnC5fSwqPfgyP3hooxujYzAu3fDVmz",
    ],
)
def test_what_may_be_a_secret_is_taken_out(text: str) -> None:
    shown = redact(text)
    assert CANARY not in shown
    assert "hunter2" not in shown
    assert "xpub6C" not in shown
    assert "[redacted]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "kraken: timeout after 10 s at https://api.kraken.com/0/public/Ticker",
        "loans[0].events[3].btc: 0.123456789 BTC is finer than a satoshi; give at most 8 decimals",
        "BTC 70727.00 USD, 5 of 5 sources",
        "What is this? A question.",
        "/home/anna/.local/share/plimsoll/book.plimsoll is there already",
    ],
)
def test_what_a_person_needs_stays(text: str) -> None:
    assert redact(text) == text


def test_the_file_gets_everything_but_the_secrets(
    tmp_path: Path, clean: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = start_log(tmp_path / "logs" / "plimsoll.log")
    assert path is not None
    log = logging.getLogger("app.try")
    try:
        int(f"https://example.org/?key={CANARY}")
    except ValueError:
        log.exception("round failed for %s", f"token={CANARY}")
    log.info("quiet")
    stop_log()
    text = path.read_text("utf-8")
    assert "round failed" in text
    assert "ValueError" in text
    assert "quiet" in text
    assert CANARY not in text
    said = capsys.readouterr().err
    assert "round failed" in said
    assert "quiet" not in said
    assert CANARY not in said


def test_a_log_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path, clean: None) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert start_log(blocked / "plimsoll.log", stderr_level=None) is None
