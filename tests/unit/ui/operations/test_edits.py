"""Edits of the book from the window: stored first, shown after, undone and redone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.domain.book import Account
from app.domain.errors import BookNotWritableError, InputError, PlimsollError
from app.services import edits as change
from app.ui.live import Change, Live, Topic
from app.ui.messages import Message, Messages
from app.ui.operations import Edits
from app.ui.operations.desk import Requests
from app.ui.tasks import Tasks
from tests.fakes.ui_book import MemoryHouse, MemoryOpened
from tests.unit.ui.conftest import PLACE


@dataclass
class Bench:
    opened: MemoryOpened
    tasks: Tasks
    live: Live
    messages: Messages
    edits: Edits
    told: list[Message]
    changes: list[Change]

    @property
    def names(self) -> list[str]:
        return [account.name for account in self.live.snapshot.book.accounts]


@pytest.fixture
def bench(qtbot: QtBot, house: MemoryHouse) -> Iterator[Bench]:
    opened = house.open_book(PLACE)
    tasks, live, messages = Tasks(), Live(opened.desk.snapshot()), Messages()
    made = Bench(opened, tasks, live, messages, Edits(opened.desk, tasks, live, messages), [], [])
    messages.told.connect(made.told.append)
    live.changed.connect(made.changes.append)
    yield made
    assert tasks.stop() == []


def settle(qtbot: QtBot, bench: Bench) -> None:
    qtbot.waitUntil(lambda: not bench.tasks.under_way)


VAULT = change.add_account(Account("Vault"))


def test_an_edit_is_stored_and_then_shown(qtbot: QtBot, bench: Bench) -> None:
    done: list[str] = []
    bench.edits.run(VAULT, done=lambda edited: done.append(edited.label))
    assert bench.edits.busy
    settle(qtbot, bench)
    assert bench.names == ["Cold storage", "Vault"]
    assert bench.opened.keeper.book is bench.live.snapshot.book
    assert done == [VAULT.label]
    assert Topic.BOOK in bench.changes[0].topics
    assert not bench.edits.busy


def test_undo_and_redo_go_through_the_store(qtbot: QtBot, bench: Bench) -> None:
    bench.edits.run(VAULT)
    bench.edits.run(change.add_account(Account("Desk")))
    settle(qtbot, bench)
    assert bench.edits.undo_text == "Add account “Desk”"
    bench.edits.undo()
    settle(qtbot, bench)
    bench.edits.undo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage"]
    assert bench.opened.keeper.book.accounts == bench.live.snapshot.book.accounts
    assert bench.edits.undo_text == ""
    bench.edits.redo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage", "Vault"]
    assert bench.edits.redo_text == "Add account “Desk”"


def test_a_new_edit_forgets_what_was_undone(qtbot: QtBot, bench: Bench) -> None:
    bench.edits.run(VAULT)
    settle(qtbot, bench)
    bench.edits.undo()
    settle(qtbot, bench)
    bench.edits.run(change.add_account(Account("Desk")))
    settle(qtbot, bench)
    assert bench.edits.redo_text == ""
    bench.edits.redo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage", "Desk"]


def test_a_refused_edit_changes_nothing_and_is_told(qtbot: QtBot, bench: Bench) -> None:
    before = bench.live.snapshot.book
    bench.edits.run(change.add_account(Account("Cold storage")))
    settle(qtbot, bench)
    assert bench.live.snapshot.book is before
    assert bench.changes == []
    assert bench.told[0].so_what == "Nothing was changed."
    assert bench.edits.undo_text == ""


def test_a_dialog_may_tell_the_refusal_itself(qtbot: QtBot, bench: Bench) -> None:
    failures: list[PlimsollError] = []
    bench.edits.run(change.add_account(Account("")), failed=failures.append)
    settle(qtbot, bench)
    assert [type(error) for error in failures] != []
    assert isinstance(failures[0], InputError)
    assert bench.told == []


def test_an_undo_that_cannot_be_stored_leaves_the_stack_as_it_was(qtbot: QtBot, bench: Bench) -> None:
    bench.edits.run(VAULT)
    settle(qtbot, bench)
    bench.opened.keeper.full = True
    bench.edits.undo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage", "Vault"]
    assert bench.edits.undo_text == VAULT.label
    assert "no space" in bench.told[-1].what
    bench.opened.keeper.full = False
    bench.edits.undo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage"]


def test_no_undo_while_an_edit_is_being_stored(qtbot: QtBot, bench: Bench) -> None:
    bench.edits.run(VAULT)
    settle(qtbot, bench)
    bench.edits.run(change.add_account(Account("Desk")))
    bench.edits.undo()
    settle(qtbot, bench)
    assert bench.names == ["Cold storage", "Vault", "Desk"]


def test_a_deletion_offers_to_take_it_back(qtbot: QtBot, bench: Bench) -> None:
    bench.edits.run(change.remove_loan("Term loan B"), offer_undo=True)
    settle(qtbot, bench)
    message = bench.told[-1]
    assert message.action == "Undo"
    assert message.act is not None
    message.act()
    settle(qtbot, bench)
    assert "Term loan B" in [loan.name for loan in bench.live.snapshot.book.loans]


def test_settings_are_judged_by_at_once(qtbot: QtBot, bench: Bench) -> None:
    from dataclasses import replace
    from decimal import Decimal

    requests = Requests(bench.opened.desk, bench.tasks, bench.live)
    requests.change_settings(settings=replace(bench.live.snapshot.settings, drop=Decimal("0.2")))
    settle(qtbot, bench)
    assert bench.live.snapshot.figures.drop == Decimal("0.2")
    assert Topic.SETTINGS in bench.changes[-1].topics


def test_a_full_disk_is_the_world_s_fault(qtbot: QtBot, bench: Bench) -> None:
    bench.opened.keeper.full = True
    failures: list[PlimsollError] = []
    bench.edits.run(VAULT, failed=failures.append)
    settle(qtbot, bench)
    assert isinstance(failures[0], BookNotWritableError)
    assert bench.names == ["Cold storage"]
