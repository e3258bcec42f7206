"""Warnings open at once, rise at once, and fall only when a quorum stays clear for two rounds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.figures import loan_figures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warnings import (
    Judgement,
    WarningKind,
    WarningRecord,
    WarningStatus,
    acknowledge,
    judge_warning,
    lines_of,
    snooze,
)

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
DROP = Decimal("0.10")


def a_loan(*, latching: bool = False) -> Loan:
    """A loan of 60,000 on 1 BTC: called at 80,000, sold at 75,000; a 10 % week calls it at 88,888.88."""
    triggers = (
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 24, Decimal("0.60"), latching),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.80")),
    )
    start = date(2026, 1, 1)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Loan(
        "Coin loan",
        "A lender",
        "USD",
        start,
        None,
        (Terms(start, Decimal(0), triggers=triggers),),
        (LoanEvent(at, EventKind.POST, sats=100_000_000), LoanEvent(at, EventKind.DRAW, amount=Decimal(60_000))),
    )


def said(*prices: int, status: PriceStatus = PriceStatus.OK) -> Consensus:
    middle = sorted(prices)[len(prices) // 2]
    exact = tuple(Decimal(price) for price in prices)
    value = None if status is PriceStatus.DISAGREE else Decimal(middle)
    return Consensus("USD", status, value, min(exact), max(exact), NOW, "consensus", (), exact)


def judge(
    record: WarningRecord | None, consensus: Consensus, minute: int = 0, *, latching: bool = False, edited: bool = False
) -> Judgement:
    price = consensus.value if consensus.value is not None else consensus.low
    assert price is not None
    quote = Quote("USD", price, NOW, "consensus", 3, 3)
    figures = loan_figures(a_loan(latching=latching), quote, NOW, DROP, Decimal("0.0025"))
    return judge_warning(
        record,
        lines_of(figures, price, DROP),
        consensus,
        subject="Coin loan",
        new_id="w1",
        now=NOW + timedelta(minutes=minute),
        edited=edited,
    )


def opened(consensus: Consensus, *, latching: bool = False) -> WarningRecord:
    record = judge(None, consensus, latching=latching).record
    assert record is not None
    return record


def test_far_from_everything_opens_nothing() -> None:
    assert judge(None, said(100_000, 100_010, 100_020)) == Judgement(None)


@pytest.mark.parametrize(
    ("price", "kind"),
    [
        (88_888, WarningKind.DROP_CALL),
        (83_333, WarningKind.DROP_SALE),
        (80_000, WarningKind.CALL),
        (75_000, WarningKind.SALE),
    ],
)
def test_the_gravest_level_reached_opens_the_warning_and_tells(price: int, kind: WarningKind) -> None:
    judgement = judge(None, said(price, price, price))
    assert judgement.record is not None
    assert (judgement.record.kind, judgement.record.confirmed, judgement.announce) == (kind, True, True)


def test_just_above_the_level_opens_nothing() -> None:
    assert judge(None, said(88_889, 88_889, 88_889)).record is None


def test_a_reached_call_starts_its_clock() -> None:
    assert opened(said(80_000, 80_000, 80_000)).due_at == NOW + timedelta(hours=24)
    assert opened(said(85_000, 85_000, 85_000)).due_at is None


def test_the_next_tick_at_the_same_level_tells_nothing() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    assert not judge(record, said(87_000, 87_000, 87_000), 1).announce


def test_a_warning_that_merely_stands_is_the_very_same_record() -> None:
    record = opened(said(79_000, 79_000, 79_000))
    for minute, price in enumerate((79_500, 78_000, 80_500, 82_000), 1):
        assert judge(record, said(price, price, price), minute).record is record
    quarrel = said(79_000, 100_000, status=PriceStatus.DISAGREE)
    unsure = opened(quarrel)
    assert judge(unsure, quarrel, 1).record is unsure


def test_a_graver_level_tells_again_and_ends_acknowledgement_and_snooze() -> None:
    record = snooze(acknowledge(opened(said(88_000, 88_000, 88_000)), NOW), NOW + timedelta(hours=4))
    judgement = judge(record, said(79_000, 79_000, 79_000), 1)
    assert judgement.announce
    assert judgement.record is not None
    assert judgement.record.kind is WarningKind.CALL
    assert judgement.record.needs_you(NOW)


def test_one_lying_source_of_three_neither_raises_nor_silences() -> None:
    # The consensus has already dropped the liar; the representatives still hold it.
    assert judge(None, said(42_000, 100_000, 100_010)).record is None
    record = opened(said(79_000, 79_000, 79_000))
    held = judge(record, said(79_000, 79_000, 990_000), 1).record
    assert held is not None
    assert held.kind is WarningKind.CALL


def test_disagreement_opens_unconfirmed_and_gets_loud_after_ten_minutes() -> None:
    quarrel = said(79_000, 100_000, status=PriceStatus.DISAGREE)
    first = judge(None, quarrel)
    assert first.record is not None
    assert (first.record.confirmed, first.announce) == (False, False)
    early = judge(first.record, quarrel, 9)
    assert early.record is not None
    assert not early.announce
    late = judge(early.record, quarrel, 10)
    assert late.announce
    again = judge(late.record, quarrel, 11)
    assert not again.announce


def test_unconfirmed_becomes_confirmed_and_tells() -> None:
    first = judge(None, said(79_000, 100_000, status=PriceStatus.DISAGREE)).record
    judgement = judge(first, said(79_000, 79_010, 79_020), 1)
    assert judgement.announce
    assert judgement.record is not None
    assert judgement.record.confirmed


def test_it_closes_after_two_clear_rounds_beyond_the_deadband() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    # 60,000 / (0.9 × 91,400) is 72.94 %: two points under the call's 75 %.
    once = judge(record, said(91_400, 91_400, 91_400), 1).record
    assert once is not None
    assert once.is_open
    twice = judge(once, said(91_400, 91_400, 91_400), 2).record
    assert twice is not None
    assert twice.status is WarningStatus.CLOSED


def test_within_the_deadband_it_stays_open_for_ever() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    for minute in range(1, 20):
        after = judge(record, said(90_000, 90_000, 90_000), minute).record
        assert after is not None
        assert after.is_open
        record = after


def test_a_relapse_starts_the_count_again() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    calm = judge(record, said(95_000, 95_000, 95_000), 1).record
    relapse = judge(calm, said(88_000, 88_000, 88_000), 2).record
    once_more = judge(relapse, said(95_000, 95_000, 95_000), 3).record
    assert once_more is not None
    assert once_more.is_open


@pytest.mark.parametrize("status", [PriceStatus.SINGLE, PriceStatus.DISAGREE])
def test_a_lone_or_quarrelling_price_never_clears(status: PriceStatus) -> None:
    record = opened(said(79_000, 79_000, 79_000))
    for minute in range(1, 10):
        after = judge(record, said(200_000, 200_000, status=status), minute).record
        assert after is not None
        assert after.kind is WarningKind.CALL
        record = after


def test_a_call_that_latches_needs_the_cure_ltv() -> None:
    record = opened(said(80_000, 80_000, 80_000), latching=True)
    for minute in range(1, 5):
        after = judge(record, said(90_000, 90_000, 90_000), minute, latching=True).record
        assert after is not None
        assert after.kind is WarningKind.CALL
        record = after
    calm = judge(record, said(100_000, 100_000, 100_000), 6, latching=True).record
    gone = judge(calm, said(100_000, 100_000, 100_000), 7, latching=True).record
    assert gone is not None
    assert not gone.is_open


def test_a_faster_call_reached_later_brings_the_deadline_nearer() -> None:
    start, at = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    slow = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.70"), 48, Decimal("0.60"))
    fast = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 4, Decimal("0.60"))
    events = (LoanEvent(at, EventKind.POST, sats=100_000_000), LoanEvent(at, EventKind.DRAW, amount=Decimal(60_000)))
    loan = Loan("Two", "L", "USD", start, None, (Terms(start, Decimal(0), triggers=(slow, fast)),), events)
    record = None
    dues = []
    for minute, price in enumerate((85_000, 84_000, 79_000, 79_500, 85_000)):
        quote = Quote("USD", Decimal(price), NOW, "consensus", 3, 3)
        lines = lines_of(loan_figures(loan, quote, NOW, DROP, Decimal(0)), Decimal(price), DROP)
        now = NOW + timedelta(minutes=minute)
        record = judge_warning(record, lines, said(price, price, price), subject="Two", new_id="w", now=now).record
        assert record is not None
        dues.append(record.due_at)
    first, near = NOW + timedelta(hours=48), NOW + timedelta(hours=4, minutes=2)
    assert dues == [first, first, near, near, near]


def test_it_falls_to_the_lower_level_that_still_stands() -> None:
    record = opened(said(75_000, 75_000, 75_000))
    once = judge(record, said(78_000, 78_000, 78_000), 1).record
    twice = judge(once, said(78_000, 78_000, 78_000), 2).record
    assert twice is not None
    assert twice.kind is WarningKind.CALL


def test_an_edit_that_cures_closes_at_once_but_not_on_a_lone_price() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    closed = judge(record, said(89_000, 89_000, 89_000), 1, edited=True).record
    assert closed is not None
    assert not closed.is_open
    held = judge(record, said(200_000, status=PriceStatus.SINGLE), 1, edited=True).record
    assert held is not None
    assert held.is_open


@given(st.lists(st.integers(50_000, 200_000), min_size=1, max_size=60), st.data())
def test_removing_sources_never_ends_a_warning(prices: list[int], data: st.DataObject) -> None:
    record = opened(said(70_000, 70_000, 70_000))
    for minute, price in enumerate(prices):
        status = data.draw(st.sampled_from([PriceStatus.SINGLE, PriceStatus.DISAGREE]))
        after = judge(record, said(price, price, status=status), minute).record
        assert after is not None
        assert after.is_open
        assert after.kind is WarningKind.SALE
        record = after._replace()
