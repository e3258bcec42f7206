"""The tray: the worst state, and messages only from the program that judges."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.rules import Urgency
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.watch_state import Watching, WatchRole
from app.ui.icons import Icons
from app.ui.levels import Level
from app.ui.live import Live
from app.ui.shell.sentences import book_level, tray_text
from app.ui.tray import Tray
from tests.fakes.desk import warning_record
from tests.fakes.inbox import HOLD, called, inbox_snapshot, rule_record


@pytest.fixture
def live() -> Live:
    return Live(inbox_snapshot((called(),)))


@pytest.fixture
def tray(qtbot: QtBot, icons: Icons, live: Live) -> Iterator[Tray]:
    def nothing() -> None:
        return

    made = Tray(live, icons, show_window=nothing, show_warnings=nothing, quit_all=nothing)
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("role", WatchRole)
def test_only_the_program_that_judges_tells(tray: Tray, live: Live, role: WatchRole) -> None:
    live.take(replace(live.snapshot, watching=Watching(role), announcements=(called(),)))
    assert len(tray.told) == (role is WatchRole.HERE)


def test_hidden_amounts_are_told_as_a_count(tray: Tray, live: Live) -> None:
    live.hide_amounts(hidden=True)
    tray.announce((called(), called()))
    assert tray.told == ["2 new warnings."]
    assert not any(letter.isdigit() for letter in tray.icon.toolTip())


def test_rules_and_broken_ways_have_their_level() -> None:
    early = rule_record("Term loan B", HOLD, "x")
    assert book_level(inbox_snapshot((early,))) is Level.WATCH
    assert book_level(inbox_snapshot((early._replace(urgency=Urgency.NOTICE),))) is Level.SAFE
    assert book_level(inbox_snapshot((early._replace(urgency=Urgency.CALL),))) is Level.CALL
    assert book_level(inbox_snapshot((early._replace(urgency=Urgency.SALE),))) is Level.SALE
    assert book_level(inbox_snapshot((early._replace(status=WarningStatus.PENDING),))) is Level.SAFE
    assert book_level(inbox_snapshot((), broken=True)) is Level.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (WarningKind.BLIND, "no price"),
        (WarningKind.DISPUTED, "no price"),
        (WarningKind.WATCHER, "watcher has gone silent"),
        (WarningKind.CHANNEL, "a channel is broken"),
        (WarningKind.STORE, "takes no changes"),
    ],
)
def test_what_keeps_the_alarm_from_working_is_said(kind: WarningKind, words: str) -> None:
    assert words in tray_text(inbox_snapshot((warning_record("x", kind, sentence="x"),)))


def test_no_channel_is_said() -> None:
    assert "no channel reaches anybody" in tray_text(inbox_snapshot((), broken=True))
    assert "a warning of a rule" in tray_text(inbox_snapshot((rule_record("Term loan B", HOLD, "x"),)))
