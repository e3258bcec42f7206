"""What a scan remembers as the JSON of its column, and back. Standard library only."""

import json
from datetime import UTC, datetime
from typing import Any

from app.services.wallet_ports import KnownScript, KnownTransaction, OutPoint, WalletMemory, WalletScan
from app.store.instants import instant_text


def memory_text(scan: WalletScan) -> str:
    """Return what is to be remembered of a scan beside its moves."""
    memory = scan.memory
    state = {
        "tip_at": instant_text(scan.tip.at),
        "held": {move.txid: move.held_sats for move in scan.moves if move.held_sats},
        "used": dict(memory.used),
        "scripts": {script: list(known) for script, known in memory.scripts.items()},
        "transactions": {
            txid: [one.inputs, one.paid_out, [list(pay) for pay in one.pays], [list(point) for point in one.spends]]
            for txid, one in memory.transactions.items()
        },
        "pins": dict(memory.pins),
        "fingerprint": memory.fingerprint,
    }
    return json.dumps(state, separators=(",", ":"))


def memory_of(text: str) -> WalletMemory:
    """Return a scan's memory.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it cannot be one.
    """
    state = json.loads(text)
    return WalletMemory(
        used={branch: int(number) for branch, number in state["used"].items()},
        scripts={
            script: KnownScript(branch, int(index), status, tuple(txids))
            for script, (branch, index, status, txids) in state["scripts"].items()
        },
        transactions={txid: _transaction(*parts) for txid, parts in state["transactions"].items()},
        pins={str(server): str(pin) for server, pin in state["pins"].items()},
        fingerprint=str(state["fingerprint"]),
    )


def held_of(text: str) -> tuple[dict[str, int], datetime]:
    """Return what waiting transactions take from what is confirmed, and the time of the newest block.

    Raises:
        ValueError, TypeError, KeyError: as ``memory_of``.
    """
    state = json.loads(text)
    return {txid: int(sats) for txid, sats in state["held"].items()}, datetime.fromisoformat(
        state["tip_at"]
    ).astimezone(UTC)


def _transaction(inputs: int, paid_out: int, pays: Any, spends: Any) -> KnownTransaction:
    return KnownTransaction(
        int(inputs),
        int(paid_out),
        tuple((int(number), int(sats)) for number, sats in pays),
        tuple(OutPoint(str(txid), int(index)) for txid, index in spends),
    )
