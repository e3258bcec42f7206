"""Hypothesis strategies: loans with a life behind them, whose every event could have happened."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from hypothesis import strategies as st

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.terms import Accrual, DayCount, Exposure, Terms, Trigger, TriggerKind
from tests.fakes.oracle import Replay

OPENING_DAYS = (
    date(2024, 1, 31), date(2024, 1, 30), date(2024, 1, 29), date(2023, 11, 30), date(2024, 2, 29), date(2025, 2, 28),
    date(2023, 12, 31), date(2025, 6, 1), date(2025, 3, 15),
)  # fmt: skip
_GAPS = (0, 0, 1, 2, 13, 27, 28, 29, 30, 31, 32, 59, 60, 61)
_SHORT_GAPS = (0, 0, 1, 2, 3, 5, 9)  # each compounded day adds digits to a fraction
_KINDS = tuple(EventKind)


def _cents(value: Fraction, rounding: str) -> Decimal:
    exact = Decimal(value.numerator * 100) / Decimal(value.denominator)
    return exact.to_integral_value(rounding) / 100


@st.composite
def triggers(draw: st.DrawFn) -> tuple[Trigger, ...]:
    """Return triggers in rising order, of any kinds, or none."""
    ltvs = sorted(draw(st.lists(st.integers(2_000, 12_000), max_size=5)))
    made = []
    for ltv in ltvs:
        kind = draw(st.sampled_from(tuple(TriggerKind)))
        x = Decimal(ltv) / 10_000
        cure = None
        if kind is TriggerKind.MARGIN_CALL and draw(st.booleans()):
            cure = Decimal(draw(st.integers(1_000, ltv))) / 10_000
        made.append(Trigger(kind, x, cure_ltv=cure, cure_hours=draw(st.sampled_from((None, 12, 72)))))
    return tuple(made)


@st.composite
def _terms(draw: st.DrawFn, start: date, accrual: Accrual, *, dated: bool) -> Terms:
    counts = tuple(DayCount)[: 2 if accrual is Accrual.COMPOUND_DAILY else 3]
    return Terms(
        start,
        Decimal(draw(st.integers(0, 30_000))) / 100_000,
        draw(st.sampled_from(counts)),
        accrual,
        exposure=draw(st.sampled_from(tuple(Exposure)[: 3 if dated else 2])),
        triggers=(),
    )


def _event(replay: Replay, kind: EventKind, when: datetime, size: int) -> LoanEvent | None:
    """Return an event that fits the loan as the replay has it; size is 0 to 100."""
    free = {
        EventKind.DRAW: LoanEvent(when, kind, amount=Decimal(size * 12_345 + 1) / 100),
        EventKind.FEE: LoanEvent(when, kind, amount=Decimal(size * 7 + 1) / 100),
        EventKind.RATE: LoanEvent(when, kind, rate=Decimal(size * 3) / 1_000),
        EventKind.POST: LoanEvent(when, kind, sats=size * 12_345_678 + 1),
    }
    if kind in free:
        return free[kind]
    if kind is EventKind.REPAY:
        amount = _cents(replay.debt * size / 100, ROUND_CEILING if size == 100 else ROUND_FLOOR)
        return LoanEvent(when, kind, amount=amount) if amount else None
    some = replay.sats * size // 100
    if not some:
        return None
    if kind is EventKind.RELEASE:
        return LoanEvent(when, kind, sats=some)
    price = Decimal(1_000 * size + 7)
    gross = price * some / 10**8
    fee = (gross / 50).quantize(Decimal("0.01"), ROUND_FLOOR)
    return LoanEvent(when, kind, sats=some, price=price, fee=fee if size % 2 else None)


@st.composite
def lives(draw: st.DrawFn) -> tuple[Loan, datetime]:
    """Return a loan that could have happened, and a moment to look at it."""
    opened = draw(st.sampled_from(OPENING_DAYS))
    daily = draw(st.integers(0, 3)) == 0
    gaps = _SHORT_GAPS if daily else _GAPS
    kinds = tuple(Accrual) if daily else tuple(a for a in Accrual if a is not Accrual.COMPOUND_DAILY)
    matures = opened + timedelta(days=draw(st.integers(0, 40 if daily else 400))) if draw(st.booleans()) else None
    start, all_terms = opened - timedelta(days=draw(st.integers(0, 1))), []
    for number in range(draw(st.integers(1, 3))):
        if number:
            start += timedelta(days=1 + draw(st.sampled_from(gaps)))
        accrual = draw(st.sampled_from(kinds))
        all_terms.append(draw(_terms(start, accrual, dated=matures is not None)))
    loan = Loan("Any", "Lender", "USD", opened, matures, tuple(all_terms))
    replay = Replay(loan)
    moment = datetime(opened.year, opened.month, opened.day, 13, tzinfo=UTC)
    events: list[LoanEvent] = [LoanEvent(moment, EventKind.DRAW, amount=Decimal(draw(st.integers(1, 10**9))) / 100)]
    replay.apply(events[0])
    for kind, gap, size in draw(
        st.lists(st.tuples(st.sampled_from(_KINDS), st.sampled_from(gaps), st.integers(0, 100)), max_size=6)
    ):
        moment += timedelta(days=gap)
        replay.walk_to(moment.date())
        event = _event(replay, kind, moment, size)
        if event is not None:
            replay.apply(event)
            events.append(event)
    as_of = moment + timedelta(days=draw(st.sampled_from(gaps)), hours=draw(st.sampled_from((0, 10))))
    return replace(loan, events=tuple(events)), as_of
