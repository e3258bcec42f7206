"""What one round of judging does to all that the alarm keeps (pure): lines, rules, margin calls, the price itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.alarm_condition import alarm_condition
from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.collateral import ChainDifference
from app.domain.edited import Edited
from app.domain.figures import LoanFigures
from app.domain.ledger import PriceKey
from app.domain.margin_calls import MarginCall, follow_calls
from app.domain.policy_breaches import Breach
from app.domain.portfolio import BookFigures
from app.domain.price_alarm import POSSIBLE_LIMIT
from app.domain.quotes import Consensus, PriceStatus
from app.domain.rule_machine import judge_rules
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import sold_subjects
from app.services.absence import absence_sentence
from app.services.collateral_watch import collateral_faults
from app.services.drop_test import PriceMoves
from app.services.policy_round import judge_policy
from app.services.rule_context import RuleContext
from app.services.rule_readings import RuleReader
from app.services.telling import written
from app.services.watch_state import ABSENCE, Fault
from app.services.watching import Round, blind_warnings, consensus_of, loan_warnings
from app.services.wording import disputed_sentence

if TYPE_CHECKING:
    from app.services.risk_room import RiskAnswer


@dataclass(frozen=True, slots=True)
class Question:
    """What a round is judged by.

    Attributes:
        book: what is tracked.
        figures: it at the prices of this round.
        consensus: what the sources said, by currency.
        moves: how far the price moved in a day and a week.
        candles: the stored daily history, by currency.
        risk: the newest answer of the risk room, or None.
        now: UTC; for recorded prices their moment.
        edited: the names of the loans that were changed since they were last judged by a price.
        seen: when each price was last there, as far as this desk has looked.
        started_at: when this desk began to look.
        next_seconds: when the next round is due at the latest.
        missed: for how long nobody watched before this round, or None.
        collateral: how what the chain holds for a loan differs from its record, by loan, None: it does not; None where
            none of it can be told now.
    """

    book: Book
    figures: BookFigures
    consensus: Mapping[str, Consensus]
    moves: PriceMoves
    candles: Mapping[str, Sequence[DailyCandle]]
    risk: "RiskAnswer | None"
    now: datetime
    edited: Edited
    seen: Mapping[PriceKey, datetime]
    started_at: datetime
    next_seconds: float = 0.0
    missed: timedelta | None = None
    collateral: Mapping[str, ChainDifference | None] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a round did.

    Attributes:
        changed: warnings to be stored.
        announced: those of them that people must be told of.
        held: warnings that stand unchanged but tell this round's figures.
        calls: margin calls that changed.
        breaches: of the policy that changed.
    """

    changed: tuple[WarningRecord, ...]
    announced: tuple[WarningRecord, ...]
    held: tuple[WarningRecord, ...]
    calls: tuple[MarginCall, ...]
    breaches: tuple[Breach, ...] = ()


def judge_round(
    question: Question,
    records: Sequence[WarningRecord],
    calls: Sequence[MarginCall],
    faults: Iterable[Fault],
    reader: RuleReader,
    new_id: Callable[[], str],
    breaches: Sequence[Breach] = (),
) -> Verdict:
    """Judge every line, rule, margin call and fault by one round.

    Args:
        question: what to judge by.
        records: all warnings that are not closed.
        calls: the margin calls that stand.
        faults: about the alarm itself; disputed prices are found here.
        reader: reads the rules.
        new_id: makes the id of what opens.
        breaches: of the policy that stand, and those that ended lately.
    """
    figures, now = question.figures, question.now
    unborn = _unborn(question)
    if unborn:
        records = [record for record in records if record.subject not in unborn]
        calls = [call for call in calls if call.loan not in unborn]
    lines = loan_warnings(figures, records, question.consensus.get, now=now, new_id=new_id, edited=question.edited)
    blind = blind_warnings(figures, records, question.seen, question.started_at, now=now, new_id=new_id)
    followed = follow_calls(calls, figures, _asker(question), now, new_id, edited=question.edited)
    context = _context(question, calls, followed)
    policy = judge_policy(question.book, figures, context, breaches, new_id)
    rules = judge_rules(
        records,
        (*reader.readings(question.book.rules, figures, context), *policy.readings),
        now,
        new_id,
        edited=question.edited,
        sold=sold_subjects({record.id: record for record in (*records, *lines.changed)}.values()),
    )
    lines = _with_calls(lines, records, calls, followed, now)
    found = () if question.collateral is None else collateral_faults(question.collateral, records)
    own = _faults(records, (*disputes(question), *found, *faults), now, new_id)
    absence = _absence(question, new_id)
    return Verdict(
        changed=(*lines.changed, *blind.changed, *rules.changed, *own.changed, *absence),
        announced=(*lines.announcements, *blind.announcements, *rules.announced, *own.announcements, *absence),
        held=lines.held,
        calls=followed,
        breaches=policy.breaches,
    )


def disputes(question: Question) -> tuple[Fault, ...]:
    """Return, for each currency of a debt, whether its sources disagree; told once that lasts ``POSSIBLE_LIMIT``."""
    return tuple(
        Fault(WarningKind.DISPUTED, currency, present, sentence)
        for currency in sorted({key.currency for key in question.figures.ledger.indebted})
        for present, sentence in [_dispute(question.consensus.get(currency), currency)]
    )


def _unborn(question: Question) -> frozenset[str]:
    """Return the loans that the clock places before their beginning: it is wrong, and ends nothing of theirs."""
    today = question.now.date()
    return frozenset([loan.name for loan in question.book.loans if loan.opened_on > today])


def _dispute(consensus: Consensus | None, currency: str) -> tuple[bool | None, str]:
    if consensus is None or consensus.status in (PriceStatus.NONE, PriceStatus.STALE, PriceStatus.SINGLE):
        return None, ""
    if consensus.status is PriceStatus.DISAGREE:
        return True, disputed_sentence(consensus)
    return False, f"The price sources agree again on bitcoin in {currency}."


def _faults(
    records: Sequence[WarningRecord], faults: Iterable[Fault], now: datetime, new_id: Callable[[], str]
) -> Round:
    known = {(record.kind, record.subject): record for record in records}
    judgements = []
    for fault in faults:
        record = known.get((fault.kind, fault.subject))
        hold = POSSIBLE_LIMIT if fault.kind is WarningKind.DISPUTED else timedelta(0)
        after = alarm_condition(
            record,
            fault.present,
            subject=fault.subject,
            kind=fault.kind,
            sentence=fault.sentence,
            now=now,
            new_id=new_id,
            hold=hold,
        )
        if after.record is not None and after.record is not record:
            judgements.append(after)
    records_of = [judgement.record for judgement in judgements if judgement.record is not None]
    told = [judgement.record for judgement in judgements if judgement.announce and judgement.record is not None]
    return Round(tuple(records_of), tuple(told))


def _with_calls(
    lines: Round,
    records: Sequence[WarningRecord],
    calls: Sequence[MarginCall],
    followed: Sequence[MarginCall],
    now: datetime,
) -> Round:
    """Tell of a margin call that was issued anew, or is due earlier than was told, where its loan's line merely stands.

    Somebody who acknowledged the call before, or knows of its later deadline, has to hear of it once more.
    """
    before = {call.id: call for call in calls}
    urgent: dict[str, tuple[MarginCall, bool]] = {}
    for call in followed:
        known = before.get(call.id)
        nearer = known is not None and call.due_at is not None and (known.due_at is None or call.due_at < known.due_at)
        if call.stands and (known is None or nearer):
            urgent[call.loan] = (call, nearer)
    announced = {record.subject for record in lines.announcements}
    newest = {record.id: record for record in (*records, *lines.held, *lines.changed)}
    again = []
    for record in newest.values():
        reached = record.kind in (WarningKind.CALL, WarningKind.SALE) and record.is_open and record.confirmed
        if record.subject not in urgent or not reached or record.subject in announced:
            continue
        call, nearer = urgent[record.subject]
        if not nearer and record.status is not WarningStatus.ACKNOWLEDGED:
            continue
        due = record._replace(due_at=call.due_at or record.due_at)
        again.append(
            written(due)._replace(
                status=WarningStatus.OPEN,
                acknowledged_at=None,
                snoozed_until=None,
                calm_rounds=0,
                resolving_since=None,
                told=record.told + 1,
                told_at=now,
                first_told_at=None,
                updated_at=now,
            )
        )
    if not again:
        return lines
    ids = {record.id for record in again}
    return Round(
        (*[record for record in lines.changed if record.id not in ids], *again),
        (*lines.announcements, *again),
        tuple([record for record in lines.held if record.id not in ids]),
    )


def _absence(question: Question, new_id: Callable[[], str]) -> tuple[WarningRecord, ...]:
    """Return the news that nobody watched, over as soon as it is told."""
    if question.missed is None:
        return ()
    currency = question.book.base_currency
    candles, now = question.candles.get(currency, ()), question.now
    sentence = absence_sentence(question.missed, now, candles, question.figures.loans, currency)
    made = WarningRecord(
        new_id(),
        ABSENCE,
        WarningKind.WATCHER,
        WarningStatus.CLOSED,
        confirmed=True,
        announced=True,
        opened_at=now - question.missed,
        updated_at=now,
        sentence=sentence,
        closed_at=now,
        told=1,
        told_at=now,
    )
    return (made,)


def _context(question: Question, calls: Iterable[MarginCall], followed: Iterable[MarginCall]) -> RuleContext:
    standing = {call.id: call for call in (*calls, *followed)}
    risk = question.risk
    return RuleContext(
        now=question.now,
        consensus=question.consensus,
        moves=question.moves,
        candles=question.candles,
        risk=None if risk is None else risk.risk,
        reserve=None if risk is None else risk.reserve,
        calls=tuple([call for call in standing.values() if call.stands]),
    )


def _asker(question: Question) -> Callable[[LoanFigures], Consensus | None]:
    return lambda loan: consensus_of(loan, question.consensus.get)
