"""Rules as the screens tell them: kinds, urgencies, and what a rule would have done in the last year (pure)."""

from typing import Final

from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.services.rule_backtest import RuleRecord
from app.ui.formats import day_text
from app.ui.levels import Level, Standing

KIND_WORDS: Final = {
    RuleKind.LTV: "a loan's LTV is at or above a level",
    RuleKind.HEADROOM: "the price is near a loan's line",
    RuleKind.DROP: "a fall would take a loan to its line",
    RuleKind.WEEK_MOVE: "bitcoin has fallen within a week",
    RuleKind.PROBABILITY: "a loan's line is likely to be reached",
    RuleKind.RESERVE: "the free bitcoin would soon be used up",
    RuleKind.FREE_BTC: "the accounts hold less than an amount",
    RuleKind.BOOK_LTV: "all debts together are above an LTV",
    RuleKind.LENDER_SHARE: "one lender holds too large a share",
    RuleKind.DEADLINE: "a loan's date comes near",
    RuleKind.BALANCE_AGE: "a loan's balance is long unconfirmed",
}
LINE_WORDS: Final = {
    None: "First of margin call and forced sale",
    TriggerKind.WARNING: "Warning level",
    TriggerKind.MARGIN_CALL: "Margin call",
    TriggerKind.LIQUIDATION: "Forced sale",
}
FALL_WORDS: Final = {
    Fall.FIXED: "A fixed fall",
    Fall.LAST_WEEK: "Last week's own fall",
    Fall.SIGMAS: "A number of usual weeks",
}
DUE_WORDS: Final = {
    None: "Any of them",
    Due.MATURITY: "It matures",
    Due.INTEREST: "Interest is due",
    Due.CURE: "A margin call must be cured",
}
URGENCY_WORDS: Final = {
    Urgency.NOTICE: "Notice: when there is time",
    Urgency.EARLY: "Early: today; waits in quiet hours",
    Urgency.CALL: "Call: at once, at any hour",
    Urgency.SALE: "Sale: at once, before all else",
}
_STANDINGS: Final = {
    Urgency.NOTICE: Standing(0, Level.QUIET, "Notice", "when there is time"),
    Urgency.EARLY: Standing(1, Level.WATCH, "Early", "today; it waits in quiet hours"),
    Urgency.CALL: Standing(2, Level.CALL, "Call", "at once, at any hour"),
    Urgency.SALE: Standing(3, Level.SALE, "Sale", "at once, before all else"),
}
ASKING: Final = "Looking at the last year …"
UNKNOWN: Final = "The last year could not be looked at."


def urgency_standing(rule: Rule) -> Standing:
    """Return a rule's urgency for a chip."""
    return _STANDINGS[rule.urgency]


def short_record(record: RuleRecord) -> str:
    """Return what a rule would have done, for a narrow column: ``6 times``, ``never``, or a dash."""
    if record.fired is None:
        return "—"
    return "never" if not record.fired else _times(record.fired)


def record_words(record: RuleRecord) -> str:
    """Return what a rule would have done, as a sentence with what it rests on."""
    if record.fired is None:
        return f"How often it would have fired in the last year is not known: {record.reason}."
    count = "not" if not record.fired else _times(record.fired)
    verb = "not have fired" if not record.fired else f"have fired {count}"
    first, last = record.first, record.last
    days = (last - first).days + 1 if first is not None and last is not None else 0
    span = "In the last year" if days >= 360 else f"In the {days} days of history"  # noqa: PLR2004 - a year, nearly
    newest = f", last on {day_text(record.on[-1])}" if record.on else ""
    blunt = "" if record.intraday else " Lows within a day are not in this history."
    return f"{span} this would {verb}{newest}.{blunt}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
