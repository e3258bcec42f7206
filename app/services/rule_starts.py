"""At which LTV a loan began: it is not told of a level that it began beyond."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from app.domain.book import EventKind, Loan
from app.domain.candles import DailyCandle
from app.domain.errors import HistoryError
from app.domain.loan_state import balance_at
from app.domain.ltv import basis_factor, ltv
from app.domain.money import EXACT

_DAY = timedelta(days=1)

Closes = Mapping[date, Decimal]


def closes_of(candles: Sequence[DailyCandle]) -> dict[date, Decimal]:
    """Return the closes by day."""
    return {candle.day: candle.close for candle in candles}


def first_day(loan: Loan) -> date | None:
    """Return the day of the first draw, or None where nothing was ever drawn."""
    return min((event.at.date() for event in loan.events if event.kind is EventKind.DRAW), default=None)


def opening_ltv(loan: Loan, closes: Closes, today: date) -> Decimal | None:
    """Return the LTV at the end of the day of a loan's first draw, the lowest that the history allows; or None.

    The price lay somewhere between the close of the day before and that day's own; the higher of the two counts, so
    that rather one alarm is given too many. Of a loan that begins today the day's close is not known yet, and today's
    moving price may not stand for it: a fall since this morning is news.

    Args:
        loan: of a checked book.
        closes: in the loan's currency, by day.
        today: UTC.
    """
    day = first_day(loan)
    if day is None or day > today:
        return None
    before, own = closes.get(day - _DAY), closes.get(day)
    if own is None and (day < today or before is None):
        return None
    price = max(close for close in (before, own) if close is not None)
    try:
        balance = balance_at(loan, datetime.combine(day, time.max, tzinfo=UTC))
    except HistoryError:
        return None
    lender_price = EXACT.multiply(price, basis_factor(balance.terms.basis_bps))
    return ltv(balance.exposure, balance.collateral_sats, lender_price)
