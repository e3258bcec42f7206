"""Which lots an entry takes, chosen by somebody: what was there at that moment, and the edit that keeps the choice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.book import Book, LotPick, Transaction, TransactionKind
from app.domain.disposals import LotRules, Method, Scope, over_a_year
from app.domain.errors import InputError
from app.domain.lots import lots_of
from app.domain.money import EXACT, btc_text
from app.services.day_prices import DayPrices
from app.services.edits import Edit, replace_transaction

TAKES: Final = frozenset((TransactionKind.SELL, TransactionKind.SPEND, TransactionKind.WITHDRAWAL, TransactionKind.FEE))


class Offered(NamedTuple):
    """Lots of one moment that an entry could take.

    Attributes:
        sats: how much of them was there.
        basis: of all of it in the book's currency, or None where it is not known.
        chosen: satoshis that the entry takes of them now.
        long: held for more than a year when the entry was.
    """

    acquired_at: datetime
    sats: int
    basis: Decimal | None
    chosen: int
    long: bool


def offered_lots(book: Book, account: str, entry: Transaction, prices: DayPrices) -> tuple[Offered, ...]:
    """Return what lay in the account just before the entry, the oldest first.

    Lots are named by their moment, as tax law names them; those of one moment count together.

    Raises:
        HistoryError: the book's lots cannot be reckoned with the choices that stand.
    """
    rules = LotRules(Method.SPECIFIC, Scope.ACCOUNT, price_on=prices.price_on, rate_on=prices.rate_on)
    before = _without(book, account, entry)
    held = lots_of(before, rules, entry.at + timedelta(microseconds=1)).held
    picked = {pick.acquired_at: pick.sats for pick in entry.picks}
    found: dict[datetime, tuple[int, Decimal | None]] = {}
    for lot in held:
        if lot.account == account and lot.pledged_to is None:
            sats, basis = found.get(lot.acquired_at, (0, Decimal(0)))
            known = None if basis is None or lot.basis is None else basis + lot.basis
            found[lot.acquired_at] = (sats + lot.sats, known)
    return tuple(
        Offered(at, sats, basis, min(picked.get(at, 0), sats), over_a_year(at, entry.at))
        for at, (sats, basis) in sorted(found.items())
    )


def check_picks(entry: Transaction, offered: tuple[Offered, ...], chosen: Mapping[datetime, int]) -> None:
    """Refuse a choice that does not make up the entry.

    Raises:
        InputError: more than a lot holds, or another sum than the entry moves; nothing at all is a choice, too.
    """
    there = {one.acquired_at: one.sats for one in offered}
    for at, sats in chosen.items():
        if sats > there.get(at, 0):
            msg = f"the lot of {at:%Y-%m-%d} holds {_btc(there.get(at, 0))}; choose at most that"
            raise InputError(msg)
    total = sum(chosen.values())
    if total and total != entry.sats:
        less = "less" if total < entry.sats else "more"
        msg = f"chosen are {_btc(total)}, {_btc(abs(entry.sats - total))} {less} than the {_btc(entry.sats)} that leave"
        raise InputError(msg)


def pick_edit(account: str, entry: Transaction, chosen: Mapping[datetime, int]) -> Edit:
    """Return the edit that keeps a choice; an empty one takes it away."""
    picks = tuple(LotPick(at, sats) for at, sats in sorted(chosen.items()) if sats)
    edit = replace_transaction(account, entry, entry._replace(picks=picks))
    return Edit(f"{'Choose lots for' if picks else 'Choose no lots for'} the {entry.kind.value}", edit.change)


def filled(entry: Transaction, offered: tuple[Offered, ...], *, dearest: bool) -> dict[datetime, int]:
    """Return a choice that makes up the entry: the dearest lots first, or the oldest."""

    def price(one: Offered) -> Decimal:
        return Decimal(-1) if one.basis is None else EXACT.divide(one.basis, Decimal(one.sats))

    lots = sorted(offered, key=price, reverse=True) if dearest else offered
    left, chosen = entry.sats, {}
    for one in lots:
        part = min(left, one.sats)
        if part:
            chosen[one.acquired_at] = part
            left -= part
    return chosen


def _without(book: Book, account: str, entry: Transaction) -> Book:
    """Return the book without an entry, and without what leaves the account at that moment after it."""
    found = book.account(account)
    rows = tuple(row for row in found.transactions if row is not entry and row != entry)
    return book.with_account(replace(found, transactions=rows), replacing=account)


def _btc(sats: int) -> str:
    text = btc_text(sats)
    return f"{text.rstrip('0').rstrip('.')} BTC"
