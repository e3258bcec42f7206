"""What the chain told of watched wallets, kept beside the book: the last scan of each, and all of its moves."""

from collections.abc import Callable, Sequence
from typing import Any

from app.domain.errors import NotABookError
from app.services.wallet_ports import BalancePoint, BlockRef, WalletMove, WalletScan
from app.store.backend import Backend
from app.store.instants import optional_instant
from app.store.schema import LEDGER_SINCE
from app.store.wallet_rows import held_of, memory_of, memory_text


class BookWallets:
    """Keeps scans in the book's database; implements ``ScanKeeper``."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def load(self, wallet: str) -> WalletScan | None:
        """Return a wallet's last scan.

        Raises:
            BookError: it cannot be read, or is damaged.
        """
        if not self._knows_wallets():
            return None
        key = {"wallet": wallet}
        rows = self._backend.query(
            "SELECT at, tip_height, tip_hash, server, state FROM wallet_scan WHERE wallet = :wallet", key
        )
        if not rows:
            return None
        try:
            at, tip_height, tip_hash, server, state = rows[0]
            scanned_at = optional_instant(at)
            if scanned_at is None:
                raise _damaged("wallet_scan")
            held, tip_at = held_of(state)
            tip = BlockRef(int(tip_height), tip_hash, tip_at)
            return WalletScan(wallet, scanned_at, tip, server, memory_of(state), self._moves(key, held))
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
            raise _damaged("wallet_scan") from error

    def balances(self, wallet: str) -> tuple[BalancePoint, ...]:
        """Return the balance after each block that moved something, oldest first.

        Raises:
            BookError: as ``load``.
        """
        if not self._knows_wallets():
            return ()
        rows = self._backend.query(
            "SELECT height, max(at), sum(sats) FROM wallet_move WHERE wallet = :wallet AND height IS NOT NULL"
            " GROUP BY height ORDER BY height",
            {"wallet": wallet},
        )
        points: list[BalancePoint] = []
        total = 0
        for height, at, sats in rows:
            moment = optional_instant(at)
            if moment is None:
                raise _damaged("wallet_move")
            total += int(sats)
            points.append(BalancePoint(int(height), moment, total))
        return tuple(points)

    def writing(self, scans: Sequence[WalletScan], forget: Sequence[str] = ()) -> Callable[[Any], None]:
        """Return what stores scans over one SQLAlchemy connection, in the caller's transaction."""

        def write(connection: Any) -> None:
            # SQLAlchemy comes with the first change of the book, not with the start.
            from sqlalchemy import delete, insert  # noqa: PLC0415

            from app.store import tables  # noqa: PLC0415 - as above

            for wallet in (*forget, *(scan.wallet for scan in scans)):
                connection.execute(delete(tables.wallet_move).where(tables.wallet_move.c.wallet == wallet))
                connection.execute(delete(tables.wallet_scan).where(tables.wallet_scan.c.wallet == wallet))
            for scan in scans:
                row = {
                    "wallet": scan.wallet,
                    "at": scan.at,
                    "tip_height": scan.tip.height,
                    "tip_hash": scan.tip.hash,
                    "server": scan.server,
                    "state": memory_text(scan),
                }
                connection.execute(insert(tables.wallet_scan), [row])
                if scan.moves:
                    connection.execute(insert(tables.wallet_move), [_row(scan.wallet, move) for move in scan.moves])

        return write

    def _moves(self, key: dict[str, str], held: dict[str, int]) -> tuple[WalletMove, ...]:
        rows = self._backend.query(
            "SELECT txid, height, block_hash, at, sats, fee_sats FROM wallet_move WHERE wallet = :wallet"
            " ORDER BY height IS NULL, height, txid",
            key,
        )
        return tuple(
            WalletMove(txid, height, block_hash, optional_instant(at), int(sats), fee_sats, held.get(txid, 0))
            for txid, height, block_hash, at, sats, fee_sats in rows
        )

    def _knows_wallets(self) -> bool:
        """Return whether the book has these tables: an older one that is only read does not."""
        rows = self._backend.query("SELECT version_num FROM alembic_version", {})
        return int(rows[0][0]) >= LEDGER_SINCE


def _row(wallet: str, move: WalletMove) -> dict[str, Any]:
    return {
        "wallet": wallet,
        "txid": move.txid,
        "height": move.height,
        "block_hash": move.block_hash,
        "at": move.at,
        "sats": move.sats,
        "fee_sats": move.fee_sats,
    }


def _damaged(table: str) -> NotABookError:
    return NotABookError(
        f"Damage found in the book's table {table}: it holds a value that cannot be true."
        " Restore the book from a backup with plimsoll book restore."
    )
