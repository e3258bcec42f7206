"""Each format's samples: what they are read as, that nothing is lost, that a second import adds nothing."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.bootstrap.imports import read_files
from app.domain.book import Account, AccountKind, Book, Loan, Transaction, TransactionKind
from app.domain.money import SATS_PER_BTC
from app.importers.registry import formats
from app.services.book_file import parse_book, render_book
from app.services.import_preview import FilePreview
from app.services.imports import import_edit, preview
from tests.fakes.loans import at, draw, loan, post
from tests.importers.golden import answers_for, golden_of, read_sample, samples

NAMES = [path.name for path in samples()]
BY_NAME = {path.name: path for path in samples()}


def counted(file: FilePreview) -> int:
    """Return how many rows have a place."""
    aside = sum(each.rows for each in file.aside.values())
    skipped = sum(each.rows for each in file.skipped.values())
    asked = sum(each.rows for _question, each in file.asked.values())
    return file.new + file.known + aside + skipped + asked + file.refused_rows


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_as_it_was_looked_at(name: str) -> None:
    golden = json.loads(golden_of(BY_NAME[name]).read_text(encoding="utf-8"))
    assert read_sample(BY_NAME[name]) == golden


@pytest.mark.parametrize("name", NAMES)
def test_no_row_of_a_sample_is_lost(name: str) -> None:
    read = read_sample(BY_NAME[name])
    below = BY_NAME[name].read_bytes().split(b"\n")[read["head"]["header_line"] :]
    lines = sum(1 for line in below if line.strip())
    if not read["head"]["delimiter"]:
        return  # no table: its lines are no rows
    rows = sum(outcome["rows"] for outcome in read["outcomes"])
    assert rows == lines or any("\n" in str(each) for each in read["outcomes"])
    assert not [each for each in read["outcomes"] if each["is"] == "Asked"]


@pytest.mark.parametrize("key", [each.key for each in formats()])
def test_each_format_has_a_sample_of_each_generation(key: str) -> None:
    shown = {(read_sample(path)["head"]["key"], read_sample(path)["head"]["generation"]) for path in samples()}
    known = next(each for each in formats() if each.key == key)
    wanted = {(key, signature.generation) for signature in known.signatures} or {(key, "")}
    assert wanted <= shown


@pytest.mark.parametrize("name", NAMES)
def test_importing_a_sample_twice_adds_nothing_and_the_book_survives_its_file(name: str) -> None:
    path = BY_NAME[name]
    answers = answers_for(path)
    book = funded(path)
    first = preview(book, read_files([path], answers), answers)
    assert not first.refused, (first.fault, [(file.refused, file.asked) for file in first.files])
    assert [counted(file) for file in first.files] == [file.rows for file in first.files]
    after = import_edit(first).change(book)
    assert parse_book(render_book(after)) == after
    again = preview(after, read_files([path], answers), answers)
    assert not again.refused
    assert again.new == 0
    assert again.after is after
    assert sum(file.known for file in again.files) == sum(file.new for file in first.files)


def funded(path: Path) -> Book:
    """Return a book whose accounts can give what the sample takes."""
    answers = answers_for(path)
    head = next(iter(read_files([path], answers))).head
    wallets = {answers.account or head.place}
    wallets |= {each["wallet"] for each in read_sample(path)["outcomes"] if each.get("wallet")}
    start = Transaction(at("2010-01-01"), TransactionKind.DEPOSIT, 100 * SATS_PER_BTC)
    accounts = tuple(Account(name, AccountKind.EXCHANGE, (start,)) for name in sorted(wallets))
    return Book("Test", accounts=accounts, loans=loans_for(path))


def loans_for(path: Path) -> tuple[Loan, ...]:
    """Return the loan that a sample's answers name, large enough for every repayment and release in it."""
    name = answers_for(path).loan
    events = (post("2012-01-01", "1000"), draw("2012-01-01", "1000000"))
    currency = "EUR" if name.startswith("Euro") else "USD"
    return (loan(*events, name=name, currency=currency, opened_on=date(2012, 1, 1)),) if name else ()
