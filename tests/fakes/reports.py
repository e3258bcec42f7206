"""Facts that reports are made of, and reports made by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.bootstrap.reports import report_writer
from app.reports.writing import ReportFiles
from app.services.day_prices import DayPrices
from app.services.desk import DeskSnapshot
from app.services.report_facts import facts_of, usual_rules
from app.services.report_ports import (
    Bar,
    Bars,
    Column,
    Figure,
    Figures,
    Kind,
    Line,
    Lines,
    Missing,
    Money,
    Paragraph,
    Point,
    PriceLine,
    PriceMarks,
    PriceRuler,
    Report,
    Section,
    Table,
)
from app.services.reports import ReportFacts

AS_OF = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
FONTS = Path(__file__).parents[2] / "resources" / "fonts"
EVIL = '=HYPERLINK("http://127.0.0.1","pay")'


def facts_at(snapshot: DeskSnapshot, closes: DayPrices | None = None) -> ReportFacts:
    """Return the facts of a snapshot, without any daily history unless one is given."""
    known = DayPrices(snapshot.book.base_currency, {}) if closes is None else closes
    return facts_of(snapshot.book, snapshot.figures, known, usual_rules(known), snapshot.calls)


def writer() -> ReportFiles:
    """Return what writes reports, as the program has it."""
    made = report_writer()
    assert isinstance(made, ReportFiles)
    return made


def sample(rows: int = 3, *, one_page: bool = False, text: str = "Tide & Harbour") -> Report:
    """Return a report with every kind of block and value."""
    columns = (
        Column("Name", wide=True),
        Column("Held", Kind.BTC),
        Column("Worth", Kind.MONEY, currency="USD"),
        Column("Mixed", Kind.MONEY),
        Column("Share", Kind.PERCENT),
        Column("Day", Kind.DATE),
        Column("Count", Kind.COUNT),
    )
    cells = tuple(
        (
            f"{text} {n}",
            150_000_000 + n,
            Decimal("1234.5"),
            Money(Decimal(7), "EUR"),
            Decimal("0.5"),
            date(2026, 1, 2),
            n,
        )
        for n in range(rows)
    )
    total = ("Total", 150_000_000 * rows, Missing("one price is not known"), None, None, AS_OF, rows)
    table = Table(columns, cells, (total,) if rows else (), frozenset((0,)))
    figures = Figures((Figure(Column("Free", Kind.BTC), 5, "of all"), Figure(Column("Debt"), Missing("no price"))))
    ruler = PriceRuler(
        "USD",
        Decimal(70_000),
        (PriceMarks("Revolver", Decimal(60_000), Decimal(52_000), "ok"), PriceMarks(text, Decimal(50_000), None)),
        Decimal(63_000),
        Decimal("0.1"),
        Decimal(45_000),
        more=3,
    )
    bars = Bars(Column("With lender", Kind.BTC), (Bar("Harbour", 200, 50, "40 %"), Bar(text, 100)), "beyond the debt")
    points = tuple(Point(date(2026, 1, day), Decimal(day)) for day in range(1, 20))
    lines = Lines(Column("Value", Kind.MONEY, currency="USD"), (Line("Value", points), Line("Cost", points[::-1])))
    return Report(
        "sample",
        "Sample report",
        "Treasury",
        AS_OF,
        "ab" * 32,
        (
            Section("Summary", (Paragraph("All is well.", strong=True), figures), ("A note on it.",)),
            Section("Load lines", (ruler,)),
            Section("Holdings", (table,)),
            Section("Lenders", (bars,), beside=False),
            Section("Over time", (lines,), beside=True),
        ),
        (
            PriceLine("USD", Decimal(70_000), "consensus, 5 of 5 sources", AS_OF),
            PriceLine("EUR", None, reason="none told"),
        ),
        ("Daily closes of one market.",),
        one_page=one_page,
    )
