"""What the chain holds for a loan or an account, against what the book records of it (pure)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.domain.book import Book
from app.domain.holdings import balances
from app.domain.loan_state import balance_at
from app.domain.money import btc_text
from app.domain.wallets import Wallet


class ChainHolding(NamedTuple):
    """What a wallet's last scan found.

    Attributes:
        confirmed_sats: in blocks.
        pending_sats: what comes in once it is in a block.
        held_sats: what goes out once it is in a block, of what is confirmed.
        at: when it was scanned, UTC.
    """

    confirmed_sats: int
    pending_sats: int
    held_sats: int
    at: datetime


class ChainDifference(NamedTuple):
    """That the book records another amount than the chain holds.

    Attributes:
        subject: the loan's or the account's name.
        wallets: names of the wallets that were added up.
        recorded_sats: by the book.
        chain_sats: by blocks, less what is being spent.
        pending_sats: what waits to come in.
        sentence: it, in words.
    """

    subject: str
    wallets: tuple[str, ...]
    recorded_sats: int
    chain_sats: int
    pending_sats: int
    sentence: str


def collateral_differences(
    book: Book, held: Mapping[str, ChainHolding], at: datetime
) -> dict[str, ChainDifference | None]:
    """Return, for each loan whose collateral is watched, the difference or None where there is none.

    Args:
        book: with its wallets.
        held: by key of wallet; a loan with a wallet that is not in it was never wholly looked at and is left out.
        at: the moment of the loan's record, UTC.
    """
    result: dict[str, ChainDifference | None] = {}
    for loan in book.loans:
        watched = [wallet for wallet in book.wallets if wallet.loan == loan.name]
        if watched and all(wallet.key in held for wallet in watched):
            recorded = balance_at(loan, at).collateral_sats
            result[loan.name] = _difference(loan.name, "The loan records", watched, recorded, held)
    return result


def account_differences(
    book: Book, held: Mapping[str, ChainHolding], at: datetime
) -> dict[str, ChainDifference | None]:
    """Return the same for each account with watched wallets."""
    recorded = balances(book, at) if any(wallet.account for wallet in book.wallets) else {}
    result: dict[str, ChainDifference | None] = {}
    for account in book.accounts:
        watched = [wallet for wallet in book.wallets if wallet.account == account.name]
        if watched and all(wallet.key in held for wallet in watched):
            result[account.name] = _difference(
                account.name, "The account records", watched, recorded[account.name], held
            )
    return result


def _difference(
    subject: str, who: str, watched: Sequence[Wallet], recorded: int, held: Mapping[str, ChainHolding]
) -> ChainDifference | None:
    found = [held[wallet.key] for wallet in watched]
    chain = sum(one.confirmed_sats - one.held_sats for one in found)
    pending = sum(one.pending_sats for one in found)
    if chain == recorded:
        return None
    way = "less" if chain < recorded else "more"
    waits = f" {btc_text(pending)} BTC more are on their way and not in a block yet." if pending else ""
    oldest = min(one.at for one in found)
    sentence = (
        f"“{subject}”: the chain holds {btc_text(chain)} BTC, {btc_text(abs(chain - recorded))} BTC {way} than"
        f" {who.lower()} ({btc_text(recorded)} BTC), as scanned {oldest:%Y-%m-%d %H:%M} UTC.{waits}"
    )
    return ChainDifference(subject, tuple(wallet.name for wallet in watched), recorded, chain, pending, sentence)
