"""The rules that a new book begins with: few, and each asks for something to be done.

Margin call and forced sale, reached or reached by the drop test, are watched for every loan without a rule. What rests
on a confirmed price is told in the round that finds it, and is held only where a day's noise touches it often.
"""

from decimal import Decimal
from typing import Final

from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency

HELD: Final = 5
_HOUR: Final = 60
# On five years of prices, what ended after an hour of calm came back several times a day.
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY


def default_rules() -> tuple[Rule, ...]:
    """Return the rules of a new book, all but one switched on."""
    return (
        # The contract itself thinks that it is time to act; five minutes part a level from a spike.
        Rule("contract-warning", RuleKind.LTV, hold_minutes=HELD, keep_minutes=_WEEK),
        # A fall is news at once: it is what calls loans, and everybody wants bitcoin to post at the same time.
        Rule("week-move", RuleKind.WEEK_MOVE, Decimal("0.10"), keep_minutes=_DAY),
        # Every loan is tested by a fall of a tenth without a rule, and this one mostly says the same once more.
        Rule(
            "last-week-again", RuleKind.DROP, fall=Fall.LAST_WEEK, hold_minutes=HELD, keep_minutes=_WEEK, enabled=False
        ),
        # Behind this price there is nothing left to post.
        Rule("reserve-near", RuleKind.RESERVE, Decimal("0.15"), hold_minutes=HELD, keep_minutes=_DAY),
        # Reckoned from a model, not from a level: worth a look, at no particular minute.
        Rule(
            "call-likely",
            RuleKind.PROBABILITY,
            Decimal("0.20"),
            horizon_days=30,
            urgency=Urgency.NOTICE,
            hold_minutes=_HOUR,
            keep_minutes=_WEEK,
        ),
        Rule("matures-soon", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY, urgency=Urgency.NOTICE),
        Rule("interest-soon", RuleKind.DEADLINE, Decimal(7), due=Due.INTEREST, urgency=Urgency.NOTICE),
        Rule("cure-soon", RuleKind.DEADLINE, Decimal(1), due=Due.CURE, urgency=Urgency.CALL, hold_minutes=60),
        Rule("balance-old", RuleKind.BALANCE_AGE, Decimal(30), urgency=Urgency.NOTICE),
    )
