"""What an XLSX file says about itself: its sheets, its texts, and which number formats are dates."""

import posixpath
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.domain.errors import InputError
from app.importers.xlsx_package import Package
from app.importers.xlsx_text import shows_percent, shows_time

_SMALL: Final = 8 << 20
_MAX_STRINGS_XML: Final = 96 << 20
MAX_STRINGS: Final = 600_000
MAX_LETTERS: Final = 40_000_000
MAX_CELL: Final = 32_767
_MAX_SHEETS: Final = 200
_MAX_STYLES: Final = 70_000
_WORKBOOK: Final = re.compile(r"officeDocument$")
_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day; the zone is the table's
_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - as above


class Style(NamedTuple):
    """How cells of one style are shown."""

    date: bool = False
    time: bool = False
    percent: bool = False


class SheetPlace(NamedTuple):
    """A sheet and the part that holds it."""

    title: str
    part: str
    hidden: bool


class WorkbookFacts(NamedTuple):
    """What the sheets of a file share."""

    sheets: tuple[SheetPlace, ...]
    epoch: datetime
    styles: tuple[Style, ...]
    texts: list[str]


def local(tag: str) -> str:
    """Return an element's name without its prefix."""
    return tag.rpartition(":")[2]


def facts_of(package: Package) -> WorkbookFacts:
    """Return what a file says about its sheets.

    Raises:
        InputError: it has none, or is damaged or too large.
    """
    main = _main_part(package)
    folder = posixpath.dirname(main)
    targets = _relations(package, posixpath.join(folder, "_rels", f"{posixpath.basename(main)}.rels"), folder)
    sheets: list[SheetPlace] = []
    old: list[bool] = []

    def take(tag: str, attrs: Any) -> None:
        if tag == "workbookPr":
            old.append(attrs.get("date1904", "") in {"1", "true"})
        elif tag == "sheet" and len(sheets) < _MAX_SHEETS:
            names = {local(name): value for name, value in attrs.items()}
            kind, part = targets.get(names.get("id", ""), ("", ""))
            if kind == "worksheet":
                sheets.append(SheetPlace(names.get("name", ""), part, names.get("state", "visible") != "visible"))

    _each(package, main, take)
    if not sheets:
        raise InputError("has no sheet with cells; save the table as XLSX or CSV", package.name)
    by_kind = dict(targets.values())
    styles = _styles(package, by_kind["styles"]) if by_kind.get("styles", "") in package else ()
    texts = _texts(package, by_kind["sharedStrings"]) if by_kind.get("sharedStrings", "") in package else []
    return WorkbookFacts(tuple(sheets), _1904 if any(old) else _1900, styles, texts)


def _main_part(package: Package) -> str:
    if "_rels/.rels" not in package:
        raise InputError("is no XLSX file, or a damaged one; save it as XLSX or CSV", package.name)
    for kind, part in _relations(package, "_rels/.rels", "").values():
        if _WORKBOOK.search(kind):
            return part
    raise InputError("is no XLSX file; save it as XLSX or CSV", package.name)


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return id -> kind and part of what a part refers to."""
    found: dict[str, tuple[str, str]] = {}

    def take(tag: str, attrs: Any) -> None:
        if tag == "Relationship" and attrs.get("TargetMode", "") != "External":
            target = attrs.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attrs.get("Id", "")] = attrs.get("Type", "").rpartition("/")[2], path

    _each(package, part, take)
    return found


def _styles(package: Package, part: str) -> tuple[Style, ...]:
    """Return how each style of a cell shows numbers."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format  # noqa: PLC0415 - for XLSX alone

    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    numbers: list[int] = []
    inside: list[str] = []

    def take(tag: str, attrs: Any) -> None:
        if tag in {"cellXfs", "cellStyleXfs", "dxfs"}:
            inside[:] = [tag]
        elif tag == "numFmt" and inside != ["dxfs"]:
            codes[_int(attrs.get("numFmtId", "0"))] = attrs.get("formatCode", "")[:255]
        elif tag == "xf" and inside == ["cellXfs"] and len(numbers) < _MAX_STYLES:
            numbers.append(_int(attrs.get("numFmtId", "0")))

    _each(package, part, take)
    known: dict[int, Style] = {}
    for number in numbers:
        if number not in known:
            code = codes.get(number, "General")
            dated = bool(is_date_format(code))
            known[number] = Style(dated, dated and shows_time(code), shows_percent(code))
    return tuple(known[number] for number in numbers)


def _texts(package: Package, part: str) -> list[str]:
    """Return the texts that cells share.

    Raises:
        InputError: more than fit.
    """
    from app.importers.xlsx_handlers import TextsHandler  # noqa: PLC0415 - brings the XML reader

    handler = TextsHandler(MAX_CELL)
    for _ in package.parse(part, handler, _MAX_STRINGS_XML):
        if handler.letters > MAX_LETTERS or len(handler.texts) > MAX_STRINGS:
            raise InputError("holds more text than a table does; save the sheet as CSV", package.name)
    return handler.texts


def _each(package: Package, part: str, take: Callable[[str, Any], None]) -> None:
    from app.importers.xlsx_handlers import ElementsHandler  # noqa: PLC0415 - brings the XML reader

    for _ in package.parse(part, ElementsHandler(take), _SMALL):
        pass


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - far beyond any
