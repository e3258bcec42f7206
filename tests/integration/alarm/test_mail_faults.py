"""Mail that meets each fault on its way, from a price to the server and into the book."""

from dataclasses import replace
from pathlib import Path

from app.domain.deliveries import DeliveryFault, MessageKind
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.mail_server import FakeMailServer
from tests.integration.alarm.scene import CALLED, CALM, HOOK, MAIL, NEAR, TLS, book_of, lent, mail_to, watched


def test_mail_down_for_an_hour_loses_nothing_and_tells_it_in_one_summary(tmp_path: Path) -> None:
    loans = tuple(lent(f"Loan {number}") for number in range(3))
    with FakeMailServer(TLS / "server.pem") as gone:
        port = gone.port
    with watched(tmp_path / "b.plimsoll", book_of(MAIL, loans=loans[:1]), {"mail": mail_to(port)}) as scene:
        scene.tick(CALM)
        scene.round(NEAR)
        (first,) = scene.waiting()
        assert (first.fault, first.attempts) == (DeliveryFault.NO_CONNECTION, 1)
        scene.desk.edit("More loans", lambda book: book_of(*book.channels, loans=loans))
        for _ in range(6):
            scene.round(NEAR, 600)
        (tried,) = scene.waiting()
        assert (tried.id, tried.text) == (first.id, first.text)
        assert tried.attempts > 3
        with FakeMailServer(TLS / "server.pem") as back:
            scene.secrets.known["mail"] = mail_to(back.port)
            for _ in range(3):
                scene.round(NEAR, 1_800)
            mails = [mail.message for mail in back.mails]
        assert scene.keeper.outbox() == ((), ())
        assert [one.kind for one in scene.keeper.sent(9)] == [MessageKind.SUMMARY, MessageKind.WARNING]
    assert mails[0]["Message-ID"] == f"<{first.id}@plimsoll>"
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 2
    summary = mails[1].get_content()
    assert "While Mail was down" in mails[1]["Subject"]
    assert summary.index("need you now") < summary.index("While Mail was down")
    assert all(loan.name in summary for loan in loans)


def test_a_refused_login_is_told_over_the_other_channel_at_once(tmp_path: Path) -> None:
    with FakeMailServer(TLS / "server.pem", password="right") as mail, FakeHookServer() as hook:
        addresses = {"mail": mail_to(mail.port, password="wrong"), "hook": hook.hook()}
        with watched(tmp_path / "b.plimsoll", book_of(MAIL, HOOK), addresses) as scene:
            scene.round(CALM)
            scene.round(CALLED)
            assert [one.fault for one in scene.waiting()] == [DeliveryFault.REFUSED_LOGIN]
            scene.round(CALLED)
            assert "channel mail" in scene.standing()
            scene.round(CALLED, 61)
            told = hook.requests[-1].body.decode()
            assert "the server refused" in told
            assert "MESSAGES DO NOT GET THROUGH" in told
            assert "Mail" in told
            assert [one.channel for one in scene.waiting()] == ["mail"]
            scene.secrets.known["mail"] = mail_to(mail.port, password="right")
            for _ in range(3):
                scene.round(CALLED, 3_900)
            assert "channel mail" not in scene.standing()
        assert len(mail.mails) >= 1


def test_a_server_that_drops_the_line_after_the_mail_gets_it_again_under_the_same_id(tmp_path: Path) -> None:
    with FakeMailServer(TLS / "server.pem") as mail:
        mail.drop_after_data()
        with watched(tmp_path / "b.plimsoll", book_of(MAIL), {"mail": mail_to(mail.port)}) as scene:
            scene.tick(CALM)
            scene.round(CALLED)
            assert [one.fault for one in scene.waiting()] == [DeliveryFault.DROPPED]
            scene.round(CALLED, 10)
        first, again = (one.message for one in mail.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()


def test_a_server_without_a_certificate_gets_neither_password_nor_mail(tmp_path: Path) -> None:
    with FakeMailServer(password="right") as bare, FakeMailServer(TLS / "self-signed.pem", password="right") as own:
        addresses = {"mail": mail_to(bare.port, password="right"), "other": mail_to(own.port, password="right")}
        channels = (MAIL, replace(MAIL, key="other", name="Other"))
        with watched(tmp_path / "b.plimsoll", book_of(*channels), addresses) as scene:
            scene.tick(CALM)
            for seconds in (15, 61, 3_900):
                scene.round(CALLED, seconds)
            assert {one.fault for one in scene.waiting()} == {DeliveryFault.BAD_CERTIFICATE}
            assert {"channel mail", "channel other"} <= set(scene.standing())
        assert (bare.mails, bare.logins, own.mails, own.logins) == ([], [], [], [])


def test_a_recipient_that_the_server_does_not_know_keeps_the_others_and_says_so(tmp_path: Path) -> None:
    with FakeMailServer(TLS / "server.pem") as mail:
        mail.refuse_recipients("550 5.1.1 no such user")
        with watched(tmp_path / "b.plimsoll", book_of(MAIL), {"mail": mail_to(mail.port)}) as scene:
            scene.tick(CALM)
            scene.round(CALLED)
            scene.tick(CALLED)
            assert [one.fault for one in scene.waiting()] == [DeliveryFault.REFUSED]
            said = scene.standing()["channel mail"].sentence
    assert "Mail has failed" in said
    assert "no such user" not in said
