from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.domain.book import Account, Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.errors import InputError
from app.services import edits
from tests.fakes.desk import NOW, loan, treasury, triggers

LINES = triggers("0.70", "0.75", "0.85", 12, "0.65")


@pytest.fixture
def book() -> Book:
    return treasury()


def test_a_loan_is_added_at_the_end_and_taken_out_again(book: Book) -> None:
    new = loan("New", "100", "1", LINES)
    added = edits.add_loan(new).change(book)
    assert added.loans == (*book.loans, new)
    assert edits.remove_loan("New").change(added) == book


def test_a_loan_keeps_its_place_when_it_is_renamed(book: Book) -> None:
    old = book.loans[1]
    edit = edits.replace_loan(old, replace(old, name="Renamed"))
    assert [one.name for one in edit.change(book).loans] == [
        "Equipment facility",
        "Renamed",
        "Coin revolver",
        "EUR bridge",
    ]
    assert edit.label == "Rename loan “Term loan B” to “Renamed”"


def test_a_loan_that_changed_meanwhile_is_not_overwritten(book: Book) -> None:
    old = book.loans[0]
    meanwhile = book.with_loan(replace(old, lender="Other"), replacing=old.name)
    with pytest.raises(InputError, match="changed or deleted meanwhile"):
        edits.replace_loan(old, replace(old, lender="Mine")).change(meanwhile)


@pytest.mark.parametrize(
    "edit",
    [
        edits.remove_loan("Nobody"),
        edits.remove_terms("Nobody", date(2026, 1, 1)),
        edits.add_event("Nobody", LoanEvent(NOW, EventKind.FEE, amount=Decimal(1))),
        edits.remove_account("Nowhere"),
        edits.add_transaction("Nowhere", Transaction(NOW, TransactionKind.BUY, 1)),
    ],
)
def test_what_is_gone_is_refused_with_a_remedy(book: Book, edit: edits.Edit) -> None:
    with pytest.raises(InputError, match="look again"):
        edit.change(book)


def test_terms_stand_in_the_order_of_days(book: Book) -> None:
    first = book.loan("Coin revolver").terms[0]
    later = replace(first, start=first.start + timedelta(days=20))
    between = replace(first, start=first.start + timedelta(days=10))
    for terms in (later, between):
        book = edits.put_terms("Coin revolver", terms).change(book)
    assert book.loan("Coin revolver").terms == (first, between, later)


def test_terms_of_one_day_are_not_entered_twice(book: Book) -> None:
    terms = book.loan("Coin revolver").terms[0]
    with pytest.raises(InputError, match="edit those") as caught:
        edits.put_terms("Coin revolver", replace(terms, rate=Decimal("0.2"))).change(book)
    assert caught.value.place == "from"
    changed = edits.put_terms("Coin revolver", replace(terms, rate=Decimal("0.2")), replacing=terms).change(book)
    assert changed.loan("Coin revolver").terms[0].rate == Decimal("0.2")


def test_the_last_terms_and_the_first_ones_stay(book: Book) -> None:
    terms = book.loan("Coin revolver").terms[0]
    with pytest.raises(InputError, match="at least one set of terms"):
        edits.remove_terms("Coin revolver", terms.start).change(book)
    two = edits.put_terms("Coin revolver", replace(terms, start=terms.start + timedelta(days=5))).change(book)
    with pytest.raises(InputError, match="would have no terms then"):
        edits.remove_terms("Coin revolver", terms.start).change(two)
    assert edits.remove_terms("Coin revolver", terms.start + timedelta(days=5)).change(two) == book


def test_an_event_goes_to_its_place_in_time(book: Book) -> None:
    name, day = "Coin revolver", timedelta(days=1)
    late = LoanEvent(NOW, EventKind.FEE, amount=Decimal(2))
    early = LoanEvent(NOW - day / 2, EventKind.FEE, amount=Decimal(1))
    same = LoanEvent(NOW, EventKind.REPAY, amount=Decimal(3))
    for event in (late, early, same):
        book = edits.add_event(name, event).change(book)
    assert book.loan(name).events[-3:] == (early, late, same)


def test_an_event_is_exchanged_in_its_place_and_moves_only_with_its_time(book: Book) -> None:
    post, draw = book.loan("Coin revolver").events
    more = post._replace(sats=(post.sats or 0) + 1)
    changed = edits.replace_event("Coin revolver", post, more).change(book)
    assert changed.loan("Coin revolver").events == (more, draw)
    moved = edits.replace_event("Coin revolver", post, post._replace(at=NOW)).change(book)
    assert moved.loan("Coin revolver").events == (draw, post._replace(at=NOW))


def test_of_two_equal_events_one_is_deleted(book: Book) -> None:
    fee = LoanEvent(NOW, EventKind.FEE, amount=Decimal(1))
    twice = edits.add_event("Coin revolver", fee).change(edits.add_event("Coin revolver", fee).change(book))
    left = edits.remove_events("Coin revolver", (fee,)).change(twice)
    assert left.loan("Coin revolver").events.count(fee) == 1


def test_a_renamed_account_is_followed_everywhere(book: Book) -> None:
    renamed = edits.rename_account("Cold storage", Account("Vault")).change(book)
    check_book(renamed)
    assert {event.account for one in renamed.loans for event in one.events} == {"Vault", None}
    assert renamed.account("Vault").transactions == book.account("Cold storage").transactions


def test_two_accounts_do_not_share_a_name(book: Book) -> None:
    two = edits.add_account(Account("Exchange")).change(book)
    with pytest.raises(InputError, match="taken by another account") as caught:
        edits.rename_account("Exchange", Account("Cold storage")).change(two)
    assert caught.value.place == "name"


def test_an_account_that_is_named_elsewhere_stays(book: Book) -> None:
    with pytest.raises(InputError, match="named by a post of 2026-02-04 in the loan “Equipment facility”"):
        edits.remove_account("Cold storage").change(book)
    spare = edits.add_account(Account("Spare")).change(book)
    assert edits.remove_account("Spare").change(spare) == book


def test_transactions_are_entered_exchanged_and_removed(book: Book) -> None:
    early = Transaction(NOW - timedelta(days=900), TransactionKind.BUY, 5, Decimal(100))
    added = edits.add_transaction("Cold storage", early).change(book)
    assert added.account("Cold storage").transactions[0] is early
    more = early._replace(sats=6)
    changed = edits.replace_transaction("Cold storage", early, more).change(added)
    assert changed.account("Cold storage").transactions[0] == more
    assert edits.remove_transactions("Cold storage", (more,)).change(changed) == book


def test_every_edit_shares_what_it_leaves_alone(book: Book) -> None:
    after = edits.add_event("Coin revolver", LoanEvent(NOW, EventKind.FEE, amount=Decimal(1))).change(book)
    assert after.accounts is book.accounts
    assert [one is other for one, other in zip(after.loans, book.loans, strict=True)] == [True, True, False, True]
