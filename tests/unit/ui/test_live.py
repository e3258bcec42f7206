from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.services.settings import Settings, Units
from app.services.watch_state import Watching
from app.ui.live import Change, Live, Topic, topics_between
from tests.fakes.desk import at_price, snapshot_of, warning_record
from tests.fakes.inbox import call_of


def test_only_what_differs_is_named() -> None:
    base = snapshot_of()
    assert topics_between(base, base) == frozenset()
    moved = at_price("60000", base.book)
    assert topics_between(base, moved) >= {Topic.PRICES}
    assert Topic.BOOK not in topics_between(base, moved)
    warned = replace(base, warnings=(warning_record(sentence="x"),))
    assert topics_between(base, warned) == {Topic.WARNINGS}
    assert topics_between(base, replace(base, calls=(call_of(),))) == {Topic.WARNINGS}
    assert topics_between(base, replace(base, watching=Watching(pulse_at=base.judged_at))) == {Topic.WATCH}
    assert topics_between(base, replace(base, settings=Settings(confirm_age_days=9))) == {Topic.SETTINGS}


def test_units_change_every_text(qtbot: QtBot) -> None:
    base = snapshot_of()
    live, heard = Live(base), list[Change]()
    live.changed.connect(heard.append)
    live.take(replace(base, settings=Settings(units=Units.SATS)))
    assert heard[0].topics == {Topic.SETTINGS, Topic.DISPLAY}
    assert live.display.sats


def test_nothing_new_tells_nobody(qtbot: QtBot) -> None:
    base = snapshot_of()
    live, heard = Live(base), list[Change]()
    live.changed.connect(heard.append)
    live.take(base)
    assert heard == []


def test_announcements_are_passed_on_once(qtbot: QtBot) -> None:
    base = snapshot_of()
    live, told = Live(base), list[object]()
    live.announced.connect(told.append)
    record = warning_record(sentence="x")
    live.take(replace(base, warnings=(record,), announcements=(record,)))
    live.take(replace(base, warnings=(record,)))
    assert told == [(record,)]


def test_five_thousand_snapshots_and_the_program_lives(qtbot: QtBot) -> None:
    first, second = snapshot_of(), at_price("60000")
    live, count = Live(first), list[int]()
    live.changed.connect(lambda change: count.append(len(change.topics)))
    for number in range(5_000):
        live.take(second if number % 2 == 0 else first)
    assert len(count) == 5_000


def test_hidden_amounts_are_told(qtbot: QtBot) -> None:
    live, heard = Live(snapshot_of()), list[Change]()
    live.changed.connect(heard.append)
    live.hide_amounts(hidden=True)
    assert live.display.hidden
    assert heard[0].topics == {Topic.DISPLAY}
