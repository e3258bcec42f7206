"""What can be chosen for a report, and the words around it (pure)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from app.domain.book import Book
from app.services.report_ports import Format, Paper
from app.services.reports import Need, ReportKind

FORMAT_WORDS: Final[Mapping[Format, str]] = {
    Format.PDF: "PDF, to read and print",
    Format.CSV: "CSV, every figure",
    Format.XLSX: "XLSX, for a spreadsheet",
}
PAPER_WORDS: Final[Mapping[Paper, str]] = {Paper.A4: "A4", Paper.LETTER: "US Letter"}
FILTERS: Final[Mapping[Format, str]] = {
    Format.PDF: "PDF (*.pdf)",
    Format.CSV: "CSV (*.csv)",
    Format.XLSX: "Spreadsheet (*.xlsx)",
}
ALL_YEARS: Final = 0
HIDDEN: Final = "Amounts are hidden, so the page is not shown. A saved report tells them all the same."
CHANGED: Final = "The book or a price has changed since. Make it again to have that in it."
MAKING: Final = "Making the report …"


def years_offered(book: Book, today: date) -> tuple[int, ...]:
    """Return the calendar years that are over since the book's first entry, newest first; last year in any case."""
    first = min(
        (
            *(row.at.year for account in book.accounts for row in account.transactions),
            *(event.at.year for loan in book.loans for event in loan.events),
        ),
        default=today.year - 1,
    )
    return tuple(range(today.year - 1, min(first, today.year - 1) - 1, -1))


def year_words(kind: ReportKind, book: Book, today: date) -> dict[int, str]:
    """Return the years that a report can be made for, each with its word."""
    if Need.MAYBE_YEAR in kind.takes:
        return {ALL_YEARS: "all years", today.year: f"{today.year} so far"} | {
            year: str(year) for year in years_offered(book, today)
        }
    return {year: str(year) for year in years_offered(book, today)}


def loan_words(book: Book) -> dict[str, str]:
    """Return the loans, each with its lender."""
    return {loan.name: f"{loan.name}, {loan.lender}" for loan in book.loans}
