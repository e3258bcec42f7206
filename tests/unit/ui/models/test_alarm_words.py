"""What is told above every screen, and what the quiet inbox says."""

from dataclasses import replace
from datetime import timedelta

from app.domain.deliveries import DeliveryFault
from app.domain.warning_records import WarningStatus
from app.services.watch_state import Watching, WatchRole
from app.ui.formats import Display
from app.ui.levels import Level
from app.ui.models.alarm_words import broken_channels, call_alarm, channels_alarm, is_loud, loud_keys
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_quiet import quiet_words
from app.ui.models.warning_shelves import sorted_out
from app.ui.models.warning_words import Shelf
from tests.fakes.desk import NOW, offline, snapshot_of, treasury, warning_record
from tests.fakes.inbox import ago, called, inbox_snapshot, sold


def test_only_a_confirmed_unseen_call_or_sale_is_loud() -> None:
    assert is_loud(called(), NOW)
    assert not is_loud(called()._replace(confirmed=False), NOW)
    assert not is_loud(called()._replace(status=WarningStatus.ACKNOWLEDGED), NOW)
    assert not is_loud(called()._replace(snoozed_until=NOW + timedelta(hours=1)), NOW)
    assert not is_loud(warning_record(), NOW)


def test_the_gravest_is_told_and_the_others_counted() -> None:
    alarm = call_alarm(inbox_snapshot((called(), sold())), Display(), NOW)
    assert alarm is not None
    assert alarm.level is Level.SALE
    assert alarm.words().startswith("■ ACT NOW: EUR bridge")
    assert alarm.words().endswith("And 1 more waits for you.")
    assert set(alarm.warning_ids) == {called().id, sold().id}
    assert alarm.item == sold().id
    assert call_alarm(inbox_snapshot(()), Display(), NOW) is None


def test_of_the_same_level_the_soonest_deadline_comes_first() -> None:
    sooner = called()._replace(id="sooner", due_at=NOW + timedelta(hours=2))
    alarm = call_alarm(inbox_snapshot((called(), sooner)), Display(), NOW)
    assert alarm is not None
    assert alarm.item == "sooner"
    context = WarningContext(inbox_snapshot(), NOW, Display())
    rows = sorted_out((called(), sooner, sold()), context, None)[Shelf.OPEN]
    assert [record.id for record in rows] == [sold().id, "sooner", called().id]


def test_hidden_amounts_are_hidden_there_too() -> None:
    alarm = call_alarm(inbox_snapshot((sold(),)), Display(hidden=True), NOW)
    assert alarm is not None
    assert "12.5" not in alarm.text


def test_a_graver_level_is_a_new_sound() -> None:
    risen = called()._replace(kind=sold().kind)
    assert loud_keys((called(),), NOW) != loud_keys((risen,), NOW)


def test_channels_are_broken_only_when_all_of_them_are() -> None:
    broken = inbox_snapshot((), broken=True)
    alarm = channels_alarm(broken, NOW)
    assert alarm is not None
    assert "Desk mail (the server refused the password)" in alarm.text
    first, *rest = broken.watching.channels
    well = replace(broken, watching=Watching(channels=(first._replace(fault=None), *rest)))
    assert broken_channels(well, NOW) == ()
    off = first._replace(fault=None, channel=replace(first.channel, enabled=False))
    assert len(broken_channels(replace(broken, watching=Watching(channels=(off, *rest))), NOW)) == 2
    assert channels_alarm(snapshot_of(), NOW) is None
    passing = tuple(one._replace(fault=DeliveryFault.TIMEOUT, failing_since=ago(minutes=1)) for one in (first, *rest))
    assert broken_channels(replace(broken, watching=Watching(channels=passing)), NOW) == ()


def test_quiet_says_when_somebody_last_looked() -> None:
    assert quiet_words(inbox_snapshot(()), NOW) == ("Quiet.", "Last check 12\u202fs ago. Last fire drill 9 days ago.")


def test_quiet_without_a_channel_is_not_praised() -> None:
    title, text = quiet_words(snapshot_of(), NOW)
    assert title == "Quiet."
    assert "No channel is set up" in text


def test_blind_says_since_when() -> None:
    title, text = quiet_words(offline(), NOW)
    assert title == "Blind: price alarms cannot fire."
    assert "since " in text
    assert "yet" in quiet_words(offline(None), NOW)[1]


def test_quiet_knows_who_judges() -> None:
    snapshot = inbox_snapshot(())
    watching = snapshot.watching._replace(role=WatchRole.ELSEWHERE, pulse_at=ago(seconds=9))
    assert quiet_words(replace(snapshot, watching=watching), NOW)[1].startswith("The watcher was last heard 9")
    nobody = replace(snapshot, watching=watching._replace(role=WatchRole.NOBODY))
    assert quiet_words(nobody, NOW)[0] == "Quiet, but nobody watches now."
    assert quiet_words(snapshot_of(treasury((), "0")), NOW)[0] == "No loans yet."
    assert "demo" in quiet_words(snapshot_of(treasury(demo=True)), NOW)[1]
