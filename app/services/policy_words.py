"""A policy in words: what a limit is called, its bound, what was measured, and how the book stands to it.

Rounded against the treasury: what must not be too much up, what must not be too little down.
"""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from app.domain.money import EXACT
from app.domain.policy import AT_MOST, LimitKind, PolicyLimit
from app.domain.policy_breaches import Breach, Ended
from app.services.headline import PLAIN, Shown, short_btc
from app.services.policy_state import LimitState, Measure, Stand
from app.services.wording import percent_down, percent_up, plain_percent

NOT_KNOWN: Final = "—"
NAMES: Final = {
    LimitKind.BOOK_LTV: "Book LTV",
    LimitKind.LENDER_SHARE: "One lender's share",
    LimitKind.FREE_BTC: "Free BTC",
    LimitKind.FREE_SHARE: "Free share",
    LimitKind.INTEREST_MONTHS: "Months of interest",
}
MEANINGS: Final = {
    LimitKind.BOOK_LTV: "all debts ÷ the value of all pledged bitcoin",
    LimitKind.LENDER_SHARE: "bitcoin pledged to one lender ÷ all bitcoin",
    LimitKind.FREE_BTC: "bitcoin that is not pledged",
    LimitKind.FREE_SHARE: "bitcoin that is not pledged ÷ all bitcoin",
    LimitKind.INTEREST_MONTHS: "the value of the free bitcoin ÷ a month's interest of all loans",
}
STANDS: Final = {
    Stand.KEPT: "Kept",
    Stand.NEAR: "Near",
    Stand.BREACHED: "Breached",
    Stand.UNKNOWN: "Not known",
}
_PERCENTS: Final = (LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE, LimitKind.FREE_SHARE)
_ENDED: Final = {
    Ended.OPEN: "still breached",
    Ended.KEPT: "kept again",
    Ended.CHANGED: "the limit was changed",
    Ended.REMOVED: "the limit was removed",
}
_SATS: Final = Decimal(100_000_000)
_TENTH: Final = Decimal("0.1")
_MOST_SHOWN: Final = Decimal(1_000_000)


def policy_key(kind: LimitKind) -> str:
    """Return under which rule key a limit's warnings go; the program itself gives no rule a key with a colon."""
    return f"policy:{kind.value}"


POLICY_TITLES: Final = {policy_key(kind): f"Policy: {name}" for kind, name in NAMES.items()}
"""What a warning of a limit is called, by that key."""


def bound_words(limit: PolicyLimit) -> str:
    """Return a bound with its side: ``at most 50 %``, ``at least 6 months``."""
    return f"{'at most' if limit.kind in AT_MOST else 'at least'} {_bound(limit)}"


def bound_sign(limit: PolicyLimit) -> str:
    """Return a bound in short: ``≤ 50 %``, ``≥ 6 months``."""
    return f"{'≤' if limit.kind in AT_MOST else '≥'} {_bound(limit)}"


def value_words(kind: LimitKind, value: Decimal | None, shown: Shown = PLAIN) -> str:
    """Return what was measured; bitcoin masked where amounts are hidden."""
    if value is None:
        return NOT_KNOWN
    if not value.is_finite():
        return "no interest" if kind is LimitKind.INTEREST_MONTHS else "nothing pledged"
    if kind in _PERCENTS:
        return percent_up(value) if kind in AT_MOST else percent_down(value)
    if kind is LimitKind.FREE_BTC:
        sats = int(EXACT.multiply(value, _SATS).to_integral_value(ROUND_FLOOR))
        return short_btc(sats, shown, ROUND_FLOOR)
    return _months(value)


def measure_words(limit: PolicyLimit, measure: Measure, shown: Shown = PLAIN) -> str:
    """Return what was measured, and with which lender."""
    words = value_words(limit.kind, measure.value, shown)
    return f"{words}, {measure.subject}" if measure.subject and measure.value is not None else words


def state_sentence(state: LimitState, shown: Shown = PLAIN) -> str:
    """Return how the book stands to a limit, as a sentence for a tip or a screen reader."""
    worst = state.worst
    head = f"{NAMES[state.limit.kind]} ({MEANINGS[state.limit.kind]}), {bound_words(state.limit)}"
    if worst.value is None:
        return f"{head}: not known, {worst.why}."
    reason = f" ({worst.why})" if worst.why else ""
    return f"{head}: {measure_words(state.limit, worst, shown)}{reason}, {STANDS[state.stand].lower()}."


def breached_line(states: Iterable[LimitState]) -> str:
    """Return one line that names every limit that is breached, or nothing."""
    named = [
        f"{NAMES[state.limit.kind]} {measure_words(state.limit, state.worst)} ({bound_words(state.limit)})"
        for state in states
        if state.stand is Stand.BREACHED
    ]
    return f"Policy breached: {'; '.join(named)}." if named else ""


def unknown_line(states: Iterable[LimitState]) -> str:
    """Return one line that names every limit that cannot be judged, or nothing."""
    named = [NAMES[state.limit.kind] for state in states if state.stand is Stand.UNKNOWN]
    return f"Policy not judged: {', '.join(named)}." if named else ""


def breach_words(breach: Breach, shown: Shown = PLAIN) -> tuple[str, str, str, str]:
    """Return a breach as cells: the limit and lender, its bound, the worst value, how it ended."""
    name = NAMES[breach.kind]
    return (
        f"{name}, {breach.subject}" if breach.subject else name,
        bound_words(PolicyLimit(breach.kind, breach.bound)),
        value_words(breach.kind, breach.worst_value, shown),
        _ENDED[breach.ended],
    )


def _bound(limit: PolicyLimit) -> str:
    if limit.kind in _PERCENTS:
        return plain_percent(limit.bound)
    number = f"{limit.bound.normalize(EXACT):,f}"
    if limit.kind is LimitKind.FREE_BTC:
        return f"{number} BTC"
    return f"{number} {'month' if limit.bound == 1 else 'months'}"


def _months(value: Decimal) -> str:
    if value > _MOST_SHOWN:
        return f"over {_MOST_SHOWN:,} months"
    return f"{value.quantize(_TENTH, ROUND_FLOOR, EXACT):,} months"
