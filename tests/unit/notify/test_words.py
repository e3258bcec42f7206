"""What services are handed: the words as they are, the id, and how loud."""

import json
from html import unescape
from typing import Any

import pytest
import requests

from app.domain.deliveries import DeliveryFault
from app.notify.orders import Order, read_answer, read_order, write_answer, write_order
from app.notify.plain_text import header_id, one_line, plain, unmarked
from app.notify.sending import send
from app.notify.witness import Witness

SUBJECT = "SALE · <b>Bank & Co</b>"
TEXT = "Call <script>alert(1)</script> A<B & 2\nsecond"
NTFY = "ntfys://ntfy.sh/topic?mode=private"
TELEGRAM = "tgram://123456789:ABCdef-_x/-100123"
SLACK = "slack://T1A/B2A/cC3a"
DISCORD = "discord://4174216298/JHMHI8qBe7bk"
PUSHOVER = "pover://uQiRzpo4DXghDmr9QzzfQu27cmVRsG@azGDORePK8gMaC0QOYAMyEEuzJnyUi"
TEAMS = (
    "https://prod-04.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu"
)


class Wire:
    """Stands where requests leave the process."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.body = b'{"ok":true,"status":1}'

    def request(self, session: requests.Session, method: str, url: str, **named: Any) -> requests.Response:
        self.sent.append({"url": url, **named})
        response = requests.Response()
        response.status_code = 200
        response._content = self.body
        return response

    @property
    def payload(self) -> Any:
        """What the last request carried."""
        data = self.sent[-1]["data"]
        return json.loads(data) if isinstance(data, str) else data


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()

    def request(session: requests.Session, method: str, url: str, **named: Any) -> requests.Response:
        return wire.request(session, method, url, **named)

    monkeypatch.setattr(requests.Session, "request", request)
    return wire


def _send(address: str, urgency: str = "sale", subject: str = SUBJECT, text: str = TEXT) -> DeliveryFault | None:
    order = Order("send", address, id="m-1", subject=subject, text=text, urgency=urgency)
    return send(order, Witness())


def test_ntfy_shows_plain_text_and_is_loudest_at_a_forced_sale(wire: Wire) -> None:
    assert _send(NTFY) is None
    assert wire.payload["title"] == SUBJECT
    assert wire.payload["message"] == TEXT
    assert wire.sent[-1]["headers"]["X-Priority"] == "max"


@pytest.mark.parametrize(("urgency", "priority"), [("call", "high"), ("early", None), ("notice", None)])
def test_ntfy_is_as_loud_as_the_message(wire: Wire, urgency: str, priority: str | None) -> None:
    assert _send(NTFY, urgency) is None
    assert wire.sent[-1]["headers"].get("X-Priority") == priority


def test_a_priority_in_the_address_stays(wire: Wire) -> None:
    assert _send(NTFY + "&priority=low") is None
    assert wire.sent[-1]["headers"]["X-Priority"] == "low"


def test_telegram_gets_balanced_markup_that_reads_as_the_words(wire: Wire) -> None:
    assert _send(TELEGRAM) is None
    assert "<" not in wire.payload["text"]
    assert unescape(wire.payload["text"]).splitlines() == [SUBJECT, *TEXT.splitlines()]


def test_slack_gets_escaped_words_without_markup(wire: Wire) -> None:
    wire.body = b"ok"
    assert _send(SLACK, text=TEXT + " <!channel>") is None
    assert wire.payload["mrkdwn"] is False
    attachment = wire.payload["attachments"][0]
    assert unescape(attachment["title"]) == SUBJECT
    assert unescape(attachment["text"]) == TEXT + " <!channel>"
    assert "<" not in attachment["text"]


def test_discord_gets_words_without_markup_and_calls_nobody(wire: Wire) -> None:
    assert _send(DISCORD, text="*x* _y_ @everyone [l](http://x)") is None
    assert wire.payload["content"].endswith("\\*x\\* \\_y\\_ @\u200beveryone \\[l\\](http://x)")


def test_teams_gets_words_without_markup(wire: Wire) -> None:
    assert _send(TEAMS, subject="A [b](http://x)") is None
    title, text = wire.payload["attachments"][0]["content"]["body"]
    assert title["text"] == "A \\[b\\](http://x)"
    assert text["text"].replace("\\", "") == TEXT
    assert wire.sent[-1]["params"]["sig"] == "KODuebWbDGYFr0z0eu"


@pytest.mark.parametrize(("urgency", "priority"), [("sale", "2"), ("call", "1"), ("early", "0")])
def test_pushover_is_as_loud_as_the_message(wire: Wire, urgency: str, priority: str) -> None:
    assert _send(PUSHOVER, urgency) is None
    assert wire.payload["priority"] == priority
    assert ("retry" in wire.payload) == (urgency == "sale")
    assert wire.payload["message"] == TEXT


def test_a_service_that_answers_no_in_a_sound_status_has_failed(wire: Wire) -> None:
    wire.body = b'{"ok":false,"error":"a server\'s own words"}'
    assert _send("slack://xoxb-1234-1234-abc/#general") is DeliveryFault.FAILED


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what apprise imports, not ours
@pytest.mark.parametrize(
    "address",
    [
        "",
        "rubbish",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "dbus://",
        "syslog://",
        "windows://",
        "jsons://example.com/?verify=no",
        "mailtos://example.com/?mode=insecure&from=a@b.co&to=a@b.co",
        "tgram://nothing/like/it",
        "pover://",
    ],
)
def test_addresses_that_cannot_be_used_are_said_to_be_bad(wire: Wire, address: str) -> None:
    assert _send(address) is DeliveryFault.BAD_ADDRESS
    assert not wire.sent


def test_subjects_have_one_line_and_text_has_no_control_characters() -> None:
    assert one_line("CALL\r\nBcc: x@evil\u2028y\x00z") == "CALL Bcc: x@evil y z"
    assert plain("a\r\nb\rc\td\x1b[31m\u202ee\ud800") == "a\nb\nc\td [31m e"
    assert header_id("w-1:3>\r\nX: y") == "w-1-3---X--y"
    assert unmarked("a*b@c") == "a\\*b@\u200bc"


def test_orders_and_answers_come_through() -> None:
    order = Order("send", "mailtos://ü:p%40@x", True, "i", "s\n", "t\u20ac", "call", 3.5, "/ca.pem")
    assert read_order(write_order(order)) == order
    assert read_answer(write_answer(DeliveryFault.GONE)) is DeliveryFault.GONE
    assert read_answer(write_answer(None)) is None


@pytest.mark.parametrize("data", [b"", b"550 a server's own words", b'"unknown"', b"[1]", b"\xff", b'{"a":1}'])
def test_any_other_answer_is_a_failure(data: bytes) -> None:
    assert read_answer(data) is DeliveryFault.FAILED


@pytest.mark.parametrize("data", [b"", b"{}", b'{"rubbish": 1}', b"not json"])
def test_what_is_no_order_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not an order"):
        read_order(data)
