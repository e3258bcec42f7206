"""A loan's LTV on every past day, with the triggers that were in force then (pure).

Each day is told at its close: the balance at the end of the day (interest posted at 00:00 of that day, events of the
day counted) against the close. With candles in another currency than the loan's, each is scaled by the ratio of
today's two prices, which leaves out how the currencies moved against each other; ``scaled`` says so.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from app.domain.book import Loan
from app.domain.candles import DailyCandle
from app.domain.errors import HistoryError
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.ltv import basis_factor, ltv
from app.domain.money import EXACT
from app.domain.terms import TriggerKind


@dataclass(frozen=True, slots=True)
class LtvDay:
    """One day.

    Attributes:
        ltv: at the day's close, a fraction.
        worst: at the day's low, or at its close where the history knows no low.
        price: the close in the loan's currency.
        warning, call, sale: the first triggers of each kind in force that day, or None.
    """

    day: date
    ltv: Decimal
    worst: Decimal
    price: Decimal
    warning: Decimal | None
    call: Decimal | None
    sale: Decimal | None


@dataclass(frozen=True, slots=True)
class LtvHistory:
    """A loan's days with a debt and collateral, oldest first; days without a price are missing."""

    days: tuple[LtvDay, ...]
    scaled: bool = False


def ltv_history(loan: Loan, candles: Sequence[DailyCandle], ratio: Decimal | None = None) -> LtvHistory:
    """Return the loan's LTV over the days of ``candles``.

    Slow for years of days, and safe on any thread: it looks only at what it is given, which nothing changes, keeps
    nothing, and brings its own decimal context. A stretch of the candles gives that stretch of the days.

    Args:
        loan: from a checked book.
        candles: oldest first, in the loan's currency, or in another one with ``ratio``.
        ratio: what a candle's price is multiplied by to be in the loan's currency, or None where it is already.
    """
    first = bisect_right(candles, date.fromordinal(loan.opened_on.toordinal() - 1), key=lambda candle: candle.day)
    days = []
    for candle in candles[first:]:
        balance = _balance(loan, candle.day)
        if balance is None or not balance.collateral_sats or not is_indebted(balance, loan.currency):
            continue
        days.append(_day(balance, candle, ratio))
    return LtvHistory(tuple(days), ratio is not None)


def _balance(loan: Loan, day: date) -> LoanBalance | None:
    try:
        return balance_at(loan, datetime.combine(day, time.max, tzinfo=UTC))
    except HistoryError:
        return None


def _day(balance: LoanBalance, candle: DailyCandle, ratio: Decimal | None) -> LtvDay:
    scale = Decimal(1) if ratio is None else ratio
    close = EXACT.multiply(candle.close, scale)
    low = close if candle.low is None else EXACT.multiply(candle.low, scale)
    basis = basis_factor(balance.terms.basis_bps)
    first: dict[TriggerKind, Decimal] = {}
    for trigger in balance.terms.triggers:
        first.setdefault(trigger.kind, trigger.ltv)
    zero = Decimal(0)
    return LtvDay(
        candle.day,
        ltv(balance.exposure, balance.collateral_sats, EXACT.multiply(close, basis)) or zero,
        ltv(balance.exposure, balance.collateral_sats, EXACT.multiply(low, basis)) or zero,
        close,
        first.get(TriggerKind.WARNING),
        first.get(TriggerKind.MARGIN_CALL),
        first.get(TriggerKind.LIQUIDATION),
    )
