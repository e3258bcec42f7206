"""What the chain tells becomes transactions of the wallets' accounts: one edit for all wallets of a scan (pure).

Every entry has the id ``chain:<txid>:<net satoshis>`` of what the transaction does to the wallet, so that a wallet's
own file and a scan of it name the same entry alike. What is there under such an id is left alone, but for two things:
a plain withdrawal becomes the transfer that it was once the other wallet is watched, too, and it goes where a loan's
record tells of the same bitcoin.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

from app.domain.book import Book, Transaction, TransactionKind
from app.domain.wallets import Wallet
from app.services.edits import Edit
from app.services.wallet_flows import Flow, flow_entries
from app.services.wallet_pledges import Pledges
from app.services.wallet_ports import WalletMove, WalletScan

PENDING_NOTE: Final = "not in a block yet"
_PREFIX: Final = "chain:"
_TOKEN_PARTS: Final = 3
_OURS: Final = frozenset(
    (TransactionKind.DEPOSIT, TransactionKind.WITHDRAWAL, TransactionKind.TRANSFER, TransactionKind.FEE)
)
_AT: Final = attrgetter("at")
_Placed = tuple[str, Transaction]


class EntryChanges(NamedTuple):
    """How the entries of the accounts change: how many come and go, and the book with that in it."""

    added: int
    removed: int
    book: Book


def chain_id(txid: str, sats: int) -> str:
    """Return the id of what a transaction does to a wallet."""
    return f"{_PREFIX}{txid}:{sats}"


def wallet_edit(book: Book, scans: Sequence[WalletScan], others: Mapping[str, Sequence[WalletMove]]) -> Edit:
    """Return the edit that enters what scans found.

    Args:
        book: with the wallets.
        scans: finished just now.
        others: what is stored of the moves of the book's other wallets, by key.
    """
    names = {wallet.key: wallet.name for wallet in book.wallets}
    told = [names[scan.wallet] for scan in scans if scan.wallet in names]
    what = f"wallet “{told[0][:60]}”" if len(told) == 1 else f"{len(told)} wallets"
    return Edit(f"Scan {what}", lambda current: changed_entries(current, scans, others).book)


def changed_entries(
    book: Book, scans: Sequence[WalletScan], others: Mapping[str, Sequence[WalletMove]]
) -> EntryChanges:
    """Return the book with what scans found, see ``wallet_edit``."""
    wallets = {wallet.key: wallet for wallet in book.wallets}
    fresh = {scan.wallet: scan for scan in scans if scan.wallet in wallets}
    if not fresh:
        return EntryChanges(0, 0, book)
    moves = {key: fresh[key].moves if key in fresh else tuple(others.get(key, ())) for key in wallets}
    found: dict[str, list[tuple[Wallet, WalletMove]]] = defaultdict(list)
    scanned = {move.txid for key in fresh for move in moves[key]}
    for key, of_wallet in moves.items():
        for move in of_wallet:
            # What another wallet's older scan saw waiting may have come about since, or not: its own scan will tell.
            if move.txid in scanned and (key in fresh or move.height is not None):
                found[move.txid].append((wallets[key], move))
    now = max(scan.at for scan in fresh.values())
    entries = {account.name: list(account.transactions) for account in book.accounts}
    gone = {move.txid for scan in fresh.values() for move in scan.gone}
    for name in {wallet.account for wallet in wallets.values() if wallet.account is not None}:
        anew = _told_anew(name, wallets, fresh, moves)
        entries[name] = [entry for entry in entries[name] if not _falls(entry, gone, anew)]
    times = _times(fresh, moves, entries, now)
    before = _by_txid(entries, scanned)
    new = _desired(found, times, entries, before, Pledges(book.loans), now)
    replaced = {id(entry) for txid in new for _, entry in before.get(txid, ())}
    for name, held in entries.items():
        entries[name] = [entry for entry in held if id(entry) not in replaced]
    for made in new.values():
        for account, entry in made:
            entries[account].append(entry)
    return _applied(book, entries)


def _desired(
    found: Mapping[str, Sequence[tuple[Wallet, WalletMove]]],
    times: Mapping[str, datetime],
    entries: Mapping[str, Sequence[Transaction]],
    before: Mapping[str, Sequence[_Placed]],
    pledges: Pledges,
    now: datetime,
) -> dict[str, list[_Placed]]:
    """Return the entries of each transaction of which something is to change."""
    present = {token for held in entries.values() for entry in held for token in _tokens(entry)}
    new = {}
    for txid in sorted(found, key=lambda one: (times.get(one, now), one)):
        waits, at = txid not in times, times.get(txid, now)
        pledged = {} if waits else pledges.taken(txid, at, found[txid])
        flows = _flows(txid, found[txid], waits=waits)
        note = PENDING_NOTE if waits else ""
        standing = before.get(txid, ())
        missing = [flow for flow in flows if present.isdisjoint(flow.ids)]
        if all(_is_plain(entry) for _, entry in standing) and standing:
            whole = list(flow_entries(flows, pledged, at, note))
            better = pledged or any(entry.kind is TransactionKind.TRANSFER for _, entry in whole)
            if better and _shape(whole) != _shape(standing):
                new[txid] = whole
                continue
        made = list(flow_entries(missing, pledged, at, note))
        if made:
            new[txid] = [*standing, *made]
    return new


def _flows(txid: str, found: Sequence[tuple[Wallet, WalletMove]], *, waits: bool) -> tuple[Flow, ...]:
    """Return what a transaction does to each account; what waits counts only as far as it takes confirmed coins."""
    by_account: dict[str, list[WalletMove]] = defaultdict(list)
    for wallet, move in found:
        if wallet.account is not None:
            by_account[wallet.account].append(move)
    flows = []
    for account, moves in by_account.items():
        sats = -sum(move.held_sats for move in moves) if waits else sum(move.sats for move in moves)
        fees = [move.fee_sats for move in moves if move.fee_sats is not None]
        ids = tuple(chain_id(txid, move.sats) for move in moves if move.sats)
        if sats and ids:
            flows.append(Flow(account, sats, fees[0] if len(fees) == 1 else 0, ids))
    return tuple(flows)


def _times(
    fresh: Mapping[str, WalletScan],
    moves: Mapping[str, Sequence[WalletMove]],
    entries: Mapping[str, Sequence[Transaction]],
    now: datetime,
) -> dict[str, datetime]:
    """Return when each transaction in a block counts: its block's time, but never before an earlier block's.

    Miners' clocks differ by up to two hours either way, and a reorganisation may put a transaction into an earlier
    block than its entry says. A coin must not leave before it came, nor after now.
    """
    told = {token.split(":")[1]: entry.at for held in entries.values() for entry in held for token in _tokens(entry)}
    waiting = {move.txid for key in fresh for move in moves[key] if move.height is None}
    heights: dict[int, dict[str, datetime]] = defaultdict(dict)
    for of_wallet in moves.values():
        for move in of_wallet:
            if move.height is not None and move.at is not None and move.txid not in waiting:
                heights[move.height][move.txid] = max(move.at, told.get(move.txid, move.at))
    times: dict[str, datetime] = {}
    latest: datetime | None = None
    for _, placed in sorted(heights.items()):
        # One block is one moment: which of its transactions came first is not known here.
        newest = max(placed.values())
        latest = newest if latest is None else max(latest, newest)
        times.update(dict.fromkeys(placed, min(latest, now)))
    return times


def _told_anew(
    account: str,
    wallets: Mapping[str, Wallet],
    fresh: Mapping[str, WalletScan],
    moves: Mapping[str, Sequence[WalletMove]],
) -> set[str]:
    """Return the transactions of which every wallet of the account that knows them was scanned just now."""
    own = [key for key, wallet in wallets.items() if wallet.account == account]
    older = {move.txid for key in own if key not in fresh for move in moves[key]}
    return {move.txid for key in own if key in fresh for move in moves[key]} - older


def _falls(entry: Transaction, gone: Collection[str], scanned: Collection[str]) -> bool:
    """Return whether an entry goes: its transaction is gone, or it was waiting and is told anew."""
    if entry.external_id is None or _PREFIX not in entry.external_id:
        return False
    txids = {token.split(":")[1] for token in _tokens(entry)}
    waited = entry.note == PENDING_NOTE and txids.issubset(scanned)
    return bool(txids) and (waited or txids.issubset(gone))


def _by_txid(entries: Mapping[str, Sequence[Transaction]], txids: Collection[str]) -> dict[str, list[_Placed]]:
    found: dict[str, list[_Placed]] = defaultdict(list)
    for account, held in entries.items():
        for entry in held:
            for txid in dict.fromkeys(token.split(":")[1] for token in _tokens(entry)):
                if txid in txids:
                    found[txid].append((account, entry))
    return found


def _is_plain(entry: Transaction) -> bool:
    """Return whether nobody said more of an entry than the chain does."""
    bare = entry._replace(value=None, currency=None, fee=None, note="", picks=(), attachments=())
    others = [token for token in (entry.external_id or "").split(" ") if not token.startswith(_PREFIX)]
    return entry == bare and entry.kind in _OURS and not others


def _shape(placed: Iterable[_Placed]) -> list[tuple[str, str, int, str]]:
    return sorted((account, entry.kind.value, entry.sats, entry.to_account or "") for account, entry in placed)


def _tokens(entry: Transaction) -> Iterable[str]:
    """Yield the chain ids of an entry, without what is behind a slash."""
    for token in (entry.external_id or "").split(" "):
        plain = token.partition("/")[0]
        if plain.startswith(_PREFIX) and len(plain.split(":")) == _TOKEN_PARTS:
            yield plain


def _applied(book: Book, entries: Mapping[str, list[Transaction]]) -> EntryChanges:
    added = removed = 0
    for account in book.accounts:
        after = _merged(account.transactions, entries[account.name])
        if after == account.transactions:
            continue
        before, now = set(account.transactions), set(after)
        added += len(now - before)
        removed += len(before - now)
        book = book.with_account(replace(account, transactions=after), replacing=account.name)
    return EntryChanges(added, removed, book)


def _merged(before: tuple[Transaction, ...], entries: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return entries in the order of time; one that says what an old one said is the old one, at its old place."""
    known = {entry.external_id: entry for entry in before if entry.external_id is not None}
    chosen = [_old_or_new(known.get(entry.external_id or ""), entry) for entry in entries]
    kept = {id(entry) for entry in chosen}
    merged = tuple(entry for entry in before if id(entry) in kept)
    stood = {id(entry) for entry in merged}
    fresh = sorted((entry for entry in chosen if id(entry) not in stood), key=_AT)
    if merged and fresh and fresh[0].at < merged[-1].at:
        return tuple(sorted((*merged, *fresh), key=_AT))
    return (*merged, *fresh)


def _old_or_new(old: Transaction | None, entry: Transaction) -> Transaction:
    if old is None:
        return entry
    # What still waits was first seen then.
    waits = old.note == entry.note == PENDING_NOTE
    return old if old == entry or (waits and old._replace(at=entry.at) == entry) else entry
