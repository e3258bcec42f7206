from datetime import date
from decimal import Decimal

import pytest

from app.domain.rules import Rule, RuleKind, Urgency
from app.services.rule_backtest import RuleRecord
from app.ui.models.rules import KIND_WORDS, URGENCY_WORDS, record_words, short_record, urgency_standing

RULE = Rule("r", RuleKind.WEEK_MOVE, Decimal("0.1"))
FIRST, LAST = date(2025, 11, 22), date(2026, 11, 21)


@pytest.mark.parametrize(
    ("fired", "short", "words"),
    [
        (6, "6 times", "In the last year this would have fired 6 times, last on 5\u202fFeb\u202f2026."),
        (1, "once", "In the last year this would have fired once, last on 5\u202fFeb\u202f2026."),
        (0, "never", "In the last year this would not have fired."),
    ],
)
def test_the_last_year_in_words(fired: int, short: str, words: str) -> None:
    on = (date(2026, 2, 5),) if fired else ()
    record = RuleRecord(RULE, fired, on, FIRST, LAST)
    assert short_record(record) == short
    assert record_words(record) == words


def test_a_short_or_blunt_history_is_said() -> None:
    record = RuleRecord(RULE, 0, (), date(2026, 11, 2), LAST, intraday=False)
    assert record_words(record).startswith("In the 20 days of history this would not have fired.")
    assert record_words(record).endswith("Lows within a day are not in this history.")


def test_what_nobody_knows_is_a_dash_with_its_reason() -> None:
    record = RuleRecord(RULE, None, reason="it does not depend on the price")
    assert short_record(record) == "—"
    assert record_words(record).endswith("is not known: it does not depend on the price.")


def test_every_kind_and_urgency_has_words() -> None:
    assert set(KIND_WORDS) == set(RuleKind)
    assert set(URGENCY_WORDS) == set(Urgency)
    ranks = [urgency_standing(Rule("r", RuleKind.LTV, urgency=urgency)).rank for urgency in Urgency]
    assert ranks == sorted(set(ranks))
