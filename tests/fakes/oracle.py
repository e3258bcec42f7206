"""The loan arithmetic a second time, slowly: one midnight after the other, in fractions that never round.

It is written from the rules, not from the program, and shares nothing with it but the words for terms and events.
"""

import calendar
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.terms import Accrual, DayCount, Exposure, Terms

_DAY = timedelta(days=1)
_YEAR = {DayCount.ACT_365F: 365, DayCount.ACT_360: 360, DayCount.THIRTY_360: 360}


class Overpaid(Exception):  # noqa: N818 - an outcome of the replay
    """A repayment, release or sale takes more than there is."""


class Owed(NamedTuple):
    """What the replay came to."""

    principal: Fraction
    interest: Fraction
    fees: Fraction
    exposure: Fraction
    sats: int
    surplus: Fraction


def thirty_360(first: date, second: date) -> int:
    """Return the days of the bond basis between two dates."""
    d1, d2 = first.day, second.day
    if d1 == 31:
        d1 = 30
    if d2 == 31 and d1 > 29:
        d2 = 30
    return (second.year - first.year) * 360 + (second.month - first.month) * 30 + (d2 - d1)


def is_anniversary(opened: date, today: date) -> bool:
    """Return whether a month of the loan ends today."""
    last = calendar.monthrange(today.year, today.month)[1]
    return today > opened and (today.day == opened.day or (today.day == last and opened.day > last))


class Replay:
    """One loan, walked forward; ``interest`` is unpaid interest posted so far."""

    def __init__(self, loan: Loan) -> None:
        self.loan = loan
        self.day = loan.opened_on
        self.terms = [t for t in loan.terms if t.start <= loan.opened_on][-1]
        self.rate = Fraction(self.terms.rate)
        self.principal = self.interest = self.fees = self.surplus = Fraction(0)
        self.sats = 0
        self.frozen = False
        # The open stretch: where it began, and what was unpaid when it did (less what was paid since).
        self.since, self.base = self.day, Fraction(0)

    def walk_to(self, day: date) -> None:
        """Let every midnight up to and including that of ``day`` pass."""
        while self.day < day:
            self.day += _DAY
            self._midnight()

    def _midnight(self) -> None:
        terms = self.terms
        year = _YEAR[terms.day_count]
        if terms.accrual is Accrual.COMPOUND_DAILY:
            self.interest += (self.principal + self.interest) * self.rate / year
        elif terms.accrual is not Accrual.FLAT_TERM and terms.day_count is DayCount.THIRTY_360:
            self.interest = self.base + self.principal * self.rate * Fraction(thirty_360(self.since, self.day), year)
        elif terms.accrual is not Accrual.FLAT_TERM:
            self.interest += self.principal * self.rate / year
        if terms.accrual is Accrual.COMPOUND_MONTHLY and is_anniversary(self.loan.opened_on, self.day):
            self.principal += self.interest
            self.interest = Fraction(0)
            self._new_stretch()
        for later in self.loan.terms:
            if later.start == self.day and not self.frozen:
                self._adopt(later)

    def _adopt(self, later: Terms) -> None:
        before = (self.rate, self.terms.day_count, self.terms.accrual)
        self.terms, self.rate = later, Fraction(later.rate)
        if before != (self.rate, later.day_count, later.accrual):
            self._new_stretch()

    def _new_stretch(self) -> None:
        self.since, self.base = self.day, self.interest

    def apply(self, event: LoanEvent) -> None:
        """Let an event happen on its own day."""
        self.walk_to(event.at.date())
        kind, amount = event.kind, Fraction(event.amount or 0)
        if kind is EventKind.POST:
            self.sats += event.sats or 0
        elif kind is EventKind.RELEASE:
            self._take_sats(event.sats or 0)
        elif kind is EventKind.FEE:
            self.fees += amount
        elif kind is EventKind.RATE:
            if Fraction(event.rate or 0) != self.rate:
                self.rate = Fraction(event.rate or 0)
                self._new_stretch()
        elif kind is EventKind.DRAW:
            self.principal += amount
            if self.terms.accrual is Accrual.FLAT_TERM:
                self.interest += amount * self.rate
            self._new_stretch()
        elif kind is EventKind.REPAY:
            if self._pay(amount) >= Fraction(1, 100):
                raise Overpaid
        else:
            self._take_sats(event.sats or 0)
            gross = Fraction(event.sats or 0, 10**8) * Fraction(event.price or 0)
            self.surplus += self._pay(gross - Fraction(event.fee or 0))

    def _take_sats(self, sats: int) -> None:
        if sats > self.sats:
            raise Overpaid
        self.sats -= sats

    def _pay(self, money: Fraction) -> Fraction:
        to_fees = min(money, self.fees)
        self.fees -= to_fees
        money -= to_fees
        to_interest = min(money, self.interest)
        self.interest -= to_interest
        self.base -= to_interest
        money -= to_interest
        to_principal = min(money, self.principal)
        if to_principal:
            self.principal -= to_principal
            self._new_stretch()
        return money - to_principal

    @property
    def debt(self) -> Fraction:
        """Everything owed."""
        return self.principal + self.interest + self.fees

    def owed(self) -> Owed:
        """Return the state as it stands."""
        exposure = self.principal
        if self.terms.exposure is not Exposure.PRINCIPAL:
            exposure = self.debt
        if self.terms.exposure is Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST:
            exposure = self.debt + self._still_to_come()
        return Owed(self.principal, self.interest, self.fees, exposure, self.sats, self.surplus)

    def _still_to_come(self) -> Fraction:
        ahead = Replay(self.loan)
        ahead.__dict__.update(self.__dict__)
        ahead.frozen = True
        if self.loan.matures_on is not None:
            ahead.walk_to(self.loan.matures_on)
        return ahead.debt - self.debt


def owed_at(loan: Loan, as_of: datetime) -> Owed:
    """Return what a loan owes at a moment, its events up to and including it counted."""
    replay = Replay(loan)
    for event in sorted(loan.events, key=lambda e: e.at):
        if event.at <= as_of:
            replay.apply(event)
    replay.walk_to(as_of.date())
    return replay.owed()
