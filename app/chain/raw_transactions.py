"""Transactions as the network carries them, read by embit."""

from typing import Final

from app.chain import shapes
from app.services.wallet_ports import ChainTransaction, OutPoint, Output

_NOBODY: Final = bytes(32)


def read_transaction(text: str, server: str) -> ChainTransaction:
    """Return a transaction from its hex; its id is reckoned from it.

    Raises:
        ChainError: it is none.
    """
    from embit.transaction import Transaction  # noqa: PLC0415 - loads the library

    try:
        read = Transaction.parse(bytes.fromhex(text))
        txid = read.txid().hex()
    except Exception:  # noqa: BLE001 - the library raises what it likes for bytes that are none
        raise shapes.unexpected(server, "no transaction") from None
    spends = tuple(OutPoint(one.txid.hex(), one.vout) for one in read.vin if one.txid != _NOBODY)
    pays = tuple(Output(one.script_pubkey.data.hex(), shapes.sats(one.value, server)) for one in read.vout)
    return ChainTransaction(txid, spends, pays)
