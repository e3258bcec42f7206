"""The gains report and the roll-forward: sums, shapes, and that both say the same."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Book, EventKind, LoanEvent
from app.domain.candles import DailyCandle
from app.domain.disposals import LotRules, Method, Scope, Source, amount_of
from app.services.day_prices import DayPrices, closes_of
from app.services.gains import gains_of
from app.services.gains_report import gains_csv, gains_document
from app.services.gains_table import gains_page
from app.services.roll_forward import roll_forward
from app.services.roll_forward_report import roll_forward_document, roll_forward_page
from tests.fakes.books import books
from tests.fakes.lots import BTC, at, book_of, buy, loan_of, row, sell, whole

TODAY = date(2026, 2, 10)
PRICES = DayPrices(
    "USD",
    {
        "USD": {
            date(2023, 12, 31): Decimal(42000),
            date(2024, 12, 31): Decimal(93000),
            date(2026, 2, 9): Decimal(70000),
        },
        "EUR": {date(2024, 12, 31): Decimal(90000)},
    },
)
BOOK = book_of(
    buy("2023-03-01", "1", "20000", "100"),
    buy("2024-02-01", "1", "43000"),
    sell("2024-06-01", "0.5", "34000", "50"),
    sell("2024-07-01", "1", "30000"),
    row("income", "2025-01-01", "0.1", "9400"),
    sell("2025-05-01", "0.2", "19000"),
    loans=(loan_of(LoanEvent(at("2024-08-01"), EventKind.POST, sats=BTC // 4, account="Main")),),
)


def test_sums_by_year_account_and_lot() -> None:
    gains = gains_of(BOOK, LotRules(), PRICES, None, TODAY)
    assert {year: amount_of(found.gain) for year, found in gains.by_year.items()} == {
        # 33,950 − 10,050; 30,000 − 10,050 − 21,500
        2024: Decimal(23900) - 1550,
        2025: Decimal(19000) - 8600,
    }
    assert list(gains.by_account) == ["Main"]
    assert sum(found.gain for found in gains.by_lot.values()) == gains.total.gain
    assert gains.by_lot[Source("Main", 0)].sats == BTC
    assert amount_of(gains.total.losses) == -1550
    # Bought in March 2023: 33,950 + 15,000 − 20,100; the rest was held for less, or for more than a year in 2025.
    assert amount_of(gains.total.long_gain) == 33950 + 15000 - 20100 + 10400


def test_a_year_is_valued_at_its_last_day() -> None:
    gains = gains_of(BOOK, LotRules(), PRICES, 2024, TODAY)
    assert (gains.price_day, whole(gains.price)) == (date(2024, 12, 31), 93000)
    assert list(gains.by_year) == [2024]
    assert sum(held.lot.sats for held in gains.held) == BTC // 2
    assert sum(held.gain or 0 for held in gains.held) == 46500 - 21500


def test_without_a_price_nothing_is_unrealised() -> None:
    gains = gains_of(BOOK, LotRules(), DayPrices("USD", {}), 2024, TODAY)
    assert all(held.value is None and held.gain is None for held in gains.held)
    assert "Unrealised gain: not known, no price in USD is stored for 2024-12-31" in gains_page(gains)
    assert gains_document(gains)["unrealised"]["price"] is None


def test_the_document_says_all_of_it_in_texts() -> None:
    document = json.loads(json.dumps(gains_document(gains_of(BOOK, LotRules(), PRICES, 2024, TODAY))))
    assert (document["method"], document["per"], document["fees"], document["year"]) == ("fifo", "account", "in", 2024)
    first = document["disposals"][0]
    assert (first["proceeds"], first["basis"], first["gain"]) == ("33950.00", "10050.00", "23900.00")
    assert first["source"] == {"account": "Main", "entry": 3}
    assert first["lots"][0]["source"] == {"account": "Main", "entry": 1}
    assert document["total"]["gain"] == "22350.00"
    assert document["unrealised"]["lots"][1]["pledged_to"] == "Bridge"


def test_what_is_not_known_is_counted_and_in_no_sum() -> None:
    book = book_of(row("deposit", "2024-01-01", "1"), buy("2024-02-01", "1", "10"), sell("2024-03-01", "1.5", "30"))
    gains = gains_of(book, LotRules(), PRICES, 2024, TODAY)
    total = gains.total
    assert (total.count, total.unknown, total.unknown_sats, total.proceeds, total.gain) == (1, 1, 3 * BTC // 2, 0, 0)
    document = gains_document(gains)
    assert document["unknown_lots"][0]["unknown"] == "the deposit tells no cost"
    assert document["disposals"][0]["gain"] is None
    page = gains_page(gains)
    assert "Without a gain, and in no sum of money: 1 disposals of 1.5 BTC." in page
    # A sum in which nothing is known is no zero.
    assert [line.split() for line in page.splitlines() if line.startswith("2024 ")] == [
        ["2024", "1", "1.50000000", *["–"] * 4]
    ] * 2


def test_a_basis_of_which_nothing_is_known_is_no_zero() -> None:
    book = book_of(row("deposit", "2024-01-01", "1"))
    assert "0 BTC of it pledged; basis not known." in gains_page(gains_of(book, LotRules(), PRICES, 2024, TODAY))


def test_the_csv_has_a_line_for_each_lot_and_no_formula() -> None:
    book = BOOK.with_account(replace(BOOK.account("Main"), name="=Main"), replacing="Main")
    rows = list(csv.DictReader(io.StringIO(gains_csv(gains_of(book, LotRules(), PRICES, 2024, TODAY)))))
    assert [line["gain"] for line in rows] == ["23900.00", "4950.00", "-6500.00"]
    assert [line["over_a_year"] for line in rows] == ["yes", "yes", "no"]
    assert {line["account"] for line in rows} == {"'=Main"}


def test_a_book_without_disposals_says_so() -> None:
    assert "Nothing was disposed of." in gains_page(gains_of(book_of(), LotRules(), PRICES, None, TODAY))


def test_a_rate_is_that_of_two_closes() -> None:
    assert round(PRICES.rate_on("EUR", date(2024, 12, 31)) or 0, 6) == Decimal("1.033333")
    assert PRICES.rate_on("EUR", date(2023, 12, 31)) is None
    assert PRICES.rate_on("CHF", date(2024, 12, 31)) is None
    closes = closes_of("USD", {"USD": (DailyCandle.closing(date(2024, 1, 1), Decimal(7)),)})
    assert closes.last() == (date(2024, 1, 1), Decimal(7))
    assert closes.price_on(date(2024, 1, 2)) is None


def test_the_roll_forward_by_hand() -> None:
    roll = roll_forward(BOOK, LotRules(), PRICES, 2024)
    assert (whole(roll.opening.fair_value), whole(roll.opening.basis)) == (42000, 20100)
    assert (whole(roll.additions), whole(roll.dispositions), whole(roll.departures)) == (43000, 63950, 0)
    assert (roll.closing.sats, whole(roll.closing.fair_value), whole(roll.closing.basis)) == (BTC // 2, 46500, 21500)
    assert (roll.closing.pledged_sats, whole(roll.closing.pledged_value), whole(roll.closing.pledged_basis)) == (
        BTC // 4,
        23250,
        10750,
    )
    # 46,500 − 42,000 − 43,000 + 63,950
    assert (whole(roll.net), whole(roll.gains), whole(roll.losses)) == (25450, 25450, 0)
    assert (roll.realised.gain, whole(roll.unrealised)) == (22350 * 10**8, 3100)
    assert (whole(roll.difference), roll.problems) == (0, ())


def test_a_net_loss_stands_in_the_other_line() -> None:
    prices = DayPrices("USD", {"USD": {date(2023, 12, 31): Decimal(90000), date(2024, 12, 31): Decimal(10000)}})
    roll = roll_forward(book_of(buy("2023-03-01", "1", "20000")), LotRules(), prices, 2024)
    assert (whole(roll.gains), whole(roll.losses), whole(roll.difference)) == (0, 80000, 0)


def test_a_missing_price_gives_no_number_and_says_so() -> None:
    roll = roll_forward(BOOK, LotRules(), PRICES, 2023)
    assert (whole(roll.opening.fair_value), whole(roll.net) is None) == (0, False)
    later = roll_forward(BOOK, LotRules(), PRICES, 2025)
    assert (later.closing.fair_value, later.net, later.gains, later.difference) == (None, None, None, None)
    assert later.problems == ("No price in USD is stored for 2025-12-31; load it with plimsoll history import.",)
    document = roll_forward_document(later)
    assert (document["gains"], document["closing"]["fair_value"]) == (None, None)
    assert document["closing"]["btc"] == "0.40000000"
    assert later.problems[0] in roll_forward_page(later)


def test_an_unknown_basis_gives_no_number_and_says_so() -> None:
    roll = roll_forward(book_of(row("deposit", "2024-01-01", "1")), LotRules(), PRICES, 2024)
    assert (whole(roll.additions), whole(roll.net), whole(roll.closing.basis), whole(roll.closing.fair_value)) == (
        None,
        None,
        None,
        93000,
    )
    assert roll.problems == ("The basis of 1 lot is not known: the deposit tells no cost.",)


ALL_DAYS = DayPrices(
    "USD", {"USD": {date(2009, 12, 31) + timedelta(days=one): Decimal(1000 + one % 977) for one in range(6000)}}
)


@given(books(), st.sampled_from([m for m in Method if m is not Method.SPECIFIC]), st.sampled_from(Scope), st.booleans())
def test_the_roll_forward_ties_to_the_gains_to_the_penny(book: Book, method: Method, scope: Scope, fees: bool) -> None:
    rules = LotRules(method, scope, fees, price_on=lambda _day: Decimal(1500), rate_on=lambda _code, _day: Decimal(2))
    years = sorted({one.at.year for account in book.accounts for one in account.transactions})[:2]
    for year in years:
        roll = roll_forward(book, rules, ALL_DAYS, year)
        gains = gains_of(book, rules, ALL_DAYS, year, TODAY)
        assert roll.realised == gains.total
        assert roll.closing.basis is None or roll.closing.basis == sum(
            (held.lot.basis or Decimal(0) for held in gains.held), Decimal(0)
        )
        if roll.difference is not None:
            assert abs(roll.difference) <= Decimal("0.01")


@pytest.mark.parametrize("year", [2024, 2025])
def test_one_years_closing_is_the_next_ones_opening(year: int) -> None:
    assert (
        roll_forward(BOOK, LotRules(), PRICES, year - 1).closing == roll_forward(BOOK, LotRules(), PRICES, year).opening
    )
