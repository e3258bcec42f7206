"""Whether the chain holds for each loan what the book records of it, as faults that the alarm tells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from app.domain.book import Book
from app.domain.collateral import ChainDifference, ChainHolding, collateral_differences
from app.domain.errors import BookError
from app.domain.wallets import Wallet
from app.domain.warning_records import WarningKind, WarningRecord
from app.services.watch_state import Fault

Held = Callable[[Sequence[Wallet]], Mapping[str, ChainHolding]]
"""What wallets held at their last scans, by key; may raise ``BookError``."""


def collateral_now(book: Book, held: Held | None, now: datetime) -> Mapping[str, ChainDifference | None] | None:
    """Return how what the chain holds for loans differs from their records; None where that cannot be told now."""
    watched = [wallet for wallet in book.wallets if wallet.loan is not None]
    if not watched:
        return {}
    try:
        return None if held is None else collateral_differences(book, held(watched), now)
    except BookError:
        # A book that cannot be read for a moment must not keep prices from being judged.
        return None


def collateral_faults(
    differences: Mapping[str, ChainDifference | None], records: Iterable[WarningRecord]
) -> Iterator[Fault]:
    """Yield, for each loan whose collateral is watched on the chain, whether it differs from the loan's record.

    What is merely on its way opens no warning and ends none. A loan that is no longer watched has its warning ended.

    Args:
        differences: by name of loan; None where there is no difference.
        records: the warnings that stand.
    """
    for loan, found in differences.items():
        if found is None:
            said = f"“{loan}”: the chain holds what the loan records again."
            yield Fault(WarningKind.COLLATERAL, loan, present=False, sentence=said)
        elif found.recorded_sats == found.chain_sats + found.pending_sats:
            yield Fault(WarningKind.COLLATERAL, loan, present=None, sentence="")
        else:
            yield Fault(WarningKind.COLLATERAL, loan, present=True, sentence=found.sentence)
    for record in records:
        if record.kind is WarningKind.COLLATERAL and record.subject not in differences:
            said = f"“{record.subject}”: its collateral is no longer watched on the chain."
            yield Fault(WarningKind.COLLATERAL, record.subject, present=False, sentence=said)
