"""The open book file: what goes in comes out, and what is wrong is told with its place."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.domain.book import Book
from app.domain.errors import BookFileError
from app.domain.terms import ExtentMode
from app.services.book_file import parse_book, render_book
from tests.fakes.books import books

SAMPLE = Path(__file__).parents[2] / "data" / "books" / "treasury.json"
Change = Callable[[dict[str, Any]], object]


def sample() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))
    return document


def refusal(change: Change) -> BookFileError:
    document = sample()
    change(document)
    with pytest.raises(BookFileError) as caught:
        parse_book(json.dumps(document))
    return caught.value


def event(index: int, **fields: object) -> Change:
    return lambda d: d["loans"][0]["events"][index].update(fields)


def transaction(index: int, **fields: object) -> Change:
    return lambda d: d["accounts"][0]["transactions"][index].update(fields)


def loan(**fields: object) -> Change:
    return lambda d: d["loans"][0].update(fields)


def terms(**fields: object) -> Change:
    return lambda d: d["loans"][0]["terms"][0].update(fields)


def trigger(index: int, **fields: object) -> Change:
    return lambda d: d["loans"][0]["terms"][0]["triggers"][index].update(fields)


def test_reads_every_field_of_the_sample() -> None:
    book = parse_book(SAMPLE.read_bytes())
    bought, _, moved = book.accounts[0].transactions
    assert bought.at == datetime(2024, 3, 1, tzinfo=UTC)
    assert (bought.sats, bought.value, bought.fee) == (1_000_000_000, Decimal(620000), Decimal(120))
    assert (moved.at.microsecond, moved.to_account) == (250, "Desk")
    agreed = book.loans[0].terms[0]
    assert (agreed.rate, agreed.delivery.hours) == (Decimal("0.105"), 4)
    assert agreed.evidence.source == "agreement, clause 7.2"
    call, sale = agreed.triggers[1:]
    assert (call.cure_hours, call.cure_ltv, call.latching) == (12, Decimal("0.65"), True)
    assert (sale.extent, sale.extent_ltv, sale.fee_rate) == (ExtentMode.TO_LTV, Decimal("0.65"), Decimal("0.02"))
    assert book.loans[0].events[0].sats == 19_600_000_000


@settings(max_examples=60, deadline=None)
@given(books())
def test_export_then_import_is_the_identity(book: Book) -> None:
    text = render_book(book)
    again = parse_book(text.encode())
    assert again == book
    assert render_book(again) == text


@settings(max_examples=30, deadline=None)
@given(books())
def test_an_export_keeps_every_digit_as_it_was_written(book: Book) -> None:
    """Equality of decimals does not see trailing zeros; the text does."""
    again = parse_book(render_book(book))
    for before, after in zip(book.loans, again.loans, strict=True):
        assert [str(t.rate) for t in before.terms] == [str(t.rate) for t in after.terms]
        written, read = ([f"{e.amount:f}" for e in one.events if e.amount] for one in (before, after))
        assert written == read


def test_an_export_is_stable_and_keeps_the_demo_mark() -> None:
    first = render_book(parse_book(SAMPLE.read_bytes()))
    assert render_book(parse_book(first)) == first
    demo = Book("Try", demo=True)
    assert parse_book(render_book(demo)) == demo


def test_what_may_be_left_out_may_be_left_out() -> None:
    text = '{"format": "plimsoll-book", "version": 1, "name": "Bare"}'
    assert parse_book(text) == Book("Bare")
    document = sample()
    document["loans"][0]["terms"] = [{"from": "2025-06-01", "rate": "0.1"}]
    del document["loans"][0]["matures_on"]
    assert parse_book(json.dumps(document)).loans[0].terms[0].triggers == ()


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_book(b"\xef\xbb\xbf" + SAMPLE.read_bytes()).name == "Small treasury"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda d: d.update(format="other"), "format", "not a Plimsoll book file"),
        (lambda d: d.update(version=2), "version", "version 2 is not known"),
        (lambda d: d.update(version="1"), "version", "whole number without quotes"),
        (lambda d: d.update(version=True), "version", "whole number"),
        (lambda d: d.pop("name"), "name", "missing"),
        (lambda d: d.update(naem="x"), "naem", "did you mean name?"),
        (lambda d: d.update(zzzz="x"), "zzzz", "known are accounts"),
        (lambda d: d.update(name=5), "name", "text in quotes, not a number"),
        (lambda d: d.update(name="a\x00b"), "name", "no text"),
        (lambda d: d.update(name="\ud800"), "name", "no text"),
        (lambda d: d.update(base_currency="dollars"), "base_currency", "not a currency code"),
        (lambda d: d.update(base_currency="BTC"), "base_currency", "not a currency code"),
        (lambda d: d.update(demo="yes"), "demo", "true or false"),
        (lambda d: d.update(accounts={}), "accounts", "list in brackets, not an object"),
        (lambda d: d["accounts"].append("Vault"), "accounts[2]", "object in braces, not text"),
        (lambda d: d["accounts"].append({"name": "Vault"}), "accounts[2].name", "taken by another"),
        (lambda d: d["accounts"][1].update(kind="bank"), "accounts[1].kind", "self_custody, exchange, other"),
        (transaction(0, btc=10), "accounts[0].transactions[0].btc", 'in quotes, like "0.5", not a number'),
        (transaction(0, btc=0.5), "accounts[0].transactions[0].btc", "in quotes"),
        (transaction(0, btc="0.123456789"), "accounts[0].transactions[0].btc", "finer than a satoshi"),
        (transaction(0, btc="-1"), "accounts[0].transactions[0].btc", "negative"),
        (transaction(0, btc="0"), "accounts[0].transactions[0].btc", "more than zero"),
        (transaction(0, btc="1e3"), "accounts[0].transactions[0].btc", "not a number"),
        (transaction(0, btc="21000001"), "accounts[0].transactions[0].btc", "21 million"),
        (transaction(0, btc=None), "accounts[0].transactions[0].btc", "null"),
        (transaction(0, value="1,000"), "accounts[0].transactions[0].value", "not a number"),
        (transaction(0, at="2024-03-01T00:00:00"), "accounts[0].transactions[0].at", "with its zone"),
        (transaction(0, at="2024-02-30T00:00:00Z"), "accounts[0].transactions[0].at", "not a time"),
        (transaction(0, at="0001-01-01T00:00:00+14:00"), "accounts[0].transactions[0].at", "not a time"),
        (transaction(0, at="1999-01-01T00:00:00Z"), "accounts[0].transactions[0].at", "years bitcoin has existed"),
        (transaction(0, kind="gift"), "accounts[0].transactions[0].kind", "“gift” is not known"),
        (transaction(0, kind=["buy"]), "accounts[0].transactions[0].kind", "a list is not known"),
        (transaction(2, to_account="Nowhere"), "accounts[0].transactions[2].to_account", "no account “Nowhere”"),
        (transaction(2, btc="507"), "accounts[0].transactions[2].btc", "would hold -"),
        (transaction(0, external_id="pool-1"), "accounts[0].transactions[1].external_id", "occurs twice"),
        (loan(opened_on="2025-6-1"), "loans[0].opened_on", "not a day"),
        (loan(opened_on="2025-02-29"), "loans[0].opened_on", "not a day"),
        (loan(matures_on="2024-01-01"), "loans[0].matures_on", "before it opens"),
        (loan(terms=[]), "loans[0].terms", "at least one"),
        (lambda d: d["loans"][0].pop("terms"), "loans[0].terms", "missing"),
        (event(0, btc="502"), "loans[0].events[0].btc", "would hold -"),
        (event(1, amount="0"), "loans[0].events[1].amount", "more than zero"),
        (event(1, btc="1"), "loans[0].events[1].btc", "leave it out"),
        (event(1, kind="repay"), "loans[0].events[1].amount", "more than the debt"),
        (event(1, at="2025-05-01T00:00:00Z"), "loans[0].events[1].at", "before the loan opened"),
        (terms(rate="10.5"), "loans[0].terms[0].rate", "write 10.5 % as 0.105"),
        (terms(rate=0.105), "loans[0].terms[0].rate", "in quotes"),
        (terms(accrual="compound_daily", day_count="30/360"), "loans[0].terms[0].day_count", "contradicts"),
        (terms(basis_bps="5"), "loans[0].terms[0].basis_bps", "without quotes"),
        (terms(basis_bps=10**20), "loans[0].terms[0].basis_bps", "too large"),
        (terms(price_source=" "), "loans[0].terms[0].price_source", "names no source"),
        (terms(delivery={"hour": 4}), "loans[0].terms[0].delivery.hour", "did you mean hours?"),
        (terms(evidence={"confirmed_on": "soon"}), "loans[0].terms[0].evidence.confirmed_on", "not a day"),
        (trigger(0, cure_hours=4), "loans[0].terms[0].triggers[0].cure_hours", "a warning has no such key"),
        (trigger(0, ltv="0.76"), "loans[0].terms[0].triggers[1].ltv", "rising LTV order"),
        (trigger(1, cure_hours=True), "loans[0].terms[0].triggers[1].cure_hours", "whole number"),
        (trigger(1, cure_ltv="0.80"), "loans[0].terms[0].triggers[1].cure_ltv", "not above the call"),
        (trigger(1, kind="call"), "loans[0].terms[0].triggers[1].kind", "warning, margin_call, liquidation"),
        (trigger(2, extent={"mode": "to_ltv"}), "loans[0].terms[0].triggers[2].extent.ltv", "needs an ltv"),
        (trigger(2, extent={"mode": "full", "ltv": "0.5"}), "loans[0].terms[0].triggers[2].extent.ltv", "leave it out"),
    ],
)
def test_a_fault_is_refused_with_its_place(change: Change, place: str, words: str) -> None:
    error = refusal(change)
    assert error.place == place
    assert words in error.problem
    assert "\n" not in str(error)


def test_a_trigger_may_say_null_for_what_its_kind_does_not_have() -> None:
    document = sample()
    document["loans"][0]["terms"][0]["triggers"][0].update(cure_hours=None, latching=False, extent=None, fee_rate=None)
    assert parse_book(json.dumps(document)) == parse_book(SAMPLE.read_bytes())


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "", "empty"),
        (" \n\t", "", "empty"),
        ("{", "line 1, column 2", "not valid JSON"),
        ('{\n "a" 1\n}', "line 2, column 6", "not valid JSON"),
        ("[1]", "", "object in braces, not a list"),
        ("null", "", "object in braces, not null"),
        ('{"format": NaN}', "", "NaN"),
        ('{"format": -Infinity}', "", "-Infinity"),
        ('{"format": 1e999}', "format", "not a Plimsoll book file"),
        ('{"name": "a", "name": "b"}', "name", "twice"),
        ("[" * 100_000, "", "nested too deeply"),
        ('{"version": ' + "9" * 5_000 + "}", "", "too long"),
    ],
)
def test_what_is_no_book_file_is_refused_in_one_sentence(text: str, place: str, words: str) -> None:
    with pytest.raises(BookFileError) as caught:
        parse_book(text)
    assert caught.value.place == place
    assert words in caught.value.problem


def test_a_key_that_stands_twice_is_found_deep_inside() -> None:
    text = SAMPLE.read_text("utf-8").replace('"btc": "196"', '"btc": "196", "btc": "1"')
    with pytest.raises(BookFileError) as caught:
        parse_book(text)
    assert caught.value.place == "loans[0].events[0].btc"


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(BookFileError, match="not UTF-8"):
        parse_book(b'{"name": "\xff\xfe"}')
