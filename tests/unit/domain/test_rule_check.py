"""Rules and channels that make no sense are refused, with the place and the remedy."""

from dataclasses import replace
from datetime import UTC, time
from decimal import Decimal
from typing import Any

import pytest

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.errors import HistoryError
from app.domain.rule_check import MAX_CHANNELS, MAX_RULES, check_channels, check_rules
from app.domain.rules import Due, Fall, Rule, RuleKind
from app.domain.terms import TriggerKind

GOOD = {
    RuleKind.LTV: Rule("k", RuleKind.LTV, Decimal("0.70")),
    RuleKind.HEADROOM: Rule("k", RuleKind.HEADROOM, Decimal("0.10"), line=TriggerKind.LIQUIDATION),
    RuleKind.DROP: Rule("k", RuleKind.DROP, Decimal("0.10"), fall=Fall.FIXED),
    RuleKind.WEEK_MOVE: Rule("k", RuleKind.WEEK_MOVE, Decimal("0.10")),
    RuleKind.PROBABILITY: Rule("k", RuleKind.PROBABILITY, Decimal("0.20"), horizon_days=30),
    RuleKind.RESERVE: Rule("k", RuleKind.RESERVE, Decimal("0.15")),
    RuleKind.FREE_BTC: Rule("k", RuleKind.FREE_BTC, Decimal(100_000_000)),
    RuleKind.BOOK_LTV: Rule("k", RuleKind.BOOK_LTV, Decimal("0.60")),
    RuleKind.LENDER_SHARE: Rule("k", RuleKind.LENDER_SHARE, Decimal("0.50")),
    RuleKind.DEADLINE: Rule("k", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY),
    RuleKind.BALANCE_AGE: Rule("k", RuleKind.BALANCE_AGE, Decimal(30)),
}
LOAN_RULE = GOOD[RuleKind.LTV]
DROP = GOOD[RuleKind.DROP]
MAIL = Channel("mail", "Mail to the desk", ChannelKind.EMAIL)


def refusal(rule: Rule) -> tuple[str, str]:
    """Return the place below the rule, and the sentence."""
    with pytest.raises(HistoryError) as caught:
        check_rules((replace(LOAN_RULE, key="first"), rule), {"A", "B"}, {"Mail"})
    assert caught.value.place.startswith("rules[1].")
    return caught.value.place.removeprefix("rules[1]."), str(caught.value)


def channel_refusal(*channels: Channel) -> str:
    with pytest.raises(HistoryError) as caught:
        check_channels(channels)
    return caught.value.place


def test_a_sensible_rule_of_every_kind_passes() -> None:
    assert set(GOOD) == set(RuleKind)
    check_rules([replace(rule, key=kind.value) for kind, rule in GOOD.items()], set(), set())


def test_what_has_nothing_to_choose_needs_no_threshold() -> None:
    week = Rule("week", RuleKind.DROP, fall=Fall.LAST_WEEK)
    check_rules((Rule("own", RuleKind.LTV), week, Rule("s", RuleKind.DROP, Decimal(2), fall=Fall.SIGMAS)), (), ())
    assert refusal(replace(week, limit=Decimal("0.1")))[0] == "limit"


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        (RuleKind.LTV, ("0", "-0.7", "5.01", "70")),
        (RuleKind.BOOK_LTV, ("0", "60")),
        (RuleKind.HEADROOM, ("0", "1", "-0.1", "10")),
        (RuleKind.DROP, ("0", "1", "1.5")),
        (RuleKind.WEEK_MOVE, ("0", "1", "-0.10")),
        (RuleKind.PROBABILITY, ("0", "1", "20")),
        (RuleKind.RESERVE, ("0", "1")),
        (RuleKind.LENDER_SHARE, ("0", "1")),
        (RuleKind.FREE_BTC, ("0", "-1", "0.5")),
        (RuleKind.DEADLINE, ("-1", "3651", "1.5")),
        (RuleKind.BALANCE_AGE, ("0", "3651")),
    ],
)
def test_a_threshold_that_cannot_be_is_refused(kind: RuleKind, limits: tuple[str, ...]) -> None:
    for limit in limits:
        place, sentence = refusal(replace(GOOD[kind], limit=Decimal(limit)))
        assert place == "limit"
        assert sentence.count(";") == 1 or "floor of nothing" in sentence
    for odd in ("NaN", "Infinity", "-Infinity", "sNaN"):
        assert refusal(replace(GOOD[kind], limit=Decimal(odd)))[0] == "limit"


@pytest.mark.parametrize("kind", [kind for kind in RuleKind if kind is not RuleKind.LTV])
def test_a_missing_threshold_is_refused(kind: RuleKind) -> None:
    assert refusal(replace(GOOD[kind], limit=None))[0] == "limit"


@pytest.mark.parametrize(
    ("rule", "changes", "place"),
    [
        (LOAN_RULE, {"line": TriggerKind.MARGIN_CALL}, "line"),
        (GOOD[RuleKind.PROBABILITY], {"line": TriggerKind.WARNING}, "line"),
        (GOOD[RuleKind.PROBABILITY], {"horizon_days": None}, "horizon_days"),
        (GOOD[RuleKind.PROBABILITY], {"horizon_days": 366}, "horizon_days"),
        (GOOD[RuleKind.PROBABILITY], {"horizon_days": 0}, "horizon_days"),
        (LOAN_RULE, {"horizon_days": 30}, "horizon_days"),
        (DROP, {"fall": None}, "fall"),
        (LOAN_RULE, {"fall": Fall.FIXED}, "fall"),
        (DROP, {"fall": Fall.SIGMAS, "limit": Decimal(11)}, "limit"),
        (LOAN_RULE, {"due": Due.CURE}, "due"),
        (LOAN_RULE, {"hold_minutes": -1}, "hold_minutes"),
        (LOAN_RULE, {"keep_minutes": 10_081}, "keep_minutes"),
        (LOAN_RULE, {"loans": ("A", "C")}, "loans[1]"),
        (LOAN_RULE, {"loans": ("A", "A")}, "loans[1]"),
        (GOOD[RuleKind.BOOK_LTV], {"loans": ("A",)}, "loans"),
        (LOAN_RULE, {"channels": ("Fax",)}, "channels[0]"),
        (LOAN_RULE, {"key": "first"}, "key"),
        (LOAN_RULE, {"key": "lines"}, "key"),
        (LOAN_RULE, {"key": " k"}, "key"),
        (LOAN_RULE, {"key": "a\nb"}, "key"),
        (LOAN_RULE, {"key": "k" * 61}, "key"),
    ],
)
def test_a_part_that_is_missing_or_means_nothing_is_refused(rule: Rule, changes: dict[str, Any], place: str) -> None:
    assert refusal(replace(rule, **changes))[0] == place


def test_there_is_an_end_to_rules_and_channels() -> None:
    rules = [replace(LOAN_RULE, key=str(number)) for number in range(MAX_RULES + 1)]
    check_rules(rules[1:], (), ())
    with pytest.raises(HistoryError):
        check_rules(rules, (), ())
    channels = [replace(MAIL, key=str(n), name=str(n)) for n in range(MAX_CHANNELS + 1)]
    check_channels(channels[1:])
    assert channel_refusal(*channels) == "channels"


def test_channels_have_keys_and_names_of_their_own() -> None:
    other = Channel("hook", "Hook", ChannelKind.WEBHOOK, person="Ada", after_minutes=10_080)
    check_channels((MAIL, other))
    assert channel_refusal(MAIL, replace(other, key="mail")) == "channels[1].key"
    assert channel_refusal(MAIL, replace(other, name="MAIL to the desk")) == "channels[1].name"
    assert channel_refusal(replace(MAIL, name="")) == "channels[0].name"
    assert channel_refusal(replace(MAIL, name="a\x1bb")) == "channels[0].name"
    assert channel_refusal(replace(MAIL, person="A\u202eB")) == "channels[0].person"
    assert channel_refusal(replace(MAIL, name="n" * 101)) == "channels[0].name"
    assert channel_refusal(replace(MAIL, after_minutes=-1)) == "channels[0].after_minutes"
    assert channel_refusal(replace(MAIL, after_minutes=10_081)) == "channels[0].after_minutes"


@pytest.mark.parametrize("zone", ["", "Atlantis", "../etc/passwd", "/etc/localtime", "Europe", "Europe/Berlin\0"])
def test_quiet_hours_need_a_zone_that_is_known(zone: str) -> None:
    assert channel_refusal(replace(MAIL, quiet=QuietHours(time(22), time(7), zone))) == "channels[0].quiet.zone"


def test_quiet_hours_are_a_stretch_of_local_time() -> None:
    check_channels((replace(MAIL, quiet=QuietHours(time(22), time(7), "Europe/Berlin")),))
    assert channel_refusal(replace(MAIL, quiet=QuietHours(time(7), time(7), "UTC"))) == "channels[0].quiet.end"
    aware = QuietHours(time(7, tzinfo=UTC), time(8), "UTC")
    assert channel_refusal(replace(MAIL, quiet=aware)) == "channels[0].quiet.start"
