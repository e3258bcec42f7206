"""A wallets' desk for the window: real derivation, scans in memory, answers that stand still."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.bootstrap.wallet_parts import derive_late
from app.domain.errors import CancelledError, ChainError
from app.services.desk import Desk
from app.services.wallet_desk import WalletDesk
from app.services.wallet_ports import BalancePoint, ChainServer, ServerChoice, WalletScan
from tests.fakes.keepers import SetClock


@dataclass
class MemoryScans:
    """Implements ``ScanKeeper``."""

    kept: dict[str, WalletScan] = field(default_factory=dict)

    def load(self, wallet: str) -> WalletScan | None:
        return self.kept.get(wallet)

    def balances(self, wallet: str) -> tuple[BalancePoint, ...]:
        return ()

    def writing(self, scans: Sequence[WalletScan], forget: Sequence[str] = ()) -> Callable[[Any], None]:
        self.kept.update({scan.wallet: scan for scan in scans})
        for key in forget:
            self.kept.pop(key, None)
        return lambda _connection: None


def unreachable(choice: ServerChoice, cancelled: Callable[[], bool]) -> ChainServer:
    """Refuse every connection."""
    if cancelled():
        raise CancelledError
    raise ChainError("unreachable", f"{choice.url} cannot be reached; check the address and the network.")


def wallet_desk(
    desk: Desk,
    scans: MemoryScans | None = None,
    connect: Callable[[ServerChoice, Callable[[], bool]], ChainServer] = unreachable,
) -> WalletDesk:
    """Return the wallets of a desk."""
    clock = SetClock(datetime(2026, 2, 5, 14, 30, tzinfo=UTC))
    return WalletDesk(desk, scans or MemoryScans(), derive_late, connect, clock)
