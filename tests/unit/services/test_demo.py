"""The demo: a treasury in a bad week, at recorded prices that say so."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.book import TransactionKind
from app.domain.candles import is_sound
from app.domain.figures import LoanState
from app.domain.money import round_fiat
from app.domain.portfolio import book_figures
from app.services.book_file import render_book
from app.services.demo import BOOK_RESOURCE, DEMO_AS_OF, PRICES_RESOURCE, demo_book, demo_candles, demo_quotes
from app.services.rule_defaults import default_rules

RESOURCES = Path(__file__).parents[3] / "resources"
DATA = (RESOURCES / BOOK_RESOURCE).read_bytes()
BOOK = demo_book(DATA)
CANDLES = demo_candles((RESOURCES / PRICES_RESOURCE).read_text("utf-8"))


def test_it_is_marked_and_in_the_canonical_form() -> None:
    assert BOOK.demo
    assert render_book(replace(BOOK, rules=())).encode() == DATA
    assert {quote.origin for quote in demo_quotes().values()} == {"demo"}


def test_it_has_the_rules_of_a_new_book_and_no_way_outside() -> None:
    assert BOOK.rules == default_rules()
    assert BOOK.channels == ()


def test_the_holdings_are_those_of_the_story() -> None:
    totals = book_figures(BOOK, demo_quotes(), DEMO_AS_OF).totals
    assert (totals.btc_sats, totals.encumbered_sats) == (532_100_000_000, 429_600_000_000)
    assert totals.debt is not None
    assert round(totals.debt, -4) == Decimal(176_120_000)
    assert totals.ltv is not None
    assert round(totals.ltv, 3) == Decimal("0.580")


def test_two_loans_would_be_called_and_two_hold() -> None:
    figures = book_figures(BOOK, demo_quotes(), DEMO_AS_OF)
    assert {f.loan.name: f.state for f in figures.loans} == dict.fromkeys((x.name for x in BOOK.loans), LoanState.OK)
    falls = {f.loan.name: f.drop_test.state for f in figures.loans if f.drop_test}
    called = {name for name, state in falls.items() if state is LoanState.MARGIN_CALL}
    assert called == {"Coin revolver", "Equipment facility"}
    lines = {f.loan.name: f.nearest_danger for f in figures.loans}
    prices = {n: round_fiat(t.price, "USD") for n, t in lines.items() if t is not None and t.price is not None}
    assert (prices["Coin revolver"], prices["Equipment facility"]) == (Decimal("65306.12"), Decimal("64069.26"))


def test_income_came_every_month_for_more_than_a_year() -> None:
    days = [entry.at.date() for a in BOOK.accounts for entry in a.transactions if entry.kind is TransactionKind.INCOME]
    months = [day.year * 12 + day.month for day in sorted(days)]
    assert months == list(range(months[0], months[0] + 14))


def test_the_path_ends_at_the_quote_after_a_bad_week() -> None:
    closes = {candle.day: candle.close for candle in CANDLES}
    today, now = DEMO_AS_OF.date(), demo_quotes()["USD"].value
    assert list(closes)[-1] == today
    assert closes[today] == now == Decimal(70727)
    assert round(now / closes[today - timedelta(days=7)] - 1, 3) == Decimal("-0.098")
    assert round(now / closes[today - timedelta(days=1)] - 1, 3) == Decimal("-0.019")


def test_the_path_has_every_day_once_and_sound_candles() -> None:
    days = [candle.day for candle in CANDLES]
    assert days == [days[0] + timedelta(days=index) for index in range(len(days))]
    assert days[0] < date(2025, 1, 10)
    for candle in CANDLES:
        assert None not in (candle.open, candle.high, candle.low)
        assert is_sound(candle)


def test_a_damaged_path_is_a_fault_of_the_installation() -> None:
    with pytest.raises(ValueError, match="install Plimsoll again"):
        demo_candles("nothing")
