"""What a wallet holds by its last scan (pure)."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.collateral import ChainDifference, ChainHolding
from app.domain.wallets import Wallet
from app.services.wallet_ports import WalletScan


@dataclass(frozen=True, slots=True)
class WalletView:
    """One wallet for a list.

    Attributes:
        wallet: which.
        scanned_at: when it was last scanned, or None.
        server: who was asked then, or empty.
        tip_height: that server's newest block, or None.
        confirmed_sats: in blocks; 0 before the first scan.
        pending_in_sats: on the way in; never counted.
        pending_out_sats: on the way out, of what is confirmed; taken from what is free at once.
        used_addresses: how many addresses were ever used.
        difference: that the book records another amount, or None.
    """

    wallet: Wallet
    scanned_at: datetime | None
    server: str
    tip_height: int | None
    confirmed_sats: int
    pending_in_sats: int
    pending_out_sats: int
    used_addresses: int
    difference: ChainDifference | None


def view_of(wallet: Wallet, scan: WalletScan | None, difference: ChainDifference | None) -> WalletView:
    """Return a wallet with what its last scan found."""
    if scan is None:
        return WalletView(wallet, None, "", None, 0, 0, 0, 0, None)
    held = holding_of(scan)
    return WalletView(
        wallet,
        scan.at,
        scan.server,
        scan.tip.height,
        held.confirmed_sats,
        held.pending_sats,
        held.held_sats,
        len(scan.memory.scripts),
        difference,
    )


def holding_of(scan: WalletScan) -> ChainHolding:
    """Return what a scan found, what waits apart."""
    held = sum(move.held_sats for move in scan.moves)
    return ChainHolding(scan.confirmed_sats, pending_in(scan), held, scan.at)


def pending_in(scan: WalletScan) -> int:
    """Return what waits to come in, once everything that waits is in a block; never less than zero."""
    waiting = sum(move.sats for move in scan.moves if move.height is None)
    held = sum(move.held_sats for move in scan.moves)
    return max(0, waiting + held)
