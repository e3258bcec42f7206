"""Files that are damaged, foreign or made to hurt are refused with a sentence that names the place, or asked about."""

import io
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

import pytest

from app.domain.book import Book
from app.domain.errors import InputError
from app.importers import profiles, text_source
from app.importers.formats import river
from app.importers.reading import read_import
from app.services.import_ports import Answers, Asked, Moved, Outcome, Refused, Skipped
from app.services.import_preview import ImportPreview
from app.services.imports import preview

RIVER = "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Tag\n"
BUY = "2024-09-26 19:59:41,100.00,USD,0.00150000,BTC,1.00,USD,Buy\n"


def outcomes(data: str | bytes, answers: Answers | None = None) -> list[Outcome]:
    """Return what a file is read as."""
    raw = data.encode() if isinstance(data, str) else data
    return list(read_import(io.BytesIO(raw), "file.csv", answers or Answers()).outcomes)


def previewed(data: str, book: Book | None = None, answers: Answers | None = None) -> ImportPreview:
    """Return what a file would bring."""
    answers = answers or Answers()
    return preview(book or Book("Test"), [read_import(io.BytesIO(data.encode()), "file.csv", answers)], answers)


@pytest.mark.parametrize(
    ("encode", "answers"),
    [
        (lambda text: text.encode("utf-8-sig"), Answers()),
        (lambda text: text.encode("utf-16"), Answers()),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), Answers()),
        (lambda text: text.replace("Buy", "Buy ").replace("\n", "\r\n").encode(), Answers()),
        (lambda text: text.replace(",", ";").encode(), Answers()),
        (lambda text: text.replace(",", "\t").encode(), Answers()),
        (lambda text: b"caf\xe9,\x80\n" + text.encode(), Answers(encoding="cp1252")),
    ],
)
def test_encodings_and_delimiters_are_found(encode: Callable[[str], bytes], answers: Answers) -> None:
    read = outcomes(encode(RIVER + BUY), answers)
    assert [type(each) for each in read] == [Moved]


def test_text_of_windows_is_asked_about() -> None:
    with pytest.raises(InputError, match=r"file.csv, line 2: is not text in UTF-8.*--encoding cp1252"):
        outcomes(RIVER.encode() + b"caf\xe9\n")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has no header that is known"),
        (b"\0" * 100, "holds a NUL"),
        (RIVER.encode() + b"2024\0,1\n", r"line 2: holds a NUL"),
        ((RIVER + BUY).encode("utf-16-le"), "holds a NUL"),
        (b"a,b,c\n1,2,3\n", "has no header that is known"),
        (b"\n" * 20 + (RIVER + BUY).encode(), "has no header that is known"),
        (b"\xff\xfe\x00", "not text in the encoding"),
        (b"PK\x03\x04" + bytes(range(1, 256)), "is a damaged XLSX file"),
        (RIVER.encode() + b'2024,"' + b"x" * 200_000 + b"\n", "line 2: has a cell without end"),
        (RIVER.encode() + b'2024,"' + b"x\n" * 5_000, "line 2: begins a row without end"),
        (RIVER.encode() + b"," * 5_000 + b"x\n", "line 2: has 5,001 cells"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        outcomes(data)


class Huge(io.RawIOBase):
    """A file of any size that takes no room; it counts what was read."""

    def __init__(self, size: int, piece: bytes) -> None:
        self.size, self.piece, self.place, self.taken = size, piece, 0, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset if whence == 0 else self.size + offset
        return self.place

    def read(self, count: int = -1) -> bytes:
        self.taken += count
        self.place += count
        return (self.piece * (count // len(self.piece) + 1))[:count]


def test_a_file_of_a_gigabyte_is_refused_unread() -> None:
    huge = Huge(1 << 30, b"a,b\n")
    with pytest.raises(InputError, match="has 1024 MB, and 400 MB can be read"):
        read_import(cast_file(huge), "file.csv", Answers())
    assert huge.taken <= 8  # what tells a workbook from a table


def test_a_cell_of_a_hundred_megabytes_costs_no_memory() -> None:
    huge = Huge(100 << 20, b"a")
    tracemalloc.start()
    with pytest.raises(InputError, match="is far longer than a row can be"):
        read_import(cast_file(huge), "file.csv", Answers())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20
    assert text_source.MAX_BYTES < 1 << 30


def cast_file(file: io.RawIOBase) -> BinaryIO:
    """Return a raw file as what an importer is handed."""
    return file  # type: ignore[return-value] # it reads and seeks, which is all that is needed


def test_an_ambiguous_amount_is_asked_about_until_somebody_says() -> None:
    data = RIVER + "2024-09-26 19:59:41,100,USD,1.205,BTC,,,Buy\n"
    (asked,) = outcomes(data)
    assert asked == Asked(2, "decimal", "“1.205” is 1.205 or 1205")
    (point,) = outcomes(data, Answers(decimal="point"))
    assert isinstance(point, Moved)
    assert point.transactions[0].sats == 120_500_000
    (comma,) = outcomes(data, Answers(decimal="comma"))
    assert isinstance(comma, Moved)
    assert comma.transactions[0].sats == 120_500_000_000


def test_amounts_of_one_sort_decide_for_each_other_but_not_for_the_other_sort() -> None:
    clear = "2024-09-25 19:59:41,100,USD,0.5,BTC,,,Buy\n"
    read = outcomes(RIVER + "2024-09-26 19:59:41,100,USD,1.205,BTC,,,Buy\n" + clear)
    assert [type(each) for each in read] == [Moved, Moved]
    read = outcomes(RIVER + "2024-09-26 19:59:41,1.205,USD,0.25,BTC,,,Buy\n" + clear)
    assert [type(each) for each in read] == [Asked, Moved]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-09-26 19:59:41,100,USD,x,BTC,,,Buy", "“x” is not a number"),
        ("2024-13-26 19:59:41,100,USD,0.1,BTC,,,Buy", "is no time"),
        ("2024-09-26 19:59:41,100,USD,0.1,BTC,-1,USD,Buy", "the fee -1 is negative"),
        ("2024-09-26 19:59:41,100,USD,21000001,BTC,,,Buy", "more than the 21 million"),
        ("2024-09-26 19:59:41,100,USD,0.1,BTC,,", "has 7 cells where the header names 8"),
        ("2024-09-26 19:59:41,1e99,USD,0.1,BTC,,,Buy", "too large"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_line_and_nothing_else_is_stored(row: str, reason: str) -> None:
    found = previewed(RIVER + BUY + row + "\n")
    assert [(each.line, reason in each.reason) for each in found.files[0].refused] == [(3, True)]
    assert found.refused
    assert found.after is found.before


def test_a_history_below_zero_names_the_line_and_stores_nothing() -> None:
    found = previewed(RIVER + BUY + "2024-09-27 00:00:00,0.5,BTC,,,,,\n")
    assert found.fault.startswith("file.csv, line 3: “River” would hold -0.49850000 BTC")
    assert found.after is found.before


def test_twins_without_an_id_are_asked_about() -> None:
    found = previewed(RIVER + BUY + BUY)
    assert list(found.files[0].asked) == ["duplicates"]
    assert previewed(RIVER + BUY + BUY, answers=Answers(duplicates="drop")).accounts == {"River": 1}
    kept = previewed(RIVER + BUY + BUY, answers=Answers(duplicates="keep"))
    assert kept.accounts == {"River": 2}
    again = previewed(RIVER + BUY + BUY, kept.after)
    assert (again.new, again.files[0].known, again.refused) == (0, 2, False)


def test_an_id_that_says_two_things_is_refused_and_one_said_twice_is_told() -> None:
    header = "Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,"
    header += "Fee Currency,Destination,Operation ID,Counterparty\n"
    row = "2023-09-01T08:00:00Z,Buy,0.00412345,23888.10,BTC/EUR,98.50,EUR,1.50,EUR,,op-1,\n"
    twice = previewed(header + row + row)
    assert (twice.new, sum(each.rows for each in twice.files[0].skipped.values())) == (1, 1)
    other = previewed(header + row + row.replace("98.50", "99.50"))
    assert [each.line for each in other.files[0].refused] == [3]
    assert "has the id of line 2" in other.files[0].refused[0].reason


def test_half_a_trade_is_refused() -> None:
    header = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
    row = '"L1","T1","2024-01-01 00:00:00","trade","","currency","XXBT","1.0000000000","0","1.0"\n'
    (half,) = outcomes(header + row)
    assert isinstance(half, Refused)
    assert "the other is missing" in half.reason


def test_dust_is_left_out_and_counted() -> None:
    (dust,) = outcomes(RIVER + "2024-09-26 19:59:41,,,0.000000001,BTC,,,Interest\n")
    assert isinstance(dust, Skipped)


def test_a_formula_stays_a_text() -> None:
    header = "Timestamp,Transaction Type,Asset,Quantity Transacted,Spot Price Currency,Spot Price at Transaction,"
    header += "Subtotal,Total (inclusive of fees),Fees,Notes\n"
    formula = '"=HYPERLINK(""http://example.invalid"")"'
    (read,) = outcomes(header + f"2021-06-01T10:00:00Z,Receive,BTC,0.5,USD,1.5,2.5,2.5,0,{formula}\n")
    assert isinstance(read, Moved)
    assert read.transactions[0].note == '=HYPERLINK("http://example.invalid")'


def test_two_formats_with_one_header_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = (river.FORMAT, replace(river.FORMAT, key="other"))
    monkeypatch.setattr(profiles, "formats", lambda: twins)
    with pytest.raises(InputError, match=r"has a header that river and other share; say which with --format"):
        outcomes(RIVER + BUY)


def test_a_format_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match=r"has not the columns of Kraken"):
        outcomes(RIVER + BUY, Answers(format="kraken"))
    with pytest.raises(InputError, match=r"there is no format “nosuch”"):
        outcomes(RIVER + BUY, Answers(format="nosuch"))


def test_labels_of_a_wallet_have_a_command_of_their_own() -> None:
    with pytest.raises(InputError, match="take them with “plimsoll labels import”"):
        outcomes('{"type": "tx", "ref": "ab", "label": "Rent"}\n')
