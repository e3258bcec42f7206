"""Checking a book finds what cannot be true in the alarm's tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.services.alert_ports import AlarmChanges
from app.store.alarm import BookAlarm
from app.store.backup import verify
from app.store.book_store import BookStore
from tests.contract.store import alarm_samples as samples
from tests.unit.store.sample import BOOK

CHANGES = AlarmChanges(
    warnings=(samples.WARNING,),
    calls=(samples.CALL,),
    deliveries=(samples.DELIVERY._replace(message_id=samples.MESSAGE.id),),
    messages=(samples.MESSAGE,),
    actions=(samples.ACTION,),
)
DAMAGE = {
    "UPDATE delivery SET message_id = 'nowhere'": "belong to no row of table message",
    "UPDATE message SET state = 'sent', sent_at = NULL": "count as sent, but not when",
    "UPDATE warning_record SET status = 'closed', closed_at = NULL": "closed, but not when",
    "UPDATE warning_record SET told = -1": "told less than never",
    "UPDATE warning_record SET opened_at = 'yesterday'": "table warning_record",
    "UPDATE margin_call SET price = 'dear'": "table margin_call",
    "UPDATE message SET created_at = 'then'": "table message",
    "UPDATE warning_action SET at = 'once'": "table warning_action",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A book with an alarm that is as it should be."""
    path = tmp_path / "desk.plimsoll"
    store = BookStore.create(path, BOOK)
    BookAlarm(store.backend).save(CHANGES)
    store.close()
    assert verify(path) == []
    return path


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(place: Path, damage: str) -> None:
    with closing(sqlite3.connect(place)) as book:
        book.execute("PRAGMA ignore_check_constraints = ON")
        assert book.execute(damage).rowcount > 0
        book.commit()
    assert any(DAMAGE[damage] in finding for finding in verify(place))
