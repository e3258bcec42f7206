from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui import formats
from app.ui.formats import DOWN, HIDDEN, NOT_KNOWN, THIN, UP, Display

PLAIN = Display()
SATS = Display(sats=True)
SHUT = Display(hidden=True)


def test_a_price_at_which_something_bad_happens_is_rounded_up() -> None:
    assert formats.danger_price_text(Decimal("65306.12"), "USD") == "$65,307"
    assert formats.price_text(Decimal("65306.12"), "USD") == "$65,306"


def test_ltv_is_rounded_up_and_headroom_down() -> None:
    assert formats.ltv_text(Decimal("0.64901")) == f"65.0{THIN}%"
    assert formats.headroom_text(Decimal("0.0769")) == f"7.6{THIN}%"
    assert formats.headroom_text(Decimal("-0.0101")) == f"−1.1{THIN}%"


@given(st.decimals(min_value=0, max_value=3, allow_nan=False, allow_infinity=False, places=8))
def test_what_is_shown_is_never_better_than_what_is(ratio: Decimal) -> None:
    shown = Decimal(formats.ltv_text(ratio).removesuffix(f"{THIN}%"))
    room = Decimal(formats.headroom_text(ratio).removesuffix(f"{THIN}%"))
    assert shown >= ratio * 100 >= room
    assert shown - room <= Decimal("0.1")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("118400000", "USD", "$118,400,000"),
        ("5200000.49", "EUR", "€5,200,000"),
        ("-12.5", "GBP", "−£12"),
        ("1000", "CHF", f"CHF{THIN}1,000"),
        ("11033412", "JPY", "¥11,033,412"),
    ],
)
def test_money_wears_its_symbol(amount: str, currency: str, text: str) -> None:
    assert formats.fiat_text(Decimal(amount), currency) == text


def test_cents_follow_the_currency() -> None:
    assert formats.fiat_text(Decimal("1.005"), "USD", UP, cents=True) == "$1.01"
    assert formats.fiat_text(Decimal("1.005"), "JPY", UP, cents=True) == "¥2"


def test_short_money_has_three_or_four_figures() -> None:
    assert formats.short_fiat_text(Decimal(200_218_367), "USD") == f"$200.2{THIN}M"
    assert formats.short_fiat_text(Decimal(1_490_442), "USD", UP) == f"$1.50{THIN}M"
    assert formats.short_fiat_text(Decimal(999_999), "USD") == "$999,999"
    assert formats.short_fiat_text(Decimal(-5_000_000_000), "USD", DOWN) == f"−$5.00{THIN}B"


def test_debts_shown_short_round_away_from_zero_only_when_asked() -> None:
    assert formats.short_fiat_text(Decimal(-1234567), "USD", DOWN) == f"−$1.24{THIN}M"
    assert formats.short_fiat_text(Decimal(-1234567), "USD", UP) == f"−$1.23{THIN}M"


def test_bitcoin_in_both_units() -> None:
    assert formats.btc_text(264_000_000_000, PLAIN) == f"2,640{THIN}BTC"
    assert formats.btc_text(3_602_251_485, PLAIN, UP) == f"36.0226{THIN}BTC"
    assert formats.btc_text(3_602_251_485, PLAIN, DOWN) == f"36.0225{THIN}BTC"
    assert formats.btc_text(3_602_251_485, SATS) == f"3{THIN}602{THIN}251{THIN}485{THIN}sats"
    assert formats.bare_btc_text(-1, SATS) == "−1"


@given(st.integers(min_value=-21 * 10**14, max_value=21 * 10**14))
def test_satoshis_read_back_exactly(sats: int) -> None:
    text = formats.bare_btc_text(sats, SATS)
    assert int(text.replace(THIN, "").replace("−", "-")) == sats
    exact = formats.bare_btc_text(sats, PLAIN, digits=8)
    assert Decimal(exact.replace(",", "").replace("−", "-")) * 100_000_000 == sats


def test_hidden_amounts_show_no_digit() -> None:
    shown = (
        formats.btc_text(123, SHUT),
        formats.bare_btc_text(123, SHUT),
        formats.money_text(Decimal(123), "USD", SHUT),
        formats.short_money_text(Decimal(123_000_000), "USD", SHUT),
    )
    for text in shown:
        assert HIDDEN in text
        assert not any(letter.isdigit() for letter in text)


def test_what_is_not_known_is_a_dash_and_never_zero() -> None:
    assert {
        formats.fiat_text(None, "USD"),
        formats.short_fiat_text(None, "USD"),
        formats.ltv_text(None),
        formats.headroom_text(None),
        formats.percent_text(None),
        formats.move_text(None),
        formats.btc_text(None, PLAIN),
        formats.money_text(None, "USD", SHUT),
        formats.age_text(None),
        formats.hours_text(None),
        formats.day_text(None),
        formats.moment_text(None),
    } == {NOT_KNOWN}


def test_percentages_keep_what_they_need() -> None:
    assert formats.percent_text(Decimal("0.10")) == f"10{THIN}%"
    assert formats.percent_text(Decimal("0.6667")) == f"66.67{THIN}%"
    assert formats.percent_text(Decimal("0.10"), 1) == f"10.0{THIN}%"


def test_a_move_tells_its_direction_by_shape() -> None:
    assert formats.move_text(Decimal("-0.098")) == f"▼ 9.8{THIN}%"
    assert formats.move_text(Decimal("0.019")) == f"▲ 1.9{THIN}%"
    assert formats.move_text(Decimal("0.0001")) == f"■ 0.0{THIN}%"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4, f"4{THIN}s"), (119, f"119{THIN}s"), (121, f"3{THIN}min"), (7_201, f"3{THIN}h"), (172_801, f"3{THIN}d")],
)
def test_ages_are_rounded_up(seconds: int, text: str) -> None:
    assert formats.age_text(seconds) == f"{text} ago"


def test_time_left_is_rounded_down() -> None:
    assert formats.left_text(7_199) == f"119{THIN}min"
    assert formats.left_text(10_799) == f"2{THIN}h"
    assert formats.left_text(-3) == f"0{THIN}s"


def test_a_contract_s_hours_become_days_when_they_are_many() -> None:
    assert formats.hours_text(72) == f"72{THIN}h"
    assert formats.hours_text(96) == f"4{THIN}d"
    assert formats.hours_text(100) == f"4{THIN}d 4{THIN}h"


def test_days_and_moments() -> None:
    at = datetime(2026, 2, 10, 9, 41, 5, tzinfo=UTC)
    assert formats.day_text(date(2026, 2, 10)) == f"10{THIN}Feb{THIN}2026"
    assert formats.moment_text(at, UTC) == f"10{THIN}Feb{THIN}2026 09:41"
    assert formats.clock_text(at, UTC) == "09:41:05"
    assert formats.seconds_between(at, at + timedelta(seconds=4.9)) == 4
    assert formats.seconds_between(at, at - timedelta(seconds=4)) == 0
