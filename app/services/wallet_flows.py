"""The entries that one transaction of the chain makes in the accounts that it touches (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.domain.book import Transaction, TransactionKind


class Flow(NamedTuple):
    """What one transaction does to one account, over all its wallets.

    Attributes:
        sats: what came in, less what went out, the fee included.
        fee_sats: the fee where this account alone paid it, else 0.
        ids: of the entry: one for each of its wallets that the transaction moves something in.
    """

    account: str
    sats: int
    fee_sats: int
    ids: tuple[str, ...]


def flow_entries(
    flows: Sequence[Flow], pledged: Mapping[str, int], at: datetime, note: str
) -> Iterator[tuple[str, Transaction]]:
    """Yield account and entry: transfers between the accounts, then what left or came from outside, and the fee.

    Args:
        flows: of one transaction.
        pledged: satoshis that a loan's record tells of already, by account: posted positive, released negative.
        at: when.
        note: of every entry.
    """
    wanting = {flow.account: flow for flow in flows if flow.sats > 0}
    left = {name: flow.sats + min(0, pledged.get(name, 0)) for name, flow in wanting.items()}
    for flow in flows:
        if flow.sats >= 0:
            continue
        fee = min(flow.fee_sats, -flow.sats)
        rest = -flow.sats - fee - max(0, pledged.get(flow.account, 0))
        made: list[Transaction] = []
        for name, target in wanting.items():
            sats = min(rest, left[name])
            if sats > 0:
                ids = " ".join((*flow.ids, *target.ids))
                made.append(
                    Transaction(at, TransactionKind.TRANSFER, sats, note=note, external_id=ids, to_account=name)
                )
                rest -= sats
                left[name] -= sats
        if rest > 0:
            ids = " ".join(flow.ids)
            made.append(Transaction(at, TransactionKind.WITHDRAWAL, rest, note=note, external_id=ids))
        if fee:
            ids = f"{flow.ids[0]}/fee" if made else " ".join(flow.ids)
            made.append(Transaction(at, TransactionKind.FEE, fee, note=note, external_id=ids))
        for entry in made:
            yield flow.account, entry
    for name, sats in left.items():
        if sats > 0:
            yield (
                name,
                Transaction(at, TransactionKind.DEPOSIT, sats, note=note, external_id=" ".join(wanting[name].ids)),
            )
