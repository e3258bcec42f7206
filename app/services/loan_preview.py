"""What one loan would look like after an edit; the rest of the book is left alone, so it is quick enough for typing."""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from app.domain.book import Book, Loan
from app.domain.check import check_book
from app.domain.errors import InputError
from app.domain.figures import LoanFigures, figures_of
from app.domain.ledger import PriceKey
from app.domain.loan_state import balance_at
from app.domain.portfolio import BookFigures, price_for
from app.domain.rule_check import check_channels, check_rules
from app.services.edits import Edit

_LOAN: Final = re.compile(r"^loans\[(\d+)\]")


class Preview(NamedTuple):
    """A loan before and after an edit; None where there is none on that side."""

    before: LoanFigures | None
    after: LoanFigures | None


def preview_edit(book: Book, figures: BookFigures, edit: Edit) -> Preview:
    """Return the one loan that ``edit`` changes, before and after it, at the prices of ``figures``.

    Only what changed is checked, and of the rest only the loans that move bitcoin of an account that it touches. An
    edit of an account changes no loan: both sides are None.

    Raises:
        InputError: the edit cannot be true; its place reads like a path in the book file.
    """
    after = edit.change(book)
    known = {id(loan) for loan in book.loans}
    kept = {id(loan) for loan in after.loans}
    was = next((loan for loan in book.loans if id(loan) not in kept), None)
    now = next((loan for loan in after.loans if id(loan) not in known), None)
    _check(book, after, was, now)
    before = figures.loans[book.loans.index(was)] if was is not None and len(figures.loans) == len(book.loans) else None
    return Preview(before, _judged(now, figures) if now is not None else None)


def _check(book: Book, after: Book, was: Loan | None, now: Loan | None) -> None:
    if now is not None and sum(loan.name == now.name for loan in after.loans) > 1:
        msg = f"“{now.name[:60]}” is taken by another loan; every name must be different"
        raise InputError(msg, f"loans[{after.loans.index(now)}].name")
    touched = {event.account for loan in (was, now) if loan is not None for event in loan.events}
    if after.accounts is not book.accounts:
        touched |= {account.name for account in after.accounts}
    part = [
        index
        for index, loan in enumerate(after.loans)
        if loan is now or any(event.account is not None and event.account in touched for event in loan.events)
    ]
    if after.rules is not book.rules or after.channels is not book.channels:
        check_rules(after.rules, {loan.name for loan in after.loans}, {channel.name for channel in after.channels})
        check_channels(after.channels)
    # A rule may name any loan of the whole book, so rules are not looked at again with this part of it.
    parted = replace(after, loans=tuple(after.loans[index] for index in part), rules=(), channels=())
    try:
        check_book(parted, unchanged_since=book)
    except InputError as error:
        raise type(error)(error.problem, _in_whole(error.place, part)) from None


def _in_whole(place: str, part: list[int]) -> str:
    """Return a place with the loan's number in the whole book in the stead of its number in ``part``."""
    found = _LOAN.match(place)
    return f"loans[{part[int(found[1])]}]{place[found.end() :]}" if found else place


def _judged(loan: Loan, figures: BookFigures) -> LoanFigures:
    balance = balance_at(loan, figures.as_of)
    key = PriceKey(balance.terms.price_source, loan.currency)
    keys = figures.ledger.keys
    named = {key: figures.loans[keys.index(key)].lookup} if key in keys else {}
    return figures_of(loan, balance, price_for(key, figures.prices, named), figures.drop, figures.sale_cost)
