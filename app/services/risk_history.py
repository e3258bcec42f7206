"""Which of a book's price histories its probabilities are learned from."""

from collections.abc import Callable
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.histories import ENOUGH

DOLLARS: Final = "USD"
History = tuple[DailyCandle, ...]


def history_for(base_currency: str, history: Callable[[str], History]) -> tuple[str, History]:
    """Return the currency and the candles: the book's own where they span two years, else the longer of it and dollars.

    Args:
        base_currency: of the book.
        history: gives the stored history in a currency, oldest first.
    """
    own = history(base_currency)
    if base_currency == DOLLARS or (own and own[-1].day - own[0].day >= ENOUGH):
        return base_currency, own
    dollars = history(DOLLARS)
    return (base_currency, own) if len(own) > len(dollars) else (DOLLARS, dollars)
