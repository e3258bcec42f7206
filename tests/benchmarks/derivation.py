"""How long the addresses of a wallet with many used ones take, as a ratio to the bare steps on the curve.

``python -m tests.benchmarks.derivation [--used 1000] [--runs 5]``

The plain side makes the same number of child keys and hashes in a loop over ``embit``; the wallet's side is a whole
scan of the receiving and the change branch over a server in memory, from the key as text to the list of moves. A second
scan, for which nothing has changed, is told beside it.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from embit import script
from embit.bip32 import HDKey

from app.chain.derivation import derive
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from app.services.wallet_ports import WalletScan
from app.services.wallet_scan import scan_wallet
from tests.fakes.chain import ChainView, FakeChain
from tests.fakes.chain_server import MemoryServer

ZPUB = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
WALLET = Wallet("key", "Vault", WalletKind.EXTENDED_KEY, (ZPUB,), account="Cold")
NOW = datetime(2026, 2, 1, tzinfo=UTC)
BRANCHES = ("p2wpkh/0", "p2wpkh/1")


class UsedChain(MemoryServer):
    """Knows a wallet's histories by script, so that it costs next to nothing beside the wallet's own work."""

    def __init__(self, used: int) -> None:
        chain = FakeChain()
        for branch in BRANCHES:
            for one in derive(WALLET).scripts(branch, 0, used):
                chain.pay((one.script, 1_000 + one.number))
        chain.mine()
        super().__init__(ChainView(chain))
        block = chain.tip
        self._known = {pay.script: [(chain.txs[txid], block)] for txid in block.txs for pay in chain.txs[txid].pays}
        self.view.history = lambda script: list(self._known.get(script, ()))  # type: ignore[method-assign]  # see above


def plain(used: int) -> None:
    """Derive with bare library calls."""
    key = HDKey.from_base58(ZPUB)
    for branch in (0, 1):
        chain = key.derive([branch])
        for number in range(used):
            script.p2wpkh(chain.derive([number])).address()


def derived(used: int, *kinds: ScriptKind) -> None:
    """Derive as a scan does."""
    addresses = derive(Wallet("key", "Vault", WalletKind.EXTENDED_KEY, (ZPUB,), kinds, account="Cold"))
    for branch in addresses.branches:
        addresses.scripts(branch, 0, used)


def scanned(server: UsedChain, last: WalletScan | None = None) -> WalletScan:
    """Scan a wallet."""
    return scan_wallet(WALLET, derive(WALLET), server, last, lambda: NOW)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A wallet's addresses against bare steps on the curve.")
    parser.add_argument("--used", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    half = options.used // 2
    server = UsedChain(half)
    last = scanned(server)
    assert len(last.moves) == 2 * half
    sides: dict[str, Callable[[], object]] = {
        "bare steps": lambda: plain(half),
        "derived": lambda: derived(half),
        "whole scan": lambda: scanned(server),
        "scan again": lambda: scanned(server, last),
        "all four kinds": lambda: derived(half, *ScriptKind),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(options.runs):
        # Side by side in turn, so that a busy moment of the machine meets all of them.
        for name, work in sides.items():
            times[name].append(seconds(work))
    middle = {name: statistics.median(found) for name, found in times.items()}
    print(f"{options.used} used addresses, median of {options.runs}")
    print(", ".join(f"{name} {found:.3f} s" for name, found in middle.items()))
    for name in ("derived", "whole scan", "scan again"):
        print(f"{name} / bare steps {middle[name] / middle['bare steps']:.2f}")


if __name__ == "__main__":
    main()
