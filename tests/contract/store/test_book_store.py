"""What a store promises, wherever the book lies."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.book import Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.errors import BookError, BookExistsError
from app.domain.terms import Terms, Trigger, TriggerKind
from app.store.book_store import BookStore
from tests.contract.store.places import Places
from tests.fakes.book_edits import edited
from tests.fakes.books import books

_SLOW = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
_AT = datetime(2026, 2, 10, 12, 30, 15, 123456, tzinfo=UTC)
VAULT = Account("Vault", transactions=(Transaction(_AT, TransactionKind.BUY, 10**9, Decimal("620.00"), "USD"),))
REVOLVER = Loan(
    "Revolver",
    "Lender",
    "USD",
    date(2026, 1, 1),
    None,
    (Terms(date(2026, 1, 1), Decimal("0.1050"), triggers=(Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 12),)),),
    (LoanEvent(_AT, EventKind.POST, sats=10**8, account="Vault"), LoanEvent(_AT, EventKind.DRAW, Decimal("1.10"))),
)
BOOK = Book("Desk", "USD", (VAULT,), (REVOLVER,))


@_SLOW
@given(book=books())
def test_what_is_written_is_read_to_the_digit(places: Places, book: Book) -> None:
    place = places.fresh()
    with closing(BookStore.create(place, book)):
        pass
    with closing(BookStore.open(place)) as store:
        found = store.read()
    assert found == book
    assert repr(found) == repr(book)  # 1.0 and 1.00 are equal, but not the same digits


@_SLOW
@given(data=st.data(), before=books())
def test_a_change_leaves_what_a_fresh_book_would_hold(places: Places, data: st.DataObject, before: Book) -> None:
    place = places.fresh()
    with closing(BookStore.create(place, before)) as store:
        for _ in range(2):
            after = data.draw(edited(before))
            store.apply(before, after)
            found = store.read()
            assert repr(found) == repr(after)
            before = after


def test_undo_and_redo_leave_the_same_book(places: Places) -> None:
    with closing(BookStore.create(places.fresh(), BOOK)) as store:
        other = BOOK.without_loan("Revolver").without_account("Vault")
        store.apply(BOOK, other)
        store.apply(other, BOOK)
        assert store.read() == BOOK
        store.apply(BOOK, other)
        assert store.read() == other


def test_a_second_book_never_takes_the_place_of_the_first(places: Places) -> None:
    place = places.fresh()
    BookStore.create(place, BOOK).close()
    with pytest.raises(BookExistsError, match="nothing was changed"):
        BookStore.create(place, Book("Other"))
    with closing(BookStore.open(place)) as store:
        assert store.read() == BOOK


def test_a_change_on_top_of_a_book_that_moved_is_refused(places: Places) -> None:
    place = places.fresh()
    with closing(BookStore.create(place, BOOK)) as first, closing(BookStore.open(place)) as second:
        seen = second.read()
        renamed = replace(BOOK, name="Renamed")
        first.apply(BOOK, renamed)
        with pytest.raises(BookError, match="changed by another program"):
            second.apply(seen, seen.without_loan("Revolver"))
        assert second.read() == renamed
        second.apply(renamed, BOOK)
        assert first.read() == BOOK


def test_a_reference_to_no_account_is_refused_and_nothing_is_written(places: Places) -> None:
    stray = replace(REVOLVER, events=(*REVOLVER.events, LoanEvent(_AT, EventKind.POST, sats=1, account="Nowhere")))
    place = places.fresh()
    with closing(BookStore.create(place, BOOK)) as store:
        with pytest.raises(BookError, match="“Nowhere”"):
            store.apply(BOOK, BOOK.with_loan(stray, "Revolver"))
        assert store.read() == BOOK
        store.apply(BOOK, BOOK.without_loan("Revolver"))
    other = places.fresh()
    with pytest.raises(BookError, match="“Nowhere”"):
        BookStore.create(other, BOOK.with_loan(stray, "Revolver"))
    BookStore.create(other, BOOK).close()  # the failed one left nothing in the way


def test_a_number_beyond_every_column_is_refused(places: Places) -> None:
    with closing(BookStore.create(places.fresh(), BOOK)) as store:
        huge = REVOLVER.events[0]._replace(sats=10**30)
        with pytest.raises(BookError, match="nothing was changed"):
            store.apply(BOOK, BOOK.with_loan(replace(REVOLVER, events=(huge,)), "Revolver"))
        assert store.read() == BOOK


def test_a_store_for_reading_refuses_a_change(places: Places) -> None:
    place = places.fresh()
    BookStore.create(place, BOOK).close()
    with closing(BookStore.open(place, readonly=True)) as store:
        assert store.readonly
        with pytest.raises(BookError, match="cannot be written"):
            store.apply(BOOK, replace(BOOK, name="Other"))
        assert store.read() == BOOK
