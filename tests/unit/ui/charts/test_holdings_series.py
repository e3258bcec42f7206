from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isnan

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.services.day_prices import DayPrices
from app.services.holdings_history import HoldingsDay, balance_steps, holdings_days
from app.services.transaction_lines import Lines
from app.ui.charts.holdings_series import (
    MOST_POINTS,
    axis_words,
    balance_picture,
    holdings_picture,
    value_picture,
)
from app.ui.formats import Display
from tests.fakes.loans import book, draw, loan, post, release, sold

BTC = 100_000_000
PLAIN, HIDDEN = Display(), Display(hidden=True)


def day(number: int, month: int = 3) -> date:
    return date(2025, month, number)


def days() -> tuple[HoldingsDay, ...]:
    return (
        HoldingsDay(day(1), 3 * BTC, 0, Decimal(240_000)),
        HoldingsDay(day(2), 2 * BTC, BTC, None),
        HoldingsDay(day(3), 2 * BTC, BTC, Decimal(250_000)),
    )


def pledging() -> Book:
    bought = Transaction(datetime(2025, 5, 30, tzinfo=UTC), TransactionKind.BUY, 5 * BTC)
    events = (
        post("2025-06-01T12:00", "2", "Vault"),
        draw("2025-06-01T13:00", "1000"),
        sold("2025-06-03T08:00", "0.5", "60000"),
        release("2025-06-04T09:00", "1", "Vault"),
    )
    return book(loan(*events), accounts=(Account("Vault", transactions=(bought,)),))


def test_days_tell_free_pledged_and_value_or_nothing() -> None:
    prices = DayPrices("USD", {"USD": {date(2025, 6, 2): Decimal(100_000), date(2025, 6, 4): Decimal(90_000)}})
    found = holdings_days(Lines(pledging()), prices, date(2025, 6, 5))
    assert [(one.day.day, one.free // BTC, one.pledged / BTC, one.value) for one in found] == [
        (30, 5, 0, None),
        (31, 5, 0, None),
        (1, 3, 2, None),
        (2, 3, 2, Decimal(500_000)),
        (3, 3, 1.5, None),
        (4, 4, 0.5, Decimal(405_000)),
        (5, 4, 0.5, None),
    ]
    assert holdings_days(Lines(Book("Empty")), prices, date(2025, 6, 5)) == ()


def test_a_pledge_leaves_the_sum_of_all_as_it_was() -> None:
    lines = Lines(pledging())
    whole = balance_steps(lines, {"Vault"}, {"Coin revolver"})
    assert [sats / BTC for _, sats in whole] == [5, 5, 4.5, 4.5]
    assert [sats / BTC for _, sats in balance_steps(lines, set(), {"Coin revolver"})] == [2, 1.5, 0.5]
    assert [sats / BTC for _, sats in balance_steps(lines, {"Vault"}, set())] == [5, 3, 4]


def test_a_day_without_a_price_is_a_gap_and_no_zero() -> None:
    picture = value_picture(days(), "USD", PLAIN)
    (band,) = picture.bands
    assert band.high[0] == 240_000
    assert isnan(band.high[1])
    assert "1 days have no stored price and are left open" in picture.description
    assert picture.words_at(band.times[0] + 5) == "2\u202fMar\u202f2025\nno price is stored for this day"
    assert value_picture([one._replace(value=None) for one in days()], "USD", PLAIN).bands == ()


def test_free_stands_on_pledged() -> None:
    free, pledged = holdings_picture(days(), PLAIN).bands
    assert list(pledged.high) == [0, 1, 1]
    assert list(free.high) == [3, 3, 3]
    assert free.low == pledged.high


def test_a_balance_is_stairs_up_to_now() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    steps = ((at, BTC), (at + timedelta(days=2), 3 * BTC))
    (band,) = balance_picture("Vault", steps, at + timedelta(days=5), PLAIN).bands
    start = at.timestamp()
    assert [(moment - start) / 86_400 for moment in band.times] == [0, 2, 2, 5]
    assert list(band.high) == [1, 1, 3, 3]
    assert balance_picture("Vault", (), at, PLAIN).description == "Nothing has moved in Vault yet."


def test_very_many_steps_are_thinned_and_the_last_stays() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    steps = tuple((at + timedelta(minutes=n), n) for n in range(4 * MOST_POINTS + 3))
    (band,) = balance_picture("Vault", steps, at, PLAIN).bands
    assert len(band.times) <= 2 * MOST_POINTS + 4
    assert band.high[-1] == steps[-1][1] / BTC


def test_hidden_amounts_leave_no_scale() -> None:
    tripled = [one._replace(free=one.free * 3, pledged=one.pledged * 3) for one in days()]
    one, other = holdings_picture(days(), HIDDEN), holdings_picture(tripled, HIDDEN)
    assert [list(band.high) for band in one.bands] == [list(band.high) for band in other.bands]
    assert one.description == other.description
    assert axis_words(0.5, None, HIDDEN) == "•••\u202fBTC"
    assert axis_words(2_000_000.0, "USD", PLAIN) == "$2.00\u202fM"
