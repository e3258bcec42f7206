"""The dead-man's switch against real servers on loopback."""

import pytest

from app.domain.deliveries import DeliveryFault
from app.notify.post import HealthPing
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.raw_server import RawServer, flood
from tests.integration.notify.conftest import TLS


@pytest.fixture(scope="module")
def ping() -> HealthPing:
    return HealthPing(ca_file=str(TLS / "authority.pem"))


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, None),
        (204, None),
        (302, DeliveryFault.REDIRECTED),
        (404, DeliveryFault.GONE),
        (500, DeliveryFault.SERVER_FAULT),
    ],
)
def test_a_ping_asks_once(ping: HealthPing, hooks: FakeHookServer, status: int, fault: DeliveryFault | None) -> None:
    hooks.answer(status, headers={"Location": hooks.url("elsewhere")})
    assert ping.ping(hooks.url("ping/1b2c?rid=1")) is fault
    assert [(request.method, request.path) for request in hooks.requests] == [("GET", "/ping/1b2c?rid=1")]


def test_a_ping_over_tls_is_verified(ping: HealthPing) -> None:
    with FakeHookServer(TLS / "server.pem") as server:
        assert ping.ping(server.url()) is None
        assert HealthPing().ping(server.url()) is DeliveryFault.BAD_CERTIFICATE
    with FakeHookServer(TLS / "self-signed.pem") as server:
        assert ping.ping(server.url()) is DeliveryFault.BAD_CERTIFICATE
        assert not server.requests


def test_a_switch_that_hangs_is_left_in_time(hooks: FakeHookServer) -> None:
    hooks.hang()
    assert HealthPing(seconds=1.0).ping(hooks.url()) is DeliveryFault.TIMEOUT


def test_a_switch_that_talks_without_end_is_not_listened_to(ping: HealthPing) -> None:
    with RawServer(flood(b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65_536)) as server:
        assert ping.ping(server.url) is None


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://name.invalid/x", DeliveryFault.NO_NAME),
        ("http://169.254.169.254/latest/", DeliveryFault.FORBIDDEN_ADDRESS),
        ("rubbish", DeliveryFault.BAD_ADDRESS),
        ("file:///etc/passwd", DeliveryFault.BAD_ADDRESS),
        ("https://", DeliveryFault.BAD_ADDRESS),
    ],
)
def test_an_address_that_leads_nowhere_has_a_word(ping: HealthPing, address: str, fault: DeliveryFault) -> None:
    assert ping.ping(address) is fault
