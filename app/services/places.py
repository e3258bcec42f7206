"""Where a refusal lies, in words: ``loans[0].events[2].amount`` means nothing to the person who typed the amount."""

import re
from datetime import date
from typing import Final

from app.domain.book import Book, LoanEvent, Transaction
from app.domain.errors import InputError

_SAID: Final = {
    "principal_and_full_term_interest": "an LTV that counts all interest to maturity",
    "give the loan matures_on": "enter the day it matures",
    "compound_daily": "daily compounding",
    "to_ltv needs an ltv": "a sale down to an LTV needs one",
    "a liquidation": "a forced sale",
}
_LOAN: Final = re.compile(r"^loans\[(\d+)\](?:\.(events|terms)\[(\d+)\])?")
_ACCOUNT: Final = re.compile(r"^accounts\[(\d+)\](?:\.transactions\[(\d+)\])?")


def told(error: InputError, after: Book | None) -> str:
    """Return the refusal as one sentence that names its place in the words of the screen.

    Args:
        error: as ``check_book`` raised it.
        after: the book that was refused, or None where it is not at hand.
    """
    where = place_words(error.place, after) if after is not None else ""
    problem = screen_words(error.problem).rstrip(".")
    return f"{where}: {problem}." if where else f"{problem[:1].upper()}{problem[1:]}."


def screen_words(problem: str) -> str:
    """Return a refusal with the book file's own words said as the screen says them."""
    for word, said in _SAID.items():
        problem = problem.replace(word, said)
    return problem


def place_words(place: str, book: Book) -> str:
    """Return a place of the book file as a person names it (``“Coin revolver”, repay of 2026-02-01``)."""
    found = _LOAN.match(place)
    if found:
        return _loan_words(book, int(found[1]), found[2], found[3])
    found = _ACCOUNT.match(place)
    if found and int(found[1]) < len(book.accounts):
        account = book.accounts[int(found[1])]
        name = f"“{account.name[:60]}”"
        if found[2] is None or int(found[2]) >= len(account.transactions):
            return name
        entry = account.transactions[int(found[2])]
        return f"{name}, {entry.kind.value} of {entry.at:%Y-%m-%d}"
    return ""


def below(place: str, prefix: str) -> str | None:
    """Return what follows ``prefix`` in a place; None where it lies elsewhere.

    ``below("loans[0].events[3].btc", "loans[0].events[3]")`` is ``"btc"``.
    """
    return place[len(prefix) + 1 :] if prefix and place.startswith(f"{prefix}.") else None


def loan_place(book: Book, name: str) -> str:
    """Return where a loan stands (``loans[3]``), or nothing."""
    return next((f"loans[{index}]" for index, loan in enumerate(book.loans) if loan.name == name), "")


def event_place(book: Book, loan_name: str, event: LoanEvent) -> str:
    """Return where an event stands, or nothing."""
    place = loan_place(book, loan_name)
    if not place:
        return ""
    found = [index for index, other in enumerate(book.loan(loan_name).events) if other is event]
    return f"{place}.events[{found[0]}]" if found else ""


def terms_place(book: Book, loan_name: str, start: date) -> str:
    """Return where the terms that begin on ``start`` stand, or nothing."""
    place = loan_place(book, loan_name)
    if not place:
        return ""
    found = [index for index, terms in enumerate(book.loan(loan_name).terms) if terms.start == start]
    return f"{place}.terms[{found[0]}]" if found else ""


def account_place(book: Book, name: str, entry: Transaction | None = None) -> str:
    """Return where an account stands, or one of its transactions, or nothing."""
    for number, account in enumerate(book.accounts):
        if account.name == name:
            place = f"accounts[{number}]"
            if entry is None:
                return place
            found = [index for index, other in enumerate(account.transactions) if other is entry]
            return f"{place}.transactions[{found[0]}]" if found else ""
    return ""


def _loan_words(book: Book, index: int, part: str | None, entry: str | None) -> str:
    if index >= len(book.loans):
        return ""
    loan = book.loans[index]
    name = f"“{loan.name[:60]}”"
    if part == "events" and entry is not None and int(entry) < len(loan.events):
        event = loan.events[int(entry)]
        return f"{name}, {event.kind.value} of {event.at:%Y-%m-%d}"
    if part == "terms" and entry is not None and int(entry) < len(loan.terms):
        return f"{name}, terms from {loan.terms[int(entry)].start}"
    return name
