"""The figures as texts: digits, nulls, currencies without a minor unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.book import Book
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import NoQuote, PriceLookup, Quote
from app.services.status_report import is_trustworthy, status_report
from app.services.status_table import headline, status_table
from tests.fakes.desk import treasury, treasury_loans

AT = datetime(2026, 2, 10, tzinfo=UTC)


def quote(currency: str, value: str, age: int = 0) -> Quote:
    return Quote(currency, Decimal(value), AT - timedelta(seconds=age), "consensus", 5, 6)


def figures(book: Book, *prices: PriceLookup) -> BookFigures:
    return book_figures(book, {price.currency: price for price in prices}, AT)


def test_an_unknown_price_is_null_with_its_reason_and_its_last_value() -> None:
    last = quote("USD", "70000.5", age=1260)
    report = status_report(figures(treasury(), NoQuote("USD", "the last price is 21 min old", last)))
    assert report["prices"]["USD"] == {
        "value": None,
        "origin": None,
        "age_seconds": None,
        "sources_used": 0,
        "sources_asked": 0,
        "reason": "the last price is 21 min old",
        "last": {"value": "70000.50", "age_seconds": 1260},
    }
    assert report["nearest"] is None
    assert all(one["state"] == "unknown" and one["ltv"] is None for one in report["loans"])


def test_a_price_tells_its_age_and_sources() -> None:
    report = status_report(figures(treasury(), quote("USD", "70727", age=7), quote("EUR", "60000")))
    assert report["prices"]["USD"] == {
        "value": "70727.00", "origin": "consensus", "age_seconds": 7, "sources_used": 5, "sources_asked": 6,
    }  # fmt: skip


def test_a_currency_without_a_price_takes_the_totals_away() -> None:
    found = figures(treasury(), quote("USD", "70727"))
    report = status_report(found)
    assert not is_trustworthy(found)
    assert report["totals"]["debt"] is None
    assert report["totals"]["encumbered_btc"] == "4296.00000000"
    assert report["problems"]
    assert is_trustworthy(figures(treasury(), quote("USD", "70727"), quote("EUR", "60000")))


def test_yen_have_no_decimals() -> None:
    one = replace(treasury_loans()[0], currency="JPY")
    report = status_report(figures(replace(treasury([one]), base_currency="JPY"), quote("JPY", "11000000.4")))
    assert report["prices"]["JPY"]["value"] == "11000000"
    assert "." not in report["loans"][0]["principal"]
    assert "." not in report["totals"]["btc_value"]


def test_rounding_is_half_even() -> None:
    book = replace(treasury([]), base_currency="USD")
    assert status_report(figures(book, quote("USD", "1.005")))["prices"]["USD"]["value"] == "1.00"
    assert status_report(figures(book, quote("USD", "1.015")))["prices"]["USD"]["value"] == "1.02"


def test_the_table_stays_within_a_wide_terminal_and_names_every_loan() -> None:
    text = status_table(figures(treasury(), quote("USD", "70727"), quote("EUR", "60094.84")), "Treasury")
    for one in treasury_loans():
        assert one.name in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_headline_names_what_a_fall_calls_and_what_is_called_already() -> None:
    falls = headline(figures(treasury(), quote("USD", "70727"), quote("EUR", "60094.84")))
    assert falls.startswith("A fall of 10 % calls two loans: Coin revolver at $65,307")
    assert headline(figures(treasury([]), quote("USD", "70727"))) == "No loans in this book yet."
    called = headline(figures(treasury(), quote("USD", "65000"), quote("EUR", "60094.84")))
    assert called == "One loan at or past a margin call: Coin revolver (margin call)."
    calm = headline(figures(treasury(), quote("USD", "200000"), quote("EUR", "180000")))
    assert calm == "A fall of 10 % calls no loan."


def test_many_loans_are_cut_short_for_people_only() -> None:
    loans = [replace(treasury_loans()[1], name=f"Loan {index}") for index in range(300)]
    found = figures(treasury(loans), quote("USD", "70727"), quote("EUR", "60000"))
    assert "… and 100 more; --json gives them all." in status_table(found, "Many")
    assert len(status_report(found)["loans"]) == 300
