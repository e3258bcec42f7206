"""Workbooks as tables: exact texts, the right sheet, and what is damaged or made to hurt refused with a sentence."""

import io
import random
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.book import TransactionKind
from app.domain.errors import InputError
from app.importers import sheets, xlsx_package, xlsx_source
from app.importers.reading import read_import
from app.importers.xlsx_text import NO_RESULT, date_text, number_text
from app.services.import_ports import Answers, FileDoubt, Moved, Outcome, Reading, Refused
from tests.importers.workbooks import RIVER, by_hand, packed, row_of, workbook

BUY = [datetime(2024, 9, 26, 19, 59, 41), 100.0, "USD", 0.0015, "BTC", 1, "USD", "Buy"]  # noqa: DTZ001 - a cell


def reading(data: bytes, answers: Answers | None = None) -> Reading:
    """Return a workbook as it is read."""
    return read_import(io.BytesIO(data), "file.xlsx", answers or Answers())


def outcomes(data: bytes, answers: Answers | None = None) -> list[Outcome]:
    """Return what a workbook's rows become."""
    return list(reading(data, answers).outcomes)


def refusal(data: bytes) -> str:
    """Return why a workbook is refused."""
    with pytest.raises(InputError) as refused:
        outcomes(data)
    return str(refused.value)


def test_every_format_can_stand_in_a_workbook() -> None:
    read = reading(workbook({"Notes": [["hello"]], "Activity": [["River"], [], RIVER, BUY]}))
    (moved,) = read.outcomes
    assert (read.head.key, read.head.encoding, read.head.header_line, read.notes.sheet) == (
        "river",
        "xlsx",
        3,
        "Activity",
    )
    assert isinstance(moved, Moved)
    (entry,) = moved.transactions
    assert (moved.line, entry.kind, entry.sats) == (4, TransactionKind.BUY, 150_000)
    assert (entry.at, entry.value, entry.fee) == (
        datetime(2024, 9, 26, 19, 59, 41, tzinfo=UTC),
        Decimal(100),
        Decimal(1),
    )


def test_a_number_in_a_cell_has_one_reading_and_a_text_has_two() -> None:
    number = [*BUY[:3], 1.205, *BUY[4:]]
    (moved,) = outcomes(workbook({"A": [RIVER, number]}))
    assert isinstance(moved, Moved)
    assert moved.transactions[0].sats == 120_500_000
    text = [*BUY[:3], "1.205", *BUY[4:]]
    assert [type(each).__name__ for each in outcomes(workbook({"A": [RIVER, text]}))] == ["Asked"]
    comma = Answers(decimal="comma")
    both = outcomes(workbook({"A": [RIVER, number, text]}), comma)
    assert [each.transactions[0].sats for each in both if isinstance(each, Moved)] == [120_500_000, 120_500_000_000]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("45561", "45561"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1.205", "1.2050"),
        ("-1.5E-3", "-0.0015"),
        ("1E-8", "0.00000001"),
        ("21000000.00000001", "21000000"),
        ("12345678.12345678", "12345678.1234568"),
        ("1.10", "1.1"),
        ("61200.0", "61200"),
        ("1e5", "100000"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_number_is_told_with_the_fifteen_digits_that_are_shown(raw: str, shown: str) -> None:
    assert number_text(raw) == (shown, False)


def test_lost_digits_are_told() -> None:
    assert number_text("123456789012345") == ("123456789012345", False)
    assert number_text("12345678901234567890")[1]
    assert number_text("1.2345678901234567E+19")[1]
    found = reading(workbook({"A": [RIVER, [*BUY[:7], 12345678901234567890]]}))
    list(found.outcomes)
    assert list(found.notes.remarks.values()) == [1]
    assert number_text("0.0995", percent=True) == ("9.95%", False)
    assert number_text("0.5", comma=True) == ("0,5", False)


def test_dates_are_told_as_they_are_shown() -> None:
    old, mac = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - calendar days
    assert date_text("45561.833113425928", old, with_time=True) == "2024-09-26 19:59:41"
    assert date_text("45561", old, with_time=False) == "2024-09-26"
    assert date_text("44099.5", mac, with_time=True) == "2024-09-26 12:00:00"
    assert date_text("0.5", old, with_time=True) == "12:00:00"
    assert date_text("1", old, with_time=False) == "1900-01-01"
    assert date_text("60.25", old, with_time=True) == "1900-02-28 06:00:00"
    assert date_text("-3", old, with_time=True) == "-3"
    assert date_text("9e9", old, with_time=True) == "9e9"


def test_cells_of_every_kind_are_read() -> None:
    rows: list[list[object]] = [["a", "b", "c", "d", "e"], [True, date(2024, 1, 2), time(3, 4, 5), "x\ny", 0.0995]]
    data = workbook({"A": rows}, {"B2": "dd.mm.yyyy", "C2": "hh:mm:ss", "E2": "0.00%"})
    text = xlsx_source.Workbook(io.BytesIO(data), "f").start("A").read()
    assert text.splitlines() == ["a,b,c,d,e", "TRUE,2024-01-02,03:04:05,x y,9.95%"]


def test_a_formula_without_a_result_is_refused_in_its_row() -> None:
    found = reading(workbook({"A": [RIVER, BUY, [*BUY[:3], "=1+1", *BUY[4:]]]}))
    first, second = found.outcomes
    assert isinstance(first, Moved)
    assert second == Refused(3, f"“{NO_RESULT}” is not a number; check the row")
    assert list(found.notes.remarks.values()) == [1]


def test_a_formula_with_a_result_is_its_result() -> None:
    cells = (
        row_of(1, "a", "b")
        + '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>"x"</f><v>x</v></c></row>'
    )
    assert xlsx_source.Workbook(io.BytesIO(by_hand(cells)), "f").start("Sheet").read() == "a,b\n2,x\n"


def test_merged_cells_leave_the_others_empty_and_lines_are_those_of_the_sheet() -> None:
    cells = row_of(1, "merged") + row_of(7, "a", "b")
    assert (
        xlsx_source.Workbook(io.BytesIO(by_hand(cells)), "f").start("Sheet").read() == "merged\n" + "\n" * 5 + "a,b\n"
    )


def test_prefixed_names_and_shared_texts_are_read() -> None:
    cells = '<x:row r="1"><x:c r="B1" t="s"><x:v>0</x:v></x:c></x:row>'
    shared = "<si><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></si>"
    data = by_hand(cells, shared=shared, prefix="x")
    assert xlsx_source.Workbook(io.BytesIO(data), "f").start("Sheet").read() == ",rich text\n"


def test_a_sheet_can_be_named() -> None:
    data = workbook({"One": [RIVER, BUY], "Two": [RIVER, BUY, BUY]})
    assert reading(data).notes.sheet == "One"
    assert reading(data, Answers(sheet="two")).notes.sheet == "Two"
    with pytest.raises(InputError, match=r"has no sheet “Three”; it has “One”, “Two”"):
        reading(data, Answers(sheet="Three"))
    with pytest.raises(FileDoubt, match="has no sheet with a header that is known") as doubt:
        reading(workbook({"One": [["a", "b"]], "Two": [["c", "d"]]}))
    assert doubt.value.key == "mapping"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = by_hand("", extra={"xl/media/image.bin": b"\0" * (64 << 20)})
    tracemalloc.start()
    assert "as only files made to hurt do" in refusal(bomb)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 << 20
    monkeypatch.setattr(xlsx_package, "MAX_PARTS", 5)
    assert "parts, and no table needs so many" in refusal(by_hand("", extra={f"x{n}.xml": b"" for n in range(5)}))


def test_entities_are_refused() -> None:
    laugh = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData/></worksheet>'
    assert "defines entities" in refusal(by_hand("", extra={"xl/worksheets/sheet1.xml": laugh}))
    outside = b'<!DOCTYPE w SYSTEM "file:///etc/passwd"><workbook/>'
    assert "defines entities" in refusal(by_hand("", extra={"xl/workbook.xml": outside}))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "is encrypted, or an old XLS file"),
        (b"PK\x03\x04" + b"\0" * 100, "is a damaged XLSX file"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "is no XLSX file"),
        (packed({"_rels/.rels": b"<Relationships/>"}), "is no XLSX file"),
        (packed({"_rels/.rels": b"<Relationships"}), "is a damaged XLSX file"),
        (workbook({"A": [RIVER, BUY]})[:-40], "is a damaged XLSX file"),
        (by_hand(row_of(2, "a") + row_of(1, "b")), "sheet “Sheet”, line 1: is out of order"),
        (by_hand('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'), "line 1: has cells out of order"),
        (by_hand('<row r="1"><c r="ZZ1"><v>1</v></c></row>'), "line 1: has a cell in column 702"),
        (by_hand('<row r="99999999"><c r="A1"><v>1</v></c></row>' * 2_000_000), "made to hurt"),
        (by_hand(row_of(1, "x" * 40_000)), "line 1: has a cell of more than 32,767 characters"),
        (by_hand('<row r="1"><c t="s"><v>5</v></c></row>'), "refers to a text that it has not"),
        (by_hand('<row r="1"><c t="s"><v>-1</v></c></row>'), "refers to a text that it has not"),
        (by_hand(row_of(1, "a", "b")), "has no header that is known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_damage_inside_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(workbook({"A": [RIVER, *[BUY] * 50]}))
    place = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[place : place + 20] = b"\xff" * 20
    assert "is a damaged XLSX file" in refusal(bytes(data))
    monkeypatch.setattr(xlsx_package, "MAX_PACKED", 1000)
    assert "an XLSX file may have" in refusal(workbook({"A": [RIVER, *[BUY] * 50]}))


@pytest.mark.parametrize("seed", range(6))
def test_a_workbook_with_turned_bytes_is_borne(seed: int) -> None:
    whole = workbook({"A": [RIVER, *[BUY] * 5]})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    chance = random.Random(seed)
    read, told = 0, list[str]()
    for _ in range(60):
        name = chance.choice([*parts, ""])
        if name:  # inside of a part, so that no checksum tells
            data = bytearray(parts[name])
            for _turn in range(chance.randint(1, 5)):
                place = chance.randrange(len(data))
                data[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            damaged = packed(parts | {name: bytes(data)})
        else:
            turned = bytearray(whole)
            turned[chance.randrange(len(turned))] = chance.randrange(256)
            damaged = bytes(turned)
        try:
            outcomes(damaged)
            read += 1
        except InputError as error:
            told.append(str(error))
    assert read
    assert told
    assert all(why.startswith("file.xlsx") for why in told)


def test_more_cells_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_source, "MAX_CELLS", 100)
    assert "has more than 100 cells; save the sheet as CSV" in refusal(workbook({"A": [RIVER, *[BUY] * 50]}))


def test_elements_without_anything_in_them_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_package, "MAX_ELEMENTS", 100)
    assert "has more than 100 elements in a part" in refusal(by_hand(f'<row r="1">{"<c/>" * 200}</row>'))


@pytest.mark.parametrize("inner", ["<a>" * 400_000, f"<a {'x' * (3 << 20)}", f"<!-- {'x' * (3 << 20)}"])
def test_what_would_be_kept_whole_in_memory_is_refused(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_package, "MAX_RATIO", 1 << 30)
    tracemalloc.start()
    assert "is a damaged XLSX file" in refusal(by_hand(inner))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 << 20


def test_a_directory_of_very_many_parts_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many = packed({f"{number}.bin": b"" for number in range(400)})
    monkeypatch.setattr(xlsx_package, "MAX_DIRECTORY", 10_000)
    assert "has more parts than any table needs" in refusal(many)
    # The end of a large zip says it in another place.
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(28) + (1 << 40).to_bytes(8, "little") + bytes(8)
    end = record + b"PK\x06\x07" + bytes(16) + b"PK\x05\x06" + bytes(18)
    assert "has more parts than any table needs" in refusal(b"PK\x03\x04" + bytes(100) + end)


def test_a_table_of_text_brings_no_library_of_workbooks() -> None:
    code = (
        "import io, sys\n"
        "from app.importers.reading import read_import\n"
        "from app.services.import_ports import Answers\n"
        f"list(read_import(io.BytesIO({','.join(RIVER).encode()!r}), 'x', Answers()).outcomes)\n"
        "sys.exit(any(name in sys.modules for name in ('openpyxl', 'defusedxml', 'app.importers.xlsx_source')))"
    )
    root = Path(sheets.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_cell_of_numbers_tells_nothing_about_a_text_with_two_readings() -> None:
    data = workbook({"Activity": [RIVER, BUY, [*BUY[:3], "1.205", *BUY[4:]]]})
    assert [type(one).__name__ for one in outcomes(data)] == ["Moved", "Asked"]
    kept = outcomes(data, Answers(decimal="point"))
    assert [one.transactions[0].sats for one in kept if isinstance(one, Moved)] == [150_000, 120_500_000]
