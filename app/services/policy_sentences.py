"""What a person is told when a limit of the policy is breached, with the remedy, and when it is kept again."""

from decimal import ROUND_CEILING
from fractions import Fraction
from math import ceil
from typing import Final

from app.domain.ltv import cure
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.portfolio import BookFigures
from app.domain.quotes import Quote
from app.services.policy_state import Measure
from app.services.policy_words import NAMES, bound_words, measure_words
from app.services.rule_book_signs import lender_shares
from app.services.wording import btc, money

_SATS: Final = 100_000_000


def breach_sentence(limit: PolicyLimit, measure: Measure, figures: BookFigures) -> str:
    """Return what is breached, by how much, and what brings the book back to its bound."""
    remedy = _remedy(limit, measure, figures)
    return f"Your policy is breached: {_what(limit, measure)}; it allows {bound_words(limit)}.{remedy}"


def kept_sentence(limit: PolicyLimit, measure: Measure) -> str:
    """Return that a limit is kept again."""
    return f"Your policy is kept again: {_what(limit, measure)}; it allows {bound_words(limit)}."


def _what(limit: PolicyLimit, measure: Measure) -> str:  # noqa: PLR0911 - one for each kind
    words = measure_words(limit, measure._replace(subject=""))
    match limit.kind:
        case LimitKind.LENDER_SHARE if measure.subject:
            return f"{measure.subject} holds {words} of all bitcoin"
        case LimitKind.LENDER_SHARE:
            return "no lender holds bitcoin"
        case LimitKind.FREE_BTC:
            return f"{words} is free"
        case LimitKind.FREE_SHARE:
            return f"{words} of all bitcoin is free"
        case LimitKind.INTEREST_MONTHS if measure.value is not None and measure.value.is_finite():
            return f"the free bitcoin covers {words} of interest"
        case LimitKind.INTEREST_MONTHS:
            return "no loan bears interest"
        case _ if measure.value is not None and not measure.value.is_finite():
            return "a debt has no bitcoin pledged for it"
    return f"{NAMES[limit.kind]} is {words}"


def _remedy(limit: PolicyLimit, measure: Measure, figures: BookFigures) -> str:
    """Return what brings the book back to the bound, with a space before it; empty where that is not known."""
    totals = figures.totals
    price = figures.prices[totals.currency]
    match limit.kind:
        case LimitKind.BOOK_LTV:
            if not isinstance(price, Quote) or totals.debt is None or not totals.encumbered_sats:
                return ""
            need = cure(
                totals.debt,
                totals.encumbered_sats,
                price.value,
                limit.bound,
                sale_cost=figures.sale_cost,
                currency=totals.currency,
                deadline_hours=None,
            )
            repay = money(need.repay, totals.currency, rounding=ROUND_CEILING)
            return f" To be back at it: post {btc(need.top_up_sats)} or repay {repay}, over all loans."
        case LimitKind.LENDER_SHARE:
            held = lender_shares(figures).get(measure.subject, 0)
            return _releasing(Fraction(held) - Fraction(limit.bound) * totals.btc_sats)
        case LimitKind.FREE_BTC:
            return _adding(Fraction(limit.bound) * _SATS - totals.unencumbered_sats)
        case LimitKind.FREE_SHARE:
            # Released bitcoin becomes free; what all the bitcoin is stays.
            return _releasing(Fraction(limit.bound) * totals.btc_sats - totals.unencumbered_sats)
        case LimitKind.INTEREST_MONTHS:
            return _for_interest(limit, measure, figures)


def _for_interest(limit: PolicyLimit, measure: Measure, figures: BookFigures) -> str:
    free = figures.totals.unencumbered_sats
    if not measure.value or not measure.value.is_finite() or free <= 0:
        return " Add bitcoin, or pay a debt down."
    needed = Fraction(limit.bound) * free / Fraction(measure.value)
    missing = max(ceil(needed - free), 0)
    return f" Add {btc(missing)}, or pay a debt down, to be back at it." if missing else ""


def _releasing(sats: Fraction) -> str:
    missing = max(ceil(sats), 0)
    return f" Have {btc(missing)} released, or repay there, to be back at it." if missing else ""


def _adding(sats: Fraction) -> str:
    missing = max(ceil(sats), 0)
    return f" Add {btc(missing)} to be back at it." if missing else ""
