"""Reading an answer's parts without trusting its shape (pure)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, parse_price

MAX_ROWS: Final = 20_000
_Answer = TypeVar("_Answer")


def as_object(data: object) -> dict[str, object]:
    """Return ``data`` as an object.

    Raises:
        FeedError: ``unexpected_shape``.
    """
    if isinstance(data, dict):
        return data
    raise FeedError("unexpected_shape", f"an object was expected, not {type(data).__name__}")


def as_list(data: object, at_least: int = 0) -> list[object]:
    """Return ``data`` as a list of at least so many parts.

    Raises:
        FeedError: ``unexpected_shape``.
    """
    if isinstance(data, list) and len(data) >= at_least:
        return data
    raise FeedError("unexpected_shape", f"a list of {at_least} or more was expected, not {type(data).__name__}")


def each(currencies: Sequence[str], ask: Callable[[str], _Answer]) -> Mapping[str, _Answer | PriceError]:
    """Return ``ask``'s answer, or its failure, for each currency; one bad pair does not blank the others."""
    answers: dict[str, _Answer | PriceError] = {}
    for currency in currencies:
        try:
            answers[currency] = ask(currency)
        except PriceError as error:
            answers[currency] = error
    return answers


def candle(opened_at: datetime, prices: tuple[object, object, object, object]) -> CandleRow:
    """Return a row from its opening time and open, high, low, close as the source wrote them.

    Raises:
        PriceError: a figure is no price.
    """
    first, high, low, last = (parse_price(price) for price in prices)
    return CandleRow(opened_at, first, high, low, last)


def rows_of(data: Sequence[object], read: Callable[[object], CandleRow]) -> list[CandleRow]:
    """Return the readable rows; a bad row is left out, an answer of only bad rows is refused.

    Raises:
        FeedError: ``unexpected_shape``, or ``too_large`` beyond 20,000 rows.
    """
    if len(data) > MAX_ROWS:
        raise FeedError("too_large", f"{len(data)} rows")
    rows = []
    for item in data:
        try:
            rows.append(read(item))
        except PriceError:
            continue
    if data and not rows:
        raise FeedError("unexpected_shape", "no row can be read")
    return rows
