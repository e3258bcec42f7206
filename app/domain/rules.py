"""Rules: what a person wants to be told of, each a sentence with a threshold.

The contract's own lines (margin call and forced sale, reached or reached by the drop test) are watched without a rule;
``LINES`` is the name under which their warnings go. Everything else is a ``Rule`` of the book.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.terms import TriggerKind

LINES: Final = "lines"
BOOK_SUBJECT: Final = ""


class Urgency(StrEnum):
    """How soon a person has to know, in rising order; quiet hours hold back what is below ``CALL``."""

    NOTICE = "notice"
    EARLY = "early"
    CALL = "call"
    SALE = "sale"


URGENCY_RANK: Final = {urgency: rank for rank, urgency in enumerate(Urgency)}


class RuleKind(StrEnum):
    """What a rule measures."""

    LTV = "ltv"
    HEADROOM = "headroom"
    DROP = "drop"
    WEEK_MOVE = "week_move"
    PROBABILITY = "probability"
    RESERVE = "reserve"
    FREE_BTC = "free_btc"
    BOOK_LTV = "book_ltv"
    LENDER_SHARE = "lender_share"
    DEADLINE = "deadline"
    BALANCE_AGE = "balance_age"


class Fall(StrEnum):
    """Which fall a ``DROP`` rule tests: a fixed one, the last week's own, or so many weekly standard deviations."""

    FIXED = "fixed"
    LAST_WEEK = "last_week"
    SIGMAS = "sigmas"


class Due(StrEnum):
    """Which date a ``DEADLINE`` rule watches."""

    MATURITY = "maturity"
    INTEREST = "interest"
    CURE = "cure"


LOAN_KINDS: Final = frozenset(
    (
        RuleKind.LTV,
        RuleKind.HEADROOM,
        RuleKind.DROP,
        RuleKind.PROBABILITY,
        RuleKind.DEADLINE,
        RuleKind.BALANCE_AGE,
    )
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to be told of.

    Attributes:
        key: unique in the book; a short name of its own (``ltv-70``).
        kind: what is measured.
        limit: the threshold. A fraction for LTV, headroom, falls, moves, probability, reserve and shares; a number for
            ``Fall.SIGMAS``; satoshis for ``FREE_BTC``; whole days for ``DEADLINE`` and ``BALANCE_AGE``. None where
            there is nothing to choose (``Fall.LAST_WEEK``; ``LTV``: the contract's own warning levels).
        line: the line meant by ``HEADROOM``, ``DROP`` and ``PROBABILITY``; None: the first that the loan has.
        fall: of ``DROP``.
        due: of ``DEADLINE``; None: any of them.
        horizon_days: of ``PROBABILITY``.
        loans: names of the loans it is about; empty: all of them. Always empty for a rule about the book.
        urgency: how soon a person has to know.
        hold_minutes: how long it has to hold before it fires.
        keep_minutes: how long it has to be clear before it is over.
        channels: names of the channels to tell; empty: all of them.
        enabled: False: kept, but not watched.
    """

    key: str
    kind: RuleKind
    limit: Decimal | None = None
    line: TriggerKind | None = None
    fall: Fall | None = None
    due: Due | None = None
    horizon_days: int | None = None
    loans: tuple[str, ...] = ()
    urgency: Urgency = Urgency.EARLY
    hold_minutes: int = 0
    keep_minutes: int = 10
    channels: tuple[str, ...] = ()
    enabled: bool = True
