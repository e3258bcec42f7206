"""Rules in words: one sentence each, names kept short, and what a new book begins with."""

from decimal import Decimal

import pytest

from app.domain.rule_check import check_rules
from app.domain.rules import Due, Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.services.rule_defaults import default_rules
from app.services.rule_sentences import rule_sentence, rule_title, warning_title

K = RuleKind
SENTENCES = [
    (
        Rule("k", K.LTV, Decimal("0.70"), hold_minutes=5, urgency=Urgency.CALL),
        "Tell me at once when any loan's LTV is at or above 70 % for 5 min.",
        "LTV at 70 %",
    ),
    (
        Rule("k", K.LTV, loans=("A", "B")),
        "Tell me when A or B is at or above the first warning level of its contract.",
        "Warning level of the contract",
    ),
    (
        Rule("k", K.LTV, Decimal("0.655"), loans=("A", "B", "C", "D", "E"), hold_minutes=60),
        "Tell me when for A, B, C or 2 more the LTV is at or above 65.5 % for 1 h.",
        "LTV at 65.5 %",
    ),
    (
        Rule("k", K.HEADROOM, Decimal("0.10"), TriggerKind.LIQUIDATION, channels=("Mail", "Hook")),
        "Tell me by Mail and Hook when any loan is less than 10 % away from its forced sale.",
        "Less than 10 % to the forced sale",
    ),
    (
        Rule("k", K.DROP, Decimal("0.10"), TriggerKind.MARGIN_CALL, Fall.FIXED),
        "Tell me when a fall of 10 % would take any loan to its margin call.",
        "Fall of 10 % reaches the margin call",
    ),
    (
        Rule("k", K.DROP, fall=Fall.LAST_WEEK),
        "Tell me when a fall like last week's would take any loan to its margin call or forced sale.",
        "Fall like last week's reaches the margin call or forced sale",
    ),
    (
        Rule("k", K.DROP, Decimal("2.50"), TriggerKind.WARNING, Fall.SIGMAS),
        "Tell me when a fall of 2.5 weekly standard deviations would take any loan to its warning level.",
        "Fall of 2.5 weekly standard deviations reaches the warning level",
    ),
    (
        Rule("k", K.WEEK_MOVE, Decimal("0.10")),
        "Tell me when bitcoin has fallen by 10 % or more within 7 days.",
        "−10 % within 7 days",
    ),
    (
        Rule("k", K.PROBABILITY, Decimal("0.2"), TriggerKind.MARGIN_CALL, horizon_days=30, urgency=Urgency.NOTICE),
        "Let me know when the chance that any loan reaches its margin call within 30 days is above 20 %.",
        "Chance above 20 % in 30 days",
    ),
    (
        Rule("k", K.RESERVE, Decimal("0.15")),
        "Tell me when the price at which curing every call uses up the free bitcoin is less than 15 % away.",
        "Free bitcoin used up within 15 %",
    ),
    (
        Rule("k", K.FREE_BTC, Decimal(150_000_000)),
        "Tell me when the accounts hold less than 1.5 BTC.",
        "Less than 1.5 BTC free",
    ),
    (
        Rule("k", K.BOOK_LTV, Decimal("0.60")),
        "Tell me when all debts are above 60 % of the pledged bitcoin's value.",
        "Book LTV above 60 %",
    ),
    (
        Rule("k", K.LENDER_SHARE, Decimal("0.50")),
        "Tell me when one lender holds more than 50 % of all bitcoin.",
        "One lender above 50 %",
    ),
    (
        Rule("k", K.DEADLINE, Decimal(1), due=Due.CURE, urgency=Urgency.SALE),
        "Tell me at once when any loan has a margin call to cure within 1 day.",
        "Cure deadline within 1 day",
    ),
    (
        Rule("k", K.BALANCE_AGE, Decimal(30), hold_minutes=1_440),
        "Tell me when the balance of any loan has not been confirmed for 30 days for 1 day.",
        "Not confirmed for 30 days",
    ),
]


@pytest.mark.parametrize(("rule", "sentence", "title"), SENTENCES)
def test_a_rule_is_one_sentence_with_a_title(rule: Rule, sentence: str, title: str) -> None:
    assert rule_sentence(rule) == sentence
    assert rule_title(rule) == title
    assert warning_title(rule, "") == title
    assert warning_title(rule, "Coin revolver") == f"Coin revolver · {title}"


def test_every_kind_has_its_words() -> None:
    assert {rule.kind for rule, _, _ in SENTENCES} == set(RuleKind)


def test_a_long_name_is_cut() -> None:
    assert "x" * 61 not in rule_sentence(Rule("k", K.LTV, Decimal("0.7"), loans=("x" * 200,)))


def test_a_new_book_begins_with_few_sound_rules_that_are_on_but_for_one() -> None:
    rules = default_rules()
    check_rules(rules, (), ())
    assert len(rules) <= 10
    assert all(not rule.loans and not rule.channels for rule in rules)
    assert [rule.key for rule in rules if not rule.enabled] == ["last-week-again"]
    assert len({rule_sentence(rule) for rule in rules}) == len(rules)
    held_back = [rule for rule in rules if rule.urgency is Urgency.NOTICE]
    assert {rule.kind for rule in held_back} == {K.PROBABILITY, K.DEADLINE, K.BALANCE_AGE}
