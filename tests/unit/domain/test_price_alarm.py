"""What a price may do to an alarm."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.price_alarm import (
    BLIND_LIMIT,
    AlarmSign,
    alarm_sign,
    blind_after,
    may_clear,
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


def test_agreeing_sources_more_than_one_per_cent_above_may_clear() -> None:
    assert may_clear(seen(PriceStatus.OK, 70701), TRIGGER)
    assert may_clear(seen(PriceStatus.THIN, 71000), TRIGGER)


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
def test_nothing_else_may(between: Consensus) -> None:
    assert not may_clear(between, TRIGGER)


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
