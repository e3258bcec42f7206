"""Interest: day counts, and what a debt earns from one day to another.

Days are UTC calendar days as ordinals (``date.toordinal``). Interest is earned at 00:00 of each day on the balance at
the end of the day before, so a stretch from day a to day b covers b − a postings.
"""

import calendar
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.domain.terms import DayCount

YEAR_DAYS: Final = {DayCount.ACT_365F: 365, DayCount.ACT_360: 360, DayCount.THIRTY_360: 360}


def days_between(start: int, end: int, day_count: DayCount) -> int:
    """Return the days that ``day_count`` sees between two ordinals; divide by ``YEAR_DAYS`` for the fraction.

    30/360 is the bond basis of ISDA 2006 §4.16(f): a first day 31 counts as 30, and a second day 31 counts as 30 if
    the first is then 30.
    """
    if day_count is not DayCount.THIRTY_360:
        return end - start
    first, second = date.fromordinal(start), date.fromordinal(end)
    first_day = min(first.day, 30)
    second_day = 30 if second.day == 31 and first_day == 30 else second.day  # noqa: PLR2004 - the rule's own numbers
    return 360 * (second.year - first.year) + 30 * (second.month - first.month) + second_day - first_day


def daily_compound(owed: Decimal, rate: Decimal, days: int, day_count: DayCount) -> Decimal:
    """Return what ``owed`` (principal and accrued) grows to when each day's interest is itself accrued upon."""
    factor = EXACT.add(Decimal(1), EXACT.divide(rate, Decimal(YEAR_DAYS[day_count])))
    return EXACT.multiply(owed, EXACT.power(factor, days))


def next_anniversary(opened_on: date, after: int) -> int:
    """Return the first monthly anniversary of the opening day that is later than the ordinal ``after``.

    In a month without such a day it is the month's last day.
    """
    day = date.fromordinal(after)
    year, month = day.year, day.month
    while True:
        candidate = date(year, month, min(opened_on.day, calendar.monthrange(year, month)[1]))
        if candidate.toordinal() > after and candidate > opened_on:
            return candidate.toordinal()
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
