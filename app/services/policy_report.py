"""A policy for scripts and for printed reports: every limit with its state, and the breach log."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from app.domain.money import EXACT
from app.domain.policy import AT_MOST, LimitKind
from app.domain.policy_breaches import Breach
from app.domain.portfolio import BookFigures
from app.services.policy_state import LimitState, Stand
from app.services.policy_words import NAMES, bound_words, measure_words
from app.services.report_figures import plain, price_reports, time_text
from app.services.reports import PolicyState

_DIGITS: Final = Decimal(1).scaleb(-8)


def policy_lines(states: Sequence[LimitState]) -> tuple[PolicyState, ...]:
    """Return the states as reports print them."""
    kept = {Stand.BREACHED: False, Stand.UNKNOWN: None}
    return tuple(
        PolicyState(
            NAMES[state.limit.kind],
            bound_words(state.limit),
            measure_words(state.limit, state.worst),
            kept.get(state.stand, True),
            state.worst.why,
        )
        for state in states
    )


def policy_document(
    states: Iterable[LimitState], log: Iterable[Breach], figures: BookFigures, *, priced: bool
) -> dict[str, Any]:
    """Return the answer of ``policy --json``; prices only where a limit rests on one."""
    return {
        "as_of": time_text(figures.as_of),
        "prices": price_reports(figures.prices, figures.as_of) if priced else {},
        "limits": limit_documents(states),
        "breaches": breach_documents(log),
    }


def limit_documents(states: Iterable[LimitState]) -> list[dict[str, Any]]:
    """Return every limit's state for ``--json``; a value that is not known, or has no end, is None."""
    return [
        {
            "kind": state.limit.kind.value,
            "side": "at_most" if state.limit.kind in AT_MOST else "at_least",
            "bound": plain(state.limit.bound),
            "state": state.stand.value,
            "value": _number(state.limit.kind, state.worst.value),
            "lender": state.worst.subject or None,
            "reason": state.worst.why or None,
        }
        for state in states
    ]


def breach_documents(log: Iterable[Breach]) -> list[dict[str, Any]]:
    """Return the breach log for ``--json``, in its order."""
    return [
        {
            "kind": breach.kind.value,
            "lender": breach.subject or None,
            "bound": plain(breach.bound),
            "opened_at": time_text(breach.opened_at),
            "closed_at": None if breach.closed_at is None else time_text(breach.closed_at),
            "first_value": _number(breach.kind, breach.first_value),
            "worst_value": _number(breach.kind, breach.worst_value),
            "ended": breach.ended.value or None,
        }
        for breach in log
    ]


def _number(kind: LimitKind, value: Decimal | None) -> str | None:
    """Return a value with eight decimals, rounded away from the bound."""
    if value is None or not value.is_finite():
        return None
    return plain(value.quantize(_DIGITS, ROUND_CEILING if kind in AT_MOST else ROUND_FLOOR, EXACT).normalize(EXACT))
