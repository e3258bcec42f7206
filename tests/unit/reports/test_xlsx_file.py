import io
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from app.domain.errors import InputError
from app.reports import xlsx_file
from app.reports.xlsx_file import xlsx_bytes
from app.services.report_ports import Column, Kind, Section, Table
from tests.fakes.reports import EVIL, sample


def test_numbers_are_numbers_and_text_is_text() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes(sample())))
    sheet = book["Holdings"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Name", "Held (BTC)", "Worth (USD)")
    assert rows[2] == ("Tide & Harbour 1", 1.50000001, 1234.5, 7, "EUR", 0.5, datetime(2026, 1, 2), 1)  # noqa: DTZ001 - a spreadsheet's
    assert sheet["B3"].number_format == "#,##0.00000000"
    assert sheet["F3"].number_format == "0.00%"
    assert sheet["C5"].value == "not known: one price is not known"
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["SHA-256 of book and price"] == "ab" * 32


def test_a_number_that_a_spreadsheet_would_round_stands_beside_as_text() -> None:
    columns = (Column("Held", Kind.BTC), Column("Worth", Kind.MONEY, currency="USD"), Column("Fine", Kind.COUNT))
    exact = Decimal("12345678901234567.89")
    table = Table(columns, ((2_100_000_000_000_001, exact, 3), (1, Decimal(2), 4)))
    report = replace(sample(), sections=(Section("Exact", (table,)),))
    rows = list(load_workbook(io.BytesIO(xlsx_bytes(report)))["Exact"].iter_rows(values_only=True))
    assert rows[0] == ("Held (BTC)", "Held (BTC), exact", "Worth (USD)", "Worth (USD), exact", "Fine")
    assert rows[1][1] == "21000000.00000001"
    assert rows[1][3] == "12345678901234567.89"
    assert rows[2] == (1e-8, "0.00000001", 2, "2.00", 4)


def test_nothing_is_a_formula_or_a_link() -> None:
    evil = replace(sample(text=EVIL), book="=1+1", title="http://127.0.0.1/x")
    data = xlsx_bytes(evil)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets" in name]
    assert sheets
    for text in sheets:
        assert "<f>" not in text
        assert "hyperlink" not in text
    cell = load_workbook(io.BytesIO(data))["Holdings"]["A2"]
    assert (cell.value, cell.data_type) == (f"{EVIL} 0", "s")


def test_sheets_have_names_that_a_spreadsheet_takes() -> None:
    table = Table((Column("A"),), (("x",),))
    headings = ("Load lines: each loan's call [and] sale", "Load lines: each loan's call [and] more", "", "About")
    report = replace(sample(), sections=tuple(Section(heading, (table,)) for heading in headings))
    names = load_workbook(io.BytesIO(xlsx_bytes(report))).sheetnames
    assert len(set(map(str.lower, names))) == 5
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert xlsx_bytes(sample(50)) == xlsx_bytes(sample(50))


def test_more_rows_than_a_spreadsheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "_MOST_ROWS", 100)
    with pytest.raises(InputError, match="write it as CSV"):
        xlsx_bytes(sample(100))
