"""Rules about the whole book, its lenders, and what the risk room says: one sign each.

Deadbands: what moves with the price has to be clear by two points, or a quarter of its limit where that is less.
Bitcoin in accounts changes by entries alone, so its floor has none.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from app.domain.money import EXACT
from app.domain.portfolio import BookFigures
from app.domain.rule_machine import Sign
from app.domain.rules import BOOK_SUBJECT, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.services.rule_context import RuleContext, base_price, confirmed_prices
from app.services.rule_levels import band, line_ltv

if TYPE_CHECKING:
    from app.risk.results import LoanRisk, Probability

_ONE: Final = Decimal(1)
_REACHED, _NEAR, _CLEAR, _UNKNOWN = Sign.REACHED, Sign.NEAR, Sign.CLEAR, Sign.UNKNOWN


class BookSign(NamedTuple):
    """What a rule says of the book, a lender or a loan.

    Attributes:
        subject: ``BOOK_SUBJECT``, the lender's or the loan's name.
        place: the loan's in the book, or None.
        sign: what is said.
        value: what was measured, in the unit of the rule's limit; None where it is not known, or infinite.
    """

    subject: str
    place: int | None
    sign: Sign
    value: Decimal | None = None


def above(value: Decimal, limit: Decimal, calm: Decimal | None = None) -> Sign:
    """Return the sign of "above ``limit``"; ``calm`` is the value that has to be clear, ``value`` unless given."""
    if value > limit:
        return _REACHED
    return _CLEAR if (value if calm is None else calm) < EXACT.subtract(limit, band(limit)) else _NEAR


def below(value: Decimal, limit: Decimal) -> Sign:
    """Return the sign of "below ``limit``", for a distance."""
    if value < limit:
        return _REACHED
    return _CLEAR if value > EXACT.add(limit, band(limit)) else _NEAR


def week_move(rule: Rule, context: RuleContext) -> BookSign:
    """Return whether the price fell by the limit or more within seven days, by the close of a week ago."""
    move, limit = context.moves.week, rule.limit or _ONE
    if move is None:
        return BookSign(BOOK_SUBJECT, None, _UNKNOWN)
    fall = EXACT.minus(move)
    reached = fall >= limit
    calm = fall < EXACT.subtract(limit, band(limit))
    return BookSign(BOOK_SUBJECT, None, _REACHED if reached else _CLEAR if calm else _NEAR, fall)


def reserve(rule: Rule, figures: BookFigures, context: RuleContext) -> BookSign:
    """Return whether the price at which curing every call uses up the free bitcoin is nearer than the limit."""
    price = base_price(figures, context)
    if context.reserve is None or price is None:
        return BookSign(BOOK_SUBJECT, None, _UNKNOWN)
    end = context.reserve.cure_each_call
    if end.price is None:
        return BookSign(BOOK_SUBJECT, None, _REACHED if end.already else _CLEAR)
    room = EXACT.subtract(_ONE, EXACT.divide(end.price, price.high))
    calm = EXACT.subtract(_ONE, EXACT.divide(end.price, price.value))
    sign = below(room, rule.limit or _ONE)
    if end.already:
        sign = _REACHED
    elif sign is _CLEAR and below(calm, rule.limit or _ONE) is not _CLEAR:
        sign = _NEAR
    return BookSign(BOOK_SUBJECT, None, sign, calm)


def free_btc(rule: Rule, figures: BookFigures) -> BookSign:
    """Return whether the accounts hold less than the limit; needs no price."""
    held = Decimal(sum(figures.free_sats.values()))
    return BookSign(BOOK_SUBJECT, None, _REACHED if held < (rule.limit or 0) else _CLEAR, held)


def book_ltv(rule: Rule, figures: BookFigures, context: RuleContext) -> BookSign:
    """Return whether all debts ÷ the value of all pledged bitcoin is above the limit."""
    if not figures.ledger.owing:
        return BookSign(BOOK_SUBJECT, None, _CLEAR)
    if not figures.ledger.encumbered_sats:
        return BookSign(BOOK_SUBJECT, None, _REACHED)
    price, ltv = base_price(figures, context), figures.totals.ltv
    if price is None or ltv is None:
        return BookSign(BOOK_SUBJECT, None, _UNKNOWN)
    at_high = EXACT.divide(EXACT.multiply(ltv, price.value), price.high)
    return BookSign(BOOK_SUBJECT, None, above(at_high, rule.limit or _ONE, ltv), ltv)


def lender_shares(figures: BookFigures) -> dict[str, int]:
    """Return the satoshis pledged to each lender, in the book's order."""
    held: dict[str, int] = defaultdict(int)
    for index, balance in enumerate(figures.ledger.balances):
        if balance.collateral_sats:
            held[figures.loans.loan(index).lender] += balance.collateral_sats
    return dict(held)


def lenders(rule: Rule, figures: BookFigures) -> Iterator[BookSign]:
    """Yield whether a lender holds more than the limit of all bitcoin, free and pledged; needs no price."""
    total = figures.totals.btc_sats
    for lender, sats in lender_shares(figures).items():
        share = min(_ONE, EXACT.divide(Decimal(sats), Decimal(total))) if total > 0 else _ONE
        yield BookSign(lender, None, above(share, rule.limit or _ONE), share)


def probabilities(rule: Rule, figures: BookFigures, context: RuleContext) -> Iterator[BookSign]:
    """Yield, for each loan with the line, whether its probability within the rule's horizon is above the limit."""
    told = _told(context)
    prices = confirmed_prices(figures, context)
    wanted = frozenset(rule.loans)
    owing = set(figures.ledger.owing)
    for index, balance in enumerate(figures.ledger.balances):
        name = figures.loans.loan(index).name
        if (wanted and name not in wanted) or line_ltv(rule, balance) is None:
            continue
        if index not in owing:
            yield BookSign(name, index, _CLEAR)
            continue
        found = _probability(rule, told.get(index), name) if figures.ledger.keys[index] in prices else None
        if found is None:
            yield BookSign(name, index, _UNKNOWN)
        else:
            yield BookSign(name, index, above(found.value, rule.limit or _ONE), found.value)


def _told(context: RuleContext) -> dict[int, "LoanRisk"]:
    loans = getattr(context.risk, "loans", ())  # an answer that there is none has no loans
    return {loan.index: loan for loan in loans}


def _probability(rule: Rule, risk: "LoanRisk | None", name: str) -> "Probability | None":
    horizon = risk.within(rule.horizon_days or 0) if risk is not None and risk.loan == name else None
    if horizon is None:
        return None
    if rule.line is TriggerKind.LIQUIDATION:
        return horizon.liquidation
    return horizon.margin_call if rule.line is TriggerKind.MARGIN_CALL else horizon.margin_call or horizon.liquidation


def book_signs(rule: Rule, figures: BookFigures, context: RuleContext) -> tuple[BookSign, ...]:  # noqa: PLR0911 - one for each kind
    """Return the signs of a rule that is neither about an LTV nor about a date."""
    match rule.kind:
        case RuleKind.WEEK_MOVE:
            return (week_move(rule, context),)
        case RuleKind.RESERVE:
            return (reserve(rule, figures, context),)
        case RuleKind.FREE_BTC:
            return (free_btc(rule, figures),)
        case RuleKind.BOOK_LTV:
            return (book_ltv(rule, figures, context),)
        case RuleKind.LENDER_SHARE:
            return tuple(lenders(rule, figures))
        case RuleKind.PROBABILITY:
            return tuple(probabilities(rule, figures, context))
        case _:
            return ()
