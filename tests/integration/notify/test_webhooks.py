"""Webhooks: to a service that is sound, and to one for each fault."""

import json
from pathlib import Path

import pytest

from app.domain.deliveries import DeliveryFault
from app.notify.post import Post
from app.system.clock import SystemClock
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.messages import CANARY, inside, message, outside
from tests.fakes.raw_server import RawServer, drip, reset
from tests.integration.notify.conftest import TLS


def test_a_service_gets_the_words_and_an_id_that_stays(post: Post, hooks: FakeHookServer) -> None:
    for _ in range(2):
        assert post.send(inside(), hooks.hook("a%20b?-Token=T%2B1&+X-Key=k"), message()).fault is None
    first, second = hooks.requests
    body = json.loads(first.body)
    assert (first.method, first.path, first.headers["x-key"]) == ("POST", "/a%20b?Token=T%2B1", "k")
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == body["id"] == "msg-0001"
    assert body["subject"] == message().subject
    assert body["message"] == message().text
    assert body["urgency"] == "call"
    assert first.body == second.body


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (204, None),
        (401, DeliveryFault.REFUSED_LOGIN),
        (410, DeliveryFault.GONE),
        (429, DeliveryFault.BUSY),
        (500, DeliveryFault.SERVER_FAULT),
    ],
)
def test_an_answer_is_told_by_its_status(
    post: Post, hooks: FakeHookServer, status: int, fault: DeliveryFault | None
) -> None:
    hooks.answer(status, b"" if status == 204 else b"<h1>the words of a server</h1>", {"Retry-After": "3600"})
    assert post.send(inside(), hooks.hook(), message()).fault is fault


def test_a_redirect_is_a_failure_and_nothing_is_carried_on(post: Post, hooks: FakeHookServer) -> None:
    with FakeHookServer() as elsewhere:
        hooks.answer(302, headers={"Location": elsewhere.url()})
        address = hooks.hook("hook?+Authorization=secret&redirect=yes")
        assert post.send(inside(), address, message()).fault is DeliveryFault.REDIRECTED
        assert len(hooks.requests) == 1
        assert not elsewhere.requests


def test_a_service_that_hangs_is_left_in_time(hooks: FakeHookServer) -> None:
    hooks.hang()
    sent = Post(SystemClock(), seconds=2.0).send(inside(), hooks.hook(), message())
    assert sent.fault is DeliveryFault.TIMEOUT
    assert hooks.requests


def test_a_service_that_drips_is_ended_in_time() -> None:
    with RawServer(drip(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.05)) as server:
        sent = Post(SystemClock(), seconds=1.0).send(inside(), f"json://127.0.0.1:{server.port}/", message())
    assert sent.fault is DeliveryFault.TIMEOUT


def test_a_service_that_hangs_up_has_dropped_the_message(post: Post, hooks: FakeHookServer) -> None:
    hooks.close_at_once()
    assert post.send(inside(), hooks.hook(), message()).fault is DeliveryFault.DROPPED
    with RawServer(reset) as server:
        fault = post.send(inside(), f"json://127.0.0.1:{server.port}/", message()).fault
    assert fault is DeliveryFault.DROPPED


def test_a_service_that_is_not_there(post: Post) -> None:
    with FakeHookServer() as gone:
        address = gone.hook()
    assert post.send(inside(), address, message()).fault is DeliveryFault.NO_CONNECTION


def test_a_name_that_is_gone(post: Post) -> None:
    assert post.send(outside(), "jsons://name.invalid/", message()).fault is DeliveryFault.NO_NAME


def test_a_service_over_tls_is_reached(post: Post) -> None:
    with FakeHookServer(TLS / "server.pem") as server:
        assert post.send(inside(), server.hook(host="localhost"), message()).fault is None
        assert len(server.requests) == 1


@pytest.mark.parametrize("certificate", ["self-signed.pem", "expired.pem", "other-name.pem"])
def test_a_wrong_certificate_gets_no_word(post: Post, certificate: str) -> None:
    with FakeHookServer(TLS / certificate) as server:
        assert post.send(inside(), server.hook(), message()).fault is DeliveryFault.BAD_CERTIFICATE
        assert not server.requests


def test_an_authority_that_nobody_named_gets_no_word() -> None:
    with FakeHookServer(TLS / "server.pem") as server:
        assert Post(SystemClock()).send(inside(), server.hook(), message()).fault is DeliveryFault.BAD_CERTIFICATE
        assert not server.requests


def test_the_check_of_certificates_cannot_be_switched_off(post: Post) -> None:
    with FakeHookServer(TLS / "self-signed.pem") as server:
        address = server.hook("hook?verify=no")
        assert post.check(inside(), address) is DeliveryFault.BAD_ADDRESS
        assert post.send(inside(), address, message()).fault is DeliveryFault.BAD_ADDRESS
        assert not server.requests


def test_proxies_and_netrc_of_the_surroundings_are_not_asked(
    post: Post, hooks: FakeHookServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with FakeHookServer() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        monkeypatch.setenv("ALL_PROXY", proxy.url(""))
        monkeypatch.delenv("no_proxy", raising=False)
        (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login x password {CANARY}\n", encoding="utf-8")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert post.send(inside(), hooks.hook(), message()).fault is None
        assert not proxy.requests
    assert "authorization" not in hooks.requests[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "json://169.254.169.254/latest/meta-data/",
        "jsons://169.254.169.254/latest/meta-data/",
        "jsons://[::ffff:a9fe:a9fe]/",
        "jsons://0xa9fea9fe/",
    ],
)
def test_the_credentials_of_clouds_are_out_of_reach(post: Post, address: str) -> None:
    assert post.check(inside(), address) is DeliveryFault.FORBIDDEN_ADDRESS
    assert post.send(inside(), address, message()).fault is DeliveryFault.FORBIDDEN_ADDRESS


def test_the_own_machine_is_out_of_reach_of_channels_that_do_not_say_so(post: Post) -> None:
    with FakeHookServer(TLS / "server.pem") as server:
        for address in (server.hook(), server.hook(host="localhost")):
            assert post.send(outside(), address, message()).fault is DeliveryFault.FORBIDDEN_ADDRESS
        other = f"gotifys://localhost:{server.port}/token12345"
        assert post.send(outside(), other, message()).fault is DeliveryFault.FORBIDDEN_ADDRESS
        assert not server.requests


def test_plain_http_stays_in_the_own_network(post: Post) -> None:
    assert post.send(outside(), "json://name.invalid/", message()).fault is DeliveryFault.BAD_ADDRESS
