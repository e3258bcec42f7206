"""Prices by way of the dollar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import CandleRow
from app.domain.feeds import FxRate
from app.domain.fx_cross import (
    Cross,
    choose_rate,
    crossed,
    crossed_rows,
    easter,
    fixing_is_valid,
    has_own_market,
    is_fixing_day,
    is_sane,
)
from app.domain.quotes import Consensus, PriceStatus, SourceVerdict, Verdict

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)
LIVE = FxRate("CHF", Decimal("0.805"), "kraken", SUNDAY)
FIXED = FxRate("CHF", Decimal("0.806"), "frankfurter", SUNDAY, date(2026, 11, 20))


def consensus(currency: str, status: PriceStatus, *prices: int) -> Consensus:
    values = tuple(map(Decimal, prices))
    rows = tuple(SourceVerdict(f"s{index}", f"g{index}", Verdict.USED, price, 1) for index, price in enumerate(values))
    value = values[0] if values and status is not PriceStatus.DISAGREE else None
    return Consensus(currency, status, value, None, None, SUNDAY, "consensus", rows, values)


USD = consensus("USD", PriceStatus.OK, 70000, 69900, 70100)
NOTHING = consensus("CHF", PriceStatus.NONE)


def test_a_live_rate_comes_first() -> None:
    assert choose_rate([FIXED, LIVE], SUNDAY) == Cross(Decimal("0.805"), "via USD, kraken rate", Decimal(0))


def test_a_fixing_stands_in_with_a_haircut() -> None:
    assert choose_rate([FIXED], SUNDAY) == Cross(Decimal("0.806"), "via USD, ECB of Fri 20 Nov", Decimal("0.015"))
    weekday = choose_rate([FIXED], MONDAY)
    assert weekday is not None
    assert weekday.haircut == Decimal("0.005")


def test_an_old_live_rate_does_not_count() -> None:
    assert choose_rate([replace(LIVE, at=SUNDAY - timedelta(seconds=301))], SUNDAY) is None


def test_rates_that_contradict_are_not_used() -> None:
    assert choose_rate([replace(LIVE, per_usd=Decimal("0.9")), FIXED], SUNDAY) is None


@pytest.mark.parametrize(
    ("currency", "right", "upside_down"),
    [("EUR", "0.858", "1.60"), ("GBP", "0.743", "1.345"), ("JPY", "147.2", "0.0068"), ("CAD", "1.385", "0.722"),
     ("AUD", "1.543", "0.648")],
)  # fmt: skip
def test_a_rate_turned_upside_down_is_refused(currency: str, right: str, upside_down: str) -> None:
    assert is_sane(FxRate(currency, Decimal(right), "x", SUNDAY))
    assert not is_sane(FxRate(currency, Decimal(upside_down), "x", SUNDAY))


@pytest.mark.parametrize(
    ("fixed", "now", "valid"),
    [
        (date(2026, 11, 20), datetime(2026, 11, 22, 12, tzinfo=UTC), True),
        (date(2026, 11, 20), datetime(2026, 11, 24, 14, 59, tzinfo=UTC), True),
        (date(2026, 11, 20), datetime(2026, 11, 24, 15, 1, tzinfo=UTC), False),
        (date(2026, 11, 18), datetime(2026, 11, 20, 14, 0, tzinfo=UTC), True),
        (date(2026, 11, 18), datetime(2026, 11, 20, 16, 0, tzinfo=UTC), False),
        (date(2026, 4, 2), datetime(2026, 4, 7, 20, 0, tzinfo=UTC), True),
        (date(2026, 11, 23), datetime(2026, 11, 22, 12, tzinfo=UTC), False),
    ],
)
def test_a_fixing_stands_until_a_day_after_the_next_is_due(fixed: date, now: datetime, *, valid: bool) -> None:
    assert fixing_is_valid(fixed, now) is valid


def test_the_central_banks_holidays() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25),
    ]  # fmt: skip
    closed = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25), date(2026, 11, 22)]
    assert not any(map(is_fixing_day, closed))
    assert is_fixing_day(date(2026, 11, 23))


def test_a_crossed_price_keeps_the_dollars_standing() -> None:
    result = crossed(NOTHING, USD, Cross(Decimal("0.805"), "via USD, kraken rate", Decimal(0)))
    assert (result.status, result.value, result.origin) == (PriceStatus.OK, Decimal(56350), "fx")
    assert result.representatives == (Decimal("56269.5"), Decimal(56350), Decimal("56430.5"))
    assert result.note == "via USD, kraken rate"
    assert {row.reason for row in result.sources} == {"via USD, kraken rate"}


def test_an_old_rate_makes_it_thin_and_lower() -> None:
    result = crossed(NOTHING, USD, Cross(Decimal("0.8"), "via USD, ECB", Decimal("0.015")))
    assert (result.status, result.value) == (PriceStatus.THIN, Decimal(56000))
    assert result.low == result.representatives[0] == Decimal("55081.2")


@pytest.mark.parametrize("status", [PriceStatus.SINGLE, PriceStatus.DISAGREE, PriceStatus.STALE, PriceStatus.NONE])
def test_without_an_agreed_dollar_nothing_is_crossed(status: PriceStatus) -> None:
    dollars = consensus("USD", status, 70000)
    assert crossed(NOTHING, dollars, Cross(Decimal("0.8"), "x", Decimal(0))) is NOTHING


def test_a_direct_price_that_contradicts_is_not_overruled() -> None:
    direct = consensus("CHF", PriceStatus.SINGLE, 50000)
    result = crossed(direct, USD, Cross(Decimal("0.805"), "via USD", Decimal(0)))
    assert (result.status, result.value) == (PriceStatus.DISAGREE, None)
    assert result.representatives == (Decimal(50000), Decimal(56350))


def test_one_of_two_direct_prices_that_contradicts_is_an_outlier() -> None:
    direct = consensus("CHF", PriceStatus.DISAGREE, 50000, 56400)
    result = crossed(direct, USD, Cross(Decimal("0.805"), "via USD", Decimal(0)))
    assert (result.status, result.value) == (PriceStatus.OK, Decimal(56350))
    assert [row.verdict for row in result.sources] == [Verdict.OUTLIER, Verdict.USED, Verdict.USED]


def test_two_direct_prices_against_the_crossed_one_disagree() -> None:
    direct = consensus("CHF", PriceStatus.THIN, 50000, 50010)
    result = crossed(direct, USD, Cross(Decimal("0.805"), "via USD", Decimal(0)))
    assert (result.status, result.low, result.high) == (PriceStatus.DISAGREE, Decimal(50000), Decimal(56350))


def test_a_direct_price_that_agrees_is_shown_as_its_own() -> None:
    direct = consensus("CHF", PriceStatus.SINGLE, 56400)
    result = crossed(direct, USD, Cross(Decimal("0.805"), "via USD", Decimal(0)))
    assert (result.status, result.value) == (PriceStatus.OK, Decimal(56350))
    assert result.sources[0].price == Decimal(56400)


def test_two_markets_are_enough_and_aggregates_are_none() -> None:
    assert has_own_market(consensus("CHF", PriceStatus.THIN, 56000, 56010))
    assert not has_own_market(consensus("CHF", PriceStatus.SINGLE, 56000))
    thin = consensus("CHF", PriceStatus.THIN, 56000, 56010)
    with_aggregate = replace(thin, sources=(thin.sources[0], replace(thin.sources[1], group="agg")))
    assert not has_own_market(with_aggregate)


def test_rows_are_crossed_at_the_fixing_of_their_day_or_the_last_before_it() -> None:
    friday = datetime(2026, 8, 14, tzinfo=UTC)
    rows = [
        CandleRow(friday + timedelta(days=more), None, Decimal(110), Decimal(90), Decimal(100)) for more in range(-1, 8)
    ]
    rates = {date(2026, 8, 14): Decimal("0.8"), date(2026, 8, 17): Decimal("0.9"), date(2026, 8, 18): Decimal(8)}
    found = {row.opened_at.day: row for row in crossed_rows(rows, "CHF", rates)}
    # The thirteenth has no fixing; the eighteenth's is no franc's, so Monday's goes on counting.
    assert {day: row.close for day, row in found.items()} == {
        **dict.fromkeys((14, 15, 16), Decimal(80)),
        **dict.fromkeys((17, 18, 19, 20, 21), Decimal(90)),
    }
    assert (found[15].open, found[15].high, found[15].low) == (None, Decimal(88), Decimal(72))


def test_a_fixing_older_than_five_days_crosses_nothing() -> None:
    fixed = date(2026, 8, 14)
    rows = [CandleRow(datetime(2026, 8, 14 + more, tzinfo=UTC), None, None, None, Decimal(100)) for more in (0, 5, 6)]
    assert [row.opened_at.day for row in crossed_rows(rows, "CAD", {fixed: Decimal("1.4")})] == [14, 19]
    assert crossed_rows(rows, "CAD", {}) == []
