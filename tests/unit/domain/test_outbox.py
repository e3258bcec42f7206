from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from app.domain.channels import QuietHours
from app.domain.outbox import deliveries_for, delivery_id, escalations, repeats
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from tests.fakes.alarms import DESKTOP, HOOK, MAIL, NOW, warning

LATER = replace(HOOK, key="boss", name="Boss", after_minutes=20)
RULE = Rule("ltv-70", RuleKind.LTV, channels=("Mail",))


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def test_each_step_is_told_over_each_channel_under_an_id_of_its_own() -> None:
    made = deliveries_for([warning(), warning(told=2), warning("Other")], [MAIL, HOOK], (), NOW)
    assert len({item.id for item in made}) == len(made) == 6
    again = deliveries_for([warning(), warning(told=2), warning("Other")], [MAIL, HOOK], (), minutes(9))
    assert [item.id for item in again] == [item.id for item in made]


def test_ids_do_not_run_into_each_other() -> None:
    assert delivery_id("a:1", 2, "c") != delivery_id("a", 1, "2:c")


def test_switched_off_channels_and_those_of_a_later_turn_are_not_told_at_once() -> None:
    made = deliveries_for([warning()], [replace(MAIL, enabled=False), LATER, DESKTOP], (), NOW)
    assert [item.channel for item in made] == ["desk"]


@pytest.mark.parametrize(
    ("urgency", "told"), [(Urgency.EARLY, ["mail"]), (Urgency.CALL, ["mail", "hook"]), (Urgency.SALE, ["mail", "hook"])]
)
def test_a_rule_may_choose_its_channels_but_not_from_a_margin_call_on(urgency: Urgency, told: list[str]) -> None:
    record = warning(urgency=urgency)._replace(rule=RULE.key)
    assert [item.channel for item in deliveries_for([record], [MAIL, HOOK], [RULE], NOW)] == told


def test_a_rule_whose_channels_are_gone_tells_all() -> None:
    record = warning()._replace(rule=RULE.key)
    made = deliveries_for([record], [replace(MAIL, enabled=False), HOOK, DESKTOP], [RULE], NOW)
    assert [item.channel for item in made] == ["hook", "desk"]


@pytest.mark.parametrize("urgency", list(Urgency))
def test_quiet_hours_hold_back_warnings_but_never_a_call_or_a_sale(urgency: Urgency) -> None:
    quiet = replace(MAIL, quiet=QuietHours(time(11, 0), time(13, 0), "UTC"))
    (made,) = deliveries_for([warning(urgency=urgency)], [quiet], (), NOW)
    held = urgency in (Urgency.NOTICE, Urgency.EARLY)
    assert made.not_before == (datetime(2026, 11, 22, 13, tzinfo=UTC) if held else NOW)


def test_that_a_call_is_over_is_news_that_can_wait() -> None:
    quiet = replace(MAIL, quiet=QuietHours(time(11, 0), time(13, 0), "UTC"))
    over = warning(urgency=Urgency.CALL, told=2)._replace(status=WarningStatus.CLOSED)
    (made,) = deliveries_for([over], [quiet], (), NOW)
    assert (made.urgency, made.not_before) == (Urgency.NOTICE, minutes(60))


def test_whoever_was_called_in_later_hears_that_it_is_over() -> None:
    over = warning(told=3)._replace(status=WarningStatus.CLOSED)
    known = {delivery_id(over.id, 2, LATER.key)}
    assert [d.channel for d in deliveries_for([over], [MAIL, LATER], (), NOW, known=known)] == ["mail", "boss"]
    assert [d.channel for d in deliveries_for([over], [MAIL, LATER], (), NOW)] == ["mail"]


def test_a_broken_channel_is_not_told_by_itself() -> None:
    broken = warning(MAIL.key)._replace(kind=WarningKind.CHANNEL)
    assert [item.channel for item in deliveries_for([broken], [MAIL, HOOK], (), NOW)] == ["hook"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (warning(), True),
        (warning()._replace(status=WarningStatus.ACKNOWLEDGED), False),
        (warning()._replace(snoozed_until=minutes(30)), False),
        (warning()._replace(snoozed_until=minutes(19)), True),
        (warning()._replace(status=WarningStatus.CLOSED), False),
        (warning()._replace(status=WarningStatus.PENDING), False),
        (warning(told=0)._replace(told_at=None), False),
    ],
)
def test_what_nobody_has_seen_is_told_to_the_next_after_its_minutes(record: WarningRecord, told: bool) -> None:
    assert escalations([record], frozenset(), [MAIL, LATER], minutes(19.9)) == ()
    made = escalations([record], frozenset(), [MAIL, LATER], minutes(20))
    assert [item.channel for item in made] == (["boss"] if told else [])
    assert escalations([record], {item.id for item in made}, [MAIL, LATER], minutes(25)) == ()


def test_repeats_do_not_put_off_the_next_person() -> None:
    slow = replace(LATER, after_minutes=40)
    first = warning(urgency=Urgency.SALE)
    (second,) = repeats([first], minutes(15))
    (third,) = repeats([second], minutes(30))
    assert (third.told, third.told_at, third.first_told_at) == (3, minutes(30), NOW)
    assert escalations([third], frozenset(), [slow], minutes(39)) == ()
    assert [item.step for item in escalations([third], frozenset(), [slow], minutes(40))] == [3]


@pytest.mark.parametrize(("urgency", "wait"), [(Urgency.SALE, 15), (Urgency.CALL, 60), (Urgency.EARLY, 1_440)])
def test_what_nobody_has_seen_is_told_again_as_a_new_step(urgency: Urgency, wait: float) -> None:
    record = warning(urgency=urgency)
    assert repeats([record], minutes(wait - 0.1)) == ()
    (again,) = repeats([record], minutes(wait))
    assert (again.told, again.told_at) == (2, minutes(wait))
    assert repeats([again], minutes(wait)) == ()


def test_a_notice_and_what_somebody_has_seen_are_not_repeated() -> None:
    seen = warning(urgency=Urgency.SALE)._replace(status=WarningStatus.ACKNOWLEDGED)
    hidden = warning(urgency=Urgency.SALE)._replace(snoozed_until=minutes(9_000))
    assert repeats([warning(urgency=Urgency.NOTICE), seen, hidden], minutes(5_000)) == ()


def test_a_forced_sale_mutes_the_lesser_warnings_of_its_loan() -> None:
    sale = warning(urgency=Urgency.SALE, at=minutes(1_430))
    rule = warning()._replace(id="rule", kind=WarningKind.RULE, rule="ltv-70")
    assert repeats([sale, rule], minutes(1_441)) == ()
    assert [item.warning_id for item in escalations([sale, rule], frozenset(), [LATER], minutes(1_441))] == []
    assert [record.id for record in repeats([rule], minutes(1_441))] == ["rule"]


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    record = warning(urgency=Urgency.CALL)
    (again,) = repeats([record], NOW - timedelta(days=400))
    assert repeats([again], NOW - timedelta(days=400)) == ()
