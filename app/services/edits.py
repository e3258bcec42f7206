"""Every edit of a book as a pure function: each returns a change, which makes a new book out of the old one.

A change finds what it replaces again when it runs. Where somebody else got there first it refuses, with a sentence,
so that an edit never lands on the wrong row. Whether the new book can be true is for ``check_book`` to say.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeVar

from app.domain.book import Account, Book, Loan, LoanEvent, Transaction
from app.domain.errors import InputError
from app.domain.terms import Terms

Change = Callable[[Book], Book]


class _Timed(Protocol):
    """An event or a transaction."""

    @property
    def at(self) -> datetime: ...


_Entry = TypeVar("_Entry", bound=_Timed)
_Item = TypeVar("_Item")


class Edit(NamedTuple):
    """A change with the words that undo and the history show for it (``Add loan “Coin revolver”``)."""

    label: str
    change: Change


def add_loan(loan: Loan) -> Edit:
    """Return the edit that puts a new loan at the end."""
    return Edit(f"Add loan {_quoted(loan.name)}", lambda book: book.with_loan(loan))


def replace_loan(old: Loan, new: Loan) -> Edit:
    """Return the edit that puts ``new`` in the place of ``old``; a new name is a renaming."""

    def change(book: Book) -> Book:
        _current_loan(book, old)
        return book.with_loan(new, replacing=old.name)

    if old.name != new.name:
        return Edit(f"Rename loan {_quoted(old.name)} to {_quoted(new.name)}", change)
    return Edit(f"Edit loan {_quoted(new.name)}", change)


def remove_loan(name: str) -> Edit:
    """Return the edit that takes a loan out, with its terms and events; what it had pledged is free again."""

    def change(book: Book) -> Book:
        _loan(book, name)
        return book.without_loan(name)

    return Edit(f"Delete loan {_quoted(name)}", change)


def put_terms(loan_name: str, terms: Terms, replacing: Terms | None = None) -> Edit:
    """Return the edit that adds terms to a loan, or puts them in the place of ``replacing``, in the order of days."""

    def change(book: Book) -> Book:
        loan = _loan(book, loan_name)
        kept = loan.terms if replacing is None else _without(loan.terms, replacing)
        if any(other.start == terms.start for other in kept):
            msg = f"this loan has terms from {terms.start} already; edit those, or choose another day"
            raise InputError(msg, "from")
        return book.with_loan(replace(loan, terms=_by_day((*kept, terms))), replacing=loan_name)

    verb = "Add" if replacing is None else "Edit"
    return Edit(f"{verb} terms of {_quoted(loan_name)}", change)


def remove_terms(loan_name: str, start: date) -> Edit:
    """Return the edit that takes the terms that begin on ``start`` out of a loan."""

    def change(book: Book) -> Book:
        loan = _loan(book, loan_name)
        kept = tuple(terms for terms in loan.terms if terms.start != start)
        if len(kept) == len(loan.terms):
            raise _gone("These terms")
        if not kept:
            msg = "a loan needs at least one set of terms; edit these instead"
            raise InputError(msg)
        if kept[0].start > loan.opened_on:
            msg = f"the loan opened on {loan.opened_on} and would have no terms then; edit these instead"
            raise InputError(msg)
        return book.with_loan(replace(loan, terms=kept), replacing=loan_name)

    return Edit(f"Delete terms of {_quoted(loan_name)}", change)


def add_event(loan_name: str, event: LoanEvent) -> Edit:
    """Return the edit that enters an event at its place in time, after those of the same moment."""

    def change(book: Book) -> Book:
        loan = _loan(book, loan_name)
        return book.with_loan(replace(loan, events=entered(loan.events, event)), replacing=loan_name)

    return Edit(f"Add {event.kind.value} to {_quoted(loan_name)}", change)


def replace_event(loan_name: str, old: LoanEvent, new: LoanEvent) -> Edit:
    """Return the edit that puts an event in the place of another; it moves only where its time changed."""

    def change(book: Book) -> Book:
        loan = _loan(book, loan_name)
        return book.with_loan(replace(loan, events=_exchanged(loan.events, old, new)), replacing=loan_name)

    return Edit(f"Edit {old.kind.value} of {_quoted(loan_name)}", change)


def remove_events(loan_name: str, events: tuple[LoanEvent, ...]) -> Edit:
    """Return the edit that takes events out of a loan, each once."""

    def change(book: Book) -> Book:
        loan = _loan(book, loan_name)
        left = loan.events
        for event in events:
            left = _without(left, event)
        return book.with_loan(replace(loan, events=left), replacing=loan_name)

    return Edit(f"Delete {_counted(events)} of {_quoted(loan_name)}", change)


def add_account(account: Account) -> Edit:
    """Return the edit that puts a new account at the end."""
    return Edit(f"Add account {_quoted(account.name)}", lambda book: book.with_account(account))


def rename_account(name: str, renamed: Account) -> Edit:
    """Return the edit that gives an account another name or kind, in every place that names it; entries stay."""

    def change(book: Book) -> Book:
        current = _account(book, name)
        if renamed.name != name and any(other.name == renamed.name for other in book.accounts):
            msg = f"{_quoted(renamed.name)} is taken by another account; every name must be different"
            raise InputError(msg, "name")
        return book.with_account(replace(current, name=renamed.name, kind=renamed.kind), replacing=name)

    if name != renamed.name:
        return Edit(f"Rename account {_quoted(name)} to {_quoted(renamed.name)}", change)
    return Edit(f"Edit account {_quoted(name)}", change)


def remove_account(name: str) -> Edit:
    """Return the edit that takes out an account that nothing else names."""

    def change(book: Book) -> Book:
        _account(book, name)
        user = _first_reference(book, name)
        if user is not None:
            msg = f"{_quoted(name)} is named by {user}; change that entry first, or keep the account"
            raise InputError(msg)
        return book.without_account(name)

    return Edit(f"Delete account {_quoted(name)}", change)


def add_transaction(account_name: str, entry: Transaction) -> Edit:
    """Return the edit that enters a transaction at its place in time."""

    def change(book: Book) -> Book:
        account = _account(book, account_name)
        entries = entered(account.transactions, entry)
        return book.with_account(replace(account, transactions=entries), replacing=account_name)

    return Edit(f"Add {entry.kind.value} to {_quoted(account_name)}", change)


def replace_transaction(account_name: str, old: Transaction, new: Transaction) -> Edit:
    """Return the edit that puts a transaction in the place of another."""

    def change(book: Book) -> Book:
        account = _account(book, account_name)
        entries = _exchanged(account.transactions, old, new)
        return book.with_account(replace(account, transactions=entries), replacing=account_name)

    return Edit(f"Edit {old.kind.value} of {_quoted(account_name)}", change)


def remove_transactions(account_name: str, entries: tuple[Transaction, ...]) -> Edit:
    """Return the edit that takes transactions out of an account, each once."""

    def change(book: Book) -> Book:
        account = _account(book, account_name)
        left = account.transactions
        for entry in entries:
            left = _without(left, entry)
        return book.with_account(replace(account, transactions=left), replacing=account_name)

    return Edit(f"Delete {_counted(entries)} of {_quoted(account_name)}", change)


def entered(entries: tuple[_Entry, ...], entry: _Entry) -> tuple[_Entry, ...]:
    """Return ``entries`` with ``entry`` behind the last one that is not later."""
    position = len(entries)
    while position and entries[position - 1].at > entry.at:
        position -= 1
    return (*entries[:position], entry, *entries[position:])


def _exchanged(entries: tuple[_Entry, ...], old: _Entry, new: _Entry) -> tuple[_Entry, ...]:
    if old.at != new.at:
        return entered(_without(entries, old), new)
    position = _position(entries, old)
    return (*entries[:position], new, *entries[position + 1 :])


def _without(entries: tuple[_Item, ...], entry: _Item) -> tuple[_Item, ...]:
    position = _position(entries, entry)
    return (*entries[:position], *entries[position + 1 :])


def _position(entries: tuple[_Item, ...], entry: _Item) -> int:
    """Return where ``entry`` stands; the very one before one that only looks the same."""
    for position, other in enumerate(entries):
        if other is entry:
            return position
    if entry in entries:
        return entries.index(entry)
    raise _gone("This entry")


def _by_day(terms: tuple[Terms, ...]) -> tuple[Terms, ...]:
    return tuple(sorted(terms, key=lambda one: one.start))


def _loan(book: Book, name: str) -> Loan:
    try:
        return book.loan(name)
    except KeyError:
        raise _gone(f"The loan {_quoted(name)}") from None


def _current_loan(book: Book, old: Loan) -> None:
    if _loan(book, old.name) != old:
        raise _gone(f"The loan {_quoted(old.name)}")


def _account(book: Book, name: str) -> Account:
    try:
        return book.account(name)
    except KeyError:
        raise _gone(f"The account {_quoted(name)}") from None


def _gone(what: str) -> InputError:
    return InputError(f"{what} was changed or deleted meanwhile; close this and look again")


def _first_reference(book: Book, name: str) -> str | None:
    for account in book.accounts:
        for entry in account.transactions:
            if entry.to_account == name:
                return f"a transfer of {entry.at:%Y-%m-%d} from {_quoted(account.name)}"
    for loan in book.loans:
        for event in loan.events:
            if event.account == name:
                return f"a {event.kind.value} of {event.at:%Y-%m-%d} in the loan {_quoted(loan.name)}"
    for wallet in book.wallets:
        if wallet.account == name:
            return f"the watched wallet {_quoted(wallet.name)}"
    return None


def _quoted(name: str) -> str:
    return f"“{name[:60]}”"


def _counted(entries: tuple[LoanEvent, ...] | tuple[Transaction, ...]) -> str:
    return entries[0].kind.value if len(entries) == 1 else f"{len(entries)} entries"
