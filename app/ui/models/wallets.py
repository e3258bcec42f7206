"""Watched wallets in words: what one holds, how old that is, what waits, and what does not fit the book (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from app.domain.book import Book
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from app.services.wallet_desk import ScanOutcome
from app.services.wallet_holdings import WalletView
from app.ui.formats import NOT_KNOWN, Display, age_text, btc_text, seconds_between
from app.ui.models.warning_words import masked

KINDS: Final = {
    WalletKind.ADDRESSES: "addresses",
    WalletKind.EXTENDED_KEY: "public key",
    WalletKind.DESCRIPTOR: "descriptor",
}
SCRIPTS: Final[Mapping[tuple[ScriptKind, ...], str]] = {
    (): "As its prefix says",
    (ScriptKind.P2WPKH,): "Native segwit, bc1q…",
    (ScriptKind.P2TR,): "Taproot, bc1p…",
    (ScriptKind.P2SH_P2WPKH,): "Nested segwit, 3…",
    (ScriptKind.P2PKH,): "Legacy, 1…",
    tuple(ScriptKind): "All four",
}
COMPARE: Final = "Compare these with the first receiving addresses that your wallet shows:"
NO_SERVER: Final = "No server is chosen yet; nobody is asked until you choose one."


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a wallet belongs to: one account, or one loan as the place of its collateral."""

    account: str | None = None
    loan: str | None = None


@dataclass(frozen=True, slots=True)
class WalletText:
    """One wallet as the card shows it.

    Attributes:
        about: what it is and belongs to.
        age: when it was scanned, up to which block, by whom.
        pending: what waits, or empty.
        difference: what does not fit the book, or empty.
    """

    name: str
    amount: str
    about: str
    age: str
    pending: str
    difference: str

    @property
    def sentence(self) -> str:
        """Everything, for a screen reader."""
        parts = (f"{self.name}: {self.amount}", self.about, self.age, self.pending, self.difference)
        return ". ".join(part.rstrip(".") for part in parts if part)


def wallet_text(view: WalletView, now: datetime, display: Display) -> WalletText:
    """Return what the card shows of a wallet."""
    wallet = view.wallet
    scanned = view.scanned_at is not None
    difference = "" if view.difference is None else view.difference.sentence
    return WalletText(
        wallet.name,
        btc_text(view.confirmed_sats, display, digits=8) if scanned else NOT_KNOWN,
        f"{belongs_words(wallet)} · {_kind(wallet)}",
        _age(view, now),
        _pending(view, display),
        masked(difference) if display.hidden else difference,
    )


def belongs_words(wallet: Wallet) -> str:
    """Return what a wallet belongs to."""
    return f"collateral of {wallet.loan}" if wallet.loan is not None else wallet.account or ""


def belongs_choices(book: Book) -> dict[Belongs, str]:
    """Return what a new wallet may belong to, each with its words."""
    accounts = {Belongs(account=account.name): account.name for account in book.accounts}
    return accounts | {Belongs(loan=loan.name): f"Collateral of {loan.name}" for loan in book.loans}


def server_words(server: str, proxy: str) -> str:
    """Return who is asked, and by which way."""
    if not server:
        return NO_SERVER
    return f"Asked: {host_of(server)}{' through a SOCKS proxy' if proxy else ''}."


def host_of(server: str) -> str:
    """Return a server's host, as short as it can be named."""
    return urlsplit(server).hostname or server


def outcome_words(outcome: ScanOutcome) -> str:
    """Return what a scan came to, in a sentence."""
    if outcome.added or outcome.removed:
        gone = f", {outcome.removed} went" if outcome.removed else ""
        return f"{_entries(outcome.added)} came into the book{gone}."
    return "" if outcome.failures else "Nothing new on the chain."


def _entries(count: int) -> str:
    return f"{count:,} entr{'y' if count == 1 else 'ies'}"


def _kind(wallet: Wallet) -> str:
    if wallet.kind is WalletKind.ADDRESSES:
        count = len(wallet.sources)
        return f"{count:,} address{'' if count == 1 else 'es'}"
    return KINDS[wallet.kind]


def _age(view: WalletView, now: datetime) -> str:
    if view.scanned_at is None:
        return "not scanned yet"
    block = "" if view.tip_height is None else f" · block {view.tip_height:,}"
    used = f" · {view.used_addresses:,} addresses seen" if view.wallet.kind is not WalletKind.ADDRESSES else ""
    return f"scanned {age_text(seconds_between(view.scanned_at, now))}{block} · {host_of(view.server)}{used}"


def _pending(view: WalletView, display: Display) -> str:
    parts = []
    if view.pending_in_sats:
        parts.append(f"{btc_text(view.pending_in_sats, display, digits=8)} on its way in, not counted")
    if view.pending_out_sats:
        parts.append(f"{btc_text(view.pending_out_sats, display, digits=8)} on its way out, no longer free")
    return "; ".join(parts)
