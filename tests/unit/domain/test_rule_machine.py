"""A rule's warning waits, fires once, is muted, skipped and over as the rules say."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from app.domain.rule_machine import Reading, RuleRound, Sign, is_armed, judge_rules, step
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import acknowledge, snooze

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
AT_ONCE = Rule("ltv-70", RuleKind.LTV, keep_minutes=10)
SLOW = Rule("ltv-70", RuleKind.LTV, hold_minutes=5, keep_minutes=10)


class Bench:
    """One rule's warnings over rounds of one minute each, kept as a store keeps them."""

    def __init__(self, rule: Rule = AT_ONCE) -> None:
        self.rule = rule
        self.kept: dict[str, WarningRecord] = {}
        self.told: list[WarningRecord] = []
        self.minute = -1
        self.ids = count()

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=self.minute)

    @property
    def one(self) -> WarningRecord:
        (record,) = self.kept.values()
        return record

    def readings(self, *signs: Sign, at_start: bool = False, sold: bool = False, edited: bool = False) -> RuleRound:
        round_ = RuleRound((), ())
        for sign in signs:
            self.minute += 1
            reading = Reading(self.rule, "Coin loan", sign, lambda: ("a sentence", "facts"), at_start=at_start)
            round_ = self.round([reading], sold=sold, edited=edited)
        return round_

    def round(self, readings: list[Reading], *, sold: bool = False, edited: bool = False) -> RuleRound:
        standing = [record for record in self.kept.values() if not record.is_over]
        muted = {"Coin loan"} if sold else set[str]()
        round_ = judge_rules(standing, readings, self.now, lambda: f"w{next(self.ids)}", edited=edited, sold=muted)
        self.kept.update({record.id: record for record in round_.changed})
        self.told.extend(round_.announced)
        return round_


def test_a_rule_without_a_hold_fires_at_once_and_tells_what_it_was_judged_by() -> None:
    bench = Bench()
    assert bench.readings(Sign.REACHED).announced == (bench.one,)
    record = bench.one
    assert (record.kind, record.rule, record.urgency) == (WarningKind.RULE, "ltv-70", Urgency.EARLY)
    assert (record.status, record.told, record.told_at) == (WarningStatus.OPEN, 1, NOW)
    assert (record.sentence, record.facts) == ("a sentence", "facts")


def test_a_rule_that_holds_waits_for_as_long_as_it_asks() -> None:
    bench = Bench(SLOW)
    bench.readings(*[Sign.REACHED] * 5)
    assert (bench.one.status, bench.told) == (WarningStatus.PENDING, [])
    bench.readings(Sign.REACHED)
    assert (bench.one.status, len(bench.told)) == (WarningStatus.OPEN, 1)


def test_what_becomes_clear_while_it_waits_was_never_told() -> None:
    bench = Bench(SLOW)
    bench.readings(Sign.REACHED, Sign.CLEAR)
    assert bench.one.never_told
    assert not bench.told


def test_a_clock_that_is_set_back_makes_it_wait_again_but_not_for_ever() -> None:
    bench = Bench(SLOW)
    bench.readings(Sign.REACHED)
    bench.minute = -10_000
    bench.readings(*[Sign.REACHED] * 5)
    assert not bench.told
    bench.readings(Sign.REACHED)
    assert len(bench.told) == 1


@pytest.mark.parametrize("sign", [Sign.REACHED, Sign.NEAR, Sign.UNKNOWN])
def test_what_merely_stands_changes_nothing(sign: Sign) -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    assert bench.readings(sign, sign, sign) == ((), ())


def test_it_is_over_when_it_was_clear_for_as_long_as_it_asks_and_that_is_told() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, *[Sign.CLEAR] * 10)
    assert bench.one.is_open
    bench.readings(Sign.CLEAR)
    assert (bench.one.status, bench.one.told, bench.told[-1]) == (WarningStatus.CLOSED, 2, bench.one)


@pytest.mark.parametrize("sign", [Sign.REACHED, Sign.NEAR])
def test_a_relapse_while_it_eases_tells_nothing_and_counts_anew(sign: Sign) -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, *[Sign.CLEAR] * 8, sign, *[Sign.CLEAR] * 10)
    assert bench.one.is_open
    assert len(bench.told) == 1


def test_no_data_does_not_interrupt_easing_nor_does_it_help() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, Sign.CLEAR, *[Sign.UNKNOWN] * 30)
    assert bench.one.is_open
    bench.readings(Sign.CLEAR)
    assert bench.one.is_over


def test_an_edit_ends_it_at_once_but_only_with_a_clear_reading() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.readings(Sign.NEAR, Sign.UNKNOWN, edited=True)
    assert bench.one.is_open
    bench.readings(Sign.CLEAR, edited=True)
    assert bench.one.is_over


def test_acknowledging_is_no_end_and_easing_keeps_it() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.kept["w0"] = acknowledge(bench.one, NOW)
    bench.readings(Sign.CLEAR, Sign.CLEAR, Sign.REACHED)
    assert bench.one.status is WarningStatus.ACKNOWLEDGED
    assert len(bench.told) == 1


def test_the_end_of_a_snooze_tells_once_more_even_if_it_was_seen() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.kept["w0"] = snooze(acknowledge(bench.one, NOW), NOW + timedelta(minutes=3))
    bench.readings(Sign.REACHED, Sign.REACHED)
    assert len(bench.told) == 1
    bench.readings(Sign.NEAR, Sign.NEAR)
    assert [record.told for record in bench.told] == [1, 2]
    assert bench.one.needs_you(bench.now)


def test_a_rule_made_graver_tells_again_and_one_made_lesser_does_not() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.rule = a_rule(Urgency.CALL)
    bench.readings(Sign.REACHED, Sign.REACHED)
    assert (len(bench.told), bench.one.urgency) == (2, Urgency.CALL)
    bench.rule = a_rule(Urgency.NOTICE)
    bench.readings(Sign.REACHED)
    assert (len(bench.told), bench.one.urgency) == (2, Urgency.NOTICE)


def a_rule(urgency: Urgency) -> Rule:
    return Rule("ltv-70", RuleKind.LTV, urgency=urgency, keep_minutes=10)


def test_a_forced_sale_mutes_what_is_lesser_until_it_is_over() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, Sign.REACHED, sold=True)
    assert (bench.one.status, bench.one.told, bench.told) == (WarningStatus.OPEN, 0, [])
    bench.readings(Sign.NEAR, Sign.NEAR)
    assert [record.told for record in bench.told] == [1]


def test_what_was_muted_and_is_clear_was_never_told() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, *[Sign.CLEAR] * 12, sold=True)
    assert bench.one.never_told
    assert not bench.told


def test_a_forced_sale_does_not_mute_its_equal() -> None:
    bench = Bench(a_rule(Urgency.SALE))
    bench.readings(Sign.REACHED, sold=True)
    assert len(bench.told) == 1


def test_a_rule_that_is_gone_ends_its_warnings_without_a_word() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.round([])
    assert (bench.one.status, bench.one.told, len(bench.told)) == (WarningStatus.CLOSED, 1, 1)


def test_a_level_that_stood_at_the_start_is_skipped_until_it_was_clear_once() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, Sign.NEAR, Sign.UNKNOWN, Sign.REACHED, at_start=True)
    assert (bench.one.status, bench.told) == (WarningStatus.SKIPPED, [])
    bench.readings(Sign.CLEAR, at_start=True)
    assert is_armed(bench.one)
    bench.readings(Sign.REACHED, at_start=True)
    assert len(bench.told) == 1


def test_once_armed_it_fires_for_ever_after_whatever_was_closed_between() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, Sign.CLEAR, Sign.REACHED, at_start=True)
    bench.readings(*[Sign.CLEAR] * 12, Sign.REACHED, at_start=True)
    assert [(record.id, record.told) for record in bench.told] == [("w1", 1), ("w1", 2), ("w2", 1)]
    assert bench.kept["w0"].status is WarningStatus.SKIPPED


def test_a_level_first_seen_clear_is_armed_at_once() -> None:
    bench = Bench()
    bench.readings(Sign.CLEAR, at_start=True)
    assert is_armed(bench.one)
    bench.readings(Sign.REACHED, at_start=True)
    assert len(bench.told) == 1


def test_a_level_set_elsewhere_is_skipped_no_more() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED, at_start=True)
    bench.readings(Sign.REACHED)
    assert bench.kept["w0"].is_over
    assert len(bench.told) == 1


def test_a_warning_that_stands_is_not_skipped_when_its_level_moves_to_the_start() -> None:
    bench = Bench()
    bench.readings(Sign.REACHED)
    bench.readings(Sign.REACHED, Sign.REACHED, at_start=True)
    assert bench.one.is_open


def test_other_warnings_are_left_alone() -> None:
    line = WarningRecord("x", "Coin loan", WarningKind.CALL, WarningStatus.OPEN, True, True, NOW, NOW, "")
    assert judge_rules([line], [], NOW, lambda: "w", edited=True) == ((), ())


def test_a_single_step_without_a_warning_and_without_a_reason_is_nothing() -> None:
    reading = Reading(AT_ONCE, "Coin loan", Sign.CLEAR, lambda: ("", ""))
    assert step(None, reading, NOW, lambda: "w").record is None
