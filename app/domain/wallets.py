"""Wallets that are only watched: public keys, descriptors or addresses whose coins are read from the chain."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GAP_LIMIT: Final = 20
"""Unused addresses in a row after which a chain of addresses counts as ended (BIP 44)."""
MAX_GAP_LIMIT: Final = 1_000


class WalletKind(StrEnum):
    """What a wallet is known by."""

    ADDRESSES = "addresses"
    EXTENDED_KEY = "extended_key"
    DESCRIPTOR = "descriptor"


class ScriptKind(StrEnum):
    """Which addresses an extended key makes (BIP 44, 49, 84, 86)."""

    P2PKH = "p2pkh"
    P2SH_P2WPKH = "p2sh-p2wpkh"
    P2WPKH = "p2wpkh"
    P2TR = "p2tr"


@dataclass(frozen=True, slots=True)
class Wallet:
    """A watched wallet. It belongs to one account, or it is the place where one loan's collateral lies.

    Attributes:
        key: unique in the book, never shown, never changed.
        name: unique in the book.
        sources: public only: one extended key, one descriptor, or addresses.
        scripts: for an extended key, which addresses are looked for; empty: as its prefix says.
        gap_limit: unused addresses in a row that end a scan.
        account: whose transactions the chain tells; None for a loan's collateral.
        loan: whose collateral lies there; None for an account.
    """

    key: str
    name: str
    kind: WalletKind
    sources: tuple[str, ...]
    scripts: tuple[ScriptKind, ...] = ()
    gap_limit: int = GAP_LIMIT
    account: str | None = None
    loan: str | None = None
