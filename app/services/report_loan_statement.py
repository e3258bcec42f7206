"""A loan's statement for any period: opening, interest schedule, events as they were split, closing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.domain.book import EventKind, Loan
from app.domain.errors import InputError
from app.domain.loan_state import LoanBalance
from app.domain.loan_trace import Movement, Stretch, Trace, trace_loan
from app.domain.money import EXACT, btc_of, round_fiat
from app.services.report_ports import Column, Figure, Figures, Kind, Paragraph, Report, Rounding, Section, Table, Value
from app.services.reports import ReportAsk, ReportFacts, new_report
from app.services.wording import btc, money

_WORDS = {
    EventKind.DRAW: "drawn",
    EventKind.REPAY: "repaid",
    EventKind.FEE: "fee charged",
    EventKind.POST: "pledged",
    EventKind.RELEASE: "released",
    EventKind.RATE: "new rate",
    EventKind.LIQUIDATION: "forced sale",
}
_POSTED = (
    "Interest of a day is posted at 00:00 UTC of the next, on what is owed at the day's end; a stretch ends at each"
    " event, at each change of terms, where interest joins the principal, and at each first of a month. Amounts are"
    " exact and rounded only where they are shown."
)


def loan_statement(facts: ReportFacts, ask: ReportAsk) -> Report:
    """Return one loan's statement.

    Raises:
        InputError: no such loan, or a period that cannot be.
    """
    loan = _loan(facts, ask.loan)
    today = facts.figures.as_of.date()
    start = ask.start or min([loan.opened_on, *(event.at.date() for event in loan.events)])
    until = ask.until or today
    if until < start:
        raise InputError(f"{until} lies before {start}; correct one of the days", "--until")
    if until > today:
        raise InputError(f"{until} has not come yet; choose {today} at the latest", "--until")
    # What the book has for later today has not happened at the report's moment; status does not count it either.
    past = tuple(event for event in loan.events if event.at <= facts.figures.as_of)
    trace = trace_loan(replace(loan, events=past), start, until)
    ahead = tuple(event for event in loan.events if event not in past and event.at.date() <= until)
    sections = (
        Section("", (Paragraph(f"From {start} to {until}, both days in it.", strong=True), _figures(trace))),
        Section("From opening to closing", (_summary(trace), _tie(trace))),
        Section("Interest schedule", (_schedule(trace),), (_POSTED,)),
        Section("Events, and how payments were split", (_events(trace),), (*_split_note(trace), *_ahead(len(ahead)))),
    )
    return new_report(
        facts,
        "loan-statement",
        "Loan statement",
        sections,
        subtitle=loan.name,
        sources=(_terms(loan, until),),
        prices=False,
    )


def _loan(facts: ReportFacts, name: str) -> Loan:
    loans = facts.book.loans
    if not loans:
        raise InputError("has no loan to make a statement of; add one", "the book")
    if not name and len(loans) > 1:
        raise InputError(f"names no loan; say which of {len(loans)}", "--loan")
    for loan in loans:
        if loan.name == name or not name:
            return loan
    raise InputError(f"there is no loan “{name[:60]}”; correct the name", "--loan")


def _terms(loan: Loan, until: date) -> str:
    terms = loan.terms_on(until)
    evidence = terms.evidence
    known = f"; {evidence.source}" if evidence.source else ""
    confirmed = f", confirmed on {evidence.confirmed_on}" if evidence.confirmed_on else ""
    return (
        f"Terms in force on {until}: {terms.day_count.value}, {terms.accrual.value.replace('_', ' ')} interest, paid"
        f" {terms.payment.value.replace('_', ' ')}; lender {loan.lender}{known}{confirmed}."
    )


def _money(heading: str, trace: Trace, rounding: Rounding = Rounding.NEAREST) -> Column:
    return Column(heading, Kind.MONEY, currency=trace.loan.currency, rounding=rounding)


def _figures(trace: Trace) -> Figures:
    closing = trace.closing
    return Figures((
        Figure(_money("Debt", trace), closing.debt, f"at the end of {trace.until}"),
        Figure(_money("Principal", trace), closing.principal),
        Figure(_money("Accrued interest", trace), closing.accrued_interest),
        Figure(_money("Interest of the period", trace), _interest(trace)),
        Figure(Column("Collateral", Kind.BTC), closing.collateral_sats),
    ))  # fmt: skip


def _interest(trace: Trace) -> Decimal:
    """Return all interest of the period: earned day by day, and charged at draws of flat contracts."""
    charged = _sum(move.interest for move in trace.movements if move.event.kind is EventKind.DRAW)
    return EXACT.add(_earned(trace), charged)


def _earned(trace: Trace) -> Decimal:
    return _sum(stretch.interest for stretch in trace.stretches)


def _summary(trace: Trace) -> Table:
    columns = (
        Column("", wide=True),
        _money("Principal", trace),
        _money("Interest", trace),
        _money("Fees", trace),
        _money("Debt", trace),
        Column("Collateral BTC", Kind.BTC),
    )
    opening, closing = trace.opening, trace.closing
    earned = _earned(trace)
    rows = [_balance_row(f"Opening, end of {trace.start - timedelta(days=1)}", opening)]
    # What a contract adds to its principal each month was interest before: the change that no event made.
    moved = _sum(move.principal for move in trace.movements)
    capitalised = EXACT.subtract(EXACT.subtract(closing.principal, opening.principal), moved)
    rows.append(("Interest earned", None, earned, None, earned, None))
    if capitalised:
        rows.append(("Interest added to the principal", capitalised, EXACT.minus(capitalised), None, None, None))
    for kind, word in _WORDS.items():
        moves = [move for move in trace.movements if move.event.kind is kind and kind is not EventKind.RATE]
        if moves:
            rows.append((
                word.capitalize(),
                _sum(move.principal for move in moves),
                _sum(move.interest for move in moves),
                _sum(move.fees for move in moves),
                _sum(move.debt for move in moves),
                sum(move.sats for move in moves),
            ))  # fmt: skip
    rows.append(_balance_row(f"Closing, end of {trace.until}", closing))
    return Table(columns, tuple(rows), strong=frozenset((0, len(rows) - 1)), caption="Summary")


def _balance_row(name: str, balance: LoanBalance) -> tuple[Value, ...]:
    return (
        name, balance.principal, balance.accrued_interest, balance.fees, balance.debt, balance.collateral_sats,
    )  # fmt: skip


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def _tie(trace: Trace) -> Paragraph:
    """Return that opening and movements are the closing, reckoned here from the rows."""
    total = EXACT.add(EXACT.add(trace.opening.debt, _earned(trace)), _sum(move.debt for move in trace.movements))
    difference = round_fiat(EXACT.subtract(trace.closing.debt, total), trace.loan.currency)
    if difference:
        return Paragraph(f"Opening and movements miss the closing by {difference} {trace.loan.currency}.", strong=True)
    return Paragraph("Opening, interest and events add up to the closing.")


def _schedule(trace: Trace) -> Table:
    columns = (
        Column("From", Kind.DATE),
        Column("To", Kind.DATE),
        Column("Days", Kind.COUNT),
        Column("Count"),
        Column("Yearly rate", Kind.PERCENT, digits=4),
        _money("Principal", trace),
        _money("Interest owed", trace),
        _money("Interest earned", trace),
        _money("Earned so far", trace),
    )
    rows, total = [], Decimal(0)
    for one in trace.stretches:
        total = EXACT.add(total, one.interest)
        if one.principal or one.owed_interest or one.interest:
            rows.append(_stretch_row(one, total))
    foot: tuple[Value, ...] = (
        None, None, None, None, None, None, None, total, None,
    )  # fmt: skip
    return Table(columns, tuple(rows), (foot,) if rows else (), empty="No day of the period bore interest.")


def _stretch_row(one: Stretch, total: Decimal) -> tuple[Value, ...]:
    return (
        one.start, one.end, one.days, one.day_count.value, one.rate, one.principal, one.owed_interest, one.interest,
        total,
    )  # fmt: skip


def _events(trace: Trace) -> Table:
    columns = (
        Column("When", Kind.DATE),
        Column("Event"),
        _money("Principal", trace),
        _money("Interest", trace),
        _money("Fees", trace),
        _money("Debt after", trace),
        Column("BTC", Kind.BTC),
        Column("Collateral after", Kind.BTC),
        Column("Note", wide=True),
    )
    return Table(columns, tuple(map(_event_row, trace.movements)), empty="Nothing happened in the period.")


def _event_row(move: Movement) -> tuple[Value, ...]:
    event = move.event
    what = _WORDS[event.kind]
    if event.rate is not None:
        what = f"new rate {EXACT.multiply(event.rate, Decimal(100)).normalize():f} %"
    return (
        event.at,
        what,
        move.principal or None,
        move.interest or None,
        move.fees or None,
        move.after.debt,
        move.sats or None,
        move.after.collateral_sats,
        event.note,
    )


def _split_note(trace: Trace) -> tuple[str, ...]:
    pays = any(move.event.kind in (EventKind.REPAY, EventKind.LIQUIDATION) for move in trace.movements)
    split = ("A payment pays fees, then interest, then principal.",) if pays else ()
    sales = (move for move in trace.movements if move.event.kind is EventKind.LIQUIDATION)
    return (*split, *(_sale(move, trace.loan.currency) for move in sales))


def _sale(move: Movement, currency: str) -> str:
    """Return where the proceeds of a forced sale went: they are its fee, what it paid and what came back."""
    event = move.event
    gross = EXACT.multiply(btc_of(event.sats or 0), event.price or Decimal(0))
    back = EXACT.subtract(move.after.surplus, move.before.surplus)
    return (
        f"The forced sale of {event.at.date()}: {btc(event.sats or 0)} brought {money(gross, currency)}; the lender"
        f" kept {money(event.fee or Decimal(0), currency)} for it, {money(EXACT.minus(move.debt), currency)} paid the"
        f" debt, {money(back, currency)} went back to the borrower."
    )


def _ahead(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"Events of the last day that come after the report's moment, not counted here: {count:,}.",)
