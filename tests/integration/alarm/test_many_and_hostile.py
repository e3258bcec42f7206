"""A thousand warnings in a minute, names that try to be more than names, and words of servers that must go nowhere."""

import json
from dataclasses import replace
from pathlib import Path

from app.domain.warning_records import WarningKind
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.mail_server import FakeMailServer
from tests.integration.alarm.scene import CALLED, CALM, HOOK, MAIL, TLS, book_of, lent, mail_to, watched

HOSTILE = '<img src=x onerror=alert(1)>\r\nBcc: evil@example.com\r\n\r\n\u202egnp.exe\u2066 & "Bank"'
LITERAL = "<img src=x onerror=alert(1)>"


def test_a_thousand_warnings_in_a_minute_are_a_handful_of_messages(tmp_path: Path) -> None:
    names = [f"Loan {number:04d}" for number in range(1_000)]
    loans = tuple(lent(name, f"Lender {name[-1]}") for name in names)
    with FakeHookServer() as hook:
        with watched(tmp_path / "b.plimsoll", book_of(HOOK, loans=loans), {"hook": hook.hook()}) as scene:
            scene.tick(CALM)
            for seconds in (15, 15, 15, 61):
                scene.round(CALLED, seconds)
            assert len(scene.told) == 1_000
            assert scene.keeper.outbox() == ((), ())
            carried = sum(len(scene.keeper.deliveries_of(one.id)) for one in scene.told)
            assert carried == 1_000
        assert len(hook.requests) <= 3
    words = "".join(request.body.decode() for request in hook.requests)
    assert "1,000 warnings" in words or "999 more" in words


def test_a_lender_may_be_called_anything(tmp_path: Path) -> None:
    loans = (lent(HOSTILE, HOSTILE),)
    with FakeMailServer(TLS / "server.pem") as mail, FakeHookServer() as hook:
        addresses = {"mail": mail_to(mail.port), "hook": hook.hook()}
        with watched(tmp_path / "b.plimsoll", book_of(MAIL, HOOK, loans=loans), addresses) as scene:
            scene.tick(CALM)
            scene.round(CALLED)
    (taken,) = mail.mails
    assert taken.recipients == ("ada@example.com",)
    assert taken.message["Bcc"] is None
    assert taken.message.get_content_type() == "text/plain"
    subject = str(taken.message["Subject"])
    assert "\n" not in subject
    told = json.loads(hook.requests[0].body)
    for text in (subject, told["subject"]):
        assert LITERAL in text
    for text in (taken.message.get_content(), told["message"]):
        assert LITERAL in text
        assert "&lt;" not in text
        assert not set(text) & set("\u202e\u2066\u2028\x00")


def test_no_word_of_a_server_gets_anywhere(tmp_path: Path) -> None:
    canary = "k4nary"
    place = tmp_path / "b.plimsoll"
    with FakeMailServer(TLS / "server.pem") as mail, FakeHookServer() as hook, FakeHookServer() as other:
        mail.refuse_recipients(f"550 5.1.1 {canary} <script>")
        hook.answer(500, f"{canary} body".encode(), {"Server": canary, "Retry-After": canary})
        addresses = {"mail": mail_to(mail.port), "hook": hook.hook(), "other": other.hook()}
        channels = (MAIL, HOOK, replace(HOOK, key="other", name="Other"))
        with watched(place, book_of(*channels), addresses) as scene:
            scene.tick(CALM)
            for seconds in (15, 61, 900):
                scene.round(CALLED, seconds)
            said = scene.round(CALLED, 3_900)
            assert {one.subject for one in said.warnings if one.kind is WarningKind.CHANNEL} == {"mail", "hook"}
            facts = repr((said.warnings, scene.room.dispatcher.health(), scene.waiting()))
    assert canary not in facts
    assert all(canary not in request.body.decode() for request in other.requests)
    assert other.requests
    assert all(canary.encode() not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
