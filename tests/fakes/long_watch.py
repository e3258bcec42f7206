"""Borrowers over years: their loans are opened, called, cured or sold, and repaid, while the alarm looks on each hour.

Which lender's terms, how much is borrowed and what a borrower does when called is drawn from a seed.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.candles import DailyCandle
from app.domain.ledger import Ledger, build_ledger
from app.domain.margin_calls import MarginCall, follow_calls
from app.domain.portfolio import BookFigures, book_figures
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rule_machine import judge_rules
from app.domain.rules import Rule, RuleKind
from app.domain.terms import Terms, Trigger, TriggerKind
from app.domain.warning_records import WarningKind, WarningRecord
from app.domain.warnings import sold_subjects
from app.services.drop_test import price_moves
from app.services.presets import PRESETS_RESOURCE, parse_presets
from app.services.rule_context import RuleContext
from app.services.rule_readings import RuleReader
from app.services.watching import consensus_of, loan_warnings

HOUR: Final = timedelta(hours=1)
HALF_YEAR: Final = timedelta(days=180)
_DANGERS: Final = (TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION)
_RESOURCES: Final = Path(__file__).parent.parent.parent / "resources"


class Habit(StrEnum):
    """What a borrower does when called."""

    CURES = "cures"
    CURES_LATE = "cures late"
    WAITS = "waits"


@dataclass
class Borrower:
    """One borrower with at most one loan at a time.

    Attributes:
        triggers: of the lender's terms.
        free_from: when the next loan may begin.
        loan: the present one.
        told: when, of which warning, people were told that one had opened or risen.
    """

    name: str
    triggers: tuple[Trigger, ...]
    habit: Habit
    random: Random
    free_from: datetime
    loan: Loan | None = None
    told: list[tuple[datetime, WarningRecord]] = field(default_factory=list)
    loans: int = 0

    def borrow(self, now: datetime, price: int) -> None:
        """Take a loan at an LTV between 30 % and 55 %, and at least 15 % below the first danger line."""
        danger = min(trigger.ltv for trigger in self.triggers if trigger.kind in _DANGERS)
        ltv = Decimal(self.random.randint(3000, int(min(Decimal("0.55"), danger * Decimal("0.85")) * 10_000))) / 10_000
        self.loans += 1
        day = now.date()
        events = (
            LoanEvent(now, EventKind.POST, sats=100_000_000),
            LoanEvent(now, EventKind.DRAW, amount=round(price * ltv, 2)),
        )
        ends = day + timedelta(days=self.random.choice((182, 365, 730)))
        terms = Terms(day, Decimal("0.10"), triggers=self.triggers)
        self.loan = Loan(f"{self.name}, {self.loans}", "A lender", "USD", day, ends, (terms,), events)

    def acts(self, call: MarginCall, now: datetime) -> bool:
        """Return whether this borrower cures a call now."""
        clock = timedelta(hours=24) if call.due_at is None else call.due_at - call.issued_at
        patience = {Habit.CURES: clock / 2, Habit.CURES_LATE: clock - HOUR, Habit.WAITS: timedelta.max}
        return now - call.issued_at >= patience[self.habit]

    def repay(self, now: datetime, days: int) -> None:
        """End the loan; the next one begins after that many days."""
        self.loan, self.free_from = None, now + timedelta(days=days)


class LongWatch:
    """A book of borrowers, watched hour by hour."""

    def __init__(self, borrowers: int, rules: Sequence[Rule], start: datetime, seed: int = 1) -> None:
        presets = parse_presets((_RESOURCES / PRESETS_RESOURCE).read_bytes())
        self.borrowers = [
            Borrower(
                f"Borrower {number}",
                presets[number % len(presets)].terms.triggers,
                list(Habit)[number // len(presets) % len(Habit)],
                Random(f"{seed} {number}"),
                start + timedelta(days=number % 90),
            )
            for number in range(borrowers)
        ]
        self._rules = tuple(rules)
        self._reader = RuleReader()
        self._ids = count()
        self._ledger: Ledger | None = None
        self._book = Book("Long watch")
        self._candles: list[DailyCandle] = []
        self._standing: dict[str, WarningRecord] = {}
        self._calls: dict[str, MarginCall] = {}
        self.book_told = 0
        self.over_told = 0

    def hour(self, now: datetime, price: int) -> None:
        """Take one hour's price: judge, tell, and let the borrowers act."""
        edited = self._live(now, price)
        if edited or self._ledger is None or now >= self._ledger.valid_until:
            self._book = Book("Long watch", loans=tuple([b.loan for b in self.borrowers if b.loan is not None]))
            self._ledger = build_ledger(self._book, now)
        exact = Decimal(price)
        consensus = Consensus("USD", PriceStatus.OK, exact, exact, exact, now, "consensus", (), (exact,) * 3)
        quote = Quote("USD", exact, now, "consensus", 3, 3)
        figures = book_figures(self._book, {"USD": quote}, now, ledger=self._ledger)
        self._judge(figures, consensus, quote, now, edited=edited)
        if now.hour == 23:
            self._candles.append(DailyCandle(now.date(), exact, exact, exact, exact))

    def _judge(
        self, figures: BookFigures, consensus: Consensus, quote: Quote, now: datetime, *, edited: set[str]
    ) -> None:
        records = tuple(self._standing.values())
        lines = loan_warnings(figures, records, {"USD": consensus}.get, now=now, new_id=self._id, edited=edited)
        calls = follow_calls(
            self._calls.values(), figures, lambda loan: consensus_of(loan, {"USD": consensus}.get), now, self._id,
            edited=edited,
        )  # fmt: skip
        self._calls.update({call.loan: call for call in calls})
        self._calls = {loan: call for loan, call in self._calls.items() if call.stands}
        context = RuleContext(
            now,
            consensus={"USD": consensus},
            moves=price_moves(self._candles, quote, now.date()),
            candles={"USD": self._candles},
            calls=tuple(self._calls.values()),
        )
        after = {record.id: record for record in (*records, *lines.changed)}.values()
        rules = judge_rules(
            records,
            self._reader.readings(self._rules, figures, context),
            now,
            self._id,
            edited=edited,
            sold=sold_subjects(after),
        )
        for record in (*lines.changed, *rules.changed):
            self._standing[record.id] = record
        self._standing = {key: record for key, record in self._standing.items() if not record.is_over}
        self._tell(now, (*lines.announcements, *rules.announced))

    def _tell(self, now: datetime, announced: Sequence[WarningRecord]) -> None:
        by_name = {b.name: b for b in self.borrowers}
        for record in announced:
            if record.is_over:
                self.over_told += 1
            elif not record.subject:
                self.book_told += 1
            else:
                by_name[record.subject.partition(",")[0]].told.append((now, record))

    def _live(self, now: datetime, price: int) -> set[str]:
        """Let the borrowers act on what they were told the hour before; return whose loans changed."""
        sold = {r.subject for r in self._standing.values() if r.kind is WarningKind.SALE and r.confirmed}
        changed: set[str] = set()
        for borrower in self.borrowers:
            loan = borrower.loan
            if loan is None:
                if now < borrower.free_from:
                    continue
                borrower.borrow(now, price)
            elif loan.name in sold:
                borrower.repay(now, borrower.random.randint(7, 60))
            elif loan.matures_on is not None and now.date() >= loan.matures_on:
                borrower.repay(now, 1)
            else:
                call = self._calls.get(loan.name)
                if call is None or not borrower.acts(call, now):
                    continue
                borrower.loan = _cured(loan, call, now, price)
            changed.add(loan.name if loan is not None else "")
        return changed

    def _id(self) -> str:
        return f"w{next(self._ids)}"


def _cured(loan: Loan, call: MarginCall, now: datetime, price: int) -> Loan:
    """Return a called loan with collateral posted up to the contract's cure LTV, or to ten points under the call."""
    target = call.cure_ltv or call.level - Decimal("0.10")
    owed = sum((event.amount or Decimal(0)) for event in loan.events) * Decimal("1.2")
    pledged = sum(event.sats or 0 for event in loan.events)
    missing = int(owed / (target * price) * 100_000_000) - pledged
    post = LoanEvent(now, EventKind.POST, sats=max(missing, 1_000_000))
    return Loan(
        loan.name, loan.lender, loan.currency, loan.opened_on, loan.matures_on, loan.terms, (*loan.events, post)
    )


def most_within(times: Sequence[datetime], span: timedelta) -> int:
    """Return the most of these moments that lie within ``span`` of each other; they must be in order."""
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] > span:
            first += 1
        most = max(most, last - first + 1)
    return most


def by_loan(told: Sequence[tuple[datetime, WarningRecord]]) -> list[list[tuple[datetime, WarningRecord]]]:
    """Return what was told, for each loan on its own."""
    found: dict[str, list[tuple[datetime, WarningRecord]]] = defaultdict(list)
    for at, record in told:
        found[record.subject].append((at, record))
    return list(found.values())


def same_day_repeats(told: Sequence[tuple[datetime, WarningRecord]]) -> int:
    """Return the most repeats on one day of what had been told of one loan, its levels and rules each on their own."""
    told_on = Counter((at.date(), record.rule, record.kind) for at, record in told)
    return max((sum(n - 1 for (d, _, _), n in told_on.items() if d == day) for day, _, _ in told_on), default=0)


def of_price(
    told: Sequence[tuple[datetime, WarningRecord]], rules: Sequence[Rule]
) -> list[tuple[datetime, WarningRecord]]:
    """Return what was told because of the price: the lines, and rules that a price can fire."""
    calendar = {rule.key for rule in rules if rule.kind in (RuleKind.DEADLINE, RuleKind.BALANCE_AGE)}
    return [(at, record) for at, record in told if record.rule not in calendar]
