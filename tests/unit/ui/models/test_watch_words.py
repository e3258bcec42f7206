from dataclasses import replace
from datetime import timedelta

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import DeliveryFault
from app.services.alert_ports import JudgeRole, Lease
from app.services.desk import DeskSnapshot
from app.services.watch_state import ChannelHealth, Watching, WatchRole
from app.ui.models.watch_words import (
    NO_ONE,
    channel_lines,
    channels_cell,
    channels_line,
    heartbeat_line,
    judge_cell,
    judge_line,
    price_line,
    reaches_nobody,
)
from tests.fakes.desk import NOW, offline, silence, snapshot_of, treasury

MAIL = Channel("m", "Mail", ChannelKind.EMAIL)
HOOK = Channel("h", "Hook", ChannelKind.WEBHOOK)
LEASE = Lease(1, 1, "x", JudgeRole.WATCHER, "tower", 7, NOW)


def watched(*healths: ChannelHealth, demo: bool = False) -> DeskSnapshot:
    book = replace(treasury(demo=demo), channels=tuple(health.channel for health in healths))
    return replace(snapshot_of(book), watching=Watching(channels=healths))


def test_who_judges() -> None:
    assert judge_line(Watching(), NOW).mark == "✓"
    alone = judge_line(Watching(), NOW, alone=True)
    assert alone.mark == "▲"
    assert "while it is open" in alone.words
    other = Watching(WatchRole.ELSEWHERE, LEASE, NOW - timedelta(seconds=12))
    assert judge_line(other, NOW).words == "the watcher on tower, pulse 12\u202fs ago"
    silent = judge_line(other._replace(role=WatchRole.NOBODY), NOW)
    assert silent.mark == "✗"
    assert silent.words.startswith("nobody: the watcher on tower is silent")


def test_the_watch_cell_tells_its_age_and_its_trouble() -> None:
    snapshot = watched()
    at = NOW - timedelta(seconds=15)
    elsewhere = Watching(WatchRole.ELSEWHERE, LEASE, at)
    assert judge_cell(replace(snapshot, watching=elsewhere), NOW)[:2] == ("Watching ✓ 15\u202fs", False)
    nobody = elsewhere._replace(role=WatchRole.NOBODY)
    assert judge_cell(replace(snapshot, watching=nobody), NOW)[:2] == ("Nobody watches", True)


def test_the_channels_cell_has_a_shape_for_each() -> None:
    well = ChannelHealth(MAIL, proved_at=NOW)
    broken = ChannelHealth(HOOK, fault=DeliveryFault.GONE, failing_since=NOW)
    text, trouble, detail = channels_cell(watched(well, broken), NOW)
    assert text == "Hook ✗ Mail ✓"
    assert trouble
    assert "no longer exists" in detail
    assert channels_cell(watched(well), NOW)[:2] == ("Mail ✓", False)
    assert channels_cell(watched(), NOW)[:2] == (NO_ONE, True)
    assert not channels_cell(watched(demo=True), NOW)[1]


def test_channels_in_trouble_come_first_and_too_many_are_counted() -> None:
    healths = [ChannelHealth(Channel(str(n), f"C{n}", ChannelKind.SLACK), proved_at=NOW) for n in range(5)]
    healths.append(ChannelHealth(HOOK, fault=DeliveryFault.TIMEOUT, failing_since=NOW))
    lines = channel_lines(Watching(channels=tuple(healths)), NOW)
    assert [line.name for line in lines] == ["Hook", "C0", "C1", ""]
    assert lines[-1].words == "and 3 more"


def test_nobody_is_reached_when_every_channel_is_off() -> None:
    off = replace(MAIL, enabled=False)
    assert reaches_nobody(watched(ChannelHealth(off)))
    assert not reaches_nobody(watched(ChannelHealth(MAIL)))


def test_a_missing_price_is_trouble() -> None:
    assert price_line(watched(), NOW).mark == "✓"
    assert price_line(offline(), NOW).mark == "✗"


def test_the_heartbeat() -> None:
    snapshot = watched()
    assert heartbeat_line(snapshot, NOW).words == "off"
    on = replace(snapshot, settings=replace(snapshot.settings, heartbeat=True))
    assert heartbeat_line(on, NOW).mark == "▲"
    told = replace(on, watching=Watching(heartbeat_at=NOW))
    assert heartbeat_line(told, NOW).mark == "✓"


def test_without_a_price_the_watch_cell_has_no_tick() -> None:
    for watching in (Watching(), Watching(WatchRole.ELSEWHERE, LEASE, NOW)):
        text, trouble, detail = judge_cell(replace(offline(), watching=watching), NOW)
        assert (text, trouble) == ("Watching, blind", True)
        assert "cannot fire" in detail


def test_where_one_price_is_missing_the_watch_is_partly_blind() -> None:
    snapshot = watched()
    first = next(iter(snapshot.figures.lookups))
    lookups = {**snapshot.figures.lookups, first: silence()}
    figures = replace(snapshot.figures, lookups=lookups)
    assert judge_cell(replace(snapshot, figures=figures), NOW)[0] == "Watching, partly blind"


def test_all_channels_in_one_line() -> None:
    well, unproved = ChannelHealth(MAIL, proved_at=NOW), ChannelHealth(HOOK)
    broken = ChannelHealth(HOOK, fault=DeliveryFault.GONE, failing_since=NOW)
    also = broken._replace(channel=MAIL)
    assert channels_line(watched(well), NOW)[:3] == ("Mail", "proved 0\u202fs ago", "safe")
    assert channels_line(watched(well, well._replace(channel=HOOK)), NOW)[:3] == ("2 channels", "proved", "safe")
    assert channels_line(watched(well, unproved), NOW)[:2] == ("Hook", "not proved yet")
    assert channels_line(watched(broken, also), NOW)[:3] == ("Hook, Mail", "broken", "sale")
    assert "no longer exists" in channels_line(watched(broken, also), NOW).remedy
    assert "nothing outside" in channels_line(watched(demo=True), NOW).words
