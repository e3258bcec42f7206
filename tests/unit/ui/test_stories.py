"""Looking up what became of warnings, beside the window."""

from collections.abc import Iterator
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import BookMissingError
from app.services.desk import Desk
from app.services.watch_state import WarningStory
from app.ui.stories import AT_ONCE, Stories
from app.ui.tasks import Tasks
from tests.fakes.desk import FakeDesk
from tests.fakes.inbox import called, full_story, inbox_snapshot, many_records


class CountingDesk(FakeDesk):
    def __init__(self, stories: dict[str, WarningStory]) -> None:
        super().__init__(inbox_snapshot(), stories)
        self.read: list[str] = []
        self.gone = False

    def story_of(self, warning_id: str) -> WarningStory:
        self.read.append(warning_id)
        if self.gone:
            msg = "The book is gone."
            raise BookMissingError(msg)
        return super().story_of(warning_id)


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.stop() == []


def look(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: not tasks.under_way)


def test_what_is_settled_is_read_once(qtbot: QtBot, tasks: Tasks) -> None:
    settled = full_story("w0")._replace(deliveries=full_story("w0").deliveries[:2])
    desk = CountingDesk({"w0": settled})
    stories = Stories(cast("Desk", desk), tasks)
    told: list[object] = []
    stories.changed.connect(told.append)
    for _ in range(3):
        stories.want(many_records(1), again=True)
        look(qtbot, tasks)
    assert desk.read == ["w0"]
    assert stories.known == {"w0": settled}
    assert told == [stories]


def test_what_is_under_way_is_read_again_only_when_asked(qtbot: QtBot, tasks: Tasks) -> None:
    desk = CountingDesk({called().id: full_story(called().id)})
    stories = Stories(cast("Desk", desk), tasks)
    for again in (False, False, True):
        stories.want((called(),), again=again)
        look(qtbot, tasks)
    assert len(desk.read) == 2


def test_a_warning_that_changed_or_was_forgotten_is_read_again(qtbot: QtBot, tasks: Tasks) -> None:
    desk = CountingDesk({})
    stories = Stories(cast("Desk", desk), tasks)
    for record in (called(), called()._replace(told=3)):
        stories.want((record,))
        look(qtbot, tasks)
    stories.forget(called().id)
    stories.want((called()._replace(told=3),))
    look(qtbot, tasks)
    assert len(desk.read) == 3
    stories.forget("nobody")


def test_a_thousand_are_not_read_at_once(qtbot: QtBot, tasks: Tasks) -> None:
    desk = CountingDesk({})
    stories = Stories(cast("Desk", desk), tasks)
    stories.want(many_records(1000))
    stories.want(many_records(1000))
    look(qtbot, tasks)
    assert len(desk.read) == AT_ONCE


def test_a_book_that_cannot_be_read_breaks_nothing(qtbot: QtBot, tasks: Tasks) -> None:
    desk = CountingDesk({})
    desk.gone = True
    stories = Stories(cast("Desk", desk), tasks)
    failures: list[object] = []
    tasks.failed.connect(failures.append)
    stories.want((called(),))
    look(qtbot, tasks)
    assert (desk.read, failures, dict(stories.known)) == ([called().id], [], {})
