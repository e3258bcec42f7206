"""How a loan came from one day to another: each stretch of interest, each event, and what it changed.

Nothing is reckoned a second time: every balance is what ``loan_state.balance_at`` says of the loan with the events so
far, and what lies between two of them is their difference. So the parts always add up to the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Final

from app.domain.accrual import days_between, next_anniversary
from app.domain.book import Loan, LoanEvent
from app.domain.loan_state import LoanBalance, balance_at
from app.domain.money import EXACT
from app.domain.terms import Accrual, DayCount

_AT: Final = attrgetter("at")
_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days within which nothing changed that interest depends on, cut at the first of each month.

    Attributes:
        start: its first day; interest of that day is posted at 00:00 of the next.
        end: the day at whose 00:00 its last day's interest is posted.
        days: between them, as the contract counts from where it began to: 30/360 looks at both ends.
        day_count: how it counts.
        rate: yearly, a fraction.
        principal: on which it is reckoned; ``owed_interest`` bears interest, too, where the contract compounds.
        interest: earned in it, unrounded.
    """

    start: date
    end: date
    days: int
    day_count: DayCount
    rate: Decimal
    principal: Decimal
    owed_interest: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """One event, with the loan before and after it. Amounts are changes: negative where less is owed."""

    event: LoanEvent
    before: LoanBalance
    after: LoanBalance

    @property
    def principal(self) -> Decimal:
        """By how much the principal changed."""
        return EXACT.subtract(self.after.principal, self.before.principal)

    @property
    def interest(self) -> Decimal:
        """By how much the interest that is owed changed: paid, or charged at a draw of a flat contract."""
        return EXACT.subtract(self.after.accrued_interest, self.before.accrued_interest)

    @property
    def fees(self) -> Decimal:
        """By how much the fees that are owed changed."""
        return EXACT.subtract(self.after.fees, self.before.fees)

    @property
    def debt(self) -> Decimal:
        """By how much the debt changed."""
        return EXACT.subtract(self.after.debt, self.before.debt)

    @property
    def sats(self) -> int:
        """By how much the collateral changed."""
        return self.after.collateral_sats - self.before.collateral_sats


@dataclass(frozen=True, slots=True)
class Trace:
    """A loan from the end of the day before ``start`` to the end of ``until``, in the order of time."""

    loan: Loan
    start: date
    until: date
    opening: LoanBalance
    closing: LoanBalance
    steps: tuple[Stretch | Movement, ...]

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The interest schedule."""
        return tuple(step for step in self.steps if isinstance(step, Stretch))

    @property
    def movements(self) -> tuple[Movement, ...]:
        """The events."""
        return tuple(step for step in self.steps if isinstance(step, Movement))


def end_of(day: date) -> datetime:
    """Return a UTC day's last instant; interest is then posted up to its 00:00."""
    return datetime.combine(day + _DAY, time(), UTC) - _MOMENT


def trace_loan(loan: Loan, start: date, until: date) -> Trace:
    """Return how a loan came from the end of the day before ``start`` to the end of ``until``.

    Raises:
        HistoryError: an event takes back more than there is.
    """
    events = sorted(loan.events, key=_AT)
    before = start - _DAY
    so_far = sum(1 for event in events if event.at.date() < start)
    state = opening = _balance(loan, events[:so_far], end_of(before))
    steps: list[Stretch | Movement] = []
    day = before
    for cut in _cuts(loan, start, until):
        at_cut = _balance(loan, events[:so_far], datetime.combine(cut, time(), UTC))
        steps.append(_stretch(day, cut, state, at_cut))
        state, day = at_cut, cut
        while so_far < len(events) and events[so_far].at.date() <= cut:
            so_far += 1
            event = events[so_far - 1]
            after = _balance(loan, events[:so_far], event.at)
            steps.append(Movement(event, state, after))
            state = after
    return Trace(loan, start, until, opening, state, tuple(steps))


def _balance(loan: Loan, events: list[LoanEvent], as_of: datetime) -> LoanBalance:
    return balance_at(replace(loan, events=tuple(events)), as_of)


def _cuts(loan: Loan, start: date, until: date) -> Iterator[date]:
    """Yield the days that end a stretch, in order.

    Those of events, of new terms, of interest that is added to the principal, firsts of months, the last day.
    """
    days = {event.at.date() for event in loan.events} | {terms.start for terms in loan.terms} | {until}
    first = start.replace(day=1)
    while first <= until:
        days.add(first)
        first = (first + timedelta(days=32)).replace(day=1)
    if any(terms.accrual is Accrual.COMPOUND_MONTHLY for terms in loan.terms):
        ordinal, last = start.toordinal() - 1, until.toordinal()
        while (ordinal := next_anniversary(loan.opened_on, ordinal)) <= last:
            days.add(date.fromordinal(ordinal))
    yield from sorted(day for day in days if start <= day <= until)


def _stretch(start: date, end: date, before: LoanBalance, after: LoanBalance) -> Stretch:
    return Stretch(
        start,
        end,
        _counted(before, end) - _counted(before, start),
        before.terms.day_count,
        before.rate,
        before.principal,
        before.accrued_interest,
        EXACT.subtract(after.debt, before.debt),
    )


def _counted(balance: LoanBalance, day: date) -> int:
    """Return the days from where the contract began to count the running interest."""
    ordinal = day.toordinal()
    return 0 if ordinal <= balance.since else days_between(balance.since, ordinal, balance.terms.day_count)
