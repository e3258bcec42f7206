"""Typed amounts: what is understood, what is asked about, and that nothing is taken for another number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import BtcUnit, btc_echo, parse_typed_btc, parse_typed_fiat, parse_typed_percent
from app.domain.errors import AmountError
from app.domain.money import MAX_SATS, btc_text

THIN = "\u202f"
REMEDY = r"write|give at most|correct"
SPACES = [" ", "\u00a0", "\u2009", "\u202f"]


@pytest.mark.parametrize(
    ("text", "sats"),
    [
        ("0.42", 42_000_000),
        ("0,42", 42_000_000),
        (".42", 42_000_000),
        ("0.420", 42_000_000),
        ("0.42 BTC", 42_000_000),
        ("0.42btc", 42_000_000),
        ("42 000 000 sats", 42_000_000),
        ("42,000,000 sats", 42_000_000),
        ("42.000.000 sat", 42_000_000),
        ("42\u2009000\u2009000\u00a0sats", 42_000_000),
        ("42m sats", 42_000_000),
        ("42M sats", 42_000_000),
        ("42 m sats", 42_000_000),
        ("1.5k sats", 1_500),
        ("61.200 sats", 61_200),
        ("=0.1+0.32", 42_000_000),
        ("=0,1 + 0,32 BTC", 42_000_000),
        ("=(1 000 - 0.5) * 2", 199_900_000_000),
        ("=1/4", 25_000_000),
        ("=7÷8×2", 175_000_000),
        ("1 205", 120_500_000_000),
        ("1'205", 120_500_000_000),
        ("1.2050", 120_500_000),
        ("1205.123", 120_512_300_000),
        ("1 205.123", 120_512_300_000),
        ("0", 0),
        ("21000000", MAX_SATS),
    ],
)
def test_bitcoin_as_people_type_it(text: str, sats: int) -> None:
    assert parse_typed_btc(text).sats == sats


def test_the_unit_counts_only_where_none_is_typed() -> None:
    assert parse_typed_btc("42000", unit=BtcUnit.SATS).sats == 42_000
    assert parse_typed_btc("42m", unit=BtcUnit.SATS).sats == 42_000_000
    assert parse_typed_btc("1 BTC", unit=BtcUnit.SATS).sats == 100_000_000


def test_the_echo_tells_both_units() -> None:
    assert parse_typed_btc("0,42").echo.replace(THIN, " ") == "0.42 BTC = 42 000 000 sats"
    assert btc_echo(0).replace(THIN, " ") == "0 BTC = 0 sats"
    assert parse_typed_fiat("$1,234.5", "USD").echo.replace(THIN, " ") == "1 234.50 USD"


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [("1.205", "1.2050", "1 205"), ("1,205", "1.2050", "1 205"), ("61.200", "61.2", "61 200"), ("5,000", "5", "5 000")],
)
def test_two_readings_are_asked_about(text: str, small: str, large: str) -> None:
    for typed in (text, f"={text}+1", f"{text}k"):
        with pytest.raises(AmountError, match=f"write {small} or {large}$"):
            parse_typed_btc(typed)
        with pytest.raises(AmountError, match=f"write {small} or {large}$"):
            parse_typed_fiat(typed, "USD")
    assert parse_typed_fiat(small, "USD").amount * 1000 == parse_typed_fiat(large, "USD").amount
    with pytest.raises(AmountError, match=r"could mean two numbers"):
        parse_typed_btc(f"{text}m sats")


@pytest.mark.parametrize(
    "text",
    ["", " ", "=", "x", "1e5", "1_0", "NaN", "inf", "٤٢", "४२", "0x10", "1 2", "1,23,456", "0,420,000",
     "1..2",
     "1.2.3", "5.", ",", "0.1+0.32", "=0.1+", "=(1", "=1)", "=1 1", "1 205 20", "1,234 567", "1'234,567,8", "µ5", "₿1",
     "0 420",
     "1.234.56", "1 BTC BTC", "5 bits", "k", "1kk", "=--1", "=1**2", "1 \u017fats", "1\u212a", "1 000,5.2", "2^3",
     "=" + "(" * 300, "1" * 81],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(AmountError, match=REMEDY):
        parse_typed_btc(text)
    with pytest.raises(AmountError, match=REMEDY):
        parse_typed_fiat(text, "EUR")


@pytest.mark.parametrize("text", ["0.5m", "0.5m BTC", "5 mbtc", "5mBTC", "42msats", "42Msat", "=1m+2"])
def test_m_before_a_unit_that_knows_thousandths_is_asked_about(text: str) -> None:
    with pytest.raises(AmountError, match="millions or thousandths; write"):
        parse_typed_btc(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-1", "negative; the kind"),
        ("−1", "negative; the kind"),
        ("=1-2", "negative; the kind"),
        ("0.123456789", "at most 8 decimals"),
        ("=1/3", "at most 8 decimals"),
        ("0.5 sats", "at most 0 decimals"),
        ("21000000.00000001", "21 million BTC"),
        ("=1/0", "divides by zero; correct"),
    ],
)
def test_amounts_that_cannot_be(text: str, why: str) -> None:
    with pytest.raises(AmountError, match=why):
        parse_typed_btc(text)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("$1,234.56", "USD", "1234.56"),
        ("US$ 1,234.56", "USD", "1234.56"),
        ("1.234,56", "EUR", "1234.56"),
        ("1.234,56 €", "EUR", "1234.56"),
        ("€1.234,56", "EUR", "1234.56"),
        ("CHF 1'234.56", "CHF", "1234.56"),
        ("1 234,56 eur", "EUR", "1234.56"),
        ("120k", "USD", "120000.00"),
        ("$200.2 M", "USD", "200200000.00"),
        ("1.25bn", "USD", "1250000000.00"),
        ("=120k+500", "USD", "120500.00"),
        ("CA$99", "CAD", "99.00"),
        ("¥118,400,000", "JPY", "118400000"),
        ("1.2050", "KWD", "1.205"),
        ("0.00000001", "USD", "0.00000001"),
    ],
)
def test_money_as_people_type_it(text: str, currency: str, amount: str) -> None:
    typed = parse_typed_fiat(text, currency)
    assert (str(typed.amount) if "E" not in str(typed.amount) else f"{typed.amount:f}") == amount
    assert typed.currency == currency


@pytest.mark.parametrize(
    ("text", "currency"),
    [("€5", "USD"), ("5 EUR", "USD"), ("$5", "CAD"), ("$5", "EUR"), ("A$5", "USD"), ("5 BTC", "USD")],
)
def test_another_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(AmountError, match=f"not an amount in {currency}; write"):
        parse_typed_fiat(text, currency)


def test_money_that_cannot_be() -> None:
    for text, why in (("=10/3", "at most 8 decimals"), ("1000000bn", "below 10¹⁵"), ("-5", "negative; the kind")):
        with pytest.raises(AmountError, match=why):
            parse_typed_fiat(text, "USD")


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("70", "0.70"), ("70 %", "0.70"), ("70%", "0.70"), ("0.7 %", "0.007"), ("10.125", "0.10125"),
     ("10,125", "0.10125"), ("0", "0"), ("1.5", "0.015"), ("150 %", "1.5"), (",5%", "0.005"), ("70\u202f%", "0.7")],
)  # fmt: skip
def test_percentages(text: str, fraction: str) -> None:
    assert parse_typed_percent(text) == Decimal(fraction)


def test_a_small_bare_number_is_asked_about_unless_the_field_rules_one_reading_out() -> None:
    with pytest.raises(AmountError, match=r"write 0\.7 % or 70 %$"):
        parse_typed_percent("0.70")
    with pytest.raises(AmountError, match=r"write 1 % or 100 %$"):
        parse_typed_percent("1")
    ltv = {"least": Decimal("0.05"), "most": Decimal(2)}
    assert parse_typed_percent("0.70", **ltv) == Decimal("0.7")
    assert parse_typed_percent("1.1", **ltv) == Decimal("1.1")
    assert parse_typed_percent("70", **ltv) == Decimal("0.7")
    with pytest.raises(AmountError, match=r"between 5 % and 200 %; write"):
        parse_typed_percent("0.01", **ltv)


@pytest.mark.parametrize(
    "text", ["", "%", "seventy", "-5", "1,000.5", "1 000", "\u0667\u0660", "70 % %", "70.", "NaN", "1e1"]
)
def test_what_is_no_percentage(text: str) -> None:
    with pytest.raises(AmountError, match=r"write one like 70 %"):
        parse_typed_percent(text)


SATS = st.integers(0, MAX_SATS)


def _grouped(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


@given(SATS, st.sampled_from(SPACES))
def test_satoshis_as_shown_are_read_back(sats: int, space: str) -> None:
    assert parse_typed_btc(f"{_grouped(sats, space)}{space}sats").sats == sats


@given(SATS)
def test_what_the_echo_says_is_read_back(sats: int) -> None:
    coins, _, small = parse_typed_btc(f"{btc_text(sats)} BTC").echo.partition(" = ")
    assert parse_typed_btc(small).sats == sats
    _read_back_or_asked(coins, sats)


def _read_back_or_asked(text: str, sats: int) -> None:
    try:
        typed = parse_typed_btc(text)
    except AmountError as error:
        assert "could mean two numbers" in error.problem  # noqa: PT017 - either outcome is right
    else:
        assert typed.sats == sats


@given(SATS, st.sampled_from([",", *SPACES]))
def test_grouped_bitcoin_is_read_back_or_asked_about_never_another(sats: int, group: str) -> None:
    whole, _, part = btc_text(sats).partition(".")
    part = part.rstrip("0")
    text = _grouped(int(whole), group) + (f".{part}" if part else "")
    _read_back_or_asked(text, sats)


@given(st.integers(0, 10**17 - 1), st.sampled_from([("USD", 2, "$"), ("EUR", 2, "€"), ("KWD", 3, "KWD ")]))
def test_money_with_its_minor_units_is_read_back(units: int, money: tuple[str, int, str]) -> None:
    currency, digits, mark = money
    amount = Decimal(units).scaleb(-digits)
    if amount >= 10**15:
        amount = Decimal(units % 10**10).scaleb(-digits)
    shown = f"{mark}{amount:,.{digits}f}"
    continental = shown.translate(str.maketrans(",.", ".,"))
    for text in (shown, continental):
        try:
            typed = parse_typed_fiat(text, currency)
        except AmountError as error:
            assert currency == "KWD"
            assert "could mean two numbers" in error.problem  # noqa: PT017 - either outcome is right
        else:
            assert typed.amount == amount
            assert parse_typed_fiat(typed.echo, currency).amount == amount


@given(st.text(alphabet="0123456789., '=+-*/()kmb%$ sats", max_size=14))
def test_any_text_is_an_amount_or_an_amount_error(text: str) -> None:
    for parse in (parse_typed_btc, lambda typed: parse_typed_fiat(typed, "USD"), parse_typed_percent):
        try:
            parse(text)
        except AmountError as error:
            assert len(error.problem) > 20  # noqa: PT017 - either outcome is right


@given(st.text(alphabet="0123456789.,", min_size=1, max_size=12))
def test_every_accepted_number_has_one_reading(text: str) -> None:
    """Collect all readings with each sign as decimal, group or absent; an accepted text has just the one."""
    readings = set()
    for decimal, group in ((".", ","), (",", ".")):
        whole, dot, part = text.partition(decimal)
        groups = whole.split(group)
        threes = 0 < len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])
        grouped = len(groups) > 1 and whole[0] != "0" and threes
        fine = (grouped or (whole + "0").isdigit()) and (part.isdigit() if dot else bool(whole))
        if fine:
            readings.add(Decimal(f"{whole.replace(group, '') or 0}.{part or 0}"))
    try:
        amount = parse_typed_fiat(text, "USD").amount
    except AmountError:
        digits = text.replace(",", "").replace(".", "")
        assert len(readings) != 1 or max(readings) >= 10**15 or max(readings) * 10**8 % 1 or not digits
    else:
        assert readings == {amount}
