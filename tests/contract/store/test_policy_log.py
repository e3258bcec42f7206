"""The breach log outlives a restart, digit for digit, and only the judge writes it, wherever the book lies."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.errors import LeaseLostError, NotABookError
from app.domain.policy import LimitKind
from app.domain.policy_breaches import Breach, Ended
from app.services.alert_ports import AlarmChanges
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from tests.contract.store.alarm_samples import AT, LEASE
from tests.contract.store.places import Places

STANDS = Breach(
    "b1", LimitKind.LENDER_SHARE, "Lender “A”", Decimal("0.40"), AT, None, Decimal("0.41"), Decimal("0.530000000001")
)
OVER = Breach(
    "b0",
    LimitKind.BOOK_LTV,
    "",
    Decimal("0.5"),
    AT - timedelta(days=3),
    AT - timedelta(days=2, microseconds=1),
    Decimal("0.6"),
    Decimal("Infinity"),
    Ended.REMOVED,
)


@pytest.fixture
def store(places: Places) -> Iterator[BookStore]:
    with closing(BookStore.create(places.fresh(), Book("Desk"))) as made:
        yield made


def test_breaches_come_back_those_that_stand_first(store: BookStore) -> None:
    assert BookAlarm(store.backend).breaches(5) == ()
    BookAlarm(store.backend).save(AlarmChanges(breaches=(OVER, STANDS)))
    assert repr(BookAlarm(store.backend).breaches(5)) == repr((STANDS, OVER))
    assert BookAlarm(store.backend).breaches(0) == (STANDS,)


def test_a_breach_that_ends_replaces_itself(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    alarm.save(AlarmChanges(breaches=(STANDS,)))
    ended = STANDS._replace(closed_at=AT + timedelta(hours=1), ended=Ended.KEPT)
    alarm.save(AlarmChanges(breaches=(ended,)))
    assert alarm.breaches(5) == (ended,)


def test_only_the_holder_of_the_lease_writes_it(store: BookStore) -> None:
    alarm, leases = BookAlarm(store.backend), BookLease(store.backend)
    first = leases.take(None, LEASE)
    assert first is not None
    second = leases.take(first, LEASE._replace(holder="run-2"))
    assert second is not None
    with pytest.raises(LeaseLostError):
        alarm.save(AlarmChanges(breaches=(STANDS,)), first)
    assert alarm.breaches(5) == ()
    alarm.save(AlarmChanges(breaches=(STANDS,)), second)
    assert alarm.breaches(5) == (STANDS,)


@pytest.mark.parametrize(
    ("column", "value"), [("bound", "NaN"), ("kind", "mood"), ("ended", "whatever"), ("first_value", "x")]
)
def test_a_damaged_row_is_told_of(store: BookStore, column: str, value: str) -> None:
    alarm = BookAlarm(store.backend)
    alarm.save(AlarmChanges(breaches=(STANDS,)))
    # The columns are this test's own.
    store.backend.execute([(f"UPDATE policy_breach SET {column} = :value", [{"value": value}])])  # noqa: S608
    with pytest.raises(NotABookError, match="policy_breach"):
        alarm.breaches(5)
