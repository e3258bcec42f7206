"""Real crashes: each line that the true price went through was told with a confirmed price by the next poll."""

from datetime import timedelta
from decimal import Decimal
from functools import cache

import pytest

from app.domain.warning_records import RANK, WarningKind
from tests.fakes.replay import VENUES, Crash, Replay, crashes, spread_book, venues_at

CRASHES = crashes()
# Honest venues differ by up to 0.2 % from the true price, and their median does.
NOISE = Decimal("0.002")
# The price at which each level is reached, as a part of the price at which the loan is called (75 %, sold at 80 %).
LEVELS = {
    WarningKind.DROP_CALL: Decimal(10) / 9,
    WarningKind.DROP_SALE: Decimal(75) / 72,
    WarningKind.CALL: Decimal(1),
    WarningKind.SALE: Decimal(75) / 80,
}


@cache
def replayed(crash: Crash) -> tuple[Replay, list[int]]:
    """Return a crash as it was watched, and where the loans' margin calls lie: from above it to below it.

    One venue lags behind by twenty minutes, and in every seventh poll one does not answer, in every eleventh two.
    """
    top, bottom = max(crash.prices), min(crash.prices)
    lines = [bottom * 85 // 100 + (top - bottom * 85 // 100) * part // 30 for part in range(30)]
    replay = Replay(spread_book(lines, crash.start.date()), crash.start)
    for poll, price in enumerate(crash.prices):
        answers = venues_at(price, poll)
        answers["gemini"] = Decimal(crash.prices[max(poll - 20, 0)])
        if poll % 7 == 3:
            answers[VENUES[poll % 4]] = None
        if poll % 11 == 5:
            answers["gemini"] = answers["bitstamp"] = None
        replay.poll(crash.start + crash.poll * poll, answers)
    return replay, lines


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: crash.name.replace(" ", "-"))
def test_no_confirmed_warning_comes_later_than_one_poll(crash: Crash) -> None:
    replay, lines = replayed(crash)
    due = 0
    for line in lines:
        told = [
            (at, record) for at, record in replay.told if record.subject == f"Called at {line}" and not record.is_over
        ]
        for kind, part in LEVELS.items():
            level = line * part * (1 - NOISE)
            poll = next((poll for poll, price in enumerate(crash.prices) if price <= level), None)
            if poll is None:
                continue
            due += 1
            by = crash.start + crash.poll * (poll + 1)
            assert any(at <= by and record.confirmed and RANK[record.kind] >= RANK[kind] for at, record in told)
    assert due > 60


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: crash.name.replace(" ", "-"))
def test_nothing_is_told_that_the_true_price_did_not_come_to(crash: Crash) -> None:
    replay, _ = replayed(crash)
    assert replay.told
    for at, record in replay.told:
        line = int(record.subject.rpartition(" ")[2])
        so_far = crash.prices[: (at - crash.start) // crash.poll + 1]
        assert min(so_far) <= line * LEVELS[record.kind] * (1 + NOISE)


def test_the_crashes_are_those_that_happened() -> None:
    deepest = {crash.name: round(100 * (1 - min(crash.prices) / max(crash.prices))) for crash in CRASHES}
    assert deepest == {"March 2020": 48, "May 2021": 34, "October 2025": 17, "February 2026": 21}
    assert all(crash.poll == timedelta(minutes=1) for crash in CRASHES)
