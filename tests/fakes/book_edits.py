"""Edits of a book as a person makes them, sharing what does not change, so that saving them can be tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from app.domain.book import AccountKind, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from tests.fakes.books import loans, names, notes

Edit = Callable[[st.DrawFn, Book], Book]
_AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def _new_name(draw: st.DrawFn, taken: set[str]) -> str:
    return draw(names().filter(lambda name: name not in taken))


def _loan(draw: st.DrawFn, book: Book) -> Loan:
    return draw(st.sampled_from(book.loans))


def _rename_book(draw: st.DrawFn, book: Book) -> Book:
    return replace(
        book, name=draw(names()), base_currency=draw(st.sampled_from(["USD", "EUR"])), demo=draw(st.booleans())
    )


def _add_loan(draw: st.DrawFn, book: Book) -> Book:
    name = _new_name(draw, {loan.name for loan in book.loans})
    return book.with_loan(draw(loans(name, [account.name for account in book.accounts])))


def _remove_loan(draw: st.DrawFn, book: Book) -> Book:
    return book.without_loan(_loan(draw, book).name)


def _rename_loan(draw: st.DrawFn, book: Book) -> Book:
    old = _loan(draw, book)
    name = _new_name(draw, {loan.name for loan in book.loans})
    return book.with_loan(replace(old, name=name, lender=draw(notes())), old.name)


def _swap_names(draw: st.DrawFn, book: Book) -> Book:
    first, second = book.loans[0], book.loans[-1]
    rest = book.loans[1:-1]
    return replace(book, loans=(replace(first, name=second.name), *rest, replace(second, name=first.name)))


def _reorder_loans(draw: st.DrawFn, book: Book) -> Book:
    return replace(book, loans=tuple(draw(st.permutations(book.loans))))


def _add_event(draw: st.DrawFn, book: Book) -> Book:
    old = _loan(draw, book)
    at = draw(st.integers(0, len(old.events)))
    event = LoanEvent(_AT, EventKind.DRAW, Decimal("1.50"), note=draw(notes()))
    return book.with_loan(replace(old, events=(*old.events[:at], event, *old.events[at:])), old.name)


def _remove_event(draw: st.DrawFn, book: Book) -> Book:
    old = _loan(draw, book)
    at = draw(st.integers(0, max(0, len(old.events) - 1)))
    return book.with_loan(replace(old, events=old.events[:at] + old.events[at + 1 :]), old.name)


def _change_terms(draw: st.DrawFn, book: Book) -> Book:
    old = _loan(draw, book)
    last = replace(old.terms[-1], rate=Decimal("0.1230"), triggers=old.terms[-1].triggers[1:])
    return book.with_loan(replace(old, terms=(*old.terms[:-1], last)), old.name)


def _rename_account(draw: st.DrawFn, book: Book) -> Book:
    old = draw(st.sampled_from(book.accounts))
    name = _new_name(draw, {account.name for account in book.accounts})
    return book.with_account(replace(old, name=name, kind=draw(st.sampled_from(AccountKind))), old.name)


def _add_transaction(draw: st.DrawFn, book: Book) -> Book:
    old = draw(st.sampled_from(book.accounts))
    at = draw(st.integers(0, len(old.transactions)))
    entry = Transaction(_AT, TransactionKind.INCOME, 7, Decimal("0.10"), note=draw(notes()))
    entries = (*old.transactions[:at], entry, *old.transactions[at:])
    return book.with_account(replace(old, transactions=entries), old.name)


def _remove_accounts(draw: st.DrawFn, book: Book) -> Book:
    """Remove the first account and all that refers to it."""
    gone = book.accounts[0].name
    accounts = tuple(
        account
        if all(entry.to_account != gone for entry in account.transactions)
        else replace(account, transactions=tuple(t for t in account.transactions if t.to_account != gone))
        for account in book.accounts[1:]
    )
    kept = tuple(
        loan
        if all(event.account != gone for event in loan.events)
        else replace(loan, events=tuple(e._replace(account=None) if e.account == gone else e for e in loan.events))
        for loan in book.loans
    )
    return replace(book, accounts=accounts, loans=kept)


_ALWAYS: tuple[Edit, ...] = (_rename_book, _add_loan)
_WITH_LOANS: tuple[Edit, ...] = (
    _remove_loan, _rename_loan, _reorder_loans, _add_event, _remove_event, _change_terms,
)  # fmt: skip
_WITH_ACCOUNTS: tuple[Edit, ...] = (_rename_account, _add_transaction, _remove_accounts)


@st.composite
def edited(draw: st.DrawFn, book: Book) -> Book:
    """Return ``book`` after one to four edits at once."""
    for _ in range(draw(st.integers(1, 4))):
        edits = list(_ALWAYS)
        if book.loans:
            edits += _WITH_LOANS
        if len(book.loans) > 1:
            edits.append(_swap_names)
        if book.accounts:
            edits += _WITH_ACCOUNTS
        book = draw(st.sampled_from(edits))(draw, book)
    return book
