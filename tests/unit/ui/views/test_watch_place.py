"""The place of the card that says whether anyone is watching."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services.desk import DeskSnapshot
from app.services.watch_state import Watching
from app.ui.theme import Theme
from app.ui.view import Workbench
from app.ui.views.watch_place import WatchPlace
from tests.fakes.bench import make_bench
from tests.fakes.inbox import inbox_snapshot

CARD = "app.ui.views.watch_card"


class StandInCard(QLabel):
    def __init__(self, _bench: Workbench) -> None:
        super().__init__()
        self.shown: list[DeskSnapshot] = []

    def refresh(self, snapshot: DeskSnapshot) -> None:
        self.shown.append(snapshot)


@pytest.fixture
def bench(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    module = ModuleType(CARD)
    module.__spec__ = ModuleSpec(CARD, None)
    module.__dict__["WatchCard"] = StandInCard
    monkeypatch.setitem(sys.modules, CARD, module)
    made = make_bench(inbox_snapshot(()), theme)
    yield made
    assert made.tasks.stop() == []


def test_the_card_takes_no_room_before_it_is_made_and_follows_the_watch(qtbot: QtBot, bench: Workbench) -> None:
    place = WatchPlace(bench)
    qtbot.addWidget(place)
    assert place.isHidden()
    place.make()
    place.make()
    card = place.card
    assert isinstance(card, StandInCard)
    assert not place.isHidden()
    before = len(card.shown)
    later = replace(bench.live.snapshot, watching=Watching(pulse_at=bench.live.snapshot.judged_at))
    bench.live.take(later)
    assert card.shown[before:] == [later]


def test_a_card_that_nobody_sees_catches_up_when_it_is_seen(qtbot: QtBot, bench: Workbench) -> None:
    place = WatchPlace(bench)
    qtbot.addWidget(place)
    place.make()
    card = place.card
    assert isinstance(card, StandInCard)
    place.hide()
    before = len(card.shown)
    later = replace(bench.live.snapshot, watching=Watching(pulse_at=bench.live.snapshot.judged_at))
    bench.live.take(later)
    assert len(card.shown) == before
    place.show()
    assert card.shown[-1] == later
