"""The loan statement: what stands in it, what it ties to, and what cannot be asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.errors import InputError
from app.domain.portfolio import book_figures
from app.domain.quotes import NoQuote
from app.services.day_prices import DayPrices
from app.services.report_loan_statement import loan_statement
from app.services.report_ports import Paragraph, Report, Table, Value
from app.services.reports import ReportAsk, ReportFacts
from tests.fakes.loans import draw, fee, loan, post, repay, sold, terms

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
ONE = loan(
    post("2025-01-01T09:00", "2"),
    draw("2025-01-01T10:00", "100000"),
    fee("2025-01-31T08:00", "5"),
    repay("2025-01-31T09:00", "1000"),
    name="House",
    with_terms=terms("0.10", start=date(2025, 1, 1)),
    opened_on=date(2025, 1, 1),
)


def facts(*loans: object) -> ReportFacts:
    book = Book("Desk", loans=tuple(loans))  # type: ignore[arg-type] # loans
    figures = book_figures(book, {"USD": NoQuote("USD", "nobody was asked")}, NOW)
    return ReportFacts(book, figures, DayPrices("USD", {}))


def table(report: Report, heading: str) -> Table:
    section = next(each for each in report.sections if each.heading.startswith(heading))
    return next(block for block in section.blocks if isinstance(block, Table))


def cell(of: Table, row: int, column: str) -> Value:
    return of.rows[row][[each.heading for each in of.columns].index(column)]


def test_it_ties_and_ends_where_status_stands() -> None:
    known = facts(ONE)
    report = loan_statement(known, ReportAsk())
    assert report.subtitle == "House"
    assert report.prices == ()
    summary = table(report, "From opening")
    assert cell(summary, 0, "Debt") == 0
    assert cell(summary, -1, "Debt") == known.figures.loans[0].balance.debt
    said = [block.text for section in report.sections for block in section.blocks if isinstance(block, Paragraph)]
    assert "Opening, interest and events add up to the closing." in said
    schedule = table(report, "Interest")
    assert cell(schedule, -1, "Earned so far") == schedule.totals[0][7]
    earned = Decimal(str(cell(summary, 1, "Interest")))
    assert round(earned, 6) == round(Decimal(str(schedule.totals[0][7])), 6)


def test_a_period_within_opens_where_the_one_before_closed() -> None:
    known = facts(ONE)
    first = loan_statement(known, ReportAsk(until=date(2025, 1, 31)))
    second = loan_statement(known, ReportAsk(start=date(2025, 2, 1), until=date(2025, 2, 28)))
    assert table(first, "From").rows[-1][1:] == table(second, "From").rows[0][1:]
    assert table(second, "Events").rows == ()
    paid = table(first, "Events").rows[3]
    assert (paid[1], paid[4]) == ("repaid", -5)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (ReportAsk(loan="Attic"), "no loan “Attic”"),
        (ReportAsk(loan="House", until=date(2025, 3, 2)), "has not come yet"),
        (ReportAsk(loan="House", start=date(2025, 2, 2), until=date(2025, 2, 1)), "lies before"),
        (ReportAsk(), "names no loan"),
    ],
)
def test_what_cannot_be_asked(ask: ReportAsk, told: str) -> None:
    with pytest.raises(InputError, match=told):
        loan_statement(facts(ONE, replace(ONE, name="Other")), ask)


def test_what_comes_later_today_is_not_counted_as_in_status() -> None:
    later = replace(ONE, events=(*ONE.events, fee("2025-03-01T18:00", "7")))
    known = facts(later)
    report = loan_statement(known, ReportAsk())
    closing = table(report, "From").rows[-1]
    balance = known.figures.loans[0].balance
    assert closing[1:5] == (balance.principal, balance.accrued_interest, balance.fees, balance.debt)
    assert "not counted here: 1." in report.sections[-1].notes[-1]
    assert report.sections[-1].notes[:-1] == loan_statement(facts(ONE), ReportAsk()).sections[-1].notes


def test_the_proceeds_of_a_forced_sale_are_told_to_the_end() -> None:
    """Half a coin at 3,000 brings 1,500: 100 is the fee, 1,000 the debt, 400 comes back."""
    one = loan(
        post("2025-01-01T09:00", "1"),
        draw("2025-01-01T10:00", "1000"),
        sold("2025-01-01T12:00", "0.5", "3000", "100"),
        with_terms=terms("0.10", start=date(2025, 1, 1)),
        opened_on=date(2025, 1, 1),
    )
    told = loan_statement(facts(one), ReportAsk()).sections[-1].notes[-1]
    assert told == (
        "The forced sale of 2025-01-01: 0.5 BTC brought $1,500.00; the lender kept $100.00 for it, $1,000.00 paid the"
        " debt, $400.00 went back to the borrower."
    )


def test_a_book_without_loans_says_so() -> None:
    with pytest.raises(InputError, match="has no loan"):
        loan_statement(facts(), ReportAsk())
