"""What falls due, and how old the data are that a report rests on."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from app.domain.book import Loan
from app.domain.loan_state import balance_at
from app.domain.quotes import Quote
from app.services.report_ports import Column, Kind, Missing, Money, Rounding, Section, Table, Value
from app.services.reports import DataAge, ReportFacts
from app.services.rule_context import confirmed_at
from app.services.rule_dates import interest_due, maturity_of
from app.services.wording import age

DUE_DAYS: Final = 90
_MOST_DUE: Final = 7
_Row: TypeAlias = tuple[Value, ...]
_MOST_AGES: Final = 8
_MOST_OTHERS: Final = 2


class Due(NamedTuple):
    """Something that a loan asks for; ``rank`` puts what is over before what is to come on the same day."""

    at: datetime
    rank: int
    what: str
    loan: Loan
    amount: Value


def due_section(facts: ReportFacts) -> Section:
    """Return what falls due within 90 days, and what is overdue, soonest first."""
    now = facts.figures.as_of
    found = sorted(_due(facts), key=lambda one: (one.at, one.rank, one.loan.name))
    listed: list[_Row] = [(one.at.date(), one.what, one.loan.name, _amount(one, now)) for one in found[:_MOST_DUE]]
    if len(found) > _MOST_DUE:
        listed = _gathered(found, now)
    columns = (
        Column("Date", Kind.DATE),
        Column("What"),
        Column("Loan", wide=True),
        Column("Amount", Kind.MONEY, rounding=Rounding.UP),
    )
    notes = [f"And {len(listed) - _MOST_DUE:,} more lines within {DUE_DAYS} days."] if len(listed) > _MOST_DUE else []
    if found:
        notes.append("Amounts as they will stand on that day if nothing is drawn, paid or changed until then.")
    nothing = f"No cure deadline, interest day or maturity within {DUE_DAYS} days."
    return Section("What is due", (Table(columns, tuple(listed[:_MOST_DUE]), empty=nothing),), tuple(notes))


def _gathered(found: Sequence[Due], now: datetime) -> list[_Row]:
    """Return one line for what many loans of a currency ask for on the same day."""
    groups: dict[tuple[date, int, str, str], list[Due]] = defaultdict(list)
    for one in found:
        groups[one.at.date(), one.rank, one.what, one.loan.currency].append(one)
    rows: list[_Row] = []
    for (day, _, what, currency), members in groups.items():
        amounts = [_amount(one, now) for one in members]
        total = sum((amount.amount for amount in amounts if isinstance(amount, Money)), Decimal(0))
        name = members[0].loan.name if len(members) == 1 else f"{len(members):,} loans"
        rows.append((day, what, name, Money(total, currency)))
    return rows


def ages_section(facts: ReportFacts) -> Section:
    """Return how old each of the data is; the oldest balance stands for all."""
    rows = [(name, at, _age(at, facts.figures.as_of)) for name, at in _ages(facts)]
    columns = (Column("Data", wide=True), Column("As of (UTC)", Kind.DATE), Column("Age"))
    return Section("How old the data are", (Table(columns, tuple(rows[:_MOST_AGES])),))


def _due(facts: ReportFacts) -> Iterator[Due]:
    figures, now = facts.figures, facts.figures.as_of
    until = now + timedelta(days=DUE_DAYS)
    for call in facts.calls:
        if call.stands and call.due_at is not None:
            loan = next((one for one in facts.book.loans if one.name == call.loan), None)
            if loan is not None:
                what = "Cure a margin call" if call.due_at >= now else "Cure, OVERDUE"
                amount = None if call.repay is None else Money(call.repay, loan.currency)
                yield Due(call.due_at, 0, what, loan, amount)
    for index in figures.ledger.owing:
        loan, balance = figures.loans.loan(index), figures.ledger.balances[index]
        ends = maturity_of(loan)
        if ends is not None and ends <= until:
            yield Due(ends, 1, "Maturity" if ends.date() >= now.date() else "Maturity, OVERDUE", loan, None)
        pays = interest_due(loan, balance, now.date())
        if pays is not None and pays <= until and pays != ends:
            yield Due(pays, 2, "Interest", loan, None)


def _amount(one: Due, now: datetime) -> Value:
    if one.amount is not None:
        return one.amount
    balance = balance_at(one.loan, max(one.at, now))
    return Money(balance.accrued_interest if one.what == "Interest" else balance.debt, one.loan.currency)


def _ages(facts: ReportFacts) -> Iterator[tuple[str, Value]]:
    figures, now = facts.figures, facts.figures.as_of
    for lookup in list(figures.prices.values())[:2]:
        at = lookup.at if isinstance(lookup, Quote) else lookup.last.at if lookup.last is not None else None
        name = f"Price in {lookup.currency}" + ("" if isinstance(lookup, Quote) else ", NOT FRESH")
        yield name, at or Missing(f"no price in {lookup.currency} is known")
    last = facts.closes.last()
    yield "Daily price history", Missing("no price history is stored") if last is None else last[0]
    owing = [figures.loans.loan(index) for index in figures.ledger.owing]
    if owing:
        oldest = min(owing, key=lambda loan: confirmed_at(loan, now))
        yield f"Loan balance, oldest: {oldest.name}", confirmed_at(oldest, now)
        read = [(loan.terms_on(now.date()).evidence.confirmed_on, loan.name) for loan in owing]
        never = sum(1 for day, _ in read if day is None)
        known = min(((day, name) for day, name in read if day is not None), default=None)
        if never:
            yield f"Terms of {never:,} of {len(owing):,} loans", Missing("some terms were never confirmed by anybody")
        elif known is not None:
            yield f"Terms, oldest: {known[1]}", known[0]
    entries = [row.at for account in facts.book.accounts for row in account.transactions if row.at <= now]
    if entries:
        yield "Newest account entry", max(entries)
    yield from _others(facts.ages)


def _others(ages: Sequence[DataAge]) -> Iterator[tuple[str, Value]]:
    """Yield the ages of what else there is; of more than two the oldest, which stands for all."""
    order = sorted(ages, key=lambda one: (one.at is not None, str(one.at)))
    for each in order if len(order) <= _MOST_OTHERS else order[:1]:
        more = "" if len(order) <= _MOST_OTHERS else f", oldest of {len(order):,}"
        yield f"{each.name}{more}", each.at if each.at is not None else Missing(each.words or f"{each.name}: never")


def _age(at: Value, now: datetime) -> str:
    if isinstance(at, datetime):
        return age(max(int((now - at).total_seconds()), 0))
    if isinstance(at, date):
        days = max((now.date() - at).days, 0)
        return "today" if not days else f"{days:,} day{'' if days == 1 else 's'}"
    return ""
