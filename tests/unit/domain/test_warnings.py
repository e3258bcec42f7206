"""Warnings open at once, rise at once, and fall only when a quorum stays clear for two rounds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.figures import loan_figures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rules import Urgency
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import Judgement, acknowledge, apply_action, judge_warning, lines_of, snooze, sold_subjects

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
DROP = Decimal("0.10")
DAY = 24 * 60


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


def run(record: WarningRecord, rounds: Sequence[tuple[int, int]], *, latching: bool = False) -> WarningRecord:
    """Return the record after rounds of (minute, price), all sources agreeing."""
    for minute, price in rounds:
        after = judge(record, said(price, price, price), minute, latching=latching).record
        assert after is not None
        record = after
    return record


def test_it_closes_when_it_is_far_off_for_three_days() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    # 60,000 / (0.9 × 103,000) is 64.72 %: ten points under the call's 75 %.
    easing = run(record, [(1, 103_000), (2, 103_000), (3 * DAY, 103_000)])
    assert easing.is_open
    assert easing.resolving_since == NOW + timedelta(minutes=1)
    judgement = judge(easing, said(103_000, 103_000, 103_000), 3 * DAY + 1)
    assert judgement.announce
    assert judgement.record is not None
    assert (judgement.record.status, judgement.record.told) == (WarningStatus.CLOSED, 2)


def test_just_beyond_the_deadband_it_takes_thirty_days() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    # 60,000 / (0.9 × 91,400) is 72.94 %: two points under the call's 75 %.
    assert run(record, [(1, 91_400), (2, 91_400), (30 * DAY, 91_400)]).is_open
    assert run(record, [(1, 91_400), (2, 91_400), (30 * DAY + 1, 91_400)]).is_over


def test_a_round_that_only_counts_on_is_the_very_same_record() -> None:
    record = run(opened(said(88_000, 88_000, 88_000)), [(1, 95_000), (2, 95_000)])
    assert judge(record, said(95_000, 95_000, 95_000), 3).record is record


def test_one_clear_round_after_a_long_sleep_closes_nothing() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    assert run(record, [(60 * DAY, 120_000)]).is_open


def test_a_clock_that_is_set_back_begins_to_count_again() -> None:
    record = run(opened(said(88_000, 88_000, 88_000)), [(40 * DAY, 103_000), (40 * DAY + 1, 103_000)])
    again = run(record, [(10, 103_000)])
    assert again.is_open
    assert again.resolving_since == NOW + timedelta(minutes=10)
    assert run(again, [(3 * DAY + 9, 103_000)]).is_open


def test_within_the_deadband_it_stays_open_for_ever() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    for minute in range(1, 20):
        after = judge(record, said(90_000, 90_000, 90_000), minute).record
        assert after is not None
        assert after.is_open
        record = after


def test_a_relapse_starts_the_count_again_and_tells_nothing() -> None:
    easing = run(opened(said(88_000, 88_000, 88_000)), [(1, 103_000), (2, 103_000)])
    relapse = judge(easing, said(88_000, 88_000, 88_000), 2 * DAY)
    assert relapse.record is not None
    assert (relapse.announce, relapse.record.resolving_since) == (False, None)
    assert run(relapse.record, [(3 * DAY, 103_000), (4 * DAY, 103_000)]).is_open


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
    easing = run(record, [(6, 100_000), (7, 100_000), (DAY + 6, 100_000)], latching=True)
    assert easing.kind is WarningKind.DROP_SALE
    assert run(easing, [(DAY + 7, 104_000), (3 * DAY + 6, 104_000)], latching=True).is_over


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


def test_it_falls_to_the_lower_level_that_still_stands_after_a_day_and_tells_nothing() -> None:
    record = opened(said(75_000, 75_000, 75_000))
    assert record.urgency is Urgency.SALE
    before = run(record, [(1, 78_000), (2, 78_000), (DAY, 78_000)])
    assert before.kind is WarningKind.SALE
    judgement = judge(before, said(78_000, 78_000, 78_000), DAY + 1)
    assert judgement.record is not None
    assert (judgement.record.kind, judgement.record.urgency) == (WarningKind.CALL, Urgency.CALL)
    assert (judgement.announce, judgement.record.told) == (False, 1)


def test_a_call_that_is_clear_for_a_day_is_no_call_any_more_though_it_is_not_over() -> None:
    eased = run(opened(said(80_000, 80_000, 80_000)), [(1, 95_000), (2, 95_000), (DAY + 1, 95_000)])
    assert (eased.kind, eased.urgency, eased.due_at) == (WarningKind.DROP_SALE, Urgency.EARLY, None)
    assert eased.resolving_since == NOW + timedelta(minutes=1)


def test_who_was_told_of_a_call_is_not_told_for_a_week_that_a_fall_would_sell_but_of_a_new_call_at_once() -> None:
    eased = run(opened(said(80_000, 80_000, 80_000)), [(1, 95_000), (2, 95_000), (DAY + 1, 95_000)])
    again = judge(eased, said(83_000, 83_000, 83_000), 2 * DAY)
    assert again.record is not None
    assert (again.record.kind, again.announce, again.record.told) == (WarningKind.DROP_SALE, False, 1)
    called = judge(again.record, said(80_000, 80_000, 80_000), 2 * DAY + 1)
    assert called.record is not None
    assert (called.record.kind, called.announce, called.record.told) == (WarningKind.CALL, True, 2)
    week = [(2 * DAY + 1, 95_000), (2 * DAY + 2, 95_000), (9 * DAY, 95_000)]
    assert run(again.record, week).kind is WarningKind.DROP_SALE
    lower = run(again.record, [*week, (9 * DAY + 1, 95_000)])
    assert lower.kind is WarningKind.DROP_CALL
    assert judge(lower, said(83_000, 83_000, 83_000), 10 * DAY).announce


def test_a_deadline_that_runs_outlives_the_fall_from_sale_to_call() -> None:
    called = opened(said(80_000, 80_000, 80_000))
    fallen = run(called, [(1, 75_000), (2, 78_000), (3, 78_000), (DAY + 3, 78_000)])
    assert (fallen.kind, fallen.due_at) == (WarningKind.CALL, called.due_at)


def test_each_step_up_is_told_and_counted() -> None:
    record = opened(said(88_000, 88_000, 88_000))
    assert (record.told, record.told_at, record.urgency) == (1, NOW, Urgency.EARLY)
    risen = run(record, [(5, 80_000)])
    assert (risen.told, risen.told_at, risen.urgency) == (2, NOW + timedelta(minutes=5), Urgency.CALL)
    assert run(risen, [(6, 75_000)]).told == 3


def test_the_end_of_a_snooze_tells_again_if_it_still_stands() -> None:
    record = snooze(acknowledge(opened(said(79_000, 79_000, 79_000)), NOW), NOW + timedelta(hours=1))
    assert not judge(record, said(79_000, 79_000, 79_000), 59).announce
    judgement = judge(record, said(79_000, 79_000, 79_000), 60)
    assert judgement.announce
    assert judgement.record is not None
    assert judgement.record.needs_you(NOW)
    assert not judge(judgement.record, said(79_000, 79_000, 79_000), 61).announce


def test_what_was_done_before_it_rose_does_not_silence_the_graver_level() -> None:
    risen = run(opened(said(88_000, 88_000, 88_000)), [(5, 80_000)])
    early = WarningAction("a", risen.id, ActionKind.ACKNOWLEDGE, NOW + timedelta(minutes=4))
    assert apply_action(risen, early, NOW + timedelta(minutes=5)) is risen
    late = early._replace(at=NOW + timedelta(minutes=6))
    repeated = risen._replace(first_told_at=risen.told_at, told_at=NOW + timedelta(minutes=9))
    assert apply_action(repeated, late, NOW).status is WarningStatus.ACKNOWLEDGED
    assert apply_action(risen, late, NOW + timedelta(minutes=6)).status is WarningStatus.ACKNOWLEDGED


@pytest.mark.parametrize("until", [None, NOW - timedelta(hours=1)])
def test_a_snooze_without_an_end_to_come_hides_nothing(until: datetime | None) -> None:
    record = opened(said(79_000, 79_000, 79_000))
    assert apply_action(record, WarningAction("a", record.id, ActionKind.SNOOZE, NOW, until=until), NOW) is record


def test_a_snooze_hides_until_its_end_and_a_note_changes_nothing() -> None:
    record, end = opened(said(79_000, 79_000, 79_000)), NOW + timedelta(hours=2)
    hidden = apply_action(record, WarningAction("a", record.id, ActionKind.SNOOZE, NOW, until=end), NOW)
    assert (hidden.needs_you(NOW), hidden.needs_you(end)) == (False, True)
    assert apply_action(record, WarningAction("b", record.id, ActionKind.NOTE, NOW, text="rang"), NOW) is record


def test_only_a_confirmed_sale_that_stands_mutes() -> None:
    sale = opened(said(75_000, 75_000, 75_000))
    assert sold_subjects([sale, opened(said(80_000, 80_000, 80_000))]) == {"Coin loan"}
    assert not sold_subjects([sale._replace(confirmed=False), sale._replace(status=WarningStatus.CLOSED)])


def test_a_doubt_that_nobody_was_told_of_ends_without_a_word() -> None:
    doubt = judge(None, said(79_000, 100_000, status=PriceStatus.DISAGREE)).record
    assert doubt is not None
    over = run(doubt, [(1, 100_000), (2, 100_000)])
    assert over.never_told


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
