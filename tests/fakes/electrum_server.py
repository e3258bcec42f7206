"""A server that speaks the Electrum protocol over a fake chain, plain or with TLS, on one loopback port."""

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from tests.fakes.chain import Block, ChainView, Tx
from tests.fakes.raw_server import RawServer


class FakeElectrum(RawServer):
    """Use it as a context manager.

    Attributes:
        view: what it knows; may be changed at any time.
        requests: the methods asked for, in order.
        refusals: error messages by method.
        swapped: transactions that it gives in the place of others, by id.
        chatty: whether it tells news that nobody waits for before each answer.
        version: the protocol that it speaks.
    """

    def __init__(self, view: ChainView, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(self._talk, tls)
        self.view = view
        self.requests: list[str] = []
        self.refusals: dict[str, str] = {}
        self.swapped: dict[str, str] = {}
        self.chatty = False
        self.version: Any = ["Fake 1.0", "1.4"]
        self.scheme = "ssl" if tls else "tcp"

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def _talk(self, connection: socket.socket, over: threading.Event) -> None:
        connection.settimeout(5)
        with suppress(OSError, ValueError), connection.makefile("rb") as lines:
            for line in lines:
                if over.is_set():
                    return
                question = json.loads(line)
                if self.chatty:
                    news = {"jsonrpc": "2.0", "method": "blockchain.scripthash.subscribe", "params": ["aa", "bb"]}
                    connection.sendall(json.dumps(news).encode() + b"\n")
                connection.sendall(json.dumps(self._answer(question)).encode() + b"\n")

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        method, parameters = question["method"], question["params"]
        self.requests.append(method)
        base = {"jsonrpc": "2.0", "id": question["id"]}
        if method in self.refusals:
            return {**base, "error": {"code": 1, "message": self.refusals[method]}}
        answers: dict[str, Callable[..., Any]] = {
            "server.version": lambda *_: self.version,
            "blockchain.headers.subscribe": lambda: _header(self.view.blocks[-1]),
            "blockchain.block.header": self._block,
            "blockchain.scripthash.subscribe": self._status,
            "blockchain.scripthash.get_history": self._history,
            "blockchain.transaction.get": self._transaction,
        }
        try:
            return {**base, "result": answers[method](*parameters)}
        except LookupError as error:
            return {**base, "error": {"code": 1, "message": str(error)}}

    def _block(self, height: int) -> str:
        block = self.view.block(height)
        if block is None:
            raise LookupError(f"height {height} out of range")
        return block.header.hex()

    def _status(self, scripthash: str) -> str | None:
        history = self._entries(scripthash)
        if not history:
            return None
        text = "".join(f"{tx.txid}:{0 if block is None else block.height}:" for tx, block in history)
        return sha256(text.encode()).hexdigest()

    def _history(self, scripthash: str) -> list[dict[str, Any]]:
        return [
            {"tx_hash": tx.txid, "height": 0 if block is None else block.height}
            for tx, block in self._entries(scripthash)
        ]

    def _transaction(self, txid: str, verbose: bool = False) -> str:
        assert not verbose
        return self.view.chain.txs[self.swapped.get(txid, txid)].raw.hex()

    def _entries(self, scripthash: str) -> list[tuple[Tx, Block | None]]:
        for tx in self.view.chain.txs.values():
            for pay in tx.pays:
                if sha256(bytes.fromhex(pay.script)).digest()[::-1].hex() == scripthash:
                    return list(reversed(self.view.history(pay.script)))
        return []


def _header(block: Block) -> dict[str, Any]:
    return {"height": block.height, "hex": block.header.hex()}
