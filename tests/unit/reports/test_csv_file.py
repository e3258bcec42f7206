import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from app.reports.csv_file import csv_bytes, exact_text
from app.services.report_ports import Column, Kind, Money, Paragraph, Rounding, Section, Value
from tests.fakes.reports import EVIL, sample


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_it_says_what_it_is_and_rests_on() -> None:
    rows = rows_of(csv_bytes(sample()))
    assert rows[:3] == [["Report", "Sample report"], ["Book", "Treasury"], ["As of (UTC)", "2026-02-05T14:30:00Z"]]
    assert ["SHA-256 of book and price", "ab" * 32] in rows
    assert ["Source", "Daily closes of one market."] in rows
    assert ["Price", "BTC in EUR: no price (none told)"] in rows


def test_tables_are_exact_and_missing_cells_are_empty_with_a_reason() -> None:
    rows = rows_of(csv_bytes(sample()))
    head = rows.index(
        ["Name", "Held (BTC)", "Worth (USD)", "Mixed", "Mixed, currency", "Share (fraction)", "Day", "Count"]
    )
    assert rows[head + 2] == ["Tide & Harbour 1", "1.50000001", "1234.50", "7.00", "EUR", "0.5", "2026-01-02", "1"]
    assert rows[head + 4] == ["Total", "4.50000000", "", "", "", "", "2026-02-05T14:30:00Z", "3"]
    assert rows[head + 5] == ["Empty: one price is not known"]


def test_no_text_becomes_a_formula() -> None:
    evil = sample(text=EVIL)
    evil = replace(evil, book="+evil", title="@evil", sections=(*evil.sections, Section("-x", (Paragraph("\t=1+1"),))))
    for row in rows_of(csv_bytes(evil)):
        for cell in row:
            assert cell.strip()[:1] not in ("=", "+", "@", "\t", "\r"), cell
    assert ["Book", "'+evil"] in rows_of(csv_bytes(evil))


def test_a_number_below_zero_stays_a_number() -> None:
    assert exact_text(Decimal("-5.5"), Column("x", Kind.MONEY, currency="USD")) == "-5.50"
    assert exact_text(-1, Column("x", Kind.BTC)) == "-0.00000001"


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (Decimal(1) / 3, Column("x", Kind.PERCENT), "0.33333333"),
        (Decimal(1) / 3, Column("x", Kind.PERCENT, rounding=Rounding.UP), "0.33333334"),
        (Decimal("1E+3"), Column("x", Kind.MONEY, currency="JPY"), "1000"),
        (Money(Decimal("0.125"), "USD"), Column("x", Kind.MONEY), "0.125"),
        (Decimal("-0"), Column("x", Kind.MONEY, currency="USD"), "0.00"),
        (Decimal("123456789012345678901234567890.12"), Column("x", Kind.MONEY), "123456789012345678901234567890.12"),
    ],
)
def test_numbers_have_all_their_digits_up_to_eight_decimals(value: Value, column: Column, text: str) -> None:
    assert exact_text(value, column) == text


def test_the_same_report_gives_the_same_bytes() -> None:
    assert csv_bytes(sample(50)) == csv_bytes(sample(50))
