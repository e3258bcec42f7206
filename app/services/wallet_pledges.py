"""Which of a wallet's transactions a loan's record tells of already: collateral posted or given back (pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.wallets import Wallet
from app.services.wallet_ports import WalletMove

_NEAR: Final = timedelta(days=3)


class Pledges:
    """The posts and releases of all loans that name an account; each is taken by one transaction at most.

    An account gives what a post says without an entry of its own, so the same bitcoin must not leave it a second time
    because the chain tells of it, too.
    """

    def __init__(self, loans: Sequence[Loan]) -> None:
        self._open: list[LoanEvent] = [
            event
            for loan in loans
            for event in loan.events
            if event.account is not None and event.kind in (EventKind.POST, EventKind.RELEASE)
        ]

    def taken(self, txid: str, at: datetime, found: Sequence[tuple[Wallet, WalletMove]]) -> dict[str, int]:
        """Return how many satoshis of a transaction each account's pledges tell of: posted positive, released negative.

        A pledge belongs to a transaction where it carries its id, or where its amount is what a loan's wallet got or
        gave, or what left or reached the account without the fee, within three days.
        """
        amounts: dict[str, set[int]] = {}
        for wallet, move in found:
            if wallet.account is not None:
                amounts.setdefault(wallet.account, set()).add(-move.sats - (move.fee_sats or 0))
        for wallet, move in found:
            if wallet.loan is not None:
                for possible in amounts.values():
                    possible.add(move.sats)
        result: dict[str, int] = {}
        for event in list(self._open):
            if event.account not in amounts or event.sats is None:
                continue
            signed = event.sats if event.kind is EventKind.POST else -event.sats
            named = f"chain:{txid}:" in (event.external_id or "")
            near = abs(event.at - at) <= _NEAR and signed in amounts[event.account]
            if named or near:
                self._open.remove(event)
                result[event.account] = result.get(event.account, 0) + signed
                if not named:
                    amounts[event.account].discard(signed)
        return result
