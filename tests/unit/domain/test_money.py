"""Exact amounts: parsing, minor units and rounding."""

from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import AmountError
from app.domain.money import (
    EXACT,
    MAX_SATS,
    btc_of,
    btc_text,
    ceil_fiat,
    ceil_sats,
    check_currency,
    floor_fiat,
    floor_sats,
    minor_digits,
    parse_btc,
    parse_decimal,
    parse_fiat,
    round_fiat,
    round_ratio,
)


@given(st.integers(0, MAX_SATS))
def test_satoshis_survive_their_text(sats: int) -> None:
    assert parse_btc(btc_text(sats)) == sats
    assert btc_of(sats) * 10**8 == sats
    assert ceil_sats(btc_of(sats)) == sats


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "+1", "1e3", "1_0", "NaN", "Infinity", "٣", ".5", "5.", "1,0", "0x1", "1\n", "1" * 31]
)
def test_only_plain_numbers_are_taken(text: str) -> None:
    for parse in (parse_decimal, parse_btc, parse_fiat):
        with pytest.raises(AmountError, match="is not a number; write digits"):
            parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [("-1", "negative"), ("0.000000001", "finer than a satoshi; give"), ("21000000.00000001", "than the 21 million")],
)
def test_bitcoin_that_cannot_be(text: str, why: str) -> None:
    with pytest.raises(AmountError, match=why):
        parse_btc(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [("-0.01", "negative"), ("1000000000000000", "below 10¹⁵"), ("0.123456789", "more than 8 decimals")],
)
def test_money_that_cannot_be(text: str, why: str) -> None:
    with pytest.raises(AmountError, match=why):
        parse_fiat(text)
    assert parse_fiat("999999999999999.99999999") < 10**15


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("KRW", 0), ("CHF", 2)])
def test_minor_units(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert ceil_fiat(Decimal("0.0001"), currency) == Decimal(1).scaleb(-digits)
    assert floor_fiat(Decimal("0.9999"), currency) == 1 - Decimal(1).scaleb(-digits)


def test_rounding_is_half_even_and_knows_no_negative_zero() -> None:
    assert [str(round_fiat(Decimal(x), "USD")) for x in ("0.005", "0.015", "-0.001")] == ["0.00", "0.02", "0.00"]
    assert [str(round_ratio(Decimal(x))) for x in ("0.0000005", "-0.0000001")] == ["0.000000", "0.000000"]
    assert btc_text(-1) == "-0.00000001"


@given(st.decimals("-1e14", "1e14", places=9), st.sampled_from(("USD", "JPY", "KWD")))
def test_rounding_keeps_its_side_whatever_the_thread_says(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-minor_digits(currency))
    saved, getcontext().prec = getcontext().prec, 4
    low, near, high = floor_fiat(amount, currency), round_fiat(amount, currency), ceil_fiat(amount, currency)
    getcontext().prec = saved
    assert low <= amount <= high
    assert high - low in (0, unit)
    assert near in (low, high)


@pytest.mark.parametrize("code", ["usd", "US", "BTC", "XBT", "SATS", "DOLLAR", "U$D", "ÜSD", ""])
def test_what_is_no_currency(code: str) -> None:
    with pytest.raises(AmountError, match="write one like USD"):
        check_currency(code)
    assert check_currency("USDT") == "USDT"


def test_a_quotient_s_last_digits_ask_for_no_satoshi_and_take_none() -> None:
    top_up = EXACT.multiply(Decimal(2640), EXACT.subtract(EXACT.divide(Decimal("0.7"), Decimal("0.6")), Decimal(1)))
    assert top_up != 440
    assert ceil_sats(top_up) == ceil_sats(Decimal(440)) == 44_000_000_000
    assert floor_sats(EXACT.subtract(Decimal(440), Decimal("1e-50"))) == 44_000_000_000
    assert ceil_sats(Decimal("440.000000001")) == 44_000_000_001
    assert floor_sats(Decimal("439.999999999")) == 43_999_999_999
    assert ceil_fiat(EXACT.add(Decimal(6000), Decimal("1e-50")), "USD") == Decimal("6000.00")
