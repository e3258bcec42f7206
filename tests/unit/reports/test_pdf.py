"""PDFs are read back with another program's library."""

import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from pypdf import PdfReader

from app.domain.errors import InputError
from app.reports.tidy_pdf import tidied
from app.services.board_report import board_report
from app.services.report_ports import Align, Column, Format, Paper, Paragraph, Report, Section, Table
from app.services.reports import ReportAsk
from tests.fakes.desk import at_price, many_loans, offline, snapshot_of, treasury
from tests.fakes.reports import facts_at, sample, writer


def pages_of(report: Report, paper: Paper = Paper.A4) -> list[str]:
    reader = PdfReader(io.BytesIO(writer().write(report, Format.PDF, paper)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def board(snapshot: object) -> Report:
    return board_report(facts_at(snapshot), ReportAsk())  # type: ignore[arg-type] # a snapshot of the fakes


def test_every_page_names_book_time_price_hash_and_its_number() -> None:
    pages = pages_of(sample(400))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Treasury" in page
        assert "2026-02-05 14:30:00 UTC" in page
        assert "BTC $70,000.00, consensus, 5 of 5 sources, 0 s old" in page
        assert "ab" * 32 in page


def test_a_long_table_repeats_its_headings_and_loses_no_row() -> None:
    pages = pages_of(sample(400))
    text = " ".join(pages)
    for number in range(400):
        assert f"Tide & Harbour {number} 1.5" in text
    with_rows = [page for page in pages if "Tide & Harbour" in page.split("Holdings")[-1]]
    assert sum("Held Worth Mixed Share" in page for page in with_rows) >= len(with_rows) - 1


def test_a_missing_figure_is_a_dash_with_its_reason() -> None:
    page = pages_of(sample())[0]
    assert "— One price is not known." in page
    assert "BTC in EUR: no price (none told)." in page


def test_the_same_report_gives_the_same_bytes() -> None:
    report = sample(60)
    assert writer().write(report, Format.PDF, Paper.A4) == writer().write(report, Format.PDF, Paper.A4)
    assert writer().write(report, Format.PDF, Paper.A4) != writer().write(
        replace(report, state_hash="cd" * 32), Format.PDF, Paper.A4
    )


_OTHER = """
import sys
from app.services.report_ports import Format, Paper
from tests.fakes.reports import sample, writer
sys.stdout.buffer.write(writer().write(sample(60), Format.PDF, Paper.A4))
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def test_other_processes_and_other_time_zones_give_the_same_bytes(zone: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [sys.executable, "-c", _OTHER], env={**kept, "TZ": zone}, capture_output=True, check=True, timeout=120
    )
    assert done.stdout == writer().write(sample(60), Format.PDF, Paper.A4)


def test_a_date_of_another_length_leaves_a_file_that_can_be_read() -> None:
    data = writer().write(sample(), Format.PDF, Paper.A4)
    for moment in ("D:20260101000000+01'00'", "D:20260101000000Z"):
        changed = tidied(data, moment)
        assert moment.encode() in changed
        reader = PdfReader(io.BytesIO(changed), strict=True)
        assert "Sample report" in reader.pages[0].extract_text()
        data = changed
    assert tidied(b"%PDF-1.7 of another kind", "D:20260101000000Z") == b"%PDF-1.7 of another kind"


def test_fonts_that_chance_put_in_another_order_are_put_in_order() -> None:
    data = writer().write(sample(), Format.PDF, Paper.A4)
    listed = re.search(rb"/Font <<\n((?:/\w+ \d+ 0 R\n)+)", data)
    assert listed is not None
    lines = listed[1].splitlines(keepends=True)
    assert len(lines) == 3
    turned = data.replace(listed[1], b"".join(reversed(lines)))
    assert turned != data
    assert tidied(turned, "D:20260205143000Z") == data


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (595, 842)), (Paper.LETTER, (612, 792))])
def test_paper_has_its_size(paper: Paper, size: tuple[int, int]) -> None:
    page = PdfReader(io.BytesIO(writer().write(sample(), Format.PDF, paper))).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == size


def test_every_figure_can_be_searched_and_copied() -> None:
    figures = ("0123456789", "1,234.56", "−5 %", "CHF 12:30;", "(7) + 8 - 9 = <10> ~ * ≈", "1\u2009234\u00a0sats", "—")
    table = Table((Column("Figures", align=Align.RIGHT),), tuple((text,) for text in figures))
    page = pages_of(replace(sample(), sections=(Section("All", (table,)),)))[0]
    for text in figures:
        assert " ".join(text.split()) in page


def test_our_own_letters_are_in_the_file() -> None:
    reader = PdfReader(io.BytesIO(writer().write(sample(), Format.PDF, Paper.A4)))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index] # as pypdf tells it
    names = {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    assert names
    assert all("Inter" in name for name in names)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("count", [0, 1, 4, 40, 200])
def test_the_board_report_is_one_page(count: int, paper: Paper) -> None:
    snapshot = snapshot_of(treasury() if count == 4 else treasury(many_loans(count)))
    pages = pages_of(board(snapshot), paper)
    assert len(pages) == 1
    assert "Page 1 of 1" in pages[0]
    if count == 200:
        assert "and 190 more, none of them graver" in pages[0]


@pytest.mark.parametrize("paper", list(Paper))
def test_the_worst_day_of_a_large_book_is_one_page(paper: Paper) -> None:
    long = tuple(replace(loan, name=f"{loan.name} {'of a very long name ' * 6}") for loan in many_loans(200))
    assert len(pages_of(board(at_price("20000", treasury(long))), paper)) == 1
    assert len(pages_of(board(offline(book=treasury(long))), paper)) == 1


def test_the_board_reads_what_is_in_danger() -> None:
    page = pages_of(board(snapshot_of()))[0]
    for words in (
        "A fall of 10 % calls two loans: Coin revolver at $65,307 and Equipment facility at $64,070.",
        "now $70,727",
        "after −10 %: $63,655",
        "reserve ends $",
        "Drop test: after a fall of 10 %",
        "2 of 4 loans called or sold",
        "Cure each call",
        "How old the data are",
    ):
        assert words in page


def test_without_a_price_no_loan_is_ok() -> None:
    page = pages_of(board(offline()))[0]
    assert "No price to rely on in USD" in page
    assert "Not tested: there is no price to fall from." in page
    words = Counter(page.replace(",", " ").split())
    assert not words["ok"]
    assert page.count("not judged") >= 4


def test_what_cannot_stand_on_one_page_is_refused() -> None:
    words = Section("Much", tuple(Paragraph(f"Line {number}.") for number in range(400)))
    with pytest.raises(InputError, match="more than one page"):
        writer().write(replace(sample(one_page=True), sections=(words,)), Format.PDF, Paper.A4)


def test_the_picture_is_the_first_page() -> None:
    picture = writer().picture(sample(), Paper.A4, 600)
    assert picture.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(picture[16:20], "big") == 600
    assert int.from_bytes(picture[20:24], "big") == round(600 * 8419 / 5953)
