"""When nobody watched: how long the machine slept, and what the price did meanwhile (pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.domain.terms import TriggerKind
from app.services.wording import money

SLEPT_AFTER: Final = timedelta(minutes=10)


def slept(elapsed_seconds: float, planned_seconds: float) -> timedelta | None:
    """Return how long nobody watched, or None where the pause was about as long as it was meant to be.

    Args:
        elapsed_seconds: since the last round, by a clock that runs on while the machine sleeps and that nobody sets.
        planned_seconds: how long the pause was meant to be.
    """
    missed = timedelta(seconds=elapsed_seconds - planned_seconds)
    return missed if missed >= SLEPT_AFTER else None


def absence_sentence(
    missed: timedelta, now: datetime, candles: Sequence[DailyCandle], loans: Sequence[LoanFigures], currency: str
) -> str:
    """Return what was missed: "Nobody watched for 7 h 40 min. The lowest price of that time was at least ...".

    A daily history tells the lowest price of whole days, so it may have been before the absence; it says so.

    Args:
        missed: how long nobody watched.
        now: UTC.
        candles: the daily history in ``currency``, oldest first.
        loans: the book's, judged now.
        currency: fiat code of the history.
    """
    minutes = int(missed.total_seconds() // 60)
    words = f"Nobody watched for {minutes // 60} h {minutes % 60} min."
    first = (now - missed).date()
    lows = [candle.low or candle.close for candle in candles if candle.day >= first]
    if not lows or candles[-1].day < now.date() - timedelta(days=1):
        return f"{words} What the price did meanwhile is not known."
    lowest = min(lows)
    called = [loan.loan.name for loan in loans if loan.loan.currency == currency and _was_called(loan, lowest)]
    text = f"{words} The lowest price of those days was {money(lowest, currency, 0)}"
    if not called:
        return f"{text}: no margin call was reached."
    more = f" and {len(called) - 3} more" if len(called) > 3 else ""  # noqa: PLR2004 - as many as one reads
    return f"{text}, at or below the margin call of {', '.join(called[:3])}{more}. Ask the lender."


def _was_called(loan: LoanFigures, lowest: Decimal) -> bool:
    line = loan.first(TriggerKind.MARGIN_CALL) or loan.first(TriggerKind.LIQUIDATION)
    return line is not None and line.price is not None and lowest <= line.price
