"""Cells: amounts and times in every dress, and those with two readings."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.errors import InputError
from app.importers.cells import CellDoubt, CellError, Cells
from app.services.import_ports import Answers


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"),
        ("0.5", "0.5"),
        ("0.125", "0.125"),
        ("1234.125", "1234.125"),
        ("-€597.49846", "-597.49846"),
        ("€3343.11", "3343.11"),
        ("$1,234.50", "1234.50"),
        ("($12.00)", "-12.00"),
        ("−5,25", "-5.25"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56 €", "1234.56"),
        ("1’234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("89,162.28 SEK", "89162.28"),
        ("USD 5.25", "5.25"),
        ("+7", "7"),
        ("1e-8", "1E-8"),
        (".5", "0.5"),
        ("12.5-", "-12.5"),
    ],
)
def test_an_amount_is_read(text: str, amount: str) -> None:
    assert Cells(Answers()).number(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1.205", "61,200", "$1.205", "-12.500", "999,999"])
def test_an_amount_with_two_readings_is_asked_about(text: str) -> None:
    with pytest.raises(CellDoubt) as doubt:
        Cells(Answers()).number(text)
    assert doubt.value.key == "decimal"
    point = Cells(Answers(decimal="point")).number(text)
    comma = Cells(Answers(decimal="comma")).number(text)
    assert {abs(point / comma), abs(comma / point)} == {Decimal(1000), Decimal("0.001")}


@pytest.mark.parametrize(
    "text", ["", "x", "1,23,4", "1.2.3", "0x10", "NaN", "Infinity", "١٢", "1_000", "--5", "5" * 90]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        Cells(Answers()).number(text)


def test_what_contradicts_the_answer_is_refused() -> None:
    with pytest.raises(CellError):
        Cells(Answers(decimal="comma")).number("1,234.50")
    with pytest.raises(CellError):
        Cells(Answers(decimal="point")).number("12,5")


def test_satoshis_are_exact_and_what_is_finer_is_counted() -> None:
    cells = Cells(Answers())
    assert cells.sats("0.00363125") == 363_125
    assert cells.sats("-2.00000000") == -200_000_000
    assert cells.sats("0.0100000000") == 1_000_000
    assert cells.notes.rounded == 0
    assert cells.sats("0.0000000151") == 2
    assert cells.notes.rounded == 1


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-17 16:57:02 UTC",
        "2025-01-17 16:57:02",
        "2025-01-17T16:57:02Z",
        "2025-01-17T16:57:02.000Z",
        "2025-01-17 16:57:02+00",
        "2025-01-17T17:57:02+01:00",
        "Jan 17 2025 16:57:02",
        "Jan. 17, 2025, 04:57:02 PM",
        "17 Jan 2025 16:57:02",
        "17.01.2025 16:57:02",
        "17/01/2025 16:57:02",
        "01/17/2025 16:57:02",
        "2025-01-17 08:57:02 PST",
        "January 17, 2025, 4:57:02\u202fPM",
    ],
)
def test_a_time_is_read(text: str) -> None:
    assert Cells(Answers()).utc(text) == datetime(2025, 1, 17, 16, 57, 2, tzinfo=UTC)


def test_a_day_that_may_be_a_month_is_asked_about() -> None:
    with pytest.raises(CellDoubt) as doubt:
        Cells(Answers()).utc("03/04/2025 10:00:00")
    assert doubt.value.key == "day_first"
    assert Cells(Answers(day_first="yes")).utc("03/04/2025").month == 4
    assert Cells(Answers(day_first="no")).utc("03/04/2025").month == 3
    assert Cells(Answers()).utc("03/04/2025", "no").month == 3


def test_a_time_of_a_computer_needs_its_zone() -> None:
    with pytest.raises(CellDoubt) as doubt:
        Cells(Answers()).local("2025-07-01 12:00")
    assert doubt.value.key == "zone"
    berlin = Cells(Answers(zone="Europe/Berlin"))
    assert berlin.local("2025-07-01 12:00") == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert berlin.notes.zones == {"Europe/Berlin": 1}
    with pytest.raises(InputError, match="no time zone"):
        Cells(Answers(zone="Mars/Olympus"))


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-02-30", "32.01.2025", "2025-01-01 25:00", "Foo 3 2025", "1", "2025"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        Cells(Answers()).utc(text)
