"""A rule as one sentence for people, and as a short title."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.services.plain_line import days_text, minutes_text
from app.services.wording import btc, plain_percent

NAMED: Final = 3
_ZERO: Final = Decimal(0)
_LINES: Final = {
    TriggerKind.WARNING: "warning level",
    TriggerKind.MARGIN_CALL: "margin call",
    TriggerKind.LIQUIDATION: "forced sale",
    None: "margin call or forced sale",
}
_DATES: Final = {
    Due.MATURITY: "matures",
    Due.INTEREST: "has interest due",
    Due.CURE: "has a margin call to cure",
    None: "has a deadline",
}
_ASKING: Final = {
    Urgency.NOTICE: "Let me know",
    Urgency.EARLY: "Tell me",
    Urgency.CALL: "Tell me at once",
    Urgency.SALE: "Tell me at once",
}


def rule_sentence(rule: Rule) -> str:
    """Return what a rule asks for (``Tell me when any loan's LTV is at or above 70 % for 5 min.``), as a sentence."""
    by = f" by {_listed(rule.channels, 'and')}" if rule.channels else ""
    held = f" for {minutes_text(rule.hold_minutes)}" if rule.hold_minutes else ""
    return f"{_ASKING[rule.urgency]}{by} when {_condition(rule)}{held}."


def rule_title(rule: Rule) -> str:
    """Return a rule in a few words, for a list: ``LTV at 70 %``."""
    return _TITLES[rule.kind](rule)


def warning_title(rule: Rule, subject: str) -> str:
    """Return the title of a warning that a rule made: whom it is about, and which rule."""
    return f"{subject} · {rule_title(rule)}" if subject else rule_title(rule)


def line_noun(rule: Rule) -> str:
    """Return the line that a rule means in words (``margin call``)."""
    return _LINES[rule.line]


def fall_noun(rule: Rule, fall: Decimal | None = None) -> str:
    """Return the fall that a ``DROP`` rule tests in words, with its size where it is given."""
    size = "" if fall is None else f" ({percent_plain(fall)})"
    if rule.fall is Fall.LAST_WEEK:
        return f"a fall like last week's{size}"
    if rule.fall is Fall.SIGMAS:
        return f"a fall of {(rule.limit or _ZERO).normalize():f} weekly standard deviations{size}"
    return f"a fall of {plain_percent(rule.limit or _ZERO)}"


def percent_plain(ratio: Decimal) -> str:
    """Return a fall as per cent, rounded to a tenth."""
    return f"{ratio * 100:.1f} %"


def _condition(rule: Rule) -> str:  # noqa: C901, PLR0911 - one for each kind
    limit, who = rule.limit or _ZERO, _who(rule)
    match rule.kind:
        case RuleKind.LTV if rule.limit is None:
            return f"{who} is at or above the first warning level of its contract"
        case RuleKind.LTV:
            return f"{_whose(rule)} LTV is at or above {plain_percent(limit)}"
        case RuleKind.HEADROOM:
            return f"{who} is less than {plain_percent(limit)} away from its {line_noun(rule)}"
        case RuleKind.DROP:
            return f"{fall_noun(rule)} would take {who} to its {line_noun(rule)}"
        case RuleKind.WEEK_MOVE:
            return f"bitcoin has fallen by {plain_percent(limit)} or more within 7 days"
        case RuleKind.PROBABILITY:
            horizon = days_text(rule.horizon_days or 0)
            chance = f"the chance that {who} reaches its {line_noun(rule)} within {horizon}"
            return f"{chance} is above {plain_percent(limit)}"
        case RuleKind.RESERVE:
            price = "the price at which curing every call uses up the free bitcoin"
            return f"{price} is less than {plain_percent(limit)} away"
        case RuleKind.FREE_BTC:
            return f"the accounts hold less than {btc(int(limit))}"
        case RuleKind.BOOK_LTV:
            return f"all debts are above {plain_percent(limit)} of the pledged bitcoin's value"
        case RuleKind.LENDER_SHARE:
            return f"one lender holds more than {plain_percent(limit)} of all bitcoin"
        case RuleKind.DEADLINE:
            return f"{who} {_DATES[rule.due]} within {days_text(int(limit))}"
        case RuleKind.BALANCE_AGE:
            return f"the balance of {who} has not been confirmed for {days_text(int(limit))}"


def _ltv_title(rule: Rule) -> str:
    return "Warning level of the contract" if rule.limit is None else f"LTV at {plain_percent(rule.limit)}"


def _deadline_title(rule: Rule) -> str:
    nouns = {Due.MATURITY: "Maturity", Due.INTEREST: "Interest", Due.CURE: "Cure deadline", None: "Deadline"}
    return f"{nouns[rule.due]} within {days_text(int(rule.limit or 0))}"


def _share(rule: Rule) -> str:
    return plain_percent(rule.limit or _ZERO)


_TITLES: Final[dict[RuleKind, Callable[[Rule], str]]] = {
    RuleKind.LTV: _ltv_title,
    RuleKind.HEADROOM: lambda rule: f"Less than {_share(rule)} to the {line_noun(rule)}",
    RuleKind.DROP: lambda rule: f"{fall_noun(rule)[2:].capitalize()} reaches the {line_noun(rule)}",
    RuleKind.WEEK_MOVE: lambda rule: f"−{_share(rule)} within 7 days",
    RuleKind.PROBABILITY: lambda rule: f"Chance above {_share(rule)} in {days_text(rule.horizon_days or 0)}",
    RuleKind.RESERVE: lambda rule: f"Free bitcoin used up within {_share(rule)}",
    RuleKind.FREE_BTC: lambda rule: f"Less than {btc(int(rule.limit or 0))} free",
    RuleKind.BOOK_LTV: lambda rule: f"Book LTV above {_share(rule)}",
    RuleKind.LENDER_SHARE: lambda rule: f"One lender above {_share(rule)}",
    RuleKind.DEADLINE: _deadline_title,
    RuleKind.BALANCE_AGE: lambda rule: f"Not confirmed for {days_text(int(rule.limit or 0))}",
}


def _who(rule: Rule) -> str:
    return _listed(rule.loans, "or") if rule.loans else "any loan"


def _whose(rule: Rule) -> str:
    return f"{_who(rule)}'s" if len(rule.loans) <= 1 else f"for {_who(rule)} the"


def _listed(names: Sequence[str], word: str) -> str:
    shown = [name[:60] for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
