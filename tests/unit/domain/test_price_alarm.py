"""What a price may do to an alarm."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.price_alarm import (
    BLIND_LIMIT,
    AlarmNews,
    AlarmSign,
    AlarmState,
    alarm_sign,
    blind_after,
    is_blind,
    may_clear,
    next_alarm,
)
from app.domain.quotes import Consensus, PriceStatus

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRIGGER = Decimal(70000)


def seen(status: PriceStatus, *prices: int, value: int | None = None) -> Consensus:
    middle = Decimal(value if value is not None else prices[0]) if prices or value is not None else None
    if status is PriceStatus.DISAGREE:
        middle = None
    return Consensus("USD", status, middle, None, None, NOW, "consensus", (), tuple(map(Decimal, prices)))


@pytest.mark.parametrize(
    ("consensus", "sign"),
    [
        (seen(PriceStatus.OK, 70000, 99000), AlarmSign.CONFIRMED),
        (seen(PriceStatus.OK, 70001, 10), AlarmSign.CLEAR),
        (seen(PriceStatus.THIN, 69000, 69100), AlarmSign.CONFIRMED),
        (seen(PriceStatus.THIN, 69990, 70010), AlarmSign.POSSIBLE),
        (seen(PriceStatus.THIN, 70001, 70010), AlarmSign.CLEAR),
        (seen(PriceStatus.DISAGREE, 42000, 69999), AlarmSign.CONFIRMED),
        (seen(PriceStatus.DISAGREE, 42000, 84000), AlarmSign.POSSIBLE),
        (seen(PriceStatus.DISAGREE, 84000, 99000), AlarmSign.CLEAR),
        (seen(PriceStatus.SINGLE, 70000), AlarmSign.POSSIBLE),
        (seen(PriceStatus.SINGLE, 70001), AlarmSign.UNVERIFIED),
        (seen(PriceStatus.STALE, value=99000), AlarmSign.BLIND),
        (seen(PriceStatus.NONE), AlarmSign.BLIND),
    ],
)
def test_the_table(consensus: Consensus, sign: AlarmSign) -> None:
    assert alarm_sign(consensus, TRIGGER) is sign


def test_two_rounds_over_one_per_cent_above_clear() -> None:
    state = AlarmState(active=True)
    high = seen(PriceStatus.OK, 70701)
    state, news = next_alarm(state, high, TRIGGER, NOW)
    assert (state.active, news) == (True, AlarmNews.NOTHING)
    state, news = next_alarm(state, high, TRIGGER, NOW)
    assert (state.active, news) == (False, AlarmNews.CLEARED)


@pytest.mark.parametrize(
    "between",
    [
        seen(PriceStatus.OK, 70700),
        seen(PriceStatus.OK, 69000),
        seen(PriceStatus.DISAGREE, 84000, 99000),
        seen(PriceStatus.SINGLE, 99000),
        seen(PriceStatus.STALE, value=99000),
        seen(PriceStatus.NONE),
    ],
)
def test_anything_else_between_starts_the_count_again(between: Consensus) -> None:
    assert not may_clear(between, TRIGGER)
    state = AlarmState(active=True)
    for consensus in (seen(PriceStatus.THIN, 71000), between, seen(PriceStatus.THIN, 71000)):
        state, news = next_alarm(state, consensus, TRIGGER, NOW)
        assert (state.active, news) == (True, AlarmNews.NOTHING)


def test_a_confirmed_price_raises_once() -> None:
    low = seen(PriceStatus.OK, 69000)
    state, news = next_alarm(AlarmState(), low, TRIGGER, NOW)
    assert news is AlarmNews.RAISED
    assert next_alarm(state, low, TRIGGER, NOW)[1] is AlarmNews.NOTHING


def test_a_possible_alarm_is_told_after_ten_minutes_also_through_silence() -> None:
    straddling, silent = seen(PriceStatus.DISAGREE, 69000, 84000), seen(PriceStatus.NONE)
    state, news = next_alarm(AlarmState(), straddling, TRIGGER, NOW)
    assert news is AlarmNews.NOTHING
    state, _ = next_alarm(state, silent, TRIGGER, NOW + timedelta(minutes=5))
    state, news = next_alarm(state, straddling, TRIGGER, NOW + timedelta(minutes=10))
    assert (state.active, news) == (True, AlarmNews.UNCONFIRMED)


def test_a_clear_round_ends_a_possible_alarm() -> None:
    state, _ = next_alarm(AlarmState(), seen(PriceStatus.SINGLE, 69000), TRIGGER, NOW)
    state, _ = next_alarm(state, seen(PriceStatus.OK, 71000), TRIGGER, NOW + timedelta(minutes=9))
    state, news = next_alarm(state, seen(PriceStatus.SINGLE, 69000), TRIGGER, NOW + timedelta(minutes=11))
    assert (state.active, news) == (False, AlarmNews.NOTHING)


def test_blindness_is_counted_from_its_first_round_and_ends_with_a_price() -> None:
    silent = seen(PriceStatus.STALE, value=84000)
    state, _ = next_alarm(AlarmState(active=True), silent, TRIGGER, NOW)
    state, _ = next_alarm(state, silent, TRIGGER, NOW + timedelta(minutes=20))
    assert not is_blind(state, NOW + timedelta(minutes=29), Decimal(84000), TRIGGER)
    assert is_blind(state, NOW + timedelta(minutes=30), Decimal(84000), TRIGGER)
    state, _ = next_alarm(state, seen(PriceStatus.SINGLE, 84000), TRIGGER, NOW + timedelta(minutes=31))
    assert (state.active, state.blind_since) == (True, None)


@pytest.mark.parametrize(
    ("last", "trigger", "limit"),
    [
        (None, TRIGGER, BLIND_LIMIT),
        (Decimal(70000), None, BLIND_LIMIT),
        (Decimal(84000), TRIGGER, BLIND_LIMIT),
        (Decimal(70000), Decimal(69895), timedelta(minutes=6)),
        (Decimal(70000), Decimal(70000), timedelta(0)),
        (Decimal(60000), TRIGGER, timedelta(0)),
        (Decimal(10) ** 12, Decimal("0.01"), BLIND_LIMIT),
    ],
)
def test_how_long_prices_may_be_missing(last: Decimal | None, trigger: Decimal | None, limit: timedelta) -> None:
    assert blind_after(last, trigger) == limit
