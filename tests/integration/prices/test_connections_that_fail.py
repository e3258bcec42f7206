"""Faults below HTTP: each ends within the deadlines with a stable word, and the others give the price."""

import gzip
import socket
import ssl
import threading
import zlib
from pathlib import Path
from typing import Final

import pytest

from app.domain.errors import PriceError
from app.domain.feeds import FeedError
from app.domain.quotes import PriceStatus, Verdict
from app.prices.http import HttpClient, HttpLimits
from app.system.clock import SystemClock
from tests.fakes.price_server import FakePriceServer
from tests.fakes.raw_server import RawServer, Script, drip, flood, ok, read_request, reset, say, silence
from tests.integration.prices.conftest import FAST, PRICES, Asker

TLS: Final = Path(__file__).parents[2] / "data" / "prices" / "tls"
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ZIPPED: Final = HEAD + b"Content-Encoding: gzip\r\n"
BODY: Final = b'{"error":[],"result":{"XXBTZUSD":{"a":["70728","1"],"b":["70726","1"],"c":["70727","1"]}}}'
BOMB: Final = gzip.compress(b"[" + b" " * 30_000_000, 9)


def _zipped(body: bytes) -> bytes:
    return ZIPPED + b"Content-Length: %d\r\n\r\n" % len(body) + body


CASES: Final[dict[str, tuple[Script, str]]] = {
    "no answer": (silence, "timeout"),
    "reset": (reset, "connection"),
    "closed without an answer": (say(b""), "connection"),
    "not HTTP": (say(b"SSH-2.0-OpenSSH_9.2\r\n"), "connection"),
    "binary": (say(bytes(range(256)) * 4), "connection"),
    "half a status line": (say(b"HTTP/1.1 20"), "connection"),
    "101 headers": (say(HEAD, b"".join(b"X-%d: 1\r\n" % n for n in range(150)), b"\r\n"), "connection"),
    "a header of 70 kB": (say(HEAD, b"X-Long: ", b"a" * 70_000, b"\r\n\r\n"), "connection"),
    "slow headers": (drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.1), "timeout"),
    "slow status line": (drip(b"", b"H", 0.1), "timeout"),
    "endless short headers": (drip(HEAD, b"X: 1\r\n", 0.05), "timeout"),
    "slow body": (drip(HEAD + b"Content-Length: 1000\r\n\r\n{", b" ", 0.1), "timeout"),
    "stalled body": (drip(HEAD + b"Content-Length: 1000\r\n\r\n{", b" ", 20), "timeout"),
    "slow chunks": (drip(CHUNKED, b"1\r\n \r\n", 0.1), "timeout"),
    "endless body": (flood(HEAD + b"\r\n[", b" " * 8192), "too_large"),
    "endless chunks": (flood(CHUNKED, b"2000\r\n" + b" " * 8192 + b"\r\n"), "too_large"),
    "huge announced body": (flood(HEAD + b"Content-Length: 99999999999\r\n\r\n[", b" " * 8192), "too_large"),
    "gzip bomb": (say(_zipped(BOMB)), "too_large"),
    "broken off with a length": (say(HEAD + b"Content-Length: 500\r\n\r\n" + BODY), "truncated"),
    "broken off without a length": (say(HEAD + b"Connection: close\r\n\r\n" + BODY[:40]), "not_json"),
    "broken off chunk": (say(CHUNKED + b"50\r\n" + BODY[:20]), "truncated"),
    "chunk without a length": (say(CHUNKED + b"zz\r\n" + BODY), "truncated"),
    "chunks without an end": (say(CHUNKED + b"%x\r\n" % len(BODY) + BODY + b"\r\n"), "truncated"),
    "gzip that is none": (say(_zipped(BODY)), "bad_encoding"),
    "gzip that breaks off": (say(_zipped(gzip.compress(BODY)[:60])), "not_json"),
    "gzip with a wrong sum": (say(_zipped(gzip.compress(BODY)[:-8] + b"\0" * 8)), "bad_encoding"),
    "deflate under the name of gzip": (say(_zipped(zlib.compress(BODY))), "bad_encoding"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_others_give_the_price(name: str, ask: Asker) -> None:
    script, reason = CASES[name]
    with RawServer(script) as raw:
        consensus, row = ask("kraken", raw.url)
    assert row.reason.partition(":")[0] == reason
    assert row.verdict is Verdict.FAILED
    assert (consensus.status, consensus.value) == (PriceStatus.OK, PRICES["USD"])


def _tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context


@pytest.mark.parametrize(
    ("certificate", "authority", "reason"),
    [
        ("good.pem", None, "tls"),
        ("expired.pem", TLS / "authority.pem", "tls"),
        ("other_host.pem", TLS / "authority.pem", "tls"),
        ("good.pem", TLS / "authority.pem", ""),
    ],
    ids=["unknown authority", "expired", "another host", "trusted"],
)
def test_certificates(certificate: str, authority: Path | None, reason: str, ask: Asker) -> None:
    with RawServer(say(ok(BODY)), _tls(certificate)) as raw:
        _, row = ask("kraken", raw.url, ca_file=None if authority is None else str(authority))
    assert row.reason.partition(":")[0] == reason


def test_old_tls_is_refused(ask: Asker) -> None:
    context = _tls("good.pem")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with RawServer(say(ok(BODY)), context) as raw:
        _, row = ask("kraken", raw.url, ca_file=str(TLS / "authority.pem"))
    assert row.reason.startswith("tls")


def test_a_missing_authority_file_is_a_failure_like_any_other(ask: Asker) -> None:
    consensus, row = ask("kraken", ca_file="/nowhere/authority.pem")
    assert row.reason.startswith("network")
    assert consensus.value is None


def test_a_stalled_handshake_ends(ask: Asker) -> None:
    with RawServer(silence) as raw:
        _, row = ask("kraken", raw.url.replace("http:", "https:"))
    assert row.reason.startswith("timeout")


def test_a_dripping_handshake_ends(ask: Asker) -> None:
    # The start of a TLS record that promises 16 kB, then one byte at a time.
    with RawServer(drip(b"\x16\x03\x03\x40\x00\x02", b"\x00", 0.1)) as raw:
        _, row = ask("kraken", raw.url.replace("http:", "https:"))
    assert row.reason.startswith("timeout")


def test_refused(ask: Asker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    _, row = ask("kraken", f"http://127.0.0.1:{port}")
    assert row.reason.startswith("refused")


def test_unknown_name(ask: Asker) -> None:
    _, row = ask("kraken", "https://kraken.invalid")
    assert row.reason.startswith("dns")


@pytest.mark.parametrize("source", ["coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool"])
def test_every_source_survives_silence_and_noise(source: str, ask: Asker) -> None:
    with RawServer(say(b"\x00\xff" * 50)) as raw:
        consensus, row = ask(source, raw.url)
    assert row.reason.startswith("connection")
    assert consensus.value == PRICES["USD"]


def _client(**named: object) -> HttpClient:
    return HttpClient(SystemClock(), version="0", limits=FAST, **named)  # type: ignore[arg-type]  # options by name


def _reason(client: HttpClient, url: str) -> str:
    try:
        with pytest.raises(PriceError) as caught:
            client.get(url)
    finally:
        client.close()
    return caught.value.reason


def test_a_dead_proxy_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = _client(proxies={"http": f"http://127.0.0.1:{port}"})
    assert _reason(client, "http://umbrel.local/api") == "proxy"


def test_a_proxy_that_wants_a_password_is_named() -> None:
    with RawServer(say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as raw:
        client = _client(proxies={"https": raw.url})
        assert _reason(client, "https://api.kraken.com/") == "proxy"


def test_a_dripping_proxy_ends() -> None:
    with RawServer(drip(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.1)) as raw:
        client = _client(proxies={"https": raw.url})
        assert _reason(client, "https://api.kraken.com/") == "timeout"


def _socks_then(start: bytes, drop: bytes) -> Script:
    """Return a SOCKS5 proxy that lets everybody through to a server that says this, slowly."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(64)
        connection.sendall(b"\x05\x00")
        connection.recv(512)
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        read_request(connection)
        connection.sendall(start)
        while drop and not over.wait(0.1):
            connection.sendall(drop)

    return script


def test_a_socks_proxy_is_used_and_watched() -> None:
    with RawServer(_socks_then(ok(BODY), b"")) as raw:
        client = _client(proxies={"http": f"socks5h://127.0.0.1:{raw.port}"})
        assert client.get("http://umbrel.local/api").body == BODY
        client.close()
    with RawServer(_socks_then(b"HTTP/1.1 200 OK\r\nX: ", b"a")) as raw:
        client = _client(proxies={"http": f"socks5h://127.0.0.1:{raw.port}"})
        assert _reason(client, "http://umbrel.local/api") == "timeout"


def test_a_dead_socks_proxy_is_named() -> None:
    client = _client(proxies={"https": "socks5h://127.0.0.1:9"})
    assert _reason(client, "https://api.kraken.com/") in ("refused", "proxy")


def test_a_malformed_proxy_is_a_settings_fault() -> None:
    assert _reason(_client(proxies={"https": "http:///"}), "https://api.kraken.com/") == "proxy_settings"


def test_loopback_never_goes_through_a_proxy() -> None:
    with RawServer(say(ok(BODY))) as raw:
        client = _client(proxies={"http": "http://127.0.0.1:9"})
        assert client.get(f"{raw.url}/x").body == BODY
        client.close()


def test_nothing_of_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    heads: list[bytes] = []

    def script(connection: socket.socket, over: threading.Event) -> None:
        heads.append(read_request(connection))
        connection.sendall(ok(BODY))

    with RawServer(script) as raw:
        client = _client()
        client.get(f"{raw.url}/x")
        client.close()
    assert b"authorization" not in heads[0].lower()
    assert b"User-Agent: Plimsoll/0" in heads[0]
    assert b"Accept-Encoding: gzip\r\n" in heads[0]


def test_a_kept_connection_that_died_is_replaced_once() -> None:
    def script(connection: socket.socket, over: threading.Event) -> None:
        if read_request(connection):
            connection.sendall(ok(BODY))
        # Swallow the second request and hang up without an answer, as a forgetful router does.
        read_request(connection)

    with RawServer(script) as raw:
        client = _client()
        assert client.get(f"{raw.url}/1").body == BODY
        assert client.get(f"{raw.url}/2").body == BODY
        assert raw.connections == 2
        client.close()


def test_a_fresh_connection_that_fails_is_not_tried_again() -> None:
    with RawServer(say(b"")) as raw:
        assert _reason(_client(), f"{raw.url}/1") == "connection"
        assert raw.connections == 1


def test_a_rate_limit_is_never_waited_for_inside() -> None:
    with RawServer(say(b"HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")) as raw:
        client = _client()
        assert client.get(f"{raw.url}/1").status == 429
        assert raw.connections == 1
        client.close()


def test_closing_ends_what_is_in_flight() -> None:
    client = HttpClient(SystemClock(), version="0", limits=HttpLimits())
    asked = threading.Event()

    def script(connection: socket.socket, over: threading.Event) -> None:
        read_request(connection)
        asked.set()
        over.wait(30)

    reasons: list[str] = []

    def fetch(url: str) -> None:
        try:
            client.get(url)
        except FeedError as error:
            reasons.append(error.reason)

    with RawServer(script) as raw:
        thread = threading.Thread(target=fetch, args=(raw.url,))
        thread.start()
        assert asked.wait(5)
        client.close()
        thread.join(5)
    assert reasons == ["closed"]
    assert _reason(client, "http://127.0.0.1:9") == "closed"


def test_failures_do_not_repeat_addresses() -> None:
    client = _client()
    with pytest.raises(FeedError) as caught:
        client.get("https://host.invalid/path?key=canary")
    client.close()
    assert "canary" not in str(caught.value)
    assert "invalid" not in str(caught.value)


def test_history_may_be_larger_than_a_price() -> None:
    body = b"[" + b" " * (FAST.spot_bytes + 10) + b"]"
    with RawServer(say(ok(body))) as raw:
        client = _client()
        assert len(client.get(raw.url, history=True).body) == len(body)
        client.close()
    with RawServer(say(ok(body))) as raw:
        assert _reason(_client(), raw.url) == "too_large"


def test_all_sources_down_says_so(server: FakePriceServer, ask: Asker) -> None:
    for source in ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool"):
        server.fail(source, 503)
    consensus, row = ask("kraken")
    assert (consensus.status, consensus.value) == (PriceStatus.NONE, None)
    assert row.reason.startswith("server_error")
