"""Rules about dates: a deadline that comes near, a balance that nobody has confirmed for long. They need no price.

A due day is due from its 00:00 UTC on, which is the careful end, and until it is over. Whether interest was paid is
not guessed: the next day on which the contract asks for it is told, and past ones are not.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from app.domain.accrual import next_anniversary
from app.domain.book import Loan
from app.domain.ledger import Ledger
from app.domain.loan_state import LoanBalance
from app.domain.margin_calls import MarginCall
from app.domain.portfolio import LazyLoans
from app.domain.rule_machine import Reading, Sign
from app.domain.rules import Due, Rule, RuleKind
from app.domain.terms import Payment
from app.services.rule_context import confirmed_at

_MONTHLY: Final = (Payment.INTEREST_MONTHLY, Payment.AMORTISING_MONTHLY)


class Dated(NamedTuple):
    """One loan under a rule about dates.

    Attributes:
        place: its own in the book.
        reached_from: UTC; from when on the rule is reached, or None where there is no such date.
        what: which date; None for a balance's age.
        at: UTC; when it falls due, or when the balance was last confirmed; None where there is no such date.
    """

    place: int
    reached_from: datetime | None = None
    what: Due | None = None
    at: datetime | None = None

    def sign(self, now: datetime) -> Sign:
        """Return what is said of it now."""
        return Sign.REACHED if self.reached_from is not None and now >= self.reached_from else Sign.CLEAR


def maturity_of(loan: Loan) -> datetime | None:
    """Return when a loan's debt is due in full; call it for a loan that owes something."""
    return None if loan.matures_on is None else _start(loan.matures_on)


def interest_due(loan: Loan, balance: LoanBalance, today: date) -> datetime | None:
    """Return the next day on which the contract asks for a payment; None where it names none.

    Today counts as long as interest is owed; on the day of a payment that was booked it is the next one.
    """
    if balance.terms.payment not in _MONTHLY:
        return None
    before = today.toordinal() - (1 if balance.accrued_interest else 0)
    day = date.fromordinal(next_anniversary(loan.opened_on, before))
    last = loan.matures_on
    return _start(day if last is None or day < last else max(last, today))


def dated(rule: Rule, loans: LazyLoans, ledger: Ledger, calls: Sequence[MarginCall], now: datetime) -> list[Dated]:
    """Return when a DEADLINE or BALANCE_AGE rule is reached by each loan that owes something.

    It holds for as long as the ledger and the calls do. A loan without such a date (its call is cured, its terms have
    changed) is never reached, but not left out.
    """
    span = timedelta(days=int(rule.limit or 0))
    if rule.kind is RuleKind.BALANCE_AGE:
        confirmed = ((place, confirmed_at(loans.loan(place), now)) for place in _wanted(rule, loans, ledger))
        return [Dated(place, at + span, None, at) for place, at in confirmed]
    running = _earliest(calls)
    found = []
    for place in _wanted(rule, loans, ledger):
        dates = _dates(rule.due, loans.loan(place), ledger.balances[place], running, now)
        at, due = min(((at, due) for due, at in dates if at is not None), default=(None, None))
        found.append(Dated(place) if at is None else Dated(place, at - span, due, at))
    return found


class DatePanel:
    """A rule about dates over a ledger: its loans in the order in which they reach it, with a reading for each."""

    __slots__ = ("_clear", "_moments", "_reached", "_without")

    def __init__(self, found: Iterable[Dated], reading: Callable[[Dated, Sign], Reading]) -> None:
        listed = list(found)
        due = sorted((one for one in listed if one.reached_from is not None), key=_moment)
        self._without = [reading(one, Sign.CLEAR) for one in listed if one.reached_from is None]
        self._moments = [_moment(one) for one in due]
        self._clear = [reading(one, Sign.CLEAR) for one in due]
        self._reached = [said._replace(sign=Sign.REACHED) for said in self._clear]

    def readings(self, now: datetime) -> list[Reading]:
        """Return a reading for each loan."""
        reached = bisect_right(self._moments, now)
        return [*self._reached[:reached], *self._clear[reached:], *self._without]


def _wanted(rule: Rule, loans: LazyLoans, ledger: Ledger) -> Iterator[int]:
    names = frozenset(rule.loans)
    return (index for index in ledger.owing if not names or loans.loan(index).name in names)


def _dates(
    due: Due | None, loan: Loan, balance: LoanBalance, running: Mapping[str, datetime], now: datetime
) -> Iterator[tuple[Due, datetime | None]]:
    if due in (None, Due.MATURITY):
        yield Due.MATURITY, maturity_of(loan)
    if due in (None, Due.INTEREST):
        yield Due.INTEREST, interest_due(loan, balance, now.date())
    if due in (None, Due.CURE):
        yield Due.CURE, running.get(loan.name)


def _earliest(calls: Sequence[MarginCall]) -> dict[str, datetime]:
    """Return when the first of a loan's standing calls has to be cured, overdue ones included."""
    found: dict[str, datetime] = {}
    for call in calls:
        if call.stands and call.due_at is not None:
            found[call.loan] = min(call.due_at, found.get(call.loan, call.due_at))
    return found


def _moment(one: Dated) -> datetime:
    return one.reached_from or datetime.max.replace(tzinfo=UTC)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))
