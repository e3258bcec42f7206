"""A plan that was carried out, entered into the book: one edit, so that one undo takes it back.

Posted bitcoin leaves the accounts that hold most first, unless told otherwise; what they do not hold comes from
outside the book. Pledged bitcoin that was sold is released to the account it was sold from, sold there, and the
proceeds repay the loan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.book import Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.holdings import balances
from app.domain.money import EXACT, round_fiat
from app.risk.plan_result import Plan, PlanLine
from app.services.edits import Edit, add_event, add_transaction


@dataclass(slots=True)
class _Purse:
    """What each account still holds, in the order in which it is to be used."""

    left: dict[str, int]

    def take(self, sats: int) -> Iterator[tuple[str | None, int]]:
        """Yield accounts and satoshis that make up ``sats``; None for what comes from outside the book."""
        for name, held in self.left.items():
            part = min(held, sats)
            if part > 0:
                self.left[name] = held - part
                sats -= part
                yield name, part
        if sats:
            yield None, sats


def enter_plan(
    plan: Plan, when: datetime, *, accounts: Sequence[str] = (), sold_in: str | None = None, note: str = ""
) -> Edit:
    """Return the edit that enters what a plan does as loan events and transactions at ``when``.

    Args:
        plan: carried out.
        when: UTC.
        accounts: that give bitcoin, in this order; all accounts, the fullest first, where none is named.
        sold_in: account that pledged bitcoin is released to and sold in; None where it went outside the book.
        note: kept with every entry.
    """

    def change(book: Book) -> Book:
        purse = _purse(book, when, accounts)
        for line in plan.lines:
            if line.acts:
                for edit in _entries(line, when, purse, sold_in, note):
                    book = edit.change(book)
        return book

    return Edit("Enter plan", change)


def _purse(book: Book, when: datetime, accounts: Sequence[str]) -> _Purse:
    held = balances(book, when)
    names = accounts or sorted(held, key=lambda name: -held[name])
    return _Purse({name: held.get(name, 0) for name in names})


def _entries(line: PlanLine, when: datetime, purse: _Purse, sold_in: str | None, note: str) -> Iterator[Edit]:
    for account, sats in purse.take(line.post_sats):
        yield add_event(line.loan, LoanEvent(when, EventKind.POST, sats=sats, account=account, note=note))
    if line.sell_collateral_sats:
        sats = line.sell_collateral_sats
        yield add_event(line.loan, LoanEvent(when, EventKind.RELEASE, sats=sats, account=sold_in, note=note))
        if sold_in is not None:
            yield add_transaction(sold_in, _sale(line, sats, when, note))
    for account, sats in purse.take(line.sell_free_sats):
        if account is not None:
            yield add_transaction(account, _sale(line, sats, when, note))
    if line.repaid:
        yield add_event(line.loan, LoanEvent(when, EventKind.REPAY, amount=line.repaid, note=note))


def _sale(line: PlanLine, sats: int, when: datetime, note: str) -> Transaction:
    """Return a part of what was sold for a loan, with its part of the proceeds and of the fee."""
    part = EXACT.divide(Decimal(sats), Decimal(line.sell_sats))
    fee = EXACT.multiply(line.sale_fee, part)
    gross = EXACT.add(EXACT.multiply(line.sale_repay, part), fee)
    return Transaction(
        when,
        TransactionKind.SELL,
        sats,
        value=round_fiat(gross, line.currency),
        currency=line.currency,
        fee=round_fiat(fee, line.currency) or None,
        note=note,
    )
