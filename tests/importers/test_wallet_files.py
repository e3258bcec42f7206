"""Files of wallets beyond their samples: units that nobody names, ids that a scan shares, sending to oneself."""

import io
from dataclasses import replace

import pytest

from app.domain.book import Book, TransactionKind
from app.domain.holdings import balances
from app.importers.reading import read_import
from app.services.import_ports import Answers, Aside, Asked, Moved, Outcome, Refused, Skipped
from app.services.import_preview import ImportPreview
from app.services.import_report import import_text
from app.services.imports import import_edit, preview
from tests.fakes import loans as fake

A, B, C = "a1" * 32, "b2" * 32, "c3" * 32
SPARROW = "Date (UTC),Label,Value,Balance,Fee,Txid"
ELECTRUM = (
    "oc_transaction_hash,ln_payment_hash,label,confirmations,amount_chain_bc,amount_lightning_bc,fiat_value,"
    "network_fee_bc,fiat_fee,timestamp"
)
LEDGER = (
    "Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
    "Account xpub,Countervalue Ticker,Countervalue at Operation Date,Countervalue at CSV Export"
)
TREZOR = "Timestamp,Date,Time,Type,Transaction ID,Fee,Fee unit,Address,Label,Amount,Amount unit,Fiat (EUR),Other"
BERLIN = Answers(zone="Europe/Berlin")


def read(*lines: str, answers: Answers | None = None) -> list[Outcome]:
    """Return what a file of these lines is read as."""
    data = io.BytesIO("\n".join(lines).encode())
    return list(read_import(data, "file.csv", answers or Answers()).outcomes)


def brought(book: Book, *lines: str, answers: Answers | None = None) -> ImportPreview:
    """Return what a file of these lines would bring."""
    answers = answers or Answers()
    return preview(book, [read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", answers)], answers)


def amounts(outcomes: list[Outcome]) -> list[tuple[str, int]]:
    """Return kind and satoshis of every transaction."""
    return [(each.kind.value, each.sats) for one in outcomes if isinstance(one, Moved) for each in one.transactions]


@pytest.mark.parametrize(
    ("value", "balance", "sats"),
    [
        ("0.50000000", "1.00000000", 50_000_000),
        ('"0,50000000"', '"1,00000000"', 50_000_000),
        ("0.5", "1", 50_000_000),
        ("0.125", "0.125", 12_500_000),
        ("3.00000000", "1 234.00000000", 300_000_000),
        ("600", "600", 600),
        ("1234567", "1234567", 1_234_567),
        ('"1,234,567"', '"1,234,567"', 1_234_567),
        ('"1.234.567"', '"1.234.567"', 1_234_567),
        ("1\u202f234\u202f567", "1\u202f234\u202f567", 1_234_567),
    ],
)
def test_sparrows_unit_is_told_by_its_decimals(value: str, balance: str, sats: int) -> None:
    assert amounts(read(SPARROW, f"2024-01-01 00:00:00,,{value},{balance},,{A}")) == [("deposit", sats)]


def test_sparrows_unit_is_asked_about_where_nothing_tells_it() -> None:
    lines = (SPARROW, f"2024-01-01 00:00:00,,2,2,,{A}")
    (asked,) = read(*lines)
    assert isinstance(asked, Asked)
    assert asked.key == "unit"
    assert amounts(read(*lines, answers=Answers(unit="sats"))) == [("deposit", 2)]
    assert amounts(read(*lines, answers=Answers(unit="btc"))) == [("deposit", 200_000_000)]


def test_a_file_of_sparrow_does_not_mix_units() -> None:
    coins = f"2024-01-01 00:00:00,,0.50000000,0.50000000,,{A}"
    first, second = read(SPARROW, coins, f"2024-01-02 00:00:00,,150000,0.51000000,,{B}")
    assert isinstance(first, Moved)
    assert isinstance(second, Refused)
    assert "so it is satoshis in a file of BTC" in second.reason
    (third,) = read(SPARROW, coins, answers=Answers(unit="sats"))
    assert isinstance(third, Refused)
    assert "no whole number of satoshis" in third.reason


def test_a_row_without_a_transactions_id_is_refused() -> None:
    for txid in ("", "xyz", "ab" * 31):
        (refused,) = read(SPARROW, f"2024-01-01 00:00:00,,0.50000000,0.50000000,,{txid}")
        assert isinstance(refused, Refused)
        assert "no id of a bitcoin transaction" in refused.reason


def test_one_transaction_is_one_entry_whatever_wallet_program_tells_it() -> None:
    sparrow = (
        SPARROW,
        f"2024-01-03 00:00:00,,-0.10000500,0.90000000,0.00000500,{B}",
        f"2024-01-01 00:00:00,,1.00000500,1.00000500,,{A}",
    )
    book = import_edit(found := brought(Book("Test"), *sparrow)).change(found.before)
    electrum = (
        ELECTRUM,
        f"{A},,,900,1.000005,0,,,,2024-01-01 01:00",
        f"{B},,,900,-0.100005,0,,0.000005,,2024-01-03 01:00",
    )
    trezor = (
        TREZOR,
        f"1704067200,,,RECV,{A},,,bc1q,,1.000005,BTC,,",
        f"1704240000,,,SENT,{B},0.000005,BTC,bc1q,,0.1,BTC,,",
    )
    ledger = (
        LEDGER,
        f"2024-01-01T00:00:00.000Z,Confirmed,BTC,IN,1.000005,0.00001,{A},Cold,xpub,,,",
        f"2024-01-03T00:00:00.000Z,Confirmed,BTC,OUT,0.100005,0.000005,{B},Cold,xpub,,,",
    )
    for lines in (electrum, trezor, ledger):
        again = brought(book, *lines, answers=BERLIN)
        assert (again.new, again.files[0].known, again.refused) == (0, 2, False)


def test_what_others_paid_in_the_same_transaction_is_no_fee_of_this_wallet() -> None:
    # A joint transaction: the whole fee is more than what this wallet lost.
    outcomes = read(SPARROW, f"2024-01-01 00:00:00,,-0.00000300,0.50000000,0.00000900,{A}")
    assert amounts(outcomes) == [("withdrawal", 300)]
    outcomes = read(SPARROW, f"2024-01-01 00:00:00,,0.00000000,0.50000000,0.00000900,{A}")
    assert isinstance(outcomes[0], Skipped)


def test_channels_into_one_account_still_cost_their_fees() -> None:
    lines = (
        ELECTRUM,
        f"{A},,,900,1,0,,,,2024-01-01 01:00",
        f"{B},,Open channel,900,-0.10000500,0.1,,0.000005,,2024-01-03 01:00",
        f",{'d4' * 32},Coffee,,0,-0.00020000,,0.00000010,,2024-01-04 01:00",
        f"{C},,Close channel,900,0.0997,-0.0998,,0.0001,,2024-01-05 01:00",
    )
    apart = brought(Book("Test"), *lines, answers=BERLIN)
    assert balances(apart.after) == {"Electrum": 90_000_000 - 500 + 9_970_000, "Electrum Lightning": 0}
    one = brought(Book("Test"), *lines, answers=replace(BERLIN, account="Phone"))
    assert balances(one.after) == {"Phone": 100_000_000 - 500 - 20_000 - 10_000}
    again = brought(one.after, *lines, answers=replace(BERLIN, account="Phone"))
    assert (again.new, again.files[0].known, again.refused) == (0, 4, False)


def test_electrum_needs_the_computers_zone() -> None:
    outcomes = read(ELECTRUM, f"{A},,,900,1,0,,,,2024-01-01 01:00")
    assert isinstance(outcomes[0], Asked)
    assert outcomes[0].key == "zone"
    pending = read(ELECTRUM, f"{A},,,0,1,0,,,,unknown", answers=BERLIN)
    assert isinstance(pending[0], Skipped)


def test_the_keys_in_a_file_of_ledger_are_told_and_never_shown() -> None:
    key = f"xpub6CzDCPbtLrrn4VpVbyyQLHbdSMpZoHN4iuW64VswCyEpfjM2m{'J' * 58}"
    found = brought(
        Book("Test"),
        LEDGER,
        f"2024-01-01T00:00:00.000Z,Confirmed,BTC,IN,1.000005,0.00001,{A},Cold,{key},,,",
        f"2024-01-01T00:00:00.000Z,Confirmed,BTC,OPT_OUT,1.000005,0.00001,{B},Cold,{key},,,",
    )
    text = import_text(found, stored=False)
    assert "a row with the extended public key (xpub) of its account" in text
    assert list(found.files[0].notes.remarks.values()) == [2]
    assert "plimsoll wallet add" in text
    assert key not in text
    assert key not in repr(found)


def test_rows_of_ledger_that_contradict_each_other_are_refused() -> None:
    row = "2024-01-01T00:00:00.000Z,Confirmed,BTC,IN,{},0.00001," + f"{A},Cold,xpub,,,"
    once, twice = read(LEDGER, row.format("0.5"), row.format("0.5"))
    assert (type(once), type(twice)) == (Skipped, Moved)
    refused, _moved = read(LEDGER, row.format("0.5"), row.format("0.6"))
    assert isinstance(refused, Refused)
    assert "another amount for the transaction of line 2" in refused.reason


def test_trezor_counts_satoshis_and_a_fee_beside_one_address_alone() -> None:
    outcomes = read(
        TREZOR,
        f"1704067200,,,SENT,{A},500,sat,bc1q,,100000,sat,,",
        f"1704067200,,,SENT,{A},,,bc1q,,200000,sat,,",
    )
    assert amounts(outcomes) == [("withdrawal", 300_000), ("fee", 500)]
    (moved,) = outcomes
    assert isinstance(moved, Moved)
    assert moved.transactions[0].external_id == f"chain:{A}:-300500"
    assert moved.transactions[1].kind is TransactionKind.FEE


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (f"soon,,,RECV,{A},,,bc1q,,0.1,BTC,,", Refused),
        (f"99999999999,,,RECV,{A},,,bc1q,,0.1,BTC,,", Refused),
        (f"1704067200,,,RECV,{A},,,bc1q,,0.5,sat,,", Refused),
        (f"1704067200,,,JOINT,{A},,,bc1q,,0.5,BTC,,", Aside),
        (f"1704067200,,,SENT,{A},,,bc1q,,0.5,LTC,,", Aside),
        (f"1704067200,,,RECV,{A},,,bc1q,,,BTC,,", Skipped),
    ],
)
def test_rows_of_trezor_that_cannot_be_taken(row: str, kind: type[Outcome]) -> None:
    (outcome,) = read(TREZOR, row)
    assert isinstance(outcome, kind)


def test_rows_of_one_transaction_at_trezor_are_all_of_one_type() -> None:
    refused, _whole = read(
        TREZOR, f"1704067200,,,RECV,{A},,,bc1q,,0.1,BTC,,", f"1704067200,,,SENT,{A},,,bc1q,,0.1,BTC,,"
    )
    assert isinstance(refused, Refused)
    assert "line 2 of the same transaction is not" in refused.reason


def test_a_wallets_file_takes_nothing_below_zero() -> None:
    book = Book("Test", accounts=(fake.account("Sparrow", "1", "2024-06-01"),))
    found = brought(book, SPARROW, f"2024-07-01 00:00:00,,-2.00000000,0.00000000,0.00001000,{A}")
    assert found.fault.startswith("file.csv, line 2: ")
