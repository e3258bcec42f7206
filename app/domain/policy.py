"""The treasury's own limits: what the book may not exceed, whoever lends and whatever the contracts say."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class LimitKind(StrEnum):
    """What a limit measures, and on which side of it a book must stay.

    Attributes:
        BOOK_LTV: all debt over all pledged collateral, at most.
        LENDER_SHARE: the part of all bitcoin that lies with one lender, at most.
        FREE_BTC: unencumbered bitcoin, in whole bitcoin, at least.
        FREE_SHARE: unencumbered bitcoin over all bitcoin, at least.
        INTEREST_MONTHS: months of interest that the unencumbered bitcoin covers at today's price, at least.
    """

    BOOK_LTV = "book_ltv"
    LENDER_SHARE = "lender_share"
    FREE_BTC = "free_btc"
    FREE_SHARE = "free_share"
    INTEREST_MONTHS = "interest_months"


AT_MOST: Final = frozenset((LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE))
"""The kinds that a book must stay below; it must stay above all others."""


@dataclass(frozen=True, slots=True)
class PolicyLimit:
    """One limit of the policy; a book has at most one of each kind.

    Attributes:
        bound: a fraction, whole bitcoin or months, by kind; keeping it exactly is keeping it.
    """

    kind: LimitKind
    bound: Decimal
