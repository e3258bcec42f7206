"""What a loan owes and what secures it at an instant, computed from its terms and events alone.

Interest is posted at 00:00 UTC on the balance at the end of the day before. An event counts on its own day's end, so
a stretch of unchanged principal and rate begins on the day of the event that started it. A repayment pays fees, then
accrued interest, then principal.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Final

from app.domain.accrual import YEAR_DAYS, daily_compound, days_between, next_anniversary
from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.errors import HistoryError
from app.domain.money import EXACT, btc_of, btc_text, exactly, minor_digits
from app.domain.terms import Accrual, DayCount, Exposure, Terms

_ZERO: Final = Decimal(0)
# Events are tuples that begin with their moment.
_BY_TIME: Final = itemgetter(0)
# Looked up here once: in Python 3.11 each ``EventKind.POST`` takes longer than adding two amounts.
_POST, _RELEASE, _DRAW = EventKind.POST, EventKind.RELEASE, EventKind.DRAW
_REPAY, _FEE, _RATE = EventKind.REPAY, EventKind.FEE, EventKind.RATE
_FLAT_TERM, _COMPOUND_DAILY, _COMPOUND_MONTHLY = Accrual.FLAT_TERM, Accrual.COMPOUND_DAILY, Accrual.COMPOUND_MONTHLY
_PRINCIPAL, _WITH_FULL_TERM = Exposure.PRINCIPAL, Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST
_THIRTY_360: Final = DayCount.THIRTY_360
_FAR: Final = date.max.toordinal()
_HALF_MINOR_UNIT: Final = {digits: Decimal(5).scaleb(-digits - 1) for digits in range(9)}


@dataclass(frozen=True, slots=True)
class LoanBalance:
    """A loan at an instant, before any price.

    Attributes:
        terms: in force on that day.
        rate: yearly rate in force, a fraction.
        principal, accrued_interest, fees: what is owed, in the loan's currency, unrounded.
        exposure: what the lender divides by the collateral's value, unrounded.
        collateral_sats: pledged satoshis.
        drawn: whether anything was ever drawn.
        surplus: proceeds of liquidations beyond the debt, paid back to the borrower.
        since: the ordinal of the day from which the days of the running interest are counted.
    """

    terms: Terms
    rate: Decimal
    principal: Decimal
    accrued_interest: Decimal
    fees: Decimal
    exposure: Decimal
    collateral_sats: int
    drawn: bool
    surplus: Decimal = _ZERO
    since: int = 0

    @property
    def debt(self) -> Decimal:
        """Fees, accrued interest and principal together."""
        return EXACT.add(EXACT.add(self.principal, self.accrued_interest), self.fees)


def is_indebted(balance: LoanBalance, currency: str) -> bool:
    """Return whether anything is owed that a lender would ask for: what rounds to a minor unit or more."""
    return balance.debt > _HALF_MINOR_UNIT[minor_digits(currency)]


def balance_at(loan: Loan, as_of: datetime) -> LoanBalance:
    """Return the loan as it stood at ``as_of`` (UTC), its events up to and including that moment counted.

    Raises:
        HistoryError: an event takes back more than there is; the place names the event.
    """
    with exactly():
        return _replay(loan, as_of)


def _replay(loan: Loan, as_of: datetime) -> LoanBalance:
    ledger = _Ledger(loan)
    events = loan.events
    times = list(map(_BY_TIME, events))
    in_order = sorted(times)
    order: Sequence[LoanEvent] = events if times == in_order else sorted(events, key=_BY_TIME)
    take = ledger.take
    try:
        for event in order[: bisect_right(in_order, as_of)]:
            take(event)
    except HistoryError as error:
        index = next(i for i, other in enumerate(events) if other is event)
        raise error.at(f"events[{index}]") from None
    return ledger.balance(as_of.date())


class _Ledger:
    """Replays one loan day by day; only ``balance_at`` uses it, under the exact context.

    It uses operators, which are thrice as fast as the context's methods.

    ``settled`` is unpaid interest of closed stretches less what was paid; the open stretch runs from ``since``.
    """

    __slots__ = (
        "_anniversary", "_changes", "_loan", "_next", "_terms", "collateral", "drawn", "fees",
        "principal", "rate", "settled", "since", "surplus",
    )  # fmt: skip

    def __init__(self, loan: Loan) -> None:
        self._loan = loan
        self._terms, *later = loan.terms
        self._changes = [(terms.start.toordinal(), terms) for terms in later] if later else []
        self.rate = self._terms.rate
        self.principal = self.settled = self.fees = self.surplus = _ZERO
        self.collateral = 0
        self.drawn = False
        self.since = loan.opened_on.toordinal()
        self._next = self._changes[0][0] if later else _FAR
        self._plan_anniversary(self.since)
        self._next = min(self._next, self._anniversary)

    def take(self, event: LoanEvent) -> None:
        """Apply one event; they must come in the order of time."""
        kind = event.kind
        if kind is _POST:
            self.collateral += event.sats or 0
            return
        if kind is _RELEASE:
            self._give_back(event.sats or 0)
            return
        day = event.at.toordinal()
        if day >= self._next:
            self._advance(day)
        amount = event.amount or _ZERO
        if kind is _DRAW:
            self._close_stretch(day)
            self.principal += amount
            self.drawn = True
            if self._terms.accrual is _FLAT_TERM:
                self.settled += self.rate * amount
        elif kind is _REPAY:
            left = self._pay(amount, day)
            if left and left >= _minor_unit(self._loan.currency):
                msg = f"the repayment of {amount} is more than the debt by {left:.2f}; enter at most what is owed"
                raise HistoryError(msg, "amount")
        elif kind is _FEE:
            self.fees += amount
        elif kind is _RATE:
            self._fix_rate(event.rate, day)
        else:
            self._liquidate(event, day)

    def balance(self, as_of: date) -> LoanBalance:
        """Return the state at the end of the replay, interest posted up to 00:00 of ``as_of``."""
        day = as_of.toordinal()
        if day >= self._next:
            self._advance(day)
        accrued = self._accrued(day)
        exposure = self.principal
        if self._terms.exposure is not _PRINCIPAL:
            exposure += accrued + self.fees
        if self._terms.exposure is _WITH_FULL_TERM:
            exposure += self._still_to_accrue(day, accrued)
        return LoanBalance(
            self._terms,
            self.rate,
            self.principal,
            accrued,
            self.fees,
            exposure,
            self.collateral,
            self.drawn,
            self.surplus,
            self.since,
        )

    def _fix_rate(self, rate: Decimal | None, day: int) -> None:
        if rate is not None and rate != self.rate:  # a fixing that changes nothing does not end a 30/360 stretch
            self._close_stretch(day)
            self.rate = rate

    def _give_back(self, sats: int) -> None:
        if sats > self.collateral:
            pledged = btc_text(self.collateral)
            msg = f"{btc_text(sats)} BTC is more than the {pledged} BTC pledged then; enter at most that"
            raise HistoryError(msg, "btc")
        self.collateral -= sats

    def _liquidate(self, event: LoanEvent, day: int) -> None:
        sats = event.sats or 0
        self._give_back(sats)
        gross = btc_of(sats) * (event.price or _ZERO)
        fee = event.fee or _ZERO
        if fee > gross:
            msg = f"the fee of {fee} is more than the sale brought ({gross:.2f}); enter at most that"
            raise HistoryError(msg, "fee")
        left = self._pay(gross - fee, day)
        self.surplus += left

    def _pay(self, amount: Decimal, day: int) -> Decimal:
        """Pay fees, interest, principal; return what is left over."""
        if self.fees:
            paid = min(amount, self.fees)
            self.fees -= paid
            amount -= paid
        accrued = self._accrued(day)
        to_interest = min(amount, accrued)
        amount -= to_interest
        to_principal = min(amount, self.principal)
        if to_principal or self._terms.accrual is _COMPOUND_DAILY:
            # The stretch ends here: the principal changes, or what is accrued no longer grows by itself.
            self.settled = accrued - to_interest
            self.since = max(self.since, day)
            self.principal -= to_principal
        else:
            self.settled -= to_interest
        return amount - to_principal

    def _accrued(self, day: int) -> Decimal:
        """Return unpaid interest posted up to 00:00 of ``day``, which no change of terms or month may precede."""
        if day <= self.since or not (self.principal or self.settled):
            return self.settled
        terms = self._terms
        accrual = terms.accrual
        if accrual is _FLAT_TERM:
            return self.settled
        if accrual is _COMPOUND_DAILY:
            owed = self.principal + self.settled
            grown = daily_compound(owed, self.rate, day - self.since, terms.day_count)
            return grown - self.principal
        count = terms.day_count
        days = days_between(self.since, day, count) if count is _THIRTY_360 else day - self.since
        return self.settled + self.principal * self.rate * days / YEAR_DAYS[count]

    def _close_stretch(self, day: int) -> None:
        if day > self.since:
            self.settled = self._accrued(day)
            self.since = day

    def _advance(self, day: int) -> None:
        """Pass every change of terms and every monthly anniversary up to and including ``day``."""
        while True:
            change = self._changes[0][0] if self._changes else _FAR
            moment = self._next = min(change, self._anniversary)
            if moment > day:
                return
            if self._anniversary <= change:
                self._close_stretch(self._anniversary)
                self.principal += self.settled
                self.settled = _ZERO
                self._plan_anniversary(moment)
            else:
                self._change_terms(*self._changes.pop(0))

    def _change_terms(self, day: int, terms: Terms) -> None:
        old = self._terms
        if (self.rate, old.day_count, old.accrual) != (terms.rate, terms.day_count, terms.accrual):
            self._close_stretch(day)
        self._terms, self.rate = terms, terms.rate
        self._plan_anniversary(day)

    def _plan_anniversary(self, after: int) -> None:
        monthly = self._terms.accrual is _COMPOUND_MONTHLY
        self._anniversary = next_anniversary(self._loan.opened_on, after) if monthly else _FAR

    def _still_to_accrue(self, day: int, accrued: Decimal) -> Decimal:
        """Return the interest from ``day`` to maturity at the present rate with nothing paid."""
        end = self._loan.matures_on.toordinal() if self._loan.matures_on else day
        if end <= day or self._terms.accrual is _FLAT_TERM:
            return _ZERO
        owed_now = self.principal + accrued
        ahead = _Ledger(self._loan)
        ahead._changes, ahead._terms, ahead._anniversary = [], self._terms, self._anniversary
        ahead.rate, ahead.principal, ahead.settled, ahead.since = self.rate, self.principal, self.settled, self.since
        ahead._advance(end)
        owed_then = ahead.principal + ahead._accrued(end)
        return owed_then - owed_now


def _minor_unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(currency))
