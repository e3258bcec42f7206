"""What all loans of a book earn their lenders in a month, by the terms in force (no price in it).

A month is a twelfth of a year. A loan's year is ``rate × principal``, on what is owed with its interest where that
compounds; with ACT/360 a year has 365 of its 360 days. Flat interest was fixed when it was drawn and is spread over the
loan's term; without a term nothing more accrues.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Final

from app.domain.accrual import YEAR_DAYS
from app.domain.book import Loan
from app.domain.ledger import Ledger
from app.domain.loan_state import LoanBalance
from app.domain.money import exactly
from app.domain.portfolio import LazyLoans
from app.domain.terms import Accrual, DayCount

_YEAR: Final = Decimal(365)
_MONTHS: Final = Decimal(12)
_ZERO: Final = Decimal(0)


def monthly_interest(loans: LazyLoans, ledger: Ledger) -> dict[str, Decimal]:
    """Return the interest of one month in each currency of a debt; a currency without any is missing.

    Args:
        loans: of a book's figures.
        ledger: the same book's.
    """
    found: dict[str, Decimal] = defaultdict(Decimal)
    with exactly():
        for index in ledger.owing:
            loan = loans.loan(index)
            earned = _of(loan, ledger.balances[index])
            if earned:
                found[loan.currency] += earned
    return dict(found)


def _of(loan: Loan, balance: LoanBalance) -> Decimal:
    """Return a loan's interest of a month; call it under ``exactly()``."""
    terms = balance.terms
    if terms.accrual is Accrual.FLAT_TERM:
        days = (loan.matures_on - loan.opened_on).days if loan.matures_on is not None else 0
        return balance.principal * balance.rate * _YEAR / _MONTHS / days if days > 0 else _ZERO
    owed = balance.principal if terms.accrual is Accrual.SIMPLE else balance.principal + balance.accrued_interest
    year = owed * balance.rate
    if terms.day_count is not DayCount.THIRTY_360:
        year = year * _YEAR / YEAR_DAYS[terms.day_count]
    return year / _MONTHS
