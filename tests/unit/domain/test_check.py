"""Every refusal of a book: where it points, and that the sentence says what to do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.book import Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.check import MAX_NAME, check_book, check_loan
from app.domain.errors import HistoryError
from app.domain.terms import Accrual, DayCount, Delivery, Exposure, ExtentMode, FeeBase, Terms, Trigger, TriggerKind
from tests.fakes import loans as make
from tests.fakes.loans import at, draw, fee, pledged, post, release, repay, sold, terms

# A remedy is an instruction: one of the verbs with which the sentences tell what to do.
REMEDY = re.compile(
    r"\b(write|give|correct|add|remove|enter|use|list|leave it out|shorten|rename|choose|start|set|make|swap)\b"
)


def good() -> Book:
    vault = make.account("Cold storage", "100")
    moved = Transaction(at("2024-04-01"), TransactionKind.TRANSFER, 5, to_account="Exchange", external_id="a")
    vault = replace(vault, transactions=(*vault.transactions, moved))
    one = make.loan(post("2025-06-01T12:00", "10", "Cold storage"), draw("2025-06-01T13:00", "1000"))
    return make.book(one, pledged("5", "1", name="Other"), accounts=(vault, Account("Exchange")))


def with_loan(change: Callable[[Loan], Loan]) -> Book:
    book = good()
    return replace(book, loans=(change(book.loans[0]), *book.loans[1:]))


def with_terms(**changes: Any) -> Book:
    return with_loan(lambda one: replace(one, terms=(replace(one.terms[0], **changes),)))


def with_trigger(kind: TriggerKind, ltv: str, **changes: Any) -> Book:
    return with_terms(triggers=(replace(Trigger(kind, Decimal(ltv)), **changes),))


def with_event(event: LoanEvent) -> Book:
    return with_loan(lambda one: replace(one, events=(*one.events, event)))


def with_entry(**changes: Any) -> Book:
    book = good()
    vault = book.accounts[0]
    entry = vault.transactions[1]._replace(**changes)
    return replace(book, accounts=(replace(vault, transactions=(vault.transactions[0], entry)), book.accounts[1]))


def event(kind: EventKind, **fields: Any) -> LoanEvent:
    return LoanEvent(at("2025-06-05"), kind)._replace(**fields)


LATER = "2025-06-05"
ONE = Decimal(1)
CALL, SALE = TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION
MADE_TERMS: tuple[Terms, ...] = (terms(), terms(start=date(2025, 6, 1)))

REFUSED: list[tuple[str, Book]] = [
    ("name", replace(good(), name=" ")),
    ("name", replace(good(), name="x" * (MAX_NAME + 1))),
    ("name", replace(good(), name="tab\tbed")),
    ("base_currency", replace(good(), base_currency="usd")),
    ("base_currency", replace(good(), base_currency="BTC")),
    ("accounts[1].name", replace(good(), accounts=(Account("A"), Account("A")))),
    ("accounts[0].name", replace(good(), accounts=(Account(" A"),))),
    ("loans[1].name", replace(good(), loans=(pledged("1", "1"), pledged("2", "1")))),
    ("loans[0].name", with_loan(lambda one: replace(one, name=""))),
    ("loans[0].currency", with_loan(lambda one: replace(one, currency="dollars"))),
    ("loans[0].matures_on", with_loan(lambda one: replace(one, matures_on=date(2025, 5, 31)))),
    ("loans[0].terms", with_loan(lambda one: replace(one, terms=()))),
    ("loans[0].terms[0].from", with_loan(lambda one: replace(one, terms=(terms(start=date(2025, 6, 2)),)))),
    ("loans[0].terms[1].from", with_loan(lambda one: replace(one, terms=MADE_TERMS))),
    ("loans[0].terms[0].rate", with_terms(rate=Decimal("10.5"))),
    ("loans[0].terms[0].rate", with_terms(rate=Decimal("-0.1"))),
    ("loans[0].terms[0].day_count", with_terms(accrual=Accrual.COMPOUND_DAILY, day_count=DayCount.THIRTY_360)),
    ("loans[0].terms[0].exposure", with_terms(exposure=Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST)),
    ("loans[0].terms[0].basis_bps", with_terms(basis_bps=9_001)),
    ("loans[0].terms[0].delivery.hours", with_terms(delivery=Delivery(hours=-1))),
    ("loans[0].terms[0].triggers[1].ltv", with_terms(triggers=(make.call("0.8"), make.sale("0.7")))),
    ("loans[0].terms[0].triggers[0].ltv", with_trigger(CALL, "75")),
    ("loans[0].terms[0].triggers[0].ltv", with_trigger(CALL, "0")),
    ("loans[0].terms[0].triggers[0].cure_hours", with_trigger(CALL, "0.7", cure_hours=-1)),
    ("loans[0].terms[0].triggers[0].cure_ltv", with_trigger(CALL, "0.7", cure_ltv=Decimal("0.71"))),
    ("loans[0].terms[0].triggers[0].cure_ltv", with_trigger(CALL, "0.7", cure_ltv=Decimal(0))),
    ("loans[0].terms[0].triggers[0].extent.ltv", with_trigger(SALE, "0.7", extent=ExtentMode.TO_LTV)),
    ("loans[0].terms[0].triggers[0].extent.ltv", with_trigger(SALE, "0.7", extent=ExtentMode.TO_LTV, extent_ltv=ONE)),
    ("loans[0].terms[0].triggers[0].fee_rate", with_trigger(SALE, "0.7", fee_rate=ONE, fee_base=FeeBase.DEBT)),
    ("loans[0].events[2].at", with_event(draw("2008-12-31", "1"))),
    ("loans[0].events[2].at", with_event(draw("9990-01-01", "1"))),
    ("loans[0].events[2].at", with_event(draw("2025-05-31T23:59", "1"))),
    ("loans[0].events[2].amount", with_event(event(EventKind.DRAW))),
    ("loans[0].events[2].amount", with_event(event(EventKind.POST, sats=1, amount=ONE))),
    ("loans[0].events[2].amount", with_event(fee(LATER, "0"))),
    ("loans[0].events[2].btc", with_event(event(EventKind.POST))),
    ("loans[0].events[2].btc", with_event(event(EventKind.FEE, amount=ONE, sats=1))),
    ("loans[0].events[2].btc", with_event(post(LATER, "0"))),
    ("loans[0].events[2].rate", with_event(event(EventKind.RATE))),
    ("loans[0].events[2].rate", with_event(event(EventKind.FEE, amount=ONE, rate=ONE))),
    ("loans[0].events[2].rate", with_event(make.rate(LATER, "10.5"))),
    ("loans[0].events[2].price", with_event(event(EventKind.LIQUIDATION, sats=1))),
    ("loans[0].events[2].price", with_event(event(EventKind.DRAW, amount=ONE, price=ONE))),
    ("loans[0].events[2].price", with_event(sold(LATER, "1", "0"))),
    ("loans[0].events[2].fee", with_event(event(EventKind.DRAW, amount=ONE, fee=ONE))),
    ("loans[0].events[2].fee", with_event(sold(LATER, "1", "100", "-1"))),
    ("loans[0].events[2].fee", with_event(sold(LATER, "1", "100", "101"))),
    ("loans[0].events[2].account", with_event(event(EventKind.DRAW, amount=ONE, account="Exchange"))),
    ("loans[0].events[2].account", with_event(post(LATER, "1", "Nowhere"))),
    ("loans[0].events[2].amount", with_event(repay(LATER, "1000.01"))),
    ("loans[0].events[2].btc", with_event(release(LATER, "10.1"))),
    ("loans[0].events[2].btc", with_event(sold(LATER, "10.1", "5"))),
    ("loans[0].events[2].btc", with_event(post(LATER, "99", "Cold storage"))),
    ("accounts[0].transactions[1].at", with_entry(at=at("2009-01-02"))),
    ("accounts[0].transactions[1].btc", with_entry(sats=0)),
    ("accounts[0].transactions[1].btc", with_entry(sats=100 * 10**8 + 1)),
    ("accounts[0].transactions[1].btc", with_entry(at=at("2024-02-29"))),
    ("accounts[0].transactions[1].value", with_entry(value=Decimal(-1))),
    ("accounts[0].transactions[1].fee", with_entry(fee=Decimal(-1))),
    ("accounts[0].transactions[1].currency", with_entry(currency="$")),
    ("accounts[0].transactions[1].to_account", with_entry(kind=TransactionKind.BUY)),
    ("accounts[0].transactions[1].to_account", with_entry(to_account=None)),
    ("accounts[0].transactions[1].to_account", with_entry(to_account="Cold storage")),
    ("accounts[0].transactions[1].to_account", with_entry(to_account="Nowhere")),
]


def test_a_good_book_is_taken() -> None:
    check_book(good())
    check_book(make.book())


@pytest.mark.parametrize(("place", "book"), REFUSED, ids=[f"{n}-{place}" for n, (place, _) in enumerate(REFUSED)])
def test_a_refusal_names_the_place_and_the_remedy(place: str, book: Book) -> None:
    with pytest.raises(HistoryError) as caught:
        check_book(book)
    assert caught.value.place == place
    assert REMEDY.search(caught.value.problem), caught.value.problem
    assert str(caught.value) == f"{place}: {caught.value.problem}"


def test_an_external_id_may_occur_once_in_an_account() -> None:
    book = good()
    twice = replace(book.accounts[0], transactions=(*book.accounts[0].transactions, book.accounts[0].transactions[1]))
    with pytest.raises(HistoryError, match="occurs twice in this account; remove") as caught:
        check_book(replace(book, accounts=(twice, book.accounts[1])))
    assert caught.value.place == "accounts[0].transactions[2].external_id"


def test_a_renamed_account_leaves_no_reference_behind() -> None:
    book = good()
    with pytest.raises(HistoryError, match="there is no account") as caught:
        check_book(book.without_account("Exchange"), unchanged_since=book)
    assert caught.value.place == "accounts[0].transactions[1].to_account"
    check_book(book.with_account(replace(book.accounts[1], name="Bourse"), replacing="Exchange"), unchanged_since=book)


def test_what_is_unchanged_is_not_checked_again_but_balances_are() -> None:
    checked = with_event(repay(LATER, "1000.01"))
    check_book(replace(checked, name="Renamed"), unchanged_since=checked)
    emptied = checked.with_account(Account("Cold storage"), replacing="Cold storage")
    with pytest.raises(HistoryError, match="enter what it received before") as caught:
        check_book(emptied, unchanged_since=checked)
    assert caught.value.place == "loans[0].events[0].btc"


def test_a_loan_alone_is_checked_with_places_of_its_own() -> None:
    one = good().loans[0]
    check_loan(one, {"Cold storage"})
    with pytest.raises(HistoryError) as caught:
        check_loan(one, ())
    assert caught.value.place == "events[0].account"


def test_events_of_one_day_before_the_first_terms_change_are_taken_in_any_order() -> None:
    one = good().loans[0]
    check_loan(replace(one, events=tuple(reversed(one.events))), {"Cold storage"})
