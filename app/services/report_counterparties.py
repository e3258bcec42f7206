"""Counterparty exposure: what each lender and exchange holds, and what would be lost beyond the debt if it failed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.domain.book import AccountKind
from app.domain.figures import LoanFigures
from app.domain.money import EXACT, ceil_sats
from app.domain.quotes import Quote
from app.domain.terms import TriggerKind
from app.services.board_lines import line_price
from app.services.report_ports import (
    Bar,
    Bars,
    Column,
    Figure,
    Figures,
    Kind,
    Missing,
    Report,
    Rounding,
    Section,
    Table,
    Value,
    value_text,
)
from app.services.report_values import added, in_base, share, warning_of, worth
from app.services.reports import ReportAsk, ReportFacts, new_report

_MOST_BARS = 12
_BEYOND = (
    "Beyond the debt is the collateral's value less the debt: what a failed lender would owe back, as an unsecured"
    " claim. Where the debt is larger nothing is beyond it."
)


class _Lender(NamedTuple):
    name: str
    loans: tuple[LoanFigures, ...]

    @property
    def sats(self) -> int:
        return sum(one.balance.collateral_sats for one in self.loans)


def counterparties(facts: ReportFacts, _ask: ReportAsk) -> Report:
    """Return the exposure at the price of now, the largest first."""
    lenders = _lenders(facts)
    exchanges = sorted(
        (
            (account.name, facts.figures.free_sats[account.name])
            for account in facts.book.accounts
            if account.kind is AccountKind.EXCHANGE
        ),
        key=lambda one: -one[1],
    )
    sections = [
        Section("", (_concentration(facts, lenders, exchanges),)),
        Section(
            "Lenders",
            (_lender_table(facts, lenders),),
            (_BEYOND,),
        ),
        Section("Exchanges", (_exchange_table(facts, exchanges),)),
    ]
    held = sorted(((one.name, one.sats) for one in lenders), key=lambda one: -one[1])
    bars = tuple(
        Bar(name, sats, words=_percent(sats, facts)) for name, sats in [*held, *exchanges][:_MOST_BARS] if sats
    )
    if bars:
        sections.append(Section("Bitcoin in other hands", (Bars(Column("BTC", Kind.BTC, digits=4), bars),)))
    return new_report(
        facts,
        "counterparties",
        "Counterparty exposure",
        tuple(sections),
        warning=warning_of(facts.figures),
        sources=("The book's own record of pledges; accounts that are marked as exchanges.",),
    )


def _lenders(facts: ReportFacts) -> list[_Lender]:
    found: dict[str, list[LoanFigures]] = {}
    for one in facts.figures.loans:
        if one.balance.collateral_sats or one.balance.debt:
            found.setdefault(one.loan.lender, []).append(one)
    return sorted((_Lender(name, tuple(loans)) for name, loans in found.items()), key=lambda one: (-one.sats, one.name))


def _percent(sats: int, facts: ReportFacts) -> str:
    part = share(sats, facts.figures.totals.btc_sats) or Decimal(0)
    return f"{value_text(part, Column('', Kind.PERCENT, rounding=Rounding.UP))} of all"


def _concentration(facts: ReportFacts, lenders: Sequence[_Lender], exchanges: Sequence[tuple[str, int]]) -> Figures:
    whole = facts.figures.totals.btc_sats
    parts = [one.sats for one in lenders] + [sats for _, sats in exchanges]
    largest = max(parts, default=0)
    names = [one.name for one in lenders] + [name for name, _ in exchanges]
    return Figures((
        Figure(Column("In other hands", Kind.BTC), sum(parts)),
        Figure(Column("Of all bitcoin", Kind.PERCENT, rounding=Rounding.UP), share(sum(parts), whole)),
        Figure(
            Column("Largest share", Kind.PERCENT, rounding=Rounding.UP),
            share(largest, whole),
            names[parts.index(largest)] if largest else "",
        ),
        Figure(Column("Counterparties", Kind.COUNT), sum(1 for part in parts if part)),
    ))  # fmt: skip


def _lender_table(facts: ReportFacts, lenders: Sequence[_Lender]) -> Table:
    figures, code = facts.figures, facts.figures.totals.currency
    whole = figures.totals.btc_sats
    columns = (
        Column("Lender", wide=True),
        Column("Loans", Kind.COUNT),
        Column("BTC held", Kind.BTC, digits=4),
        Column("Of all", Kind.PERCENT, rounding=Rounding.UP),
        Column("Value", Kind.MONEY, currency=code, digits=0, rounding=Rounding.DOWN),
        Column("Debt", Kind.MONEY, currency=code, digits=0, rounding=Rounding.UP),
        Column("Beyond the debt", Kind.MONEY, currency=code, digits=0, rounding=Rounding.UP),
        Column("Beyond, BTC", Kind.BTC, digits=4, rounding=Rounding.UP),
        Column("First call at", Kind.MONEY, currency=code, digits=0, rounding=Rounding.UP),
        Column("First call", wide=True),
    )
    rows, values, debts, beyonds = [], [], [], []
    for one in lenders:
        value, debt = worth(one.sats, figures), _debt(one, facts)
        beyond = _beyond(value, debt)
        values.append(value)
        debts.append(debt)
        beyonds.append(beyond)
        price, loan = _first_call(one, facts)
        rows.append((
            one.name, len(one.loans), one.sats, share(one.sats, whole), value, debt, beyond, _in_btc(beyond, facts),
            price, loan,
        ))  # fmt: skip
    sats, beyond = sum(one.sats for one in lenders), added(beyonds)
    total: tuple[Value, ...] = (
        "All lenders", sum(len(one.loans) for one in lenders), sats, share(sats, whole), added(values), added(debts),
        beyond, _in_btc(beyond, facts), None, None,
    )  # fmt: skip
    return Table(columns, tuple(rows), (total,) if rows else (), empty="No lender holds bitcoin or is owed anything.")


def _debt(lender: _Lender, facts: ReportFacts) -> Decimal | Missing:
    return added([in_base(one.balance.debt, one.loan.currency, facts.figures) for one in lender.loans])


def _beyond(value: Decimal | Missing, debt: Decimal | Missing) -> Decimal | Missing:
    if isinstance(value, Missing):
        return value
    return debt if isinstance(debt, Missing) else max(EXACT.subtract(value, debt), Decimal(0))


def _in_btc(amount: Decimal | Missing, facts: ReportFacts) -> int | Missing:
    """Return an amount in satoshis at the price of now, rounded up: it is what may be lost."""
    lookup = facts.figures.prices[facts.figures.totals.currency]
    if isinstance(amount, Missing):
        return amount
    if not amount:
        return 0
    if not isinstance(lookup, Quote):
        return Missing(f"no price in {lookup.currency}")
    return ceil_sats(EXACT.divide(amount, lookup.value))


def _first_call(lender: _Lender, facts: ReportFacts) -> tuple[Value, Value]:
    """Return the highest price at which one of a lender's loans is called, in the book's currency, and which."""
    best: tuple[Decimal, str] | None = None
    for one in lender.loans:
        price = line_price(one, TriggerKind.MARGIN_CALL)
        if price is None:
            continue
        own = in_base(price, one.loan.currency, facts.figures)
        if isinstance(own, Missing):
            return own, None
        if best is None or own > best[0]:
            best = own, one.loan.name
    return best or (None, None)


def _exchange_table(facts: ReportFacts, exchanges: Sequence[tuple[str, int]]) -> Table:
    figures = facts.figures
    columns = (
        Column("Exchange", wide=True),
        Column("BTC held", Kind.BTC),
        Column("Of all", Kind.PERCENT, rounding=Rounding.UP),
        Column("Value", Kind.MONEY, currency=figures.totals.currency, digits=0, rounding=Rounding.DOWN),
    )
    whole = figures.totals.btc_sats
    rows = tuple((name, sats, share(sats, whole), worth(sats, figures)) for name, sats in exchanges)
    sats = sum(sats for _, sats in exchanges)
    total = ("All exchanges", sats, share(sats, whole), worth(sats, figures))
    return Table(columns, rows, (total,) if rows else (), empty="No account of the book is an exchange.")
