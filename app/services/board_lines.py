"""The board report's picture: the most pressing loans' lines on one ruler, in the book's currency at today's rates."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from app.domain.figures import LoanFigures, LoanState
from app.domain.money import EXACT
from app.domain.portfolio import BookFigures
from app.domain.quotes import Quote
from app.domain.terms import TriggerKind
from app.services.danger import danger_of, last_known, nearest_loans
from app.services.report_ports import PriceMarks, PriceRuler

STATE_WORDS: Final = {
    LoanState.OK: "ok",
    LoanState.WARNING: "early warning",
    LoanState.MARGIN_CALL: "margin call",
    LoanState.LIQUIDATION: "FORCED SALE",
    LoanState.UNCOVERED: "UNCOVERED",
    LoanState.UNKNOWN: "not judged",
    LoanState.UNDRAWN: "undrawn",
    LoanState.CLOSED: "closed",
}
GRAVE: Final = frozenset((LoanState.MARGIN_CALL, LoanState.LIQUIDATION, LoanState.UNCOVERED))


def pressing_loans(figures: BookFigures, most: int) -> tuple[LoanFigures, ...]:
    """Return at most ``most`` loans that owe something, the most pressing first.

    Those with nothing left to secure them come first, then those at a forced sale, then those that are called; then by
    how far the price may fall; then those whose contracts name no line.
    """
    found = danger_of(figures)
    order = dict.fromkeys(loan.loan.name for loan in (*found.sold, *found.called))
    by_name = {loan.loan.name: loan for loan in (*found.sold, *found.called)}
    owing = frozenset(figures.ledger.owing)
    for index in (*nearest_loans(figures, most), *figures.ledger.owing):
        if len(order) >= most:
            break
        name = figures.loans.loan(index).name
        if name not in order and index in owing:
            order[name] = None
            by_name[name] = figures.loans[index]
    return tuple(by_name[name] for name in list(order)[:most])


def load_lines(figures: BookFigures, loans: Sequence[LoanFigures], reserve: Decimal | None) -> PriceRuler:
    """Return the ruler with those loans; without a price no line of today or of a fall stands on it."""
    currency = figures.totals.currency
    lookup = figures.prices[currency]
    price = lookup.value if isinstance(lookup, Quote) else None
    known = last_known(lookup)
    return PriceRuler(
        currency,
        price,
        tuple(mark for loan in loans if (mark := _marks(loan, figures)) is not None),
        None if price is None else EXACT.multiply(price, EXACT.subtract(Decimal(1), figures.drop)),
        figures.drop,
        reserve,
        None if price is not None or known is None else known.value,
        max(len(figures.ledger.owing) - len(loans), 0),
    )


def line_price(loan: LoanFigures, kind: TriggerKind) -> Decimal | None:
    """Return the price at which a falling market reaches a loan's first line of that kind, in the loan's currency."""
    line = loan.first(kind)
    return None if line is None else line.price


def _marks(loan: LoanFigures, figures: BookFigures) -> PriceMarks | None:
    call = _in_base(line_price(loan, TriggerKind.MARGIN_CALL), loan, figures)
    sale = _in_base(line_price(loan, TriggerKind.LIQUIDATION), loan, figures)
    if call is None and sale is None:
        return None
    return PriceMarks(loan.loan.name, call, sale, STATE_WORDS[loan.state])


def _in_base(price: Decimal | None, loan: LoanFigures, figures: BookFigures) -> Decimal | None:
    """Return a price in the book's currency, at the rate of the two prices of bitcoin; None where one is not known."""
    base = figures.totals.currency
    if price is None:
        return None
    # A contract that prices on a source of its own has its line moved by what that source differs: one price, one fall.
    ours, theirs = last_known(figures.prices[base]), last_known(loan.lookup)
    if loan.loan.currency == base and (ours is None or theirs is None):
        return price
    if ours is None or theirs is None:
        return None
    return EXACT.divide(EXACT.multiply(price, ours.value), theirs.value)
