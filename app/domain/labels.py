"""Labels of wallets (BIP 329): what a person called a transaction, an address, an output or a key."""

from dataclasses import dataclass
from enum import StrEnum


class LabelKind(StrEnum):
    """What a label is about."""

    TX = "tx"
    ADDR = "addr"
    PUBKEY = "pubkey"
    INPUT = "input"
    OUTPUT = "output"
    XPUB = "xpub"


@dataclass(frozen=True, slots=True)
class Label:
    """A label; a book has at most one for each kind, reference and origin.

    Attributes:
        ref: transaction id, address, ``txid:index`` or public key.
        text: the label itself; may be empty.
        origin: the wallet's key origin, as in a descriptor, or empty.
        spendable: of an output: whether the wallet may spend it; None where nothing was said.
        extra: further fields of the file's object as canonical JSON, or empty; kept so that nothing is lost.
    """

    kind: LabelKind
    ref: str
    text: str = ""
    origin: str = ""
    spendable: bool | None = None
    extra: str = ""
