"""What ``plimsoll wallet`` answers, for scripts and for people."""

from collections.abc import Sequence
from typing import Any

from app.domain.money import btc_text
from app.services.report_figures import time_text
from app.services.text_table import NOTHING, short_name, table_lines
from app.services.wallet_desk import ReadWallet, ScanOutcome
from app.services.wallet_holdings import WalletView
from app.services.wallet_ports import PRIVACY, BalancePoint, WalletMove
from app.services.wording import btc

_HEADINGS = ("Wallet", "Of", "Holds", "On the way in", "Going out", "Addresses", "Scanned", "Block")


def added_document(read: ReadWallet) -> dict[str, Any]:
    """Return what was added."""
    wallet = read.wallet
    return {
        "name": wallet.name,
        "kind": wallet.kind.value,
        "what": read.what,
        "account": wallet.account,
        "account_is_new": read.new_account,
        "loan": wallet.loan,
        "gap_limit": wallet.gap_limit,
        "first_addresses": list(read.addresses),
        "privacy": PRIVACY,
    }


def added_text(read: ReadWallet, server: str) -> str:
    """Return the same for a terminal."""
    lines = [f"Added “{read.wallet.name}”: {read.what}. Its first addresses, to compare with your wallet:"]
    lines += [f"  {address}" for address in read.addresses]
    if read.new_account:
        lines.append(f"Account “{read.wallet.account}” is new.")
    how = "plimsoll wallet scan" if server else "plimsoll wallet scan --server URL, or set wallets.server"
    return "\n".join([*lines, f"Read its coins with {how}. {PRIVACY}"])


def list_document(views: Sequence[WalletView]) -> dict[str, Any]:
    """Return every wallet with what its last scan found."""
    return {"wallets": [_view(view) for view in views]}


def list_text(views: Sequence[WalletView]) -> str:
    """Return the same for a terminal."""
    if not views:
        return "No wallet is watched yet. Add one with plimsoll wallet add."
    lines = table_lines([_HEADINGS, *map(_row, views)])
    differences = [view.difference.sentence for view in views if view.difference is not None]
    return "\n".join([*lines, *(["", *dict.fromkeys(differences)] if differences else [])])


def scan_document(outcome: ScanOutcome, views: Sequence[WalletView]) -> dict[str, Any]:
    """Return what a scan changed."""
    return {
        "added": outcome.added,
        "removed": outcome.removed,
        "transactions": outcome.moved,
        "notes": list(outcome.notes),
        "failures": [{"wallet": name, "problem": sentence} for name, sentence in outcome.failures],
        "wallets": [_view(view) for view in views],
    }


def scan_text(outcome: ScanOutcome, views: Sequence[WalletView]) -> str:
    """Return the same for a terminal."""
    came = f"{outcome.added} {'entry' if outcome.added == 1 else 'entries'} added"
    went = f", {outcome.removed} taken back" if outcome.removed else ""
    return "\n".join([list_text(views), "", *outcome.notes, f"{came}{went}."])


def history_document(name: str, points: Sequence[BalancePoint], moves: Sequence[WalletMove]) -> dict[str, Any]:
    """Return a wallet's balance after each block."""
    return {
        "wallet": name,
        "balances": [
            {"height": point.height, "at": time_text(point.at), "btc": btc_text(point.sats)} for point in points
        ],
        "waiting": [{"txid": move.txid, "btc": btc_text(move.sats)} for move in moves if move.height is None],
    }


def history_text(points: Sequence[BalancePoint], moves: Sequence[WalletMove]) -> str:
    """Return the same for a terminal."""
    if not points and not moves:
        return "Nothing is known of this wallet yet. Scan it with plimsoll wallet scan."
    rows = [(f"{point.height:,}", f"{point.at:%Y-%m-%d %H:%M}", btc(point.sats)) for point in points]
    waiting = [f"{move.txid} waits for a block: {btc(move.sats)}" for move in moves if move.height is None]
    table = table_lines([("Block", "Time (UTC)", "Balance"), *rows], left=()) if rows else []
    return "\n".join([*table, *waiting])


def _view(view: WalletView) -> dict[str, Any]:
    difference = view.difference
    return {
        "name": view.wallet.name,
        "kind": view.wallet.kind.value,
        "account": view.wallet.account,
        "loan": view.wallet.loan,
        "gap_limit": view.wallet.gap_limit,
        "scanned_at": None if view.scanned_at is None else time_text(view.scanned_at),
        "server": view.server or None,
        "tip_height": view.tip_height,
        "confirmed_btc": None if view.scanned_at is None else btc_text(view.confirmed_sats),
        "pending_in_btc": btc_text(view.pending_in_sats),
        "pending_out_btc": btc_text(view.pending_out_sats),
        "used_addresses": view.used_addresses,
        "difference": None
        if difference is None
        else {
            "recorded_btc": btc_text(difference.recorded_sats),
            "chain_btc": btc_text(difference.chain_sats),
            "sentence": difference.sentence,
        },
    }


def _row(view: WalletView) -> tuple[str, ...]:
    seen = view.scanned_at is not None
    return (
        short_name(view.wallet.name),
        short_name(view.wallet.account or f"loan {view.wallet.loan}"),
        btc(view.confirmed_sats) if seen else NOTHING,
        btc(view.pending_in_sats) if view.pending_in_sats else NOTHING,
        btc(view.pending_out_sats) if view.pending_out_sats else NOTHING,
        str(view.used_addresses) if seen else NOTHING,
        f"{view.scanned_at:%Y-%m-%d %H:%M}" if view.scanned_at is not None else "never",
        f"{view.tip_height:,}" if view.tip_height is not None else NOTHING,
    )
