"""What somebody typed or pasted for a wallet, as a wallet (pure); private keys are refused before anything is done."""

import re
import secrets
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from app.domain.errors import InputError
from app.domain.private_keys import refuse_private_key
from app.domain.wallet_check import MOST_SOURCES
from app.domain.wallets import GAP_LIMIT, ScriptKind, Wallet, WalletKind

MOST_BYTES: Final = 1_000_000
_EXTENDED: Final = re.compile(r"[a-zA-Z]pub[1-9A-HJ-NP-Za-km-z]+", re.ASCII)
_DESCRIPTOR: Final = re.compile(r"[a-z]+\(", re.ASCII)
_SEPARATORS: Final = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True, repr=False)
class WalletDraft:
    """What somebody said of a wallet; has no ``repr``, so that no log can hold what was typed by mistake.

    Attributes:
        name: of the wallet.
        text: an extended public key, a descriptor, or addresses with spaces, commas or line ends between.
        account: whose transactions the chain tells, or None.
        loan: whose collateral lies there, or None.
        scripts: for an extended key, which addresses are looked for; empty: as its prefix says.
        gap_limit: unused addresses in a row that end a scan.
    """

    name: str
    text: str
    account: str | None = None
    loan: str | None = None
    scripts: tuple[ScriptKind, ...] = ()
    gap_limit: int = GAP_LIMIT


def wallet_of(draft: WalletDraft) -> Wallet:
    """Return the wallet that a draft means, with a new key.

    Raises:
        InputError: it means none; what was typed is not repeated.
    """
    for place, text in (("name", draft.name), ("account", draft.account), ("loan", draft.loan), ("key", draft.text)):
        refuse_private_key(text or "", place)
    # Descriptors in files come with comments and empty lines around them.
    lines = [line.strip() for line in draft.text.splitlines()]
    text = "\n".join(line for line in lines if line and not line.startswith("#")).strip()
    if not text:
        raise InputError("give an extended public key, a descriptor or addresses", "key")
    if len(text) > MOST_BYTES:
        raise InputError("is too long for a wallet", "key")
    kind, sources = _read(text)
    name = " ".join(draft.name.split())
    if not name:
        raise InputError("give the wallet a name", "name")
    return Wallet(secrets.token_hex(8), name, kind, sources, draft.scripts, draft.gap_limit, draft.account, draft.loan)


def name_of_file(path: str) -> str:
    """Return what a wallet from a file may be named."""
    return PurePath(path).stem


def _read(text: str) -> tuple[WalletKind, tuple[str, ...]]:
    if _DESCRIPTOR.match(text):
        if len(re.findall(r"(?:^|\n)[a-z]+\(", text)) > 1:
            raise InputError("holds several descriptors; make a wallet for each, or use one with <0;1>", "key")
        return WalletKind.DESCRIPTOR, ("".join(text.split()),)
    parts = tuple(dict.fromkeys(part for part in _SEPARATORS.split(text) if part))
    if _EXTENDED.fullmatch(parts[0]):
        if len(parts) > 1:
            raise InputError("holds several keys; make a wallet for each, or give a descriptor for a multisig", "key")
        return WalletKind.EXTENDED_KEY, parts
    if len(parts) > MOST_SOURCES:
        raise InputError(f"holds more than {MOST_SOURCES:,} addresses; make several wallets of them", "key")
    return WalletKind.ADDRESSES, parts
