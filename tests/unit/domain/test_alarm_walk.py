"""Ten thousand steps of readings, prices, people and restarts, held against models written from the rules alone."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.domain import rule_machine, warnings
from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.figures import loan_figures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rule_machine import Reading, Sign, judge_rules
from app.domain.rules import Rule, RuleKind, Urgency
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import RANK, WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import acknowledge, judge_warning, lines_of, snooze
from tests.fakes.alarm_model import DAY, STANDS, LadderModel, RuleModel

START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = settings(
    max_examples=220,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TAKEN: Counter[type] = Counter()
MINUTES = st.sampled_from([1, 1, 2, 5, 10, 30, 60, 12 * 60, DAY, 3 * DAY, 31 * DAY])
WATCHED = Rule("ltv-70", RuleKind.LTV, Decimal("0.70"), hold_minutes=5, keep_minutes=30)
DROP = Decimal("0.10")


def restarted(record: WarningRecord) -> WarningRecord:
    """Return a record written out and read again: equal, and never the same object."""
    texts = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in record._asdict().items()
    }
    kinds = {"kind": WarningKind, "status": WarningStatus, "urgency": Urgency}
    read: dict[str, Any] = {}
    for name, text in texts.items():
        if name.endswith(("_at", "_until", "_since")):
            read[name] = None if text is None else datetime.fromisoformat(str(text))
        else:
            read[name] = kinds[name](str(text)) if name in kinds else text
    return WarningRecord(**read)


class RuleWalk(RuleBasedStateMachine):
    """One rule and one loan through ``judge_rules``, beside ``RuleModel``."""

    def __init__(self) -> None:
        super().__init__()
        self.model = RuleModel(WATCHED.hold_minutes, WATCHED.keep_minutes)
        self.records: dict[str, WarningRecord] = {}
        self.minute = 0
        self.ids = count()

    @property
    def record(self) -> WarningRecord | None:
        return next((record for record in self.records.values() if not record.is_over), None)

    @rule(
        minutes=MINUTES, sign=st.sampled_from(Sign), edited=st.booleans(), muted=st.sampled_from([False, False, True])
    )
    def read(self, minutes: int, sign: Sign, *, edited: bool, muted: bool) -> None:
        self.minute += minutes
        before = self.record
        round_ = judge_rules(
            list(self.records.values()),
            [Reading(WATCHED, "Coin loan", sign, lambda: (f"at {self.minute}", "facts"))],
            START + timedelta(minutes=self.minute),
            lambda: f"w{next(self.ids)}",
            edited=edited,
            sold={"Coin loan"} if muted else set(),
        )
        told = self.model.read(self.minute, sign.value, edited=edited, muted=muted)
        assert bool(round_.announced) is told
        if sign is Sign.UNKNOWN:
            assert round_ == ((), ())
        self.records.update({record.id: record for record in round_.changed})
        assert all(record.sentence == f"at {self.minute}" for record in round_.announced)
        if before is not None and sign is not Sign.CLEAR:
            assert self.records[before.id].status is not WarningStatus.CLOSED

    @rule()
    def acknowledge(self) -> None:
        if self.record is not None:
            self.records[self.record.id] = acknowledge(self.record, START + timedelta(minutes=self.minute))
        self.model.acknowledge()

    @rule(minutes=MINUTES)
    def snooze(self, minutes: int) -> None:
        end = self.minute + minutes
        if self.record is not None:
            self.records[self.record.id] = snooze(self.record, START + timedelta(minutes=end))
        self.model.put_off(end)

    @rule()
    def restart(self) -> None:
        self.records = {key: restarted(record) for key, record in self.records.items() if not record.is_over}

    @invariant()
    def agrees(self) -> None:
        TAKEN[type(self)] += 1
        record = self.record
        stands = record is not None and record.is_open
        assert stands is (self.model.state == STANDS)
        if record is not None and stands:
            assert record.told == self.model.told
            assert (record.status is WarningStatus.ACKNOWLEDGED) is self.model.acknowledged


def a_loan() -> Loan:
    """A loan of 60,000 on 1 BTC: called at 80,000, sold at 75,000; nothing accrues."""
    triggers = (
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 24),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.80")),
    )
    start = date(2025, 1, 1)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    events = (LoanEvent(at, EventKind.POST, sats=100_000_000), LoanEvent(at, EventKind.DRAW, amount=Decimal(60_000)))
    return Loan("Coin loan", "A lender", "USD", start, None, (Terms(start, Decimal(0), triggers=triggers),), events)


LOAN = a_loan()
# 60,000 / (0.9 × 0.75), / (0.9 × 0.80), / 0.75, / 0.80; the same with the LTVs 0.02 less; with the first 0.10 less.
LADDER = ((88_888, 83_333, 80_000, 75_000), (91_324, 85_470, 82_191, 76_923), 102_564)
PRICES = st.sampled_from([70_000, 75_000, 76_000, 78_000, 80_000, 81_000, 84_500, 88_000, 90_000, 95_000, 110_000])


def agreed(price: int, status: PriceStatus = PriceStatus.OK) -> Consensus:
    exact = Decimal(price)
    many = 1 if status is PriceStatus.SINGLE else 3
    return Consensus("USD", status, exact, exact, exact, START, "consensus", (), (exact,) * many)


class LadderWalk(RuleBasedStateMachine):
    """One loan's lines through ``judge_warning``, beside ``LadderModel``."""

    def __init__(self) -> None:
        super().__init__()
        self.model = LadderModel(*LADDER)
        self.record: WarningRecord | None = None
        self.minute = 0
        self.ids = count()

    def judge(self, minutes: int, consensus: Consensus, *, edited: bool = False) -> bool:
        self.minute += minutes
        assert consensus.value is not None
        quote = Quote("USD", consensus.value, START, "consensus", 3, 3)
        figures = loan_figures(LOAN, quote, START, DROP, Decimal(0))
        judgement = judge_warning(
            self.record,
            lines_of(figures, consensus.value, DROP),
            consensus,
            subject="Coin loan",
            new_id=f"w{next(self.ids)}",
            now=START + timedelta(minutes=self.minute),
            edited=edited,
        )
        self.record = None if judgement.record is None or judgement.record.is_over else judgement.record
        return judgement.announce

    @rule(minutes=MINUTES, price=PRICES, edited=st.sampled_from([False, False, False, True]))
    def price(self, minutes: int, price: int, *, edited: bool) -> None:
        told = self.judge(minutes, agreed(price), edited=edited)
        assert told is self.model.price(self.minute, price, edited=edited)

    @precondition(lambda self: self.record is not None)
    @rule(minutes=MINUTES, price=PRICES, edited=st.booleans())
    def lone_price(self, minutes: int, price: int, *, edited: bool) -> None:
        told = self.judge(minutes, agreed(price, PriceStatus.SINGLE), edited=edited)
        assert self.record is not None
        assert told is self.model.doubt(self.minute)

    @rule(minutes=MINUTES)
    def nothing_comes(self, minutes: int) -> None:
        self.minute += minutes

    @rule()
    def acknowledge(self) -> None:
        if self.record is not None:
            self.record = acknowledge(self.record, START + timedelta(minutes=self.minute))
        self.model.acknowledge()

    @rule(minutes=MINUTES)
    def snooze(self, minutes: int) -> None:
        end = self.minute + minutes
        if self.record is not None:
            self.record = snooze(self.record, START + timedelta(minutes=end))
        self.model.put_off(end)

    @rule()
    def restart(self) -> None:
        self.record = None if self.record is None else restarted(self.record)

    @invariant()
    def agrees(self) -> None:
        TAKEN[type(self)] += 1
        level = 0 if self.record is None else RANK[self.record.kind] - RANK[WarningKind.DROP_CALL] + 1
        assert level == self.model.level
        if self.record is not None:
            assert self.record.told == self.model.told
            assert (self.record.status is WarningStatus.ACKNOWLEDGED) is self.model.acknowledged


WALKS: list[type[RuleBasedStateMachine]] = [RuleWalk, LadderWalk]


@pytest.mark.parametrize("walk", WALKS, ids=["rule", "lines"])
def test_ten_thousand_steps_agree_with_the_model(walk: type[RuleBasedStateMachine]) -> None:
    TAKEN.clear()
    run_state_machine_as_test(walk, settings=STEPS)
    assert TAKEN[walk] >= 10_000


def _unknown_is_clear(reading: Reading) -> Reading:
    return reading._replace(sign=Sign.CLEAR) if reading.sign is Sign.UNKNOWN else reading


def _near_is_clear(reading: Reading) -> Reading:
    return reading._replace(sign=Sign.CLEAR) if reading.sign is Sign.NEAR else reading


@pytest.mark.parametrize("fault", [_unknown_is_clear, _near_is_clear], ids=["no data ends it", "no deadband"])
def test_a_rule_that_ends_too_easily_is_found(
    fault: Callable[[Reading], Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = rule_machine.judge_rules

    def broken(records: Any, readings: Any, *args: Any, **options: Any) -> Any:
        return sound(records, [fault(reading) for reading in readings], *args, **options)

    monkeypatch.setitem(globals(), "judge_rules", broken)
    _expect_found(RuleWalk)


def test_acknowledging_that_resolves_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "acknowledge", warnings.closed)
    _expect_found(RuleWalk)


def test_a_snooze_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "snooze", lambda record, _until: record)
    _expect_found(RuleWalk)


def test_a_restart_that_forgets_that_people_were_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "restarted", lambda record: record._replace(told=0))
    _expect_found(RuleWalk)


def test_a_lone_price_that_clears_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(consensus: Consensus, trigger_price: Decimal) -> bool:
        return consensus.value is not None and consensus.value > trigger_price

    monkeypatch.setattr(warnings, "may_clear", lenient)
    _expect_found(LadderWalk)


def test_a_deadband_that_is_missing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "DEADBAND", Decimal(0))
    _expect_found(LadderWalk)


def test_a_single_calm_round_that_suffices_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "CALM_ROUNDS", 1)
    monkeypatch.setattr(warnings, "CALM_KEEP", timedelta(0))
    _expect_found(LadderWalk)


def _expect_found(walk: type[RuleBasedStateMachine]) -> None:
    few = settings(STEPS, phases=[phase for phase in STEPS.phases if phase.name in ("generate", "explicit")])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(walk, settings=few)
