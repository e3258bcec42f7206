"""Headers, waits and errors of an answer."""

from datetime import UTC, datetime

import pytest

from app.domain.feeds import FeedError
from app.prices.reply import HttpReply, excerpt, http_date, read_json, retry_after

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> HttpReply:
    return HttpReply(status, {name.replace("_", "-"): text for name, text in headers.items()}, body, NOW, 1.0)


@pytest.mark.parametrize(
    ("text", "status", "seconds"),
    [
        ("5", 429, 5),
        ("0", 429, 1),
        ("99999", 429, 900),
        ("99999", 418, 86_400),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 429, 120),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 429, 1),
        ("Sun, 22 Nov 2099 12:02:00 GMT", 429, 900),
        ("0.5", 429, 60),
        ("-5", 429, 60),
        ("soon", 429, 60),
        ("\u0665", 429, 60),
        ("", 429, 60),
        (None, 429, 60),
    ],
)
def test_how_long_to_wait(text: str | None, status: int, seconds: float) -> None:
    assert retry_after(text, NOW, status) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT", "1" * 400])
def test_dates_that_are_none(text: str) -> None:
    assert http_date(text) is None


@pytest.mark.parametrize(("text", "seconds"), [("42", 42), ("", 0), ("-3", 0), ("x", 0), ("٤", 0), ("9" * 30, 0)])
def test_time_in_a_cache(text: str, seconds: int) -> None:
    assert reply(age=text).age_header == seconds


def test_excerpts_are_one_clean_line() -> None:
    assert excerpt(b"a\x00\x1b[31m\r\nb\xff" + b"c" * 500) == "a [31m b\ufffd" + "c" * 189


def test_the_body_is_believed_before_the_status() -> None:
    def refine(data: object) -> FeedError | None:
        return FeedError("no_such_pair") if data == ["error"] else None

    with pytest.raises(FeedError) as caught:
        read_json(reply(500, b'["error"]', date="Sun, 22 Nov 2026 12:00:00 GMT"), refine)
    assert (caught.value.reason, caught.value.status, caught.value.server_date) == ("no_such_pair", 500, NOW)
    with pytest.raises(FeedError) as caught:
        read_json(reply(500, b"[1]"), refine)
    assert caught.value.reason == "server_error"


def test_a_rate_limit_always_tells_a_wait() -> None:
    with pytest.raises(FeedError) as caught:
        read_json(reply(200, b'{"error":1}'), lambda data: FeedError("rate_limited"))
    assert caught.value.retry_after == 60
    with pytest.raises(FeedError) as caught:
        read_json(reply(429, b"", retry_after="7"), lambda data: None)
    assert caught.value.retry_after == 7
