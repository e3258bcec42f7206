"""A server that speaks Esplora's REST protocol over a fake chain, on one loopback port."""

import json
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fakes.chain import Block, ChainView, Tx

_PAGE = 25
_Request = socket.socket | tuple[bytes, socket.socket]


class FakeEsplora:
    """Use it as a context manager.

    Attributes:
        view: what it knows; may be changed at any time.
        requests: the paths asked for, in order.
        busy: how many of the next answers are ``429``.
        broken: answers by path that stand in for the real ones: status, content type, body.
        before: called before each answer, with the path.
    """

    def __init__(self, view: ChainView) -> None:
        self.view = view
        self.requests: list[str] = []
        self.busy = 0
        self.broken: dict[str, tuple[int, str, bytes]] = {}
        self.before: Callable[[str], None] = lambda _path: None
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def reply(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body of one answer."""
        self.requests.append(path)
        self.before(path)
        if self.busy:
            self.busy -= 1
            return 429, "text/html", b"<html>Too many requests</html>"
        if path in self.broken:
            return self.broken[path]
        match path.removeprefix("/api/").split("/"):
            case ["scripthash", scripthash, *rest]:
                return self._of_script(scripthash, self._script(scripthash), rest)
            case parts:
                return self._of_chain(parts)

    def _of_chain(self, parts: list[str]) -> tuple[int, str, bytes]:
        missing = 404, "text/plain", b"Not found"
        match parts:
            case ["blocks", "tip", "height"]:
                return _text(str(self.view.blocks[-1].height))
            case ["block-height", height]:
                block = self.view.block(int(height))
                return missing if block is None else _text(block.hash)
            case ["block", found]:
                known = self.view.by_hash(found)
                return missing if known is None else _json(_block(known))
            case ["tx", txid]:
                tx = self.view.chain.txs.get(txid)
                placed = next((block for block in self.view.blocks if txid in block.txs), None)
                return missing if tx is None else _json(self._tx(tx, placed))
        return 400, "text/plain", b"Invalid path"

    def _of_script(self, scripthash: str, script: str, rest: list[str]) -> tuple[int, str, bytes]:
        history = self.view.history(script) if script else []
        confirmed = [(tx, block) for tx, block in history if block is not None]
        waiting = [(tx, block) for tx, block in history if block is None]
        match rest:
            case []:
                stats = {"chain_stats": self._stats(script, confirmed), "mempool_stats": self._stats(script, waiting)}
                return _json({"scripthash": scripthash, **stats})
            case ["txs"]:
                return _json([self._tx(tx, block) for tx, block in (*waiting[:50], *confirmed[:_PAGE])])
            case ["txs", "chain", last]:
                place = next(number for number, (tx, _) in enumerate(confirmed, 1) if tx.txid == last)
                return _json([self._tx(tx, block) for tx, block in confirmed[place : place + _PAGE]])
        return 400, "text/plain", b"Invalid path"

    def _script(self, scripthash: str) -> str:
        for tx in self.view.chain.txs.values():
            for pay in tx.pays:
                if sha256(bytes.fromhex(pay.script)).hexdigest() == scripthash:
                    return pay.script
        return ""

    def _stats(self, script: str, history: Sequence[tuple[Tx, Block | None]]) -> dict[str, int]:
        funded = [pay.sats for tx, _ in history for pay in tx.pays if pay.script == script]
        spent = [
            known.sats
            for tx, _ in history
            for point in tx.spends
            if (known := self.view.value(point)) is not None and known.script == script
        ]
        return {
            "funded_txo_count": len(funded),
            "funded_txo_sum": sum(funded),
            "spent_txo_count": len(spent),
            "spent_txo_sum": sum(spent),
            "tx_count": len(history),
        }

    def _tx(self, tx: Tx, block: Block | None) -> dict[str, Any]:
        vin: list[dict[str, Any]] = [
            {
                "txid": point.txid,
                "vout": point.vout,
                "prevout": None
                if (known := self.view.value(point)) is None
                else {"scriptpubkey": known.script, "value": known.sats},
                "is_coinbase": False,
                "sequence": 0xFFFFFFFF,
            }
            for point in tx.spends
        ]
        if tx.coinbase:
            vin = [{"txid": "00" * 32, "vout": 0xFFFFFFFF, "prevout": None, "is_coinbase": True}]
        status: dict[str, Any] = {"confirmed": False}
        if block is not None:
            status = {
                "confirmed": True,
                "block_height": block.height,
                "block_hash": block.hash,
                "block_time": int(block.at.timestamp()),
            }
        return {
            "txid": tx.txid,
            "version": 2,
            "locktime": 0,
            "vin": vin,
            "vout": [{"scriptpubkey": pay.script, "value": pay.sats} for pay in tx.pays],
            "size": len(tx.raw),
            "status": status,
        }


def _block(block: Block) -> dict[str, Any]:
    return {
        "id": block.hash,
        "height": block.height,
        "timestamp": int(block.at.timestamp()),
        "mediantime": int(block.at.timestamp()),
        "tx_count": len(block.txs) + 1,
    }


def _text(text: str) -> tuple[int, str, bytes]:
    return 200, "text/plain", text.encode()


def _json(document: object) -> tuple[int, str, bytes]:
    return 200, "application/json", json.dumps(document).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: FakeEsplora) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def process_request(self, request: _Request, client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End kept connections, so that their threads end."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Request, client_address: object) -> None:
        """Say nothing of clients that hang up in the middle."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 5
    # Header and body in one packet: two would wait for each other's acknowledgement.
    wbufsize = 65_536

    def do_GET(self) -> None:
        status, kind, body = self.server.owner.reply(self.path)
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
