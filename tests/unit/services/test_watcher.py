"""The watcher: round after round, whatever fails."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from app.domain.errors import NotABookError
from app.domain.quotes import Consensus
from app.domain.rules import Rule, RuleKind
from app.services.desk import DeskSnapshot
from app.services.watcher import FAULT_SECONDS, Watcher
from tests.unit.services.test_desk import Setting, a_desk


class Rounds:
    """Lets so many rounds pass, and notes how long the watcher wanted to wait."""

    def __init__(self, setting: Setting, count: int) -> None:
        self._setting = setting
        self._left = count
        self.waits: list[float] = []
        self.told: list[DeskSnapshot] = []

    def pause(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self._setting.clock.pass_time(timedelta(seconds=seconds))
        self._left -= 1
        return self._left <= 0


def watch(setting: Setting, rounds: Rounds, interval: float | None = None) -> Watcher:
    watcher = Watcher(setting.desk, setting.clock, rng=Random(1), interval=interval)
    watcher.run(rounds.pause, rounds.told.append)
    watcher.close()
    return watcher


def test_it_judges_round_after_round_and_waits_as_it_was_told() -> None:
    setting = a_desk()
    setting.prices.say("USD", "88000", "88010", "88020")
    rounds = Rounds(setting, 3)
    watch(setting, rounds, interval=30)
    assert rounds.waits == [30, 30, 30]
    assert [len(snapshot.announcements) for snapshot in rounds.told] == [1, 0, 0]


def test_a_round_that_breaks_is_logged_and_the_next_one_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setting = a_desk()
    setting.prices.say("USD", "88000", "88010", "88020")
    ask, failures = setting.desk.ask_prices, iter([ZeroDivisionError("secret-looking"), NotABookError("gone")])

    def fail_twice() -> Mapping[str, Consensus]:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return ask()

    monkeypatch.setattr(setting.desk, "ask_prices", fail_twice)
    rounds = Rounds(setting, 3)
    with caplog.at_level(logging.WARNING):
        watch(setting, rounds, interval=30)
    assert rounds.waits == [FAULT_SECONDS, FAULT_SECONDS, 30]
    assert [len(snapshot.announcements) for snapshot in rounds.told] == [1]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    caplog.clear()


def test_a_book_that_cannot_be_read_is_judged_as_it_was_known(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    setting = a_desk()
    setting.prices.say("USD", "88000", "88010", "88020")

    def unreadable() -> bool:
        raise NotABookError("The book is being copied.")

    monkeypatch.setattr(setting.desk, "catch_up", unreadable)
    rounds = Rounds(setting, 1)
    with caplog.at_level(logging.WARNING):
        watch(setting, rounds, interval=30)
    assert [len(snapshot.announcements) for snapshot in rounds.told] == [1]
    assert ["cannot be read" in record.getMessage() for record in caplog.records] == [True]
    caplog.clear()


def test_the_history_is_fetched_once_a_day() -> None:
    setting = a_desk()
    setting.prices.say("USD", "100000", "100000", "100000")
    watcher = watch(setting, Rounds(setting, 3), interval=30)
    assert setting.prices.updates == 1
    setting.clock.pass_time(timedelta(days=1))
    setting.prices.say("USD", "100000", "100000", "100000")
    watcher.run(Rounds(setting, 1).pause, lambda _snapshot: None)
    watcher.close()
    assert setting.prices.updates >= 2


def test_what_a_rule_asks_of_the_risk_room_is_there_in_the_next_round() -> None:
    setting = a_desk()
    rule = Rule("reserve", RuleKind.RESERVE, Decimal("0.15"))
    setting.desk.edit("Add a rule", lambda book: book.__class__(book.name, loans=book.loans, rules=(rule,)))
    setting.prices.say("USD", "100000", "100000", "100000")
    watch(setting, Rounds(setting, 1), interval=30)
    assert setting.desk._risk is not None
    assert setting.desk._risk.reserve is not None
