"""The alarm of one open book: keeps its warnings from round to round, and stores what changed as one transaction.

A thin class over pure functions: ``judging`` says what a round does, ``app.domain.outbox`` whom it is told, ``seat``
whether this program is the one that judges at all. Where another one is, its judgement is shown.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeVar

from app.domain.deliveries import Delivery, Message
from app.domain.errors import BookError, BookNotWritableError, LeaseLostError
from app.domain.margin_calls import MarginCall
from app.domain.policy_breaches import Breach
from app.domain.rules import URGENCY_RANK
from app.domain.warning_actions import WarningAction
from app.domain.warning_records import LINE_KINDS, RANK, WarningKind, WarningRecord
from app.domain.warnings import apply_action
from app.services.alarm_outlet import NoOutlet, Outlet
from app.services.alert_ports import AlarmChanges, AlarmKeeper
from app.services.seat import Seat, Sitting
from app.services.telling import spoken, written
from app.services.watch_state import ABSENCE, Fault, WarningStory, Watching, WatchRole

if TYPE_CHECKING:
    from app.services.judging import Question
    from app.services.rule_readings import RuleReader

HISTORY_KEPT: Final = 500
CALLS_KEPT: Final = 500
BREACHES_KEPT: Final = 500
_NO_SEAT: Final = "The book takes no changes now, so nobody can be named in it as the one who judges."
ABSENCE_SHOWN: Final = timedelta(hours=12)


Item = TypeVar("Item", WarningRecord, MarginCall, Delivery, Message, WarningAction, Breach)


@dataclass(frozen=True, slots=True)
class AlarmRound:
    """What a round came to, for a screen.

    Attributes:
        warnings: open ones first, gravest first, then what is pending, then what is over, newest first.
        calls: margin calls that stand, then those that are over, newest first.
        announcements: warnings that a person must be told of now; each in one round only.
        watching: who judges, and whether anyone could be reached.
        trouble: why this round could not be stored, or empty; it is told all the same.
        breaches: of the policy: those that stand, then those that are over, newest first.
    """

    warnings: tuple[WarningRecord, ...]
    calls: tuple[MarginCall, ...]
    announcements: tuple[WarningRecord, ...]
    watching: Watching
    trouble: str = ""
    breaches: tuple[Breach, ...] = ()


class Alarm:
    """The warnings and margin calls of one open book. Belongs to one thread at a time."""

    def __init__(
        self, keeper: AlarmKeeper, *, seat: Seat | None = None, outlet: Outlet | None = None, readonly: bool = False
    ) -> None:
        """Read what is stored.

        Args:
            keeper: keeps it.
            seat: says who judges; None: this program alone, in memory where nothing can be stored.
            outlet: the way out to people; None: nobody is told.
            readonly: whether nothing can be stored.
        """
        self._keeper = keeper
        self._seat = seat
        self._outlet: Outlet = outlet or NoOutlet()
        self._readonly = readonly
        self._reader: RuleReader | None = None
        self._term: int | None = None
        self._made: dict[str, frozenset[str]] = {}
        self._unkept = AlarmChanges()
        self._sitting = Sitting(WatchRole.HERE)
        self._trouble = ""
        self._asleep = ""
        self._pruned_on: date | None = None
        self.warnings: tuple[WarningRecord, ...] = ()
        self.calls: tuple[MarginCall, ...] = ()
        self.breaches: tuple[Breach, ...] = ()
        self._load()

    @property
    def watching(self) -> Watching:
        """Whether anyone watches, by the last round."""
        return self._outlet.watching(self._sitting)._replace(asleep=self._asleep)

    def revision(self) -> int:
        """Return the stored book's revision.

        Raises:
            BookError: it cannot be read.
        """
        return self._keeper.revision()

    def story_of(self, warning_id: str) -> WarningStory:
        """Return what was told of a warning, what people did with it, and its margin call.

        Raises:
            BookError: it cannot be read.
        """
        record = next((record for record in self.warnings if record.id == warning_id), None)
        call = None if record is None else _call_of(record, self.calls)
        return WarningStory(self._keeper.deliveries_of(warning_id), self._keeper.actions(warning_id), call)

    def judge(self, question: "Question") -> AlarmRound:
        """Judge everything by one round and store what changed; or read what the one who judges has stored."""
        # What judges comes with the first round, not with the window's first picture.
        from app.domain.outbox import repeats  # noqa: PLC0415
        from app.services.judging import judge_round  # noqa: PLC0415
        from app.services.rule_readings import RuleReader  # noqa: PLC0415

        self._sitting = self._seat.sit() if self._seat is not None else Sitting(WatchRole.HERE)
        self._outlet.brief(question)  # who only looks on tells how the channels do, too
        if self._sitting.role is not WatchRole.HERE:
            return self._look(question)
        term = self._sitting.lease.term if self._sitting.lease is not None else None
        if term is not None and term != self._term:
            # Without a seat, as on a full disk, what is in memory is all there is.
            self._take_over()
            self._term = term
        self._reader = self._reader or RuleReader()
        acted = self._apply_actions(question.now)
        standing = [record for record in self.warnings if not record.is_over]
        running = [call for call in self.calls if call.stands]
        verdict = judge_round(question, standing, running, self._faults(), self._reader, new_id, self.breaches)
        held = {record.id: record for record in verdict.held}
        self.warnings = tuple([held.get(record.id, record) for record in self.warnings])
        self._put(verdict.changed)
        again = tuple([written(record) for record in repeats(self.warnings, question.now)])
        self._take(AlarmChanges(warnings=again, calls=verdict.calls, breaches=verdict.breaches))
        self._refresh_unkept(question.now)
        told = (*verdict.announced, *again)
        self._note_absence(question.now)
        self._keep(
            AlarmChanges(
                warnings=_newest((*acted.warnings, *verdict.changed, *again)),
                calls=verdict.calls,
                breaches=verdict.breaches,
                deliveries=self._deliveries(question, told),
                actions=acted.actions,
            )
        )
        self._prune(question.now)
        self._outlet.judged(question, self.warnings)
        return AlarmRound(self.warnings, self.calls, told, self.watching, self._trouble, self.breaches)

    def act(self, action: WarningAction) -> None:
        """Take what somebody did with a warning: at once where this program judges, else as a note to the one who does.

        Raises:
            BookError: it could not be stored; nothing changed.
        """
        record = next((record for record in self.warnings if record.id == action.warning_id), None)
        if record is None:
            return
        changed = apply_action(record, action, action.at)
        mine = self._seat.mine if self._seat is not None else None
        judges = self._sitting.role is WatchRole.HERE and (self._seat is None or mine is not None)
        done = AlarmChanges(warnings=(written(changed),), actions=(action._replace(applied=True),))
        try:
            self._keeper.save(done if judges else AlarmChanges(actions=(action,)), mine if judges else None)
        except LeaseLostError:
            self._keeper.save(AlarmChanges(actions=(action,)))
        self._put((changed,))

    def leave(self) -> None:
        """Let another program judge."""
        if self._seat is not None:
            self._seat.leave()

    def _look(self, question: "Question") -> AlarmRound:
        """Show what the one who judges has stored; what merely stands tells this round's figures."""
        told = {record.id: record.told for record in self.warnings}
        self._load()
        news = [record for record in self.warnings if record.told > told.get(record.id, 0)]
        pending = self._keeper.actions()
        by_id = {record.id: record for record in self.warnings}
        for action in pending:
            if action.warning_id in by_id:
                by_id[action.warning_id] = apply_action(by_id[action.warning_id], action, action.at)
        names = {name: place for place, name in enumerate(question.figures.loans.names)}
        self.warnings = tuple(
            [
                spoken(record, question.figures.loans[names[record.subject]], question.now)
                if record.is_open and record.kind in LINE_KINDS and record.subject in names
                else record
                for record in by_id.values()
            ]
        )
        return AlarmRound(self.warnings, self.calls, tuple(news), self.watching, breaches=self.breaches)

    def _apply_actions(self, now: datetime) -> AlarmChanges:
        """Return what the actions of others do; those on a warning that is over are only marked."""
        try:
            actions = self._keeper.actions()
        except BookError:
            return AlarmChanges()
        changed: dict[str, WarningRecord] = {}
        known = {record.id: record for record in self.warnings} if actions else {}
        for action in actions:
            record = changed.get(action.warning_id) or known.get(action.warning_id)
            if record is not None and record.is_open:
                changed[record.id] = written(apply_action(record, action, now))
        self._put(tuple(changed.values()))
        return AlarmChanges(
            warnings=tuple(changed.values()), actions=tuple([action._replace(applied=True) for action in actions])
        )

    def _faults(self) -> Iterable[Fault]:
        """Yield what is wrong with the alarm itself: the way out, the book's file, whoever judged before."""
        broken = [one.subject for one in self.warnings if one.kind is WarningKind.CHANNEL and one.is_open]
        yield from self._outlet.faults(broken)
        if self._seat is None:
            return
        refused = self._trouble or ("The book is read-only." if self._readonly else "")
        told = f"{refused} Warnings are told, but not kept." if refused else "The book takes changes again."
        yield Fault(WarningKind.STORE, "", bool(refused), told)
        yield self._seat.fault(self._sitting)

    def _deliveries(self, question: "Question", told: tuple[WarningRecord, ...]) -> tuple[Delivery, ...]:
        """Return what has to be told over which channel, by what happened and by what nobody has seen for too long."""
        channels = question.book.channels
        if not channels or question.book.demo:
            return ()
        from app.domain.outbox import deliveries_for, escalations  # noqa: PLC0415 - as above
        from app.services.message_words import teller  # noqa: PLC0415 - as above

        rules, known = question.book.rules, frozenset().union(*self._made.values())
        tell = teller(question.book, question.figures, question.now)
        new = deliveries_for(told, channels, rules, question.now, tell=tell, known=known)
        late = escalations(
            self.warnings, known | {one.id for one in new}, channels, question.now, rules=rules, tell=tell
        )
        made = (*new, *late)
        for one in made:
            self._made[one.warning_id] = self._made.get(one.warning_id, frozenset()) | {one.id}
        standing = {record.id for record in self.warnings if not record.is_over}
        self._made = {key: ids for key, ids in self._made.items() if key in standing}
        return made

    def _keep(self, changes: AlarmChanges) -> None:
        """Store a round; a full disk must not silence it, so a refusal is kept in mind instead of raised.

        What was refused is stored with a later round, for what stands is not stored otherwise.
        """
        waiting = merged(self._unkept, changes)
        if not any(waiting):
            return
        if self._readonly:
            self._outlet.post(changes.deliveries)
            return
        mine = self._seat.mine if self._seat is not None else None
        try:
            if self._seat is not None and mine is None:
                raise BookNotWritableError(_NO_SEAT)
            self._keeper.save(waiting, mine)
        except LeaseLostError:
            # Another judges now; what it has stored is read in the next round.
            self._unkept, self._trouble = AlarmChanges(), ""
            if self._seat is not None:
                self._seat.lost()
            return
        except BookError as error:
            self._unkept, self._trouble = waiting, str(error)
        else:
            self._unkept, self._trouble = AlarmChanges(), ""
        # Only now: what was told and not stored would be told again, under another name, after a crash.
        self._outlet.post(changes.deliveries)

    def _note_absence(self, now: datetime) -> None:
        """Keep in mind for a day what was missed while nobody watched."""
        news = [one for one in self.warnings if one.subject == ABSENCE and one.kind is WarningKind.WATCHER]
        newest = max(news, key=attrgetter("updated_at"), default=None)
        fresh = newest is not None and now - newest.updated_at < ABSENCE_SHOWN
        self._asleep = newest.sentence if newest is not None and fresh else ""

    def _prune(self, now: datetime) -> None:
        """Once a day let go of very old history."""
        if self._pruned_on == now.date() or self._seat is None or self._seat.mine is None:
            return
        self._pruned_on = now.date()
        # It can wait for another day.
        with suppress(BookError):
            self._keeper.prune(now, self._seat.mine)

    def _refresh_unkept(self, now: datetime) -> None:
        """Let what was refused tell this round's figures when it is stored at last."""
        refused = {record.id for record in self._unkept.warnings}
        if refused:
            waiting = [record for record in self.warnings if record.id in refused]
            told = tuple([written(record._replace(updated_at=now)) for record in waiting])
            self._put(told)
            self._unkept = self._unkept._replace(warnings=told)

    def _take_over(self) -> None:
        """Read what another judged until now, and which deliveries of it were made."""
        self._load()
        told = [record.id for record in self.warnings if record.is_open and record.told]
        self._made = {known: frozenset([one.id for one, _ in self._keeper.deliveries_of(known)]) for known in told}

    def _load(self) -> None:
        self.warnings = _in_order(sorted(self._keeper.load(HISTORY_KEPT), key=attrgetter("subject", "id")))
        self.calls = self._keeper.calls(CALLS_KEPT)
        self.breaches = self._keeper.breaches(BREACHES_KEPT)

    def _take(self, changes: AlarmChanges) -> None:
        """Put warnings and calls in the place of their old selves."""
        self._put(changes.warnings)
        if changes.calls:
            by_id = {call.id: call for call in (*self.calls, *changes.calls)}
            self.calls = tuple(sorted(by_id.values(), key=lambda call: (not call.stands, -call.issued_at.timestamp())))
        if changes.breaches:
            log = {breach.id: breach for breach in (*self.breaches, *changes.breaches)}
            self.breaches = tuple(sorted(log.values(), key=lambda one: (not one.stands, -one.opened_at.timestamp())))

    def _put(self, changed: tuple[WarningRecord, ...]) -> None:
        if changed:
            by_id = {record.id: record for record in (*self.warnings, *changed)}
            self.warnings = _in_order(by_id.values())


def _call_of(record: WarningRecord, calls: Iterable[MarginCall]) -> MarginCall | None:
    """Return the newest margin call of the warning's loan that fell into the warning's life."""
    if record.kind not in LINE_KINDS:
        return None
    end = record.closed_at
    within = [c for c in calls if c.loan == record.subject and (end is None or c.issued_at <= end)]
    return max(
        (call for call in within if call.stands or call.issued_at >= record.opened_at),
        key=attrgetter("issued_at"),
        default=None,
    )


def merged(older: AlarmChanges, newer: AlarmChanges) -> AlarmChanges:
    """Return both, the newer state of what is in both."""
    return AlarmChanges(
        warnings=_newest((*older.warnings, *newer.warnings)),
        calls=_newest((*older.calls, *newer.calls)),
        deliveries=_newest((*older.deliveries, *newer.deliveries)),
        messages=_newest((*older.messages, *newer.messages)),
        actions=_newest((*older.actions, *newer.actions)),
        breaches=_newest((*older.breaches, *newer.breaches)),
    )


def new_id() -> str:
    """Return a text that nothing else is called."""
    from uuid import uuid4  # noqa: PLC0415 - a start seldom opens a warning

    return uuid4().hex


def _newest(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple({item.id: item for item in items}.values())


def _in_order(records: Iterable[WarningRecord]) -> tuple[WarningRecord, ...]:
    ordered = sorted(records, key=_order)
    kept = sum([not record.is_over for record in ordered])
    # A warning that stands and was forgotten would open, and be told, again at every tick: only the past is cut.
    return tuple(ordered[: kept + HISTORY_KEPT])


def _order(record: WarningRecord) -> tuple[int, float]:
    """Open ones first, gravest first and else as they came; the pending; then those that are over, newest first."""
    if record.is_open:
        return 0, -(len(WarningKind) * URGENCY_RANK[record.urgency] + RANK[record.kind])
    return (2, -record.updated_at.timestamp()) if record.is_over else (1, 0)
