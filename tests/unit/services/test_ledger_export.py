"""The ledger in other programs' formats: balanced to the last digit, never a formula, what stays behind is counted."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap.imports import read_files
from app.domain.book import Account, Book, EventKind, LoanEvent, Transaction, TransactionKind
from app.domain.errors import InputError
from app.domain.holdings import balances
from app.domain.money import EXACT
from app.services.import_ports import Answers
from app.services.imports import import_edit, preview
from app.services.ledger_export.journal import journal_of
from app.services.ledger_export.slice import slice_of
from app.services.ledger_export.targets import TARGETS
from app.services.ledger_export.told import told
from tests.fakes.lots import BTC, at, book_of, buy, loan_of, row, sell

TABLES = ("koinly", "cointracker", "ghostfolio", "plimsoll")
NASTY = '=HYPERLINK("x")'


def exported(book: Book, target: str, **asked: object) -> tuple[str, str]:
    part = slice_of(book, **asked)  # type: ignore[arg-type] # handed on as they are
    return "".join(TARGETS[target].lines(part)), told(part.left_out)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def treasury() -> Book:
    events = (
        LoanEvent(at("2024-03-01"), EventKind.POST, sats=2 * BTC, account="Main"),
        LoanEvent(at("2024-03-01"), EventKind.DRAW, Decimal("50000.12")),
        LoanEvent(at("2024-03-02"), EventKind.FEE, Decimal("5.10")),
        LoanEvent(at("2024-03-03"), EventKind.RATE, rate=Decimal("0.1")),
        LoanEvent(
            at("2024-04-01"), EventKind.LIQUIDATION, sats=12_345_678, price=Decimal("61234.12"), fee=Decimal("3.33")
        ),
        LoanEvent(at("2024-05-01"), EventKind.RELEASE, sats=BTC, account="Main"),
        LoanEvent(at("2024-06-01"), EventKind.REPAY, Decimal(100)),
    )
    book = book_of(
        buy("2024-01-01", "5", "200000.50", "12.30")._replace(note=NASTY, external_id=f"chain:{'ab' * 32}:500000000"),
        row("transfer", "2024-01-02", "1", to="Cold"),
        row("fee", "2024-01-02", "0.0001"),
        sell("2024-02-01", "0.5", "21000", "4"),
        row("income", "2024-02-02", "0.01", "420"),
        row("income", "2024-02-03", "0.02"),
        row("spend", "2024-02-04", "0.03", "1300"),
        row("withdrawal", "2024-02-05", "0.04"),
        Cold=(row("deposit", "2024-02-06", "0.25", "10000", currency="EUR"),),
    )
    return replace(book, loans=(loan_of(*events),))


def test_koinly_gets_both_sides_labels_and_the_chain_s_id() -> None:
    rows = records(exported(treasury(), "koinly")[0])
    bought = rows[0]
    assert (bought["Sent Amount"], bought["Sent Currency"]) == ("200000.50", "USD")
    assert (bought["Received Amount"], bought["Fee Amount"]) == ("5.00000000", "12.30")
    assert (bought["TxHash"], bought["Description"]) == ("ab" * 32, f"'{NASTY}")
    assert [each["Label"] for each in rows] == [
        "", "cost", "", "other income", "other income", "cost", "", "", "",
    ]  # fmt: skip
    forced = rows[-1]
    assert (forced["Sent Amount"], forced["Received Amount"]) == ("0.12345678", "7559.76728133")
    assert forced["Description"] == "forced sale, Bridge"


def test_what_a_program_cannot_hold_is_counted() -> None:
    assert exported(treasury(), "koinly")[1].splitlines() == [
        "Not as in the book: 4 loan events that move money alone.",
        "Not as in the book: 2 pledges and releases: the bitcoin stays yours.",
        "Not as in the book: 1 transfers between exported accounts: the other program takes them for one wallet.",
    ]
    assert "3 deposits, withdrawals and network fees" in exported(treasury(), "ghostfolio")[1]
    assert "1 new rates of loans" in exported(treasury(), "beancount")[1]
    assert exported(treasury(), "plimsoll")[1] == ""


def test_one_account_is_one_wallet() -> None:
    rows = records(exported(treasury(), "koinly", names=("Cold",))[0])
    assert [(each["Received Amount"], each["Description"]) for each in rows] == [
        ("1.00000000", "from Main"),
        ("0.25000000", ""),
    ]
    assert (
        "7 loan events: they go along when all accounts are exported"
        in (exported(treasury(), "koinly", names=("Cold",))[1])
    )
    with pytest.raises(InputError, match="there is no account “Attic”"):
        slice_of(treasury(), ("Attic",))


def test_only_the_asked_days_go_out() -> None:
    rows = records(exported(treasury(), "plimsoll", start=at("2024-02-01"), end=at("2024-02-03"))[0])
    assert [each["at"] for each in rows] == ["2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"]


@pytest.mark.parametrize("target", list(TARGETS))
def test_an_empty_book_goes_out(target: str) -> None:
    text, left = exported(Book("Empty"), target)
    assert left == ""
    assert "Empty" in text or len(text.splitlines()) == 1


def test_every_journal_entry_balances_and_accounts_end_as_in_the_book() -> None:
    book = treasury()
    held: dict[str, Decimal] = defaultdict(Decimal)
    for entry in journal_of(slice_of(book)):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in entry.postings:
            weight, unit = one.weight
            sums[unit] = EXACT.add(sums[unit], weight)
            if one.place.root == "assets bitcoin":
                held[one.place.name] += one.amount
        assert not any(sums.values()), entry
    assert {name: int(btc * BTC) for name, btc in held.items()} == balances(book)


def test_journals_take_any_name() -> None:
    names = ['Cold "vault"; x', "冷钱包", "a:b|c", "(paren) [x]", "*star", "a-b", "a b", "@x", "ß"]
    accounts = tuple(
        Account(name, transactions=(buy("2024-01-01", "1", "5")._replace(note='q " \\ ;\n x'),)) for name in names
    )
    bean, _ = exported(Book('Desk "x"', accounts=accounts), "beancount")
    opened = [line.split()[2] for line in bean.splitlines() if " open Assets:Bitcoin:" in line]
    assert len(set(opened)) == len(names)
    assert all(each.rsplit(":", 1)[1][0].isascii() and each.rsplit(":", 1)[1][0].isalnum() for each in opened)
    assert '"q \\" \\\\ ; x"' in bean
    journal, _ = exported(Book("Desk", accounts=accounts), "hledger")
    declared = [line.removeprefix("account ") for line in journal.splitlines() if line.startswith("account assets")]
    assert len(set(declared)) == len(names)
    assert not any("  " in each or ";" in each for each in declared)


@pytest.mark.parametrize("target", TABLES)
def test_no_cell_is_a_formula(target: str) -> None:
    entry = buy("2024-01-01", "1", "5")._replace(note="\t=1+1", external_id="@sum(A1)")
    book = Book("Desk", accounts=(Account("-cmd|x", transactions=(entry,)),))
    for cells in csv.reader(io.StringIO(exported(book, target)[0])):
        assert not [cell for cell in cells if cell.lstrip()[:1] in "=+@" and cell.strip()]
        assert "-cmd|x" not in cells


def test_a_chain_id_from_somebody_s_file_is_no_formula() -> None:
    entry = buy("2024-01-01", "1", "5")._replace(external_id="chain:=1+1:5")
    (found,) = records(exported(book_of(entry), "koinly")[0])
    assert found["TxHash"] == "'=1+1"


def test_whole_money_has_decimals_for_beancount_s_tolerance() -> None:
    text, _ = exported(book_of(buy("2024-01-01", "0.16749249", "765896085", "7")), "beancount")
    assert "BTC @@ 765896085.00 USD" in text
    assert [line.split()[1] for line in text.splitlines() if line.endswith(" USD") and "Equity" in line] == [
        "-765896085.00",
        "-7.00",
    ]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


moments = st.integers(0, 400_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
amounts = st.one_of(st.none(), st.integers(1, 10**10).map(lambda units: Decimal(units).scaleb(-2)))
entries = st.tuples(
    moments,
    st.sampled_from([kind for kind in TransactionKind if kind is not TransactionKind.TRANSFER]),
    st.integers(1, BTC),
    amounts,
    st.sampled_from([None, "EUR", "USD"]),
    amounts,
    st.sampled_from(["", "plain", NASTY, "two\nlines", '"', "ünïcode, ;"]),
).map(lambda fields: Transaction(*fields))


@settings(max_examples=40, deadline=None)
@given(
    found=st.lists(entries, max_size=12, unique_by=lambda entry: entry.at),
    target=st.sampled_from(["koinly", "cointracker", "plimsoll"]),
)
def test_what_goes_out_comes_back_with_the_same_balance(folder: Path, found: list[Transaction], target: str) -> None:
    fund = Transaction(datetime(2020, 1, 1, tzinfo=UTC), TransactionKind.DEPOSIT, 100 * BTC)
    book = Book("Desk", accounts=(Account("Main", transactions=(fund, *sorted(found, key=lambda entry: entry.at))),))
    path = folder / "file.csv"
    path.write_text(exported(book, target)[0], encoding="utf-8")
    answers = Answers(format=target, account="Main", duplicates="keep")
    empty = Book("Back")
    seen = preview(empty, read_files([path], answers), answers)
    assert not seen.refused, (seen.fault, seen.files[0].refused, seen.files[0].asked)
    back = import_edit(seen).change(empty)
    assert balances(back) == balances(book)
    if target == "plimsoll":
        told_of = [(e.at, e.kind, e.sats, e.value, e.fee) for e in back.account("Main").transactions]
        assert told_of == [(e.at, e.kind, e.sats, e.value, e.fee) for e in book.account("Main").transactions]
