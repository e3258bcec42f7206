"""What the plan screen says: pure functions from a plan to words, amounts hidden where the user hides them."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.quotes import NoQuote
from app.risk.plan_request import PlanRequest
from app.risk.plan_result import Plan
from app.services.desk import DeskSnapshot
from app.services.plan_words import OBJECTIVE_WORDS, Tellers, cost_words, headline_words
from app.services.refinance import Refinancing, UnderTerms
from app.ui.formats import (
    DOWN,
    HIDDEN,
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    ltv_text,
    money_text,
    percent_text,
    price_text,
)

WHAT_IF: Final = "WHAT-IF"
UNTOUCHED: Final = "Nothing here touches the book until you enter it or save it."
NO_LOANS: Final = "A plan needs a loan: add one with its debt, its bitcoin and its contract's levels."
RECKONING: Final = "Reckoning…"
_AMOUNT: Final = re.compile(r"\d[\d.,]*(?= (?:BTC|[A-Z]{3})\b)|(?<=at most )[\d.,]*\d")
BY_HAND: Final = "Your own numbers; the budget does not bind them."


class Saying(NamedTuple):
    """The headline of the screen; ``tone`` is a colour role."""

    headline: str
    detail: str
    tone: str = "text"


def tellers(display: Display) -> Tellers:
    """Return how amounts are told on the screen."""
    return Tellers(
        lambda sats: btc_text(sats, display, UP),
        lambda sats: btc_text(sats, display, DOWN),
        lambda amount, currency: money_text(amount, currency, display, UP),
        danger_price_text,
        percent_text,
    )


def plan_saying(plan: Plan, display: Display, *, by_hand: bool = False) -> Saying:
    """Return what a plan does, to which price it holds, and what it costs."""
    tell = tellers(display)
    cost = f"{BY_HAND} {cost_words(plan, tell)}" if by_hand else cost_words(plan, tell)
    return Saying(headline_words(plan, tell), cost, "text" if plan.feasible else "call")


def nothing_saying(snapshot: DeskSnapshot) -> Saying | None:
    """Return why there can be no plan whatever is asked, or None."""
    if not snapshot.book.loans:
        return Saying("No loan, no plan.", NO_LOANS, "muted")
    base = snapshot.figures.prices[snapshot.book.base_currency]
    if isinstance(base, NoQuote):
        return Saying(
            f"No plan without a price in {base.currency}.",
            f"{base.reason[:1].upper()}{base.reason[1:]}. The plan follows as soon as there is a price.",
            "muted",
        )
    return None


def refused_saying(reason: str) -> Saying:
    """Return that a request has no plan."""
    return Saying("This cannot be planned.", reason, "call")


def told(sentence: str, display: Display) -> str:
    """Return a sentence of the plan's, its amounts hidden where amounts are."""
    return _AMOUNT.sub(HIDDEN, sentence) if display.hidden else sentence


def no_sigma_saying(reason: str | None) -> Saying:
    """Return that chances cannot be weighed yet; ``reason`` is why there is no model, None while it is reckoned."""
    if reason is None:
        return Saying(RECKONING, "The volatility is being reckoned from the price history.", "muted")
    return refused_saying(f"The least total chance weighs loans by the market's volatility. {reason}".strip())


def free_words(snapshot: DeskSnapshot, display: Display) -> str:
    """Return what an empty budget of bitcoin means."""
    free = snapshot.figures.totals.unencumbered_sats
    return "no bitcoin is free" if not free else f"all {btc_text(free, display)}"


def sigma_words(sigma: Decimal | None, days: int | None) -> str:
    """Return what the least total chance rests on."""
    if sigma is None:
        return "Needs a price history; none is known yet."
    return f"Weighs {NOT_KNOWN if days is None else days} days at a volatility of {percent_text(sigma, 0)} a year."


def request_words(request: PlanRequest, currency: str, display: Display) -> str:
    """Return what a saved request asks, in a line."""
    parts = [OBJECTIVE_WORDS[request.aim]]
    if request.to_ltv is not None:
        parts.append(f"to {ltv_text(request.to_ltv)}")
    if request.target_price is not None:
        parts.append(f"at {price_text(request.target_price, currency)}")
    parts.append("all free BTC" if request.budget_sats is None else btc_text(request.budget_sats, display))
    parts += [money_text(amount, code, display) for code, amount in request.budget_cash.items()]
    return ", ".join(parts)


class Line(NamedTuple):
    """A figure before and after, with its name."""

    name: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The line for a screen reader."""
        return f"{self.name}: {self.before}, then {self.after}"


def refinance_lines(found: Refinancing, currency: str, display: Display) -> tuple[Line, ...]:
    """Return a loan's lines under its own terms and under another lender's."""
    now, then = found.now, found.then

    def both(name: str, before: str, after: str) -> Line:
        return Line(name, before, after)

    return (
        both("Margin call", _line(now, "call", currency), _line(then, "call", currency)),
        both("Forced sale", _line(now, "sale", currency), _line(then, "sale", currency)),
        both("Cure", _cure(now), _cure(then)),
        both("Rate", percent_text(now.rate, 2), percent_text(then.rate, 2)),
        both("Interest a year", _cost(now, currency, display), _cost(then, currency, display)),
        both("To post now", _top_up(now, display), _top_up(then, display)),
    )


def refinance_sentence(found: Refinancing, currency: str, display: Display) -> str:
    """Return what another lender's terms change most."""
    before, after = found.now.liquidation_price, found.then.liquidation_price
    parts = []
    if before is not None and after is not None:
        was, now = danger_price_text(before, currency), danger_price_text(after, currency)
        parts.append(f"the forced sale stays at {was}" if was == now else f"the forced sale moves from {was} to {now}")
    saved = found.saved_a_year
    if saved:
        amount = money_text(abs(saved), currency, display)
        parts.append(f"interest costs {amount} a year {'less' if saved > 0 else 'more'}")
    else:
        parts.append("interest costs the same")
    return f"Under {found.lender}’s terms {' and '.join(parts)}."


def _line(terms: UnderTerms, kind: str, currency: str) -> str:
    ltv, price = (
        (terms.margin_call_ltv, terms.margin_call_price)
        if kind == "call"
        else (terms.liquidation_ltv, terms.liquidation_price)
    )
    if ltv is None:
        return "none"
    return f"{percent_text(ltv)} at {danger_price_text(price, currency)}"


def _cure(terms: UnderTerms) -> str:
    if terms.cure_ltv is None:
        return NOT_KNOWN
    hours = "" if terms.cure_hours is None else f" in {terms.cure_hours} h"
    return f"to {percent_text(terms.cure_ltv)}{hours}"


def _cost(terms: UnderTerms, currency: str, display: Display) -> str:
    return money_text(terms.cost_a_year, currency, display)


def _top_up(terms: UnderTerms, display: Display) -> str:
    if terms.top_up_sats is None:
        return NOT_KNOWN
    return "nothing" if not terms.top_up_sats else btc_text(terms.top_up_sats, display, UP)
