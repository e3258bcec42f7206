"""Servers that speak the Electrum protocol: JSON-RPC, one message a line (protocol 1.4 to 1.6)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from app.chain import shapes
from app.chain.pace import Pace
from app.chain.raw_transactions import read_transaction
from app.chain.wire import Wire
from app.domain.errors import ChainError
from app.services.wallet_ports import BlockRef, ChainTransaction, HistoryEntry

_VERSIONS: Final = ["1.4", "1.6"]
_AT_ONCE: Final = 50
_HEADER_HEX: Final = 160
_MOST_STRAY: Final = 10_000
_MOST_HISTORY: Final = 200_000


class ElectrumServer:
    """One server; implements ``ChainServer``. Belongs to one thread at a time; ``close`` may come from another.

    Attributes:
        name: its address.
        pin: what is to be remembered of its certificate.
    """

    def __init__(self, name: str, wire: Wire, pace: Pace, version: str) -> None:
        """Greet the server.

        Args:
            name: its address.
            wire: the open connection.
            pace: spreads the questions, of which up to fifty go out at once.
            version: of Plimsoll, told to the server.

        Raises:
            ChainError: it speaks no version of the protocol that Plimsoll knows.
        """
        self.name = name
        self.pin = wire.pin
        self._wire = wire
        self._pace = pace
        self._number = 0
        self._blocks: dict[int, BlockRef] = {}
        try:
            answer = shapes.items(self._ask("server.version", f"Plimsoll {version}", _VERSIONS), name)
        except ChainError:
            wire.close()
            raise
        if len(answer) < 2 or not isinstance(answer[1], str):  # noqa: PLR2004 - its name and the protocol's version
            wire.close()
            raise shapes.unexpected(name, "no version")

    def tip(self) -> BlockRef:
        """Return the newest block."""
        answer = shapes.mapping(self._ask("blockchain.headers.subscribe"), self.name)
        self._blocks.clear()
        return self._block(shapes.height(answer.get("height"), self.name), answer.get("hex"))

    def block(self, height: int) -> BlockRef | None:
        """Return the best chain's block at a height."""
        if height not in self._blocks:
            try:
                header = self._ask("blockchain.block.header", height)
            except ChainError as error:
                if error.reason == "refused":
                    return None
                raise
            self._blocks[height] = self._block(height, header)
        return self._blocks[height]

    def statuses(self, scripts: Sequence[str]) -> Iterable[str]:
        """Yield the server's own word for each script's history."""
        for start in range(0, len(scripts), _AT_ONCE):
            piece = scripts[start : start + _AT_ONCE]
            for status in self._ask_all([("blockchain.scripthash.subscribe", [scripthash(one)]) for one in piece]):
                if status is not None and not isinstance(status, str):
                    raise shapes.unexpected(self.name, "no status")
                yield status or ""

    def history(self, script: str) -> tuple[HistoryEntry, ...]:
        """Return every transaction that touches a script."""
        answer = shapes.items(self._ask("blockchain.scripthash.get_history", scripthash(script)), self.name)
        if len(answer) > _MOST_HISTORY:
            raise ChainError("too_large", f"{self.name} lists more transactions of one address than Plimsoll takes.")
        found = {}
        for item in answer:
            fields = shapes.mapping(item, self.name)
            txid, height = shapes.identifier(fields.get("tx_hash"), self.name), fields.get("height")
            # 0 and -1 wait for a block; -1 spends what waits itself.
            waits = isinstance(height, int) and not isinstance(height, bool) and height in (0, -1)
            found[txid] = HistoryEntry(txid, None if waits else shapes.height(height, self.name))
        return tuple(found.values())

    def transactions(self, txids: Sequence[str]) -> Mapping[str, ChainTransaction]:
        """Return these transactions, each checked against its id."""
        found = {}
        for start in range(0, len(txids), _AT_ONCE):
            piece = txids[start : start + _AT_ONCE]
            answers = self._ask_all([("blockchain.transaction.get", [txid, False]) for txid in piece])
            for txid, answer in zip(piece, answers, strict=True):
                found[txid] = made = read_transaction(shapes.hexadecimal(answer, self.name), self.name)
                if made.txid != txid:
                    raise shapes.unexpected(self.name, "another transaction than was asked for")
        return found

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _block(self, height: int, header: object) -> BlockRef:
        text = shapes.hexadecimal(header, self.name)
        if len(text) != _HEADER_HEX:
            raise shapes.unexpected(self.name, "no header of a block")
        data = bytes.fromhex(text)
        found = sha256(sha256(data).digest()).digest()[::-1].hex()
        return BlockRef(height, found, self._time(data))

    def _time(self, header: bytes) -> datetime:
        return shapes.instant(int.from_bytes(header[68:72], "little"), self.name)

    def _ask(self, method: str, *parameters: object) -> object:
        return self._ask_all([(method, list(parameters))])[0]

    def _ask_all(self, questions: Sequence[tuple[str, list[object]]]) -> list[object]:
        """Send several questions at once and return their answers in the same order."""
        self._pace.step()
        first = self._number
        self._number += len(questions)
        self._wire.send(
            b"".join(
                json.dumps({"jsonrpc": "2.0", "id": first + place, "method": method, "params": parameters}).encode()
                + b"\n"
                for place, (method, parameters) in enumerate(questions)
            )
        )
        answers: dict[int, object] = {}
        stray = 0
        while len(answers) < len(questions):
            said = shapes.mapping(shapes.read_json(self._wire.line(), self.name), self.name)
            self._pace.check()
            number = said.get("id")
            if isinstance(number, bool) or not isinstance(number, int) or not first <= number < self._number:
                # News of a script, which the next scan finds, too.
                stray += 1
                if stray > _MOST_STRAY:
                    raise shapes.unexpected(self.name, "answers that nobody asked for")
                continue
            if said.get("error") is not None:
                raise self._refused(said["error"])
            answers[number] = said.get("result")
        return [answers[first + place] for place in range(len(questions))]

    def _refused(self, error: object) -> ChainError:
        told = error.get("message") if isinstance(error, dict) else error
        plain = "".join(char if char.isprintable() else " " for char in str(told))[:120]
        if "history too large" in plain.lower():
            return ChainError("too_large", f"{self.name} has too many transactions of one address to tell: {plain}.")
        return ChainError("refused", f"{self.name} refused the question: {plain}; choose another server.")


def scripthash(script: str) -> str:
    """Return what Electrum servers call a script by: its SHA-256, reversed."""
    return sha256(bytes.fromhex(script)).digest()[::-1].hex()
