"""Mail: to a server that is sound, and to one for each fault."""

import socket
import threading

import pytest

from app.domain.channels import ChannelKind
from app.domain.deliveries import DeliveryFault
from app.notify.post import Post
from app.services.channel_forms import address_of
from app.system.clock import SystemClock
from tests.fakes.mail_server import FakeMailServer
from tests.fakes.messages import CANARY, inside, message, outside
from tests.fakes.raw_server import RawServer, silence
from tests.integration.notify.conftest import TLS

MINE = inside(ChannelKind.EMAIL)


def _address(port: int, *, password: str = "", security: str = "STARTTLS", to: str = "she@example.com") -> str:
    fields = {
        "server": "localhost",
        "port": str(port),
        "security": security,
        "user": "me@example.com" if password else "",
        "password": password,
        "from": "me@example.com",
        "to": to,
    }
    return address_of(ChannelKind.EMAIL, fields)


def test_a_mail_arrives_as_it_is_with_an_id_that_stays(post: Post) -> None:
    password = f"{CANARY} p@ss%41:w/o?r#d&x=+"
    with FakeMailServer(TLS / "server.pem", password=password) as server:
        for _ in range(2):
            assert post.send(MINE, _address(server.port, password=password), message()).fault is None
    first, second = (mail.message for mail in server.mails)
    assert server.logins == [("me@example.com", password)] * 2
    assert server.hellos == ["[127.0.0.1]"] * 4
    assert first["Message-ID"] == second["Message-ID"] == "<msg-0001@plimsoll>"
    assert first["Subject"] == message().subject
    assert first.get_content_type() == "text/plain"
    assert first.get_content().strip().replace("\r\n", "\n") == message().text
    assert (first["From"], first["To"], first["Importance"]) == ("me@example.com", "she@example.com", "high")


def test_a_mail_over_tls_from_the_first_byte_reaches_all(post: Post) -> None:
    with FakeMailServer(TLS / "server.pem", implicit_tls=True) as server:
        address = _address(server.port, security="TLS", to="a@example.com, b@example.org")
        assert post.send(MINE, address, message()).fault is None
    assert [mail.recipients for mail in server.mails] == [("a@example.com",), ("b@example.org",)]


def test_a_subject_cannot_smuggle_a_header_in(post: Post) -> None:
    hostile = "CALL\r\nBcc: evil@example.com\r\n\r\nbody · é"
    with FakeMailServer(TLS / "server.pem") as server:
        assert post.send(MINE, _address(server.port), message(hostile, "x\r\n.\r\nRCPT TO:<evil@x>")).fault is None
    assert server.mails[0].recipients == ("she@example.com",)
    mail = server.mails[0].message
    assert mail["Bcc"] is None
    assert mail["Subject"] == "CALL Bcc: evil@example.com body · é"
    assert "RCPT TO:<evil@x>" in mail.get_content()


def test_a_wrong_password(post: Post) -> None:
    with FakeMailServer(TLS / "server.pem", password="right") as server:
        fault = post.send(MINE, _address(server.port, password="wrong"), message()).fault
    assert fault is DeliveryFault.REFUSED_LOGIN
    assert not server.mails


@pytest.mark.parametrize(
    ("reply", "fault"),
    [("550 5.1.1 no such user", DeliveryFault.REFUSED), ("451 4.7.1 greylisted", DeliveryFault.BUSY)],
)
def test_a_recipient_that_is_refused(post: Post, reply: str, fault: DeliveryFault) -> None:
    with FakeMailServer(TLS / "server.pem") as server:
        server.refuse_recipients(reply)
        assert post.send(MINE, _address(server.port), message()).fault is fault


@pytest.mark.parametrize(
    ("reply", "fault"), [("554 5.7.1 spam", DeliveryFault.REFUSED), ("452 4.2.2 full", DeliveryFault.BUSY)]
)
def test_a_mail_that_is_refused(post: Post, reply: str, fault: DeliveryFault) -> None:
    with FakeMailServer(TLS / "server.pem") as server:
        server.refuse_mail(reply)
        assert post.send(MINE, _address(server.port), message()).fault is fault


def test_a_server_that_hangs_up_after_the_mail(post: Post) -> None:
    with FakeMailServer(TLS / "server.pem") as server:
        server.drop_after_data()
        assert post.send(MINE, _address(server.port), message()).fault is DeliveryFault.DROPPED
    assert server.mails[0].message["Message-ID"] == "<msg-0001@plimsoll>"


def _close(connection: socket.socket, over: threading.Event) -> None:
    """Hang up without a word."""


def test_a_server_that_hangs_up_at_once(post: Post) -> None:
    with RawServer(_close) as server:
        assert post.send(MINE, _address(server.port), message()).fault is DeliveryFault.DROPPED


def test_a_server_that_hangs() -> None:
    with RawServer(silence) as server:
        fault = Post(SystemClock(), seconds=2.0).send(MINE, _address(server.port), message()).fault
    assert fault is DeliveryFault.TIMEOUT


def test_a_server_that_is_not_there(post: Post) -> None:
    with FakeMailServer() as gone:
        port = gone.port
    assert post.send(MINE, _address(port), message()).fault is DeliveryFault.NO_CONNECTION


def test_a_server_that_offers_no_encryption_gets_neither_password_nor_mail(post: Post) -> None:
    with FakeMailServer(password="right") as server:
        fault = post.send(MINE, _address(server.port, password="right"), message()).fault
    assert fault is DeliveryFault.BAD_CERTIFICATE
    assert not server.logins
    assert not server.mails


def _strip(connection: socket.socket, over: threading.Event) -> None:
    """Offer STARTTLS, refuse it, and take whatever comes in the clear."""
    connection.sendall(b"220 mail.example ESMTP\r\n")
    lines = connection.makefile("rb")
    for line in lines:
        verb = line[:4].upper()
        if verb == b"EHLO":
            connection.sendall(b"250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n")
        elif verb == b"STAR":
            connection.sendall(b"454 4.7.0 TLS not available\r\n")
        elif verb == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"250 OK\r\n")
            SPOKEN.append(line)


SPOKEN: list[bytes] = []


def test_a_server_that_takes_its_offer_of_encryption_back_gets_nothing(post: Post) -> None:
    SPOKEN.clear()
    with RawServer(_strip) as server:
        fault = post.send(MINE, _address(server.port, password="right"), message()).fault
    assert fault is DeliveryFault.BAD_CERTIFICATE
    assert not SPOKEN


@pytest.mark.parametrize("certificate", ["self-signed.pem", "expired.pem", "other-name.pem"])
@pytest.mark.parametrize("security", ["STARTTLS", "TLS"])
def test_a_wrong_certificate_gets_no_password(post: Post, certificate: str, security: str) -> None:
    with FakeMailServer(TLS / certificate, implicit_tls=security == "TLS", password="right") as server:
        address = _address(server.port, password="right", security=security)
        assert post.send(MINE, address, message()).fault is DeliveryFault.BAD_CERTIFICATE
    assert not server.logins


def test_a_mail_without_encryption_is_for_the_own_network(post: Post) -> None:
    with FakeMailServer() as server:
        address = f"mailto://localhost:{server.port}/she@example.com?from=me@example.com"
        assert post.send(MINE, address, message()).fault is None
        insecure = f"{address}&mode=insecure"
        assert post.send(outside(ChannelKind.EMAIL), insecure, message()).fault is DeliveryFault.BAD_ADDRESS
    assert len(server.mails) == 1


def test_a_mail_server_of_the_own_machine_is_out_of_reach_of_channels_that_do_not_say_so(post: Post) -> None:
    with FakeMailServer(TLS / "server.pem") as server:
        fault = post.send(outside(ChannelKind.EMAIL), _address(server.port), message()).fault
    assert fault is DeliveryFault.FORBIDDEN_ADDRESS
    assert not server.hellos


def test_a_name_that_is_gone(post: Post) -> None:
    address = "mailtos://name.invalid/?from=me@example.com&to=she@example.com"
    assert post.send(outside(ChannelKind.EMAIL), address, message()).fault is DeliveryFault.NO_NAME
