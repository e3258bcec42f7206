"""The policy's part of a round of judging: what the breach log becomes, and what the warnings are told."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from app.domain.book import Book
from app.domain.policy_breaches import Breach, follow_breaches
from app.domain.portfolio import BookFigures
from app.domain.quotes import Consensus
from app.domain.rule_machine import Reading
from app.services.policy_readings import policy_readings
from app.services.policy_state import LimitState, findings_of, limit_states
from app.services.rule_context import RuleContext, base_price


class PolicyRound(NamedTuple):
    """What a round says of the policy: readings for the warnings, and the breaches that it changed."""

    readings: tuple[Reading, ...] = ()
    breaches: tuple[Breach, ...] = ()


def judge_policy(
    book: Book, figures: BookFigures, context: RuleContext, log: Iterable[Breach], new_id: Callable[[], str]
) -> PolicyRound:
    """Judge every limit by one round.

    Args:
        book: names its limits and rules.
        figures: of the book in this round.
        context: what rules are judged by.
        log: breaches that stand, and those that ended within a day.
        new_id: makes the id of a breach that opens.
    """
    known = tuple(log)
    if not book.limits and not any(breach.stands for breach in known):
        return PolicyRound()
    states = states_now(book, figures, context.consensus)
    changed = follow_breaches(known, book.limits, findings_of(states), context.now, new_id)
    return PolicyRound(tuple(policy_readings(states, figures, book.rules)), changed)


def states_now(book: Book, figures: BookFigures, consensus: Mapping[str, Consensus]) -> tuple[LimitState, ...]:
    """Return how a book stands to its policy at the prices of its figures.

    Args:
        book: names its limits.
        figures: of the book.
        consensus: what the sources said, by currency; empty for prices given by hand.
    """
    price = base_price(figures, RuleContext(figures.as_of, consensus))
    return limit_states(book.limits, figures, None if price is None else price.high)
