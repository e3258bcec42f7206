"""Plimsoll's own CSV: every field there and back, and what a file written by hand may get wrong."""

import io

import pytest

from app.domain.book import Book, EventKind
from app.domain.holdings import balances
from app.importers.reading import read_import
from app.services.import_ports import Answers, Aside, Lent, Moved, Outcome, Refused
from app.services.imports import preview
from tests.fakes.loans import loan

HEADER = "account,at,kind,btc,value,currency,fee,note,id,to_account"
LOANS = "loan,at,kind,amount,btc,account,rate,price,fee,note,id"


def read(*lines: str) -> list[Outcome]:
    """Return what a file of these lines is read as."""
    return list(read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", Answers()).outcomes)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,2024-01-01,buy,-0.5,,,,,,", "carries a sign"),
        ("A,2024-01-01,buy,0,,,,,,", "moves nothing"),
        ("A,2024-01-01,buy,,,,,,,", "moves nothing"),
        ("A,2024-01-01,buy,0.5,-10,EUR,,,,", "is negative"),
        ("A,2024-01-01,buy,0.5,10,EUR,-1,,,", "is negative"),
        ("A,2024-01-01,buy,0.5,1e15,EUR,,,,", "is too large"),
        ("A,2024-01-01,buy,0.5,10,Euro!,,,,", "currency"),
        ("A,2024-01-01,transfer,0.5,,,,,,", "a transfer needs a to_account"),
        ("A,2024-01-01,buy,0.5,,,,,,B", "no other kind has one"),
        ("A,yesterday,buy,0.5,,,,,,", "is no time"),
        ("A,2024-01-01,buy,0.5,,,,,", "has 9 cells where the header names 10"),
    ],
)
def test_a_row_that_cannot_be_is_refused(row: str, reason: str) -> None:
    (refused,) = read(HEADER, row)
    assert isinstance(refused, Refused)
    assert reason in refused.reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("L,2024-01-01,draw,,,,,,,,", "a draw needs amount"),
        ("L,2024-01-01,draw,10,0.5,,,,,,", "a draw has no btc"),
        ("L,2024-01-01,post,10,0.5,,,,,,", "a post has no amount"),
        ("L,2024-01-01,release,,,,,,,,", "a release needs btc"),
        ("L,2024-01-01,rate,,,,,,,,", "a rate needs rate"),
        ("L,2024-01-01,liquidation,,0.5,,,,,,", "a liquidation needs price"),
    ],
)
def test_an_event_that_cannot_be_is_refused(row: str, reason: str) -> None:
    (refused,) = read(LOANS, row)
    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_an_unknown_kind_is_kept_aside() -> None:
    assert isinstance(read(HEADER, "A,2024-01-01,gift,0.5,,,,,,")[0], Aside)
    assert isinstance(read(LOANS, "L,2024-01-01,margin,1,,,,,,,")[0], Aside)


def test_ids_are_kept_and_plain_ones_marked() -> None:
    row = "A,2024-01-01,buy,0.5,,,,,{},"
    for text, native in (("kraken:L1", "kraken:L1"), ("7 x:8", "plimsoll:7 x:8"), ("", "plimsoll:#")):
        (outcome,) = read(HEADER, row.format(text))
        assert isinstance(outcome, Moved)
        assert (outcome.transactions[0].external_id or "").startswith(native)


def test_the_apostrophe_before_a_formula_is_taken_off_and_no_other() -> None:
    for cell, note in (("'=1+1", "=1+1"), ("'@home", "@home"), ("'tis", "'tis"), ("'", "'"), ("''=x", "''=x")):
        (outcome,) = read(HEADER, f"A,2024-01-01,buy,0.5,,,,{cell},,")
        assert isinstance(outcome, Moved)
        assert outcome.transactions[0].note == note


def test_one_decimal_sign_holds_for_the_whole_file() -> None:
    (outcome,) = read(HEADER.replace(",", ";"), "A;2024-01-01;buy;0,50000000;1.205;EUR;1,50;;;")
    assert isinstance(outcome, Moved)
    assert str(outcome.transactions[0].value) == "1205"
    (outcome,) = read(HEADER, "A,2024-01-01,buy,0.50000000,1.205,KWD,,,,")
    assert isinstance(outcome, Moved)
    assert str(outcome.transactions[0].value) == "1.205"


def test_both_files_make_one_book() -> None:
    book = Book("Test", loans=(loan(name="House"),))
    moves = [HEADER, "Cold,2024-01-01,buy,2,80000,USD,,,,", "Cold,2026-07-01T00:00:00Z,transfer,0.5,,,,,,Hot"]
    events = [
        LOANS,
        "House,2026-03-02,post,,1,Cold,,,,,",
        "House,2026-03-03,draw,20000,,,,,,,",
        "House,2026-04-01,rate,,,,0.09,,,,",
        "House,2026-05-01,liquidation,,0.1,,,50000,10,,",
    ]
    texts = ["\n".join(lines).encode() for lines in (events, moves)]
    readings = [read_import(io.BytesIO(text), f"{number}.csv", Answers()) for number, text in enumerate(texts)]
    found = preview(book, readings, Answers())
    assert not found.refused, (found.fault, [file.refused for file in found.files])
    assert balances(found.after) == {"Cold": 50_000_000, "Hot": 50_000_000}
    kinds = [event.kind for event in found.after.loan("House").events]
    assert kinds == [EventKind.POST, EventKind.DRAW, EventKind.RATE, EventKind.LIQUIDATION]


def test_a_column_that_nobody_knows_is_not_passed_over() -> None:
    with pytest.raises(Exception, match="header"):
        read("account,at,kind,btc,curency", "A,2024-01-01,buy,1,EUR")
    assert isinstance(read("kind,at,account,sats", "buy,2024-01-01,A,100")[0], Moved)
    assert isinstance(read("kind,at,loan,amount,sats", "draw,2024-01-01,A,100,")[0], Lent)
