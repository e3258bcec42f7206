"""What lives long is hidden from the collector, and is freed all the same when nothing refers to it any more."""

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.bootstrap.memory import LastingMemory
from app.domain.ledger import build_ledger
from tests.fakes.books import big_book

NOW = datetime(2026, 2, 5, tzinfo=UTC)


class Knot:
    """An object that refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_old_ledgers_hold_no_cycles_and_are_freed_though_they_were_hidden() -> None:
    book, memory = big_book(300, 4), LastingMemory()
    ledger = build_ledger(book, NOW)
    memory.settle()
    hidden = []
    for day in range(1, 5):
        ledger = build_ledger(book, NOW + timedelta(days=day))
        memory.settle()
        hidden.append(gc.get_freeze_count())
    assert len(ledger.balances) == 300
    # One ledger is over a thousand objects; those of the old ones are gone.
    assert max(hidden) - min(hidden) < 100


def test_rubbish_is_cleared_away_before_it_would_be_hidden_for_ever() -> None:
    memory = LastingMemory()
    memory.settle()
    knot = Knot()
    told = weakref.ref(knot)
    del knot
    assert told() is not None
    memory.settle()
    assert told() is None
