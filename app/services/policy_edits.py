"""Edits of a book's policy, each with an undo, and what a person types for a bound."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.domain.book import Book
from app.domain.errors import AmountError, HistoryError, InputError
from app.domain.money import parse_decimal
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.policy_check import check_limit
from app.services.edits import Edit
from app.services.policy_words import NAMES, bound_words

_ORDER: Final = {kind: place for place, kind in enumerate(LimitKind)}
_PERCENTS: Final = (LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE, LimitKind.FREE_SHARE)
_UNITS: Final = {
    LimitKind.FREE_BTC: ("btc",),
    LimitKind.INTEREST_MONTHS: ("months", "month", "mo"),
}
_EXAMPLES: Final = {
    LimitKind.BOOK_LTV: "50%",
    LimitKind.LENDER_SHARE: "40%",
    LimitKind.FREE_BTC: "10 BTC",
    LimitKind.FREE_SHARE: "20%",
    LimitKind.INTEREST_MONTHS: "12 months",
}


def typed_limit(kind: LimitKind, text: str) -> PolicyLimit:
    """Return the limit that somebody typed: ``50%``, ``0.5``, ``10 BTC``, ``12 months``.

    A share without a per cent sign is a fraction; one above 1 is refused, for it may be meant as per cent.

    Raises:
        InputError: it is none, or makes no sense as a bound.
    """
    body = " ".join(text.split()).lower()
    percent = body.endswith("%")
    if percent and kind in _PERCENTS:
        body = body[:-1].rstrip()
    for unit in _UNITS.get(kind, ()):
        if body.endswith(unit):
            body = body[: -len(unit)].rstrip()
            break
    try:
        number = parse_decimal(body)
    except AmountError:
        raise InputError(f"“{text.strip()[:40]}” is no bound; write it like {_EXAMPLES[kind]}") from None
    if percent and kind in _PERCENTS:
        number /= Decimal(100)
    elif kind in _PERCENTS and number > 1:
        raise InputError(f"“{text.strip()[:40]}” may mean per cent; write it like {_EXAMPLES[kind]}")
    limit = PolicyLimit(kind, number.normalize())
    try:
        check_limit(limit)
    except HistoryError as error:
        raise InputError(f"{NAMES[kind]}: {error.problem}") from None
    return limit


def example(kind: LimitKind) -> str:
    """Return how a bound is typed."""
    return _EXAMPLES[kind]


def set_limit(limit: PolicyLimit) -> Edit:
    """Return the edit that puts a limit into the policy, in the place of one of its kind."""

    def change(book: Book) -> Book:
        others = [other for other in book.limits if other.kind is not limit.kind]
        return replace(book, limits=_ordered([*others, limit]))

    return Edit(f"Set policy limit “{NAMES[limit.kind]}” to {bound_words(limit)}", change)


def clear_limit(kind: LimitKind) -> Edit:
    """Return the edit that takes a limit out of the policy."""

    def change(book: Book) -> Book:
        kept = tuple(other for other in book.limits if other.kind is not kind)
        if len(kept) == len(book.limits):
            raise InputError(f"the policy has no limit “{kind}”; see plimsoll policy")
        return replace(book, limits=kept)

    return Edit(f"Remove policy limit “{NAMES[kind]}”", change)


def set_policy(limits: tuple[PolicyLimit, ...]) -> Edit:
    """Return the edit that puts these limits in the place of the whole policy."""
    return Edit("Set policy limits", lambda book: replace(book, limits=_ordered(list(limits))))


def _ordered(limits: list[PolicyLimit]) -> tuple[PolicyLimit, ...]:
    return tuple(sorted(limits, key=lambda limit: _ORDER[limit.kind]))
