"""Workbooks made for tests: whole ones by a library, odd ones by hand, part by part."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

import openpyxl

RIVER: Final = [
    "Date",
    "Sent Amount",
    "Sent Currency",
    "Received Amount",
    "Received Currency",
    "Fee Amount",
    "Fee Currency",
    "Tag",
]
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], formats: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook; ``formats`` are number formats by cell of the last sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for cell, code in (formats or {}).items():
        book.worksheets[-1][cell].number_format = code
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def by_hand(rows: str, *, shared: str = "", prefix: str = "", extra: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook whose one sheet holds this XML between ``<sheetData>`` and its end."""
    space = f' xmlns{":" + prefix if prefix else ""}="{_MAIN}"'
    tag = f"{prefix}:" if prefix else ""
    parts = {
        "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": f"<{tag}worksheet{space}><{tag}sheetData>{rows}</{tag}sheetData></{tag}worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
    }
    return packed({name: text.encode() for name, text in parts.items()} | dict(extra or {}))


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def row_of(number: int, *cells: str) -> str:
    """Return a row of texts as XML."""
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inner}</row>'


def _relations(*targets: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in targets)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'
