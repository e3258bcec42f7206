"""What a rule's warning says: what, how much, by when, and the prepared action; rounded against the user's risk.

The same function tells that a rule is reached and that it is over; it looks at the figures to see which.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from math import ceil
from typing import Final, NamedTuple

from app.domain.figures import LoanFigures, LoanState, TriggerFigures
from app.domain.ltv import cure
from app.domain.money import EXACT, ceil_sats
from app.domain.portfolio import BookFigures
from app.domain.quotes import PriceLookup, Quote
from app.domain.rule_machine import Sign
from app.domain.rules import Due, Rule, RuleKind
from app.domain.terms import TriggerKind
from app.services.plain_line import days_text
from app.services.rule_actions import action, remedy_to, running, sale_clause
from app.services.rule_book_signs import BookSign, lender_shares
from app.services.rule_context import RuleContext
from app.services.rule_dates import Dated
from app.services.rule_facts import facts_of, loan_lines, measured, price_lines
from app.services.rule_falls import fall_of
from app.services.rule_levels import level_of, line_ltv
from app.services.rule_sentences import fall_noun, line_noun
from app.services.wording import btc, danger_price, hours_left, money, percent_down, percent_up, plain_percent

_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)
_VERBS: Final = {
    TriggerKind.WARNING: ("is warned", "warning"),
    TriggerKind.MARGIN_CALL: ("is called", "call"),
    TriggerKind.LIQUIDATION: ("is sold", "forced sale"),
}


class Telling(NamedTuple):
    """What a round's sentences speak of; ``clocks`` tell until when margin calls have to be cured, by loan."""

    figures: BookFigures
    context: RuleContext
    clocks: Mapping[str, datetime]


def tell_level(about: Telling, rule: Rule, index: int) -> tuple[str, str]:
    """Return sentence and facts of an LTV, HEADROOM or DROP rule for the loan at that place."""
    loan = about.figures.loans[index]
    line = line_ltv(rule, loan.balance)
    facts = [_price_facts(loan.lookup, about.context), loan_lines(loan, about.context.now)]
    if loan.state is LoanState.UNCOVERED:
        sentence = f"{loan.loan.name} owes money and has no collateral left; the lender may claim all of it at once."
        return sentence, facts_of(rule, *facts)
    if loan.ltv is None or line is None:
        nothing = "owes nothing any more" if loan.state in (LoanState.CLOSED, LoanState.UNDRAWN) else "has no price"
        return f"{loan.loan.name} {nothing}; this warning is over.", facts_of(rule, *facts)
    fall = _fall(rule, about)
    level = level_of(rule, line, fall)
    limit = f"{plain_percent(level.reached)} LTV (clear below {plain_percent(level.clear)})"
    facts.insert(0, measured("LTV", loan.ltv, limit))
    over = loan.ltv < level.clear
    said = (_over if over else _reached)(rule, loan, line, fall)
    if over:
        return said, facts_of(rule, *facts)
    parts = (
        said,
        running(about.clocks.get(loan.loan.name), about.context.now),
        action(loan, about.figures.sale_cost, level.clear),
        sale_clause(loan) if rule.line is not TriggerKind.LIQUIDATION else "",
    )
    return _joined(*parts), facts_of(rule, *facts)


def tell_date(about: Telling, rule: Rule, one: Dated) -> tuple[str, str]:
    """Return sentence and facts of a rule about a date."""
    loan = about.figures.loans[one.place]
    facts = facts_of(
        rule,
        "" if one.at is None else f"Date: {one.at:%Y-%m-%d %H:%M} UTC.",
        loan_lines(loan, about.context.now),
    )
    if rule.kind is RuleKind.BALANCE_AGE:
        return _age_sentence(about, loan, one), facts
    return _date_sentence(about, rule, loan, one), facts


def tell_book(about: Telling, rule: Rule, sign: BookSign) -> tuple[str, str]:
    """Return sentence and facts of a rule about the book, a lender, or a probability."""
    value, limit = sign.value, rule.limit or _ZERO
    told = btc(int(limit)) if rule.kind is RuleKind.FREE_BTC else plain_percent(limit)
    facts = facts_of(
        rule,
        measured("Measured", value, told),
        _price_facts(about.figures.prices[about.figures.totals.currency], about.context),
    )
    return _TOLD[rule.kind](about, rule, sign), facts


def _fall(rule: Rule, about: Telling) -> Decimal:
    if rule.kind is not RuleKind.DROP:
        return _ZERO
    histories = about.context.candles
    candles = histories.get(about.figures.totals.currency) or next(iter(histories.values()), ())
    return fall_of(rule, candles, about.context.now.date()) or _ZERO


def _line_of(rule: Rule, loan: LoanFigures, line: Decimal) -> TriggerFigures | None:
    return next(
        (t for t in loan.triggers if t.trigger.ltv == line and (rule.line is None or t.trigger.kind is rule.line)), None
    )


def _reached(rule: Rule, loan: LoanFigures, line: Decimal, fall: Decimal) -> str:
    name, at = loan.loan.name, percent_up(loan.ltv or _ZERO)
    if rule.kind is RuleKind.LTV:
        whose = "the contract's first warning level" if rule.limit is None else "your level"
        return f"{name} is at {at} LTV; {whose} is {plain_percent(line)}.{_call_clause(loan)}"
    trigger = _line_of(rule, loan, line)
    verb, noun = _VERBS[trigger.trigger.kind if trigger is not None else TriggerKind.MARGIN_CALL]
    place = ""
    if trigger is not None and trigger.price is not None and trigger.headroom is not None:
        away = f"{percent_down(trigger.headroom)} below now" if trigger.headroom > 0 else "which is passed"
        place = f"{name} {verb} at {danger_price(trigger.price, loan.loan.currency)}, {away}"
    if rule.kind is RuleKind.HEADROOM:
        return f"{place}; you asked to know under {plain_percent(rule.limit or _ZERO)}."
    after = percent_up(EXACT.divide(loan.ltv or _ZERO, EXACT.subtract(_ONE, fall)))
    noted = fall_noun(rule, fall)
    return f"{place}. {noted[0].upper()}{noted[1:]} leaves it at {after} LTV ({noun} at {plain_percent(line)})."


def _over(rule: Rule, loan: LoanFigures, line: Decimal, fall: Decimal) -> str:
    name, at = loan.loan.name, percent_up(loan.ltv or _ZERO)
    if rule.kind is RuleKind.LTV:
        return f"{name} is back under {plain_percent(line)} LTV ({at}).{_call_clause(loan)}"
    trigger = _line_of(rule, loan, line)
    room = "" if trigger is None or trigger.headroom is None else f" ({percent_down(trigger.headroom)} away)"
    if rule.kind is RuleKind.HEADROOM:
        return f"{name} is {plain_percent(rule.limit or _ZERO)} or more away from its {line_noun(rule)} again{room}."
    noted = fall_noun(rule, fall)
    return f"{noted[0].upper()}{noted[1:]} would no longer take {name} to its {line_noun(rule)}{room}."


def _call_clause(loan: LoanFigures) -> str:
    call = loan.first(TriggerKind.MARGIN_CALL)
    if call is None or call.price is None or call.headroom is None:
        return ""
    if call.headroom <= 0:
        return f" Its margin call at {plain_percent(call.trigger.ltv)} is reached."
    return f" It is called at {danger_price(call.price, loan.loan.currency)}, {percent_down(call.headroom)} below now."


def _date_sentence(about: Telling, rule: Rule, loan: LoanFigures, one: Dated) -> str:
    name, now = loan.loan.name, about.context.now
    days = days_text(int(rule.limit or 0))
    if one.at is None or one.what is None:
        return f"{name} has no such deadline any more."
    if one.sign(now) is Sign.CLEAR:
        return f"{name} has no such deadline within {days} any more; the next one is on {one.at:%a %d %b %Y}."
    owed = money(loan.balance.debt, loan.loan.currency, rounding=ROUND_CEILING)
    if one.what is Due.CURE:
        cured = f" {_capital(remedy_to(loan, loan.cure_now))}." if loan.cure_now is not None else ""
        until = f"{one.at:%a %d %b %H:%M} UTC ({hours_left(one.at - now)})"
        return f"{name}: its margin call has to be cured until {until}.{cured}"
    day, left = f"{one.at:%a %d %b %Y}", _days_left((one.at - now).total_seconds())
    if one.what is Due.MATURITY:
        verb = "matured" if one.at.date() < now.date() else "matures"
        remedy = f"{owed} is owed to {loan.loan.lender}: repay it, or agree on an extension."
        return f"{name} {verb} on {day} ({left}). {remedy}"
    interest = money(loan.balance.accrued_interest, loan.loan.currency, rounding=ROUND_CEILING)
    due = f"a payment to {loan.loan.lender} is due on {day} ({left})"
    return f"{name}: {due}. Interest accrued until today is {interest}."


def _age_sentence(about: Telling, loan: LoanFigures, one: Dated) -> str:
    name, at = loan.loan.name, one.at or about.context.now
    days = (about.context.now - at).days
    if one.sign(about.context.now) is Sign.CLEAR:
        return f"The balance of {name} was confirmed on {at:%a %d %b %Y}."
    owed = money(loan.balance.debt, loan.loan.currency, rounding=ROUND_CEILING)
    return (
        f"The balance of {name} was last confirmed {days_text(days)} ago, on {at:%a %d %b %Y}. Compare it with what "
        f"{loan.loan.lender} says: {owed} owed, {btc(loan.balance.collateral_sats)} pledged by our reckoning."
    )


def _week_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    fall = sign.value or _ZERO
    price = about.figures.prices[about.figures.totals.currency]
    now = f" It stands at {money(price.value, price.currency)}." if isinstance(price, Quote) else ""
    if sign.sign is Sign.CLEAR:
        return f"Bitcoin is no longer {plain_percent(rule.limit or _ZERO)} below its price of a week ago.{now}"
    return _joined(f"Bitcoin has fallen {percent_up(fall)} within 7 days.{now}", _nearest_clause(about))


def _nearest_clause(about: Telling) -> str:
    nearest = about.figures.nearest
    if nearest is None or nearest.trigger.price is None or nearest.trigger.headroom is None:
        return ""
    index = next(i for i, name in enumerate(about.figures.loans.names) if name == nearest.loan)
    loan = about.figures.loans[index]
    verb = _VERBS[nearest.trigger.trigger.kind][0]
    at = danger_price(nearest.trigger.price, loan.loan.currency)
    line = f"Next, {nearest.loan} {verb} at {at}, {percent_down(nearest.trigger.headroom)} below now."
    return _joined(line, action(loan, about.figures.sale_cost))


def _reserve_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    limit = plain_percent(rule.limit or _ZERO)
    if sign.sign is Sign.CLEAR:
        return f"The free bitcoin lasts for a fall of {limit} or more again."
    end = about.context.reserve.cure_each_call if about.context.reserve is not None else None
    if end is None or end.price is None:
        return "The free bitcoin does not suffice for the margin calls that are due now."
    at = danger_price(end.price, about.figures.totals.currency)
    room = "which is passed" if sign.value is None or sign.value <= 0 else f"{percent_down(sign.value)} below now"
    lacks = "" if end.lacks is None or end.lacks <= 0 else f" {end.loan} then lacks {btc(ceil_sats(end.lacks))}."
    return (
        f"Curing every margin call on the way down uses up the free bitcoin at {at}, {room}; you asked to know under "
        f"{limit}.{lacks} Add bitcoin, or pay a debt down."
    )


def _free_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    held, floor = int(sign.value or 0), int(rule.limit or 0)
    if sign.sign is Sign.CLEAR:
        return f"The accounts hold {btc(held)} again; your floor is {btc(floor)}."
    del about
    missing = btc(floor - held)
    return f"The accounts hold {btc(held)}, less than your floor of {btc(floor)}. Add {missing} to be back at it."


def _book_ltv_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    limit, totals = rule.limit or _ONE, about.figures.totals
    price = about.figures.prices[totals.currency]
    if sign.sign is Sign.CLEAR:
        now = "nothing is owed" if sign.value is None else f"{percent_up(sign.value)} of the pledged bitcoin's value"
        return f"The whole book is back under {plain_percent(limit)} LTV ({now})."
    if sign.value is None or totals.debt is None or not isinstance(price, Quote):
        return "The book owes money, and nothing is pledged for it any more."
    need = cure(
        totals.debt,
        totals.encumbered_sats,
        price.value,
        limit,
        sale_cost=about.figures.sale_cost,
        currency=totals.currency,
        deadline_hours=None,
    )
    repay = money(need.repay, totals.currency, rounding=ROUND_CEILING)
    told = f"All debts together are {percent_up(sign.value)} of the pledged bitcoin's value"
    remedy = f" To be back at it: post {btc(need.top_up_sats)} or repay {repay}, over all loans."
    return f"{told}; your limit is {plain_percent(limit)}.{remedy if need.top_up_sats else ''}"


def _share_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    limit, share = rule.limit or _ONE, percent_up(sign.value or _ZERO)
    if sign.sign is Sign.CLEAR:
        return f"{sign.subject} holds {share} of all bitcoin, no longer more than {plain_percent(limit)}."
    held, total = lender_shares(about.figures).get(sign.subject, 0), about.figures.totals.btc_sats
    allowed = int(EXACT.multiply(limit, Decimal(total)))
    return (
        f"{sign.subject} holds {share} of all bitcoin ({btc(held)}); your limit is {plain_percent(limit)}. Have "
        f"{btc(max(held - allowed, 0))} released, or repay there, to be back at it."
    )


def _chance_sentence(about: Telling, rule: Rule, sign: BookSign) -> str:
    limit, horizon = plain_percent(rule.limit or _ONE), days_text(rule.horizon_days or 0)
    what = f"The chance that {sign.subject} reaches its {line_noun(rule)} within {horizon}"
    if sign.sign is Sign.CLEAR:
        return f"{what} is no longer above {limit}."
    text = f"{what} is {percent_up(sign.value or _ZERO)}; your limit is {limit}."
    loan = about.figures.loans[sign.place] if sign.place is not None else None
    if loan is None:
        return text
    return _joined(f"{text}{_call_clause(loan)}", action(loan, about.figures.sale_cost))


_TOLD: Final[dict[RuleKind, Callable[[Telling, Rule, BookSign], str]]] = {
    RuleKind.WEEK_MOVE: _week_sentence,
    RuleKind.RESERVE: _reserve_sentence,
    RuleKind.FREE_BTC: _free_sentence,
    RuleKind.BOOK_LTV: _book_ltv_sentence,
    RuleKind.LENDER_SHARE: _share_sentence,
    RuleKind.PROBABILITY: _chance_sentence,
}


def _days_left(seconds: float) -> str:
    """Return how far away a day is; time left is rounded down, time gone up."""
    if seconds < 0:
        gone = ceil(-seconds / 86_400) - 1
        return "today" if gone == 0 else f"{days_text(gone)} ago"
    days = int(seconds // 86_400)
    return "tomorrow" if days == 0 else f"in {days_text(days)}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _price_facts(lookup: PriceLookup, context: RuleContext) -> str:
    return price_lines(lookup, context.consensus.get(lookup.currency), context.now)
