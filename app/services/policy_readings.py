"""A breach of the policy as a warning: what the rules' machinery is told of each limit in a round.

Every limit is read like a rule at urgency ``EARLY``: told once when it is breached, and once when it has been kept for
a day, the span within which a breach that comes back is the same one. Nobody is told twice: where a rule that is
switched on asks for the same (its kind and threshold are the limit's), the rule tells, and the log alone knows of the
breach. The key of such a warning is ``policy:`` and the limit's kind.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from app.domain.policy import LimitKind, PolicyLimit
from app.domain.portfolio import BookFigures
from app.domain.quotes import PriceLookup, Quote
from app.domain.rule_machine import Reading, Sign
from app.domain.rules import Rule, RuleKind, Urgency
from app.services.policy_sentences import breach_sentence, kept_sentence
from app.services.policy_state import LimitState, Measure, findings_of
from app.services.policy_words import NAMES, bound_words, measure_words, policy_key
from app.services.wording import money

KEEP_MINUTES: Final = 24 * 60
_SATS: Final = 100_000_000
# Which kind of rule watches the same; the others stand for the whole book, too, and are never read by their kind.
_KINDS: Final = {
    LimitKind.BOOK_LTV: RuleKind.BOOK_LTV,
    LimitKind.LENDER_SHARE: RuleKind.LENDER_SHARE,
    LimitKind.FREE_BTC: RuleKind.FREE_BTC,
}


def policy_readings(states: Sequence[LimitState], figures: BookFigures, rules: Iterable[Rule]) -> list[Reading]:
    """Return what every limit says of the book, or of each lender, in this round."""
    known = tuple(rules)
    watched = {(rule.kind, rule.limit) for rule in known if rule.enabled}
    taken = {rule.key for rule in known}
    found = []
    for state in states:
        key = policy_key(state.limit.kind)
        # Two that share a key would end each other's warnings.
        if (_KINDS.get(state.limit.kind), _threshold(state.limit)) in watched or key in taken:
            continue
        rule = _rule(state.limit)
        signs = [_sign(finding.broken, finding.value) for finding in findings_of((state,))]
        for measure, sign in zip(state.measures, signs, strict=True):
            tell = partial(_told, state.limit, measure, figures, sign)
            found.append(Reading(rule, measure.subject, sign, tell))
    return found


def _rule(limit: PolicyLimit) -> Rule:
    return Rule(
        policy_key(limit.kind),
        _KINDS.get(limit.kind, RuleKind.BOOK_LTV),
        _threshold(limit),
        urgency=Urgency.EARLY,
        keep_minutes=KEEP_MINUTES,
    )


def _threshold(limit: PolicyLimit) -> Decimal:
    """Return a bound in the unit of a rule's limit: satoshis for bitcoin."""
    return limit.bound * _SATS if limit.kind is LimitKind.FREE_BTC else limit.bound


def _sign(is_broken: bool | None, value: Decimal | None) -> Sign:  # noqa: FBT001 - a finding's own answer
    if is_broken is None:
        return Sign.UNKNOWN if value is None else Sign.NEAR
    return Sign.REACHED if is_broken else Sign.CLEAR


def _told(limit: PolicyLimit, measure: Measure, figures: BookFigures, sign: Sign) -> tuple[str, str]:
    sentence = kept_sentence(limit, measure) if sign is Sign.CLEAR else breach_sentence(limit, measure, figures)
    facts = [
        *_price_fact(figures.prices[figures.totals.currency]),
        f"{NAMES[limit.kind]}: {measure_words(limit, measure)}.",
        f"Your policy: {bound_words(limit)}.",
    ]
    return sentence, "\n".join(facts)


def _price_fact(lookup: PriceLookup) -> list[str]:
    return [f"Price: {money(lookup.value, lookup.currency)}, {lookup.origin}."] if isinstance(lookup, Quote) else []
