"""The encumbrance schedule: which bitcoin is pledged to whom, where it lies, by what terms, and what is free."""

from collections.abc import Iterable
from datetime import date

from app.domain.book import AccountKind, Book, EventKind, Loan
from app.domain.figures import LoanFigures
from app.domain.terms import TriggerKind
from app.services.board_lines import STATE_WORDS, line_price
from app.services.report_ports import (
    Column,
    Figure,
    Figures,
    Kind,
    Missing,
    Money,
    Report,
    Rounding,
    Section,
    Table,
    Value,
)
from app.services.report_values import added, in_base, share, warning_of, worth
from app.services.reports import ReportAsk, ReportFacts, new_report

KIND_WORDS = {
    AccountKind.SELF_CUSTODY: "own keys",
    AccountKind.EXCHANGE: "exchange",
    AccountKind.OTHER: "elsewhere",
}
OUTSIDE = "outside the book"
_UNSEEN = "A watched wallet is read from the chain; without one, the lender's word is all there is."
_CARRIED = "The sum is in the book's currency, at the rate between the prices of bitcoin."


def encumbrance(facts: ReportFacts, _ask: ReportAsk) -> Report:
    """Return the schedule at the price of now."""
    figures = facts.figures
    pledged = [one for one in figures.loans if one.balance.collateral_sats]
    sections = (
        Section("", (_totals(facts),)),
        Section("Pledged bitcoin", (_pledged(facts, pledged),), (_UNSEEN,)),
        Section("What it secures", (_secured(facts, pledged),), (_CARRIED,)),
        Section("What the contracts say, and since when that is known", (_evidence(facts, pledged),)),
        Section("Unencumbered bitcoin", (_free(facts),)),
    )
    return new_report(
        facts,
        "encumbrance",
        "Encumbrance schedule",
        sections,
        warning=warning_of(figures),
        sources=_sources(facts.book),
    )


def _sources(book: Book) -> tuple[str, ...]:
    return ("The book's own record of pledges, releases and forced sales.",) if book.loans else ()


def _totals(facts: ReportFacts) -> Figures:
    totals = facts.figures.totals
    whole = totals.btc_sats
    return Figures((
        Figure(Column("All bitcoin", Kind.BTC), whole),
        Figure(Column("Pledged", Kind.BTC), totals.encumbered_sats),
        Figure(Column("Pledged of all", Kind.PERCENT, rounding=Rounding.UP), share(totals.encumbered_sats, whole)),
        Figure(Column("Unencumbered", Kind.BTC), totals.unencumbered_sats),
    ))  # fmt: skip


def _pledged(facts: ReportFacts, loans: Iterable[LoanFigures]) -> Table:
    figures, whole, code = facts.figures, facts.figures.totals.btc_sats, facts.figures.totals.currency
    columns = (
        Column("Loan", wide=True),
        Column("Lender", wide=True),
        Column("Lies at", wide=True),
        Column("Came from", wide=True),
        Column("BTC", Kind.BTC),
        Column("Of all", Kind.PERCENT, rounding=Rounding.UP),
        Column("Value", Kind.MONEY, currency=code, digits=0, rounding=Rounding.DOWN),
    )
    rows = tuple(
        (
            one.loan.name,
            one.loan.lender,
            _place(facts.book, one.loan),
            _origin(one.loan),
            one.balance.collateral_sats,
            share(one.balance.collateral_sats, whole),
            worth(one.balance.collateral_sats, figures),
        )
        for one in loans
    )
    sats = facts.figures.totals.encumbered_sats
    total = ("All pledged", "", "", "", sats, share(sats, whole), worth(sats, figures))
    return Table(columns, rows, (total,) if rows else (), empty="No bitcoin is pledged.")


def _secured(facts: ReportFacts, loans: Iterable[LoanFigures]) -> Table:
    code = facts.figures.totals.currency
    columns = (
        Column("Loan", wide=True),
        Column("State now"),
        Column("Debt", Kind.MONEY, digits=0, rounding=Rounding.UP),
        Column("LTV", Kind.PERCENT, rounding=Rounding.UP),
        Column("Called at", Kind.MONEY, digits=0, rounding=Rounding.UP),
        Column("Sold at", Kind.MONEY, digits=0, rounding=Rounding.UP),
    )
    rows: list[tuple[Value, ...]] = []
    debts = []
    for one in loans:
        currency = one.loan.currency
        called, sold = line_price(one, TriggerKind.MARGIN_CALL), line_price(one, TriggerKind.LIQUIDATION)
        debts.append(in_base(one.balance.debt, currency, facts.figures))
        rows.append((
            one.loan.name,
            STATE_WORDS[one.state],
            Money(one.balance.debt, currency),
            one.ltv if one.ltv is not None else Missing(f"no price in {currency}") if one.balance.debt else None,
            None if called is None else Money(called, currency),
            None if sold is None else Money(sold, currency),
        ))  # fmt: skip
    debt = added(debts)
    total: tuple[Value, ...] = (
        "All", "", debt if isinstance(debt, Missing) else Money(debt, code), None, None, None,
    )  # fmt: skip
    return Table(columns, tuple(rows), (total,) if rows else (), empty="No bitcoin is pledged.")


def _place(book: Book, loan: Loan) -> str:
    """Return where collateral lies: the wallet that is watched for it, else with the lender."""
    wallets = [wallet.name for wallet in book.wallets if wallet.loan == loan.name]
    return f"watched wallet {', '.join(wallets)}" if wallets else f"{loan.lender}, unseen"


def _origin(loan: Loan) -> str:
    posted = (event for event in loan.events if event.kind is EventKind.POST)
    return ", ".join(dict.fromkeys(event.account or OUTSIDE for event in posted))


def _evidence(facts: ReportFacts, loans: Iterable[LoanFigures]) -> Table:
    today = facts.figures.as_of.date()
    columns = (
        Column("Loan", wide=True),
        Column("Terms since", Kind.DATE),
        Column("Evidence", wide=True),
        Column("Confirmed on", Kind.DATE),
        Column("Days ago", Kind.COUNT),
        Column("Matures on", Kind.DATE),
        Column("Papers", Kind.COUNT),
    )
    return Table(columns, tuple(_evidence_row(one.loan, today) for one in loans), empty="No contract pledges bitcoin.")


def _evidence_row(loan: Loan, today: date) -> tuple[Value, ...]:
    terms = loan.terms_on(today)
    confirmed = terms.evidence.confirmed_on
    never = Missing("nobody has confirmed these terms")
    return (
        loan.name,
        terms.start,
        terms.evidence.source or Missing("no evidence is named"),
        confirmed or never,
        None if confirmed is None else (today - confirmed).days,
        loan.matures_on or "open",
        len(loan.attachments),
    )


def _free(facts: ReportFacts) -> Table:
    figures, whole, code = facts.figures, facts.figures.totals.btc_sats, facts.figures.totals.currency
    columns = (
        Column("Account", wide=True),
        Column("Where"),
        Column("BTC", Kind.BTC),
        Column("Of all", Kind.PERCENT, rounding=Rounding.DOWN),
        Column("Value", Kind.MONEY, currency=code, digits=0, rounding=Rounding.DOWN),
    )
    kinds = {account.name: account.kind for account in facts.book.accounts}
    free = figures.free_sats
    rows = tuple(
        (name, KIND_WORDS[kinds[name]], held, share(held, whole), worth(held, figures)) for name, held in free.items()
    )
    sats = sum(free.values())
    total = ("All unencumbered", "", sats, share(sats, whole), worth(sats, figures))
    return Table(columns, rows, (total,) if rows else (), empty="The book has no accounts.")
