"""A policy for a terminal: a row for each limit, and the breach log below."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.domain.policy_breaches import Breach
from app.domain.portfolio import BookFigures
from app.services.policy_state import LimitState
from app.services.policy_words import NAMES, STANDS, bound_words, breach_words, measure_words
from app.services.text_table import price_lines, table_lines

_HEADINGS: Final = ("Limit", "State", "Now", "Policy")
_LOG: Final = ("Breached", "Since", "Until", "Policy", "Worst", "Ended")
NO_LIMITS: Final = "The policy has no limit yet; plimsoll policy set book_ltv 50% sets the first."


def policy_table(
    states: Sequence[LimitState], log: Sequence[Breach], figures: BookFigures, title: str, *, priced: bool
) -> str:
    """Return the whole page as lines of text, without a line feed at the end."""
    lines = [f"{title}, policy at {figures.as_of:%Y-%m-%d %H:%M} UTC"]
    if priced:
        lines += price_lines(figures)
    lines.append("")
    if states:
        lines += table_lines([_HEADINGS, *map(_row, states)], left=range(4))
        reasons = [f"{NAMES[state.limit.kind]}: {state.worst.why}." for state in states if state.worst.why]
        lines += ["", *reasons] if reasons else []
    else:
        lines.append(NO_LIMITS)
    if log:
        lines += ["", "Breach log", *table_lines([_LOG, *map(_breach, log)], left=range(6))]
    elif states:
        lines += ["", "No breach is on record."]
    return "\n".join(lines)


def _row(state: LimitState) -> tuple[str, ...]:
    limit = state.limit
    return (
        f"{NAMES[limit.kind]} ({limit.kind.value})",
        STANDS[state.stand].upper() if state.stand.value == "breached" else STANDS[state.stand],
        measure_words(limit, state.worst),
        bound_words(limit),
    )


def _breach(breach: Breach) -> tuple[str, ...]:
    name, bound, worst, ended = breach_words(breach)
    return name, _moment(breach.opened_at), _moment(breach.closed_at), bound, worst, ended


def _moment(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M}Z"
