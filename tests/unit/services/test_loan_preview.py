from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.book import EventKind, LoanEvent
from app.domain.errors import InputError
from app.domain.figures import LoanState
from app.domain.portfolio import book_figures
from app.services import edits
from app.services.loan_preview import preview_edit
from app.services.places import account_place, below, event_place, place_words, told
from tests.fakes.desk import BTC, NOW, loan, snapshot_of, triggers

LINES = triggers("0.70", "0.75", "0.85", 12, "0.65")


def test_a_preview_is_what_the_whole_book_would_show() -> None:
    snapshot = snapshot_of()
    edit = edits.add_event("Coin revolver", LoanEvent(NOW, EventKind.POST, sats=40 * BTC, account="Cold storage"))
    preview = preview_edit(snapshot.book, snapshot.figures, edit)
    whole = book_figures(edit.change(snapshot.book), snapshot.figures.prices, NOW)
    assert preview.before is snapshot.figures.loans[2]
    assert preview.after == whole.loans[2]
    assert preview.after is not None
    assert preview.before.ltv is not None
    assert preview.after.ltv is not None
    assert preview.after.ltv < preview.before.ltv


def test_a_new_loan_has_no_before_and_a_deleted_one_no_after() -> None:
    snapshot = snapshot_of()
    added = preview_edit(snapshot.book, snapshot.figures, edits.add_loan(loan("New", "1000", "1", LINES)))
    assert added.before is None
    assert added.after is not None
    assert added.after.state is LoanState.OK
    gone = preview_edit(snapshot.book, snapshot.figures, edits.remove_loan("Coin revolver"))
    assert gone.after is None
    assert gone.before is snapshot.figures.loans[2]


def test_a_contract_priced_on_a_source_nobody_asked_is_unknown_not_ok() -> None:
    snapshot = snapshot_of()
    old = snapshot.book.loan("Coin revolver")
    terms = replace(old.terms[0], price_source="kraken")
    edit = edits.put_terms(old.name, terms, replacing=old.terms[0])
    after = preview_edit(snapshot.book, snapshot.figures, edit).after
    assert after is not None
    assert after.state is LoanState.UNKNOWN


def test_a_refusal_names_its_place_in_the_whole_book() -> None:
    snapshot = snapshot_of()
    event = LoanEvent(NOW, EventKind.REPAY, amount=Decimal(99_000_000))
    edit = edits.add_event("Coin revolver", event)
    after = edit.change(snapshot.book)
    with pytest.raises(InputError) as caught:
        preview_edit(snapshot.book, snapshot.figures, edit)
    assert below(caught.value.place, event_place(after, "Coin revolver", event)) == "amount"
    assert told(caught.value, after).startswith("“Coin revolver”, repay of 2026-02-05: ")


def test_more_than_an_account_holds_is_refused() -> None:
    snapshot = snapshot_of()
    event = LoanEvent(NOW, EventKind.POST, sats=1026 * BTC, account="Cold storage")
    with pytest.raises(InputError, match="would hold -1"):
        preview_edit(snapshot.book, snapshot.figures, edits.add_event("Coin revolver", event))


def test_a_name_that_is_taken_is_refused() -> None:
    snapshot = snapshot_of()
    with pytest.raises(InputError, match="taken by another loan"):
        preview_edit(snapshot.book, snapshot.figures, edits.add_loan(loan("Term loan B", "1", "1", LINES)))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("loans[2].events[1].amount", "“Coin revolver”, draw of 2026-02-04"),
        ("loans[2].terms[0].rate", "“Coin revolver”, terms from 2026-02-04"),
        ("loans[2].name", "“Coin revolver”"),
        ("accounts[0].transactions[0].btc", "“Cold storage”, deposit of 2026-02-03"),
        ("accounts[0].name", "“Cold storage”"),
        ("loans[99].name", ""),
        ("accounts[9].name", ""),
        ("base_currency", ""),
    ],
)
def test_a_place_in_words(place: str, words: str) -> None:
    assert place_words(place, snapshot_of().book) == words


def test_the_files_own_words_do_not_reach_the_screen() -> None:
    error = InputError("principal_and_full_term_interest needs a maturity; give the loan matures_on", "loans[0]")
    assert (
        told(error, None) == "An LTV that counts all interest to maturity needs a maturity; enter the day it matures."
    )


def test_an_accounts_place() -> None:
    book = snapshot_of().book
    entry = book.accounts[0].transactions[0]
    assert account_place(book, "Cold storage", entry) == "accounts[0].transactions[0]"
    assert account_place(book, "Nowhere") == ""
