"""The prepared action of a rule's warning: what to post or repay, to whom, by when, and what waiting would cost."""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from app.domain.figures import LoanFigures, cure_for
from app.domain.ltv import Cure
from app.domain.margin_calls import MarginCall
from app.domain.quotes import Quote
from app.domain.terms import TriggerKind
from app.services.ways_out import Moment, ways_out
from app.services.wording import btc, danger_price, hours_left, money, percent_down, plain_percent


def action(figures: LoanFigures, sale_cost: Decimal, target: Decimal | None = None) -> str:
    """Return what brings a loan back, now and if one waits to its call; empty where there is nothing to do or to know.

    It is brought back to the contract's cure LTV; where it is below that already, to ``target``.
    """
    if not isinstance(figures.lookup, Quote) or figures.ltv is None:
        return ""
    ways = {way.moment: way for way in ways_out(figures, sale_cost)}
    now, at_call = ways.get(Moment.NOW), ways.get(Moment.AT_CALL)
    if now is not None and now.needed:
        parts = [f"To be back at {plain_percent(now.target_ltv)} now: {remedy_to(figures, now.cure)}."]
        if at_call is not None:
            clock = f", within {at_call.deadline_hours} h" if at_call.deadline_hours is not None else ""
            parts.append(f"Waiting for the call would take {either(figures, at_call.cure)} instead{clock}.")
        return " ".join(parts)
    if target is None or figures.ltv <= target:
        return ""
    cure = cure_for(figures, figures.lookup.value, target, sale_cost)
    return f"To be back at {plain_percent(target)} now: {remedy_to(figures, cure)}."


def remedy_to(figures: LoanFigures, cure: Cure) -> str:
    """Return both ways to cure and to whom: ``post 0.4312 BTC or repay $18,301.00 to Ledger Bank``."""
    return f"post {_either(figures, cure, 'or repay ')} to {figures.loan.lender}"


def either(figures: LoanFigures, cure: Cure) -> str:
    """Return both ways to cure: ``0.4312 BTC or $18,301.00``."""
    return _either(figures, cure, "or ")


def clocks_of(calls: Iterable[MarginCall]) -> dict[str, datetime]:
    """Return until when the margin calls that stand have to be cured, by loan."""
    clocks: dict[str, datetime] = {}
    for call in calls:
        if call.stands and call.due_at is not None:
            clocks[call.loan] = min(call.due_at, clocks.get(call.loan, call.due_at))
    return clocks


def running(due: datetime | None, now: datetime) -> str:
    """Return until when a standing margin call of the loan can be cured, or empty."""
    if due is None:
        return ""
    return f"Its margin call has to be cured until {due:%a %d %b %H:%M} UTC ({hours_left(due - now)})."


def sale_clause(figures: LoanFigures) -> str:
    """Return where collateral is sold, or empty where the contract names none or that is passed."""
    sale = figures.first(TriggerKind.LIQUIDATION)
    if sale is None or sale.price is None or sale.headroom is None:
        return ""
    if sale.headroom <= 0:
        return "Its forced-sale level is passed."
    return f"Forced sale at {danger_price(sale.price, figures.loan.currency)}, {percent_down(sale.headroom)} below."


def _either(figures: LoanFigures, cure: Cure, joint: str) -> str:
    repay = money(cure.repay, figures.loan.currency, rounding=ROUND_CEILING)
    return f"{btc(cure.top_up_sats)} {joint}{repay}"
