"""Electrum servers that fail, lie, chatter or change their certificate."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from app.chain.electrum import ElectrumServer
from app.chain.pace import Pace
from app.chain.wire import TRUSTED, Wire, WireChoice, WireLimits, open_wire
from app.domain.errors import ChainError
from tests.fakes.chain import ChainView, FakeChain
from tests.fakes.chain_server import script
from tests.fakes.electrum_server import FakeElectrum
from tests.fakes.raw_server import RawServer
from tests.integration.chain.conftest import Connecting

TLS = Path(__file__).parents[2] / "data" / "tls"
USED = script("a", 0, 0)


def context_of(certificate: str) -> ssl.SSLContext:
    """Return what a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context


def trusting() -> ssl.SSLContext:
    """Return a context that trusts the tests' authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(TLS / "authority.pem")
    return context


def wire(url: str, pin: str = "", seconds: float = 5, most: int = 1_000_000) -> Wire:
    """Return an open connection."""
    return open_wire(WireChoice(url, "", pin), trusting, monotonic, WireLimits(5, seconds, most))


def server_on(link: Wire) -> ElectrumServer:
    """Greet over an open connection."""
    return ElectrumServer("there", link, Pace(0, monotonic, lambda _seconds: None, bool), "1.0")


@pytest.fixture
def tls(view: ChainView) -> Iterator[Callable[[str], FakeElectrum]]:
    """Return a way to start a server with a certificate."""
    running: list[FakeElectrum] = []

    def start(certificate: str) -> FakeElectrum:
        server = FakeElectrum(view, context_of(certificate))
        server.__enter__()
        running.append(server)
        return server

    yield start
    for server in running:
        server.__exit__(None, None, None)


Starting = Callable[[str], FakeElectrum]


def local(server: FakeElectrum) -> str:
    """Return a server's address by the name that its certificate has."""
    return server.url.replace("127.0.0.1", "localhost")


def test_a_certificate_that_the_system_trusts_has_to_stay_so(tls: Starting, chain: FakeChain) -> None:
    good = wire(local(tls("server.pem")))
    assert good.pin == TRUSTED
    assert server_on(good).tip().hash == chain.tip.hash
    good.close()
    with pytest.raises(ChainError, match="another certificate than before") as caught:
        wire(local(tls("self-signed.pem")), TRUSTED)
    assert caught.value.reason == "certificate"


def test_a_certificate_that_vouches_for_itself_is_remembered_at_first_use(tls: Starting, chain: FakeChain) -> None:
    own = tls("self-signed.pem")
    first = wire(local(own))
    assert len(first.pin) == 64
    first.close()
    again = wire(local(own), first.pin)
    assert server_on(again).tip().hash == chain.tip.hash
    again.close()
    other = tls("expired.pem")
    with pytest.raises(ChainError, match="--trust-new-certificate"):
        wire(local(other), first.pin)
    renewed = wire(local(other))
    assert renewed.pin not in ("", first.pin)
    renewed.close()
    vouched = wire(local(tls("server.pem")), first.pin)
    assert vouched.pin == TRUSTED
    vouched.close()


def test_a_plain_server_where_tls_was_asked_for(view: ChainView) -> None:
    with FakeElectrum(view) as plain, pytest.raises(ChainError, match=r"no secure connection|connection broke"):
        wire(plain.url.replace("tcp:", "ssl:"))


def test_nobody_there(connecting: Connecting) -> None:
    with pytest.raises(ChainError, match="no connection can be made") as caught:
        connecting("tcp://127.0.0.1:9")
    assert caught.value.reason == "unreachable"


@pytest.mark.parametrize("version", [None, [], ["Fake"], "1.4", ["Fake", 1.4]])
def test_a_server_of_no_known_version(electrum: FakeElectrum, connecting: Connecting, version: object) -> None:
    electrum.version = version
    with pytest.raises(ChainError):
        connecting(electrum.url)


def test_a_server_that_refuses_the_greeting(electrum: FakeElectrum, connecting: Connecting) -> None:
    electrum.refusals["server.version"] = "unsupported protocol version: 1.4\x07"
    with pytest.raises(ChainError, match=r"unsupported protocol version: 1\.4 ") as caught:
        connecting(electrum.url)
    assert caught.value.reason == "refused"


def test_a_history_that_is_too_long_for_the_server(electrum: FakeElectrum, connecting: Connecting) -> None:
    electrum.refusals["blockchain.scripthash.get_history"] = "history too large"
    with pytest.raises(ChainError, match="too many transactions") as caught:
        connecting(electrum.url).history(USED)
    assert caught.value.reason == "too_large"


def test_news_in_between_does_no_harm(electrum: FakeElectrum, connecting: Connecting, chain: FakeChain) -> None:
    electrum.chatty = True
    server = connecting(electrum.url)
    assert server.tip().hash == chain.tip.hash
    assert len(list(server.statuses([script("a", 0, number) for number in range(120)]))) == 120


def test_a_transaction_that_does_not_fit_its_id_is_refused(electrum: FakeElectrum, connecting: Connecting) -> None:
    one, other = list(electrum.view.chain.txs)[:2]
    electrum.swapped[one] = other
    with pytest.raises(ChainError, match="another transaction than was asked for"):
        connecting(electrum.url).transactions([one])


def answering(*lines: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Return a server that greets, and answers the next question with these bytes."""

    def script_of(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(b'{"id": 0, "result": ["x", "1.4"]}\n')
        connection.recv(4096)
        for line in lines:
            connection.sendall(line)
        over.wait(5)

    return script_of


def reason_of(*lines: bytes, seconds: float = 5, most: int = 1_000_000) -> str:
    """Return why such an answer is no newest block."""
    with RawServer(answering(*lines)) as raw:
        link = wire(f"tcp://127.0.0.1:{raw.port}", "", seconds, most)
        try:
            with pytest.raises(ChainError) as caught:
                server_on(link).tip()
        finally:
            link.close()
    return caught.value.reason


def head(**fields: object) -> bytes:
    """Return an answer to ``headers.subscribe``."""
    return json.dumps({"id": 1, "result": fields}).encode() + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b"[" * 50_000 + b"\n",
        b'{"id": 1, "result": NaN}\n',
        b'{"id": 1, "result": null}\n',
        b'{"id": 1}\n',
        b"\xff\xfe\n",
        head(height=True, hex="00" * 80),
        head(height=-1, hex="00" * 80),
        head(height=5, hex="00" * 79),
        head(height=5, hex="zz" * 80),
        head(height=5, hex="00" * 80),
    ],
)
def test_answers_that_cannot_be_used(line: bytes) -> None:
    assert reason_of(line) == "unexpected"


def test_a_line_without_end_is_cut_off() -> None:
    assert reason_of(b"x" * 70_000, b"x" * 70_000, most=100_000) == "too_large"


def test_a_server_that_says_nothing_or_drips_is_left() -> None:
    assert reason_of(seconds=0.1) == "unreachable"
    assert reason_of(b'{"id": 1, ', seconds=0.1) == "unreachable"


def test_a_server_that_hangs_up() -> None:
    def script_of(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.shutdown(socket.SHUT_RDWR)
        del over

    with RawServer(script_of) as raw, pytest.raises(ChainError, match="connection broke"):
        server_on(wire(f"tcp://127.0.0.1:{raw.port}"))


def test_closing_from_another_thread_ends_what_is_under_way() -> None:
    arrived = threading.Event()

    def script_of(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        arrived.set()
        over.wait(30)

    with RawServer(script_of) as raw:
        link = wire(f"tcp://127.0.0.1:{raw.port}", seconds=60)
        caught: list[ChainError] = []

        def ask() -> None:
            try:
                server_on(link)
            except ChainError as error:
                caught.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        assert arrived.wait(5)
        link.close()
        thread.join(5)
    assert [error.reason for error in caught] == ["unreachable"]
