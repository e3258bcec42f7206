"""The numbers that a rule was judged by, one per line, for whoever asks "why?"; no word of them comes from a server."""

from datetime import datetime
from decimal import Decimal

from app.domain.figures import LoanFigures
from app.domain.money import EXACT
from app.domain.quotes import Consensus, PriceLookup, Quote, Verdict
from app.domain.rules import Rule
from app.services.rule_context import confirmed_at
from app.services.rule_sentences import rule_sentence
from app.services.wording import age, btc, money


def facts_of(rule: Rule, *lines: str) -> str:
    """Return the rule's sentence and the other lines that are not empty."""
    return "\n".join((f"Rule: {rule_sentence(rule)}", *filter(None, lines)))


def measured(name: str, value: Decimal | None, limit: str) -> str:
    """Return what was measured with all its digits, and the limit."""
    told = "none" if value is None else f"{value.quantize(Decimal('0.000001'), context=EXACT):f}"
    return f"{name}: {told}. Limit: {limit}."


def price_lines(lookup: PriceLookup, consensus: Consensus | None, now: datetime) -> str:
    """Return the price with its age and source, and what each source said; one per line."""
    if not isinstance(lookup, Quote):
        return "Price: none to rely on."
    counted = f"{lookup.sources_used} of {lookup.sources_asked} sources"
    when = f"{_age(lookup.at, now)} old ({lookup.at:%Y-%m-%d %H:%M:%S} UTC)"
    told = [f"Price: {money(lookup.value, lookup.currency)}, {lookup.origin}, {counted}, {when}."]
    for row in consensus.sources if consensus is not None else ():
        if row.price is not None and row.verdict is Verdict.USED:
            seconds = "" if row.age_seconds is None else f", {age(row.age_seconds)} old"
            told.append(f"Source: {row.name} {money(row.price, lookup.currency)}{seconds}.")
    return "\n".join(told)


def loan_lines(figures: LoanFigures, now: datetime) -> str:
    """Return what a loan owes and has pledged, and when that was last confirmed."""
    currency, balance = figures.loan.currency, figures.balance
    confirmed = confirmed_at(figures.loan, now)
    return (
        f"Loan: exposure {money(balance.exposure, currency)}, {btc(balance.collateral_sats)} pledged with "
        f"{figures.loan.lender}; last confirmed {confirmed:%Y-%m-%d}, {_age(confirmed, now)} ago."
    )


def line_facts(figures: LoanFigures, prices: str, now: datetime) -> str:
    """Return what a loan's own lines were judged by; ``prices`` are the ``price_lines``, the same for many loans."""
    return f"Rule: the contract's own lines.\n{prices}\n{loan_lines(figures, now)}"


def _age(at: datetime, now: datetime) -> str:
    return age(max(int((now - at).total_seconds()), 0))
