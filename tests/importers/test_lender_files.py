"""Strike and Nexo beyond their samples: invoices, bills paid from bitcoin, rows of loans."""

import io
from datetime import date
from decimal import Decimal

import pytest

from app.domain.book import Book, EventKind
from app.domain.holdings import balances
from app.importers.bolt11 import invoice_btc
from app.importers.reading import read_import
from app.services.import_ports import Answers, Aside, Lent, Moved, Outcome, Refused, Skipped
from app.services.import_preview import ImportPreview
from app.services.imports import import_edit, preview
from app.services.transfer_pairs import find_pairs, pair_edit
from tests.fakes import loans as fake
from tests.fakes.loans import draw, loan, post
from tests.importers.golden import SAMPLES

STRIKE = (
    "Reference,Date & Time (UTC),Transaction Type,Amount {0},Fee {0},Amount BTC,Fee BTC,BTC Price,Cost Basis ({0}),"
    "Destination,Description,Transaction Hash,Note"
)
NEXO = (
    "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,Details,"
    "Date / Time (UTC)"
)


def read(*lines: str) -> list[Outcome]:
    """Return what a file of these lines is read as."""
    return list(read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", Answers()).outcomes)


def brought(book: Book, *lines: str, loan_name: str = "") -> ImportPreview:
    """Return what a file of these lines would bring."""
    answers = Answers(loan=loan_name)
    return preview(book, [read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", answers)], answers)


def lent(lines: list[Outcome]) -> list[tuple[EventKind, Decimal | None, int | None]]:
    """Return kind, amount and satoshis of every event."""
    return [(event.kind, event.amount, event.sats) for each in lines if isinstance(each, Lent) for event in each.events]


@pytest.mark.parametrize(
    ("invoice", "btc"),
    [
        ("lnbc2500u1pvjluezpp5qqqsyq", "0.0025"),
        ("LNBC20M1PVJLUEZPP5QQQSYQ", "0.02"),
        ("lightning:lnbc1500n1ps36h3spp5e3", "0.0000015"),
        ("lnbc9678785340p1pwmna7lpp5", "0.00967878534"),
        ("lnbc11pvjluez", "1"),
        ("lnbc1pvjluezpp5qqqsyq", None),
        ("lntb20m1pvjluezpp5", None),
        ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", None),
        ("alice@example.com", None),
        ("", None),
    ],
)
def test_an_invoice_names_its_amount_before_its_data(invoice: str, btc: str | None) -> None:
    assert invoice_btc(invoice) == (None if btc is None else Decimal(btc))


def test_a_bill_is_a_sale_and_its_money_paid_out_once() -> None:
    sale = "9f8e7d6c-a,Jan 08 2025 12:00:00,Sale,99.00,-0.99,-0.00100000,,99000.00,,,Bill,,"
    for coins in ("", "-0.00100000"):
        paid = f"9f8e7d6c-b,Jan 08 2025 12:00:03,Withdrawal,-98.01,,{coins},,,,,Bill,,"
        outcomes = read(STRIKE.format("USD"), paid, sale)
        assert [type(each) for each in outcomes] == [Moved, Skipped]
    other = "9f8e7d6c-b,Jan 08 2025 12:00:03,Withdrawal,,,-0.00200000,,,,,,,"
    late = "9f8e7d6c-b,Feb 08 2025 12:00:03,Withdrawal,,,-0.00100000,,,,,,,"
    for own in (other, late):
        assert [type(each) for each in read(STRIKE.format("USD"), sale, own)] == [Moved, Moved]


def test_loan_rows_of_strike_move_the_collateral_of_the_account() -> None:
    book = Book(
        "Test",
        accounts=(fake.account("Strike", "1", "2024-06-01"),),
        loans=(loan(name="Line", opened_on=date(2025, 1, 1)),),
    )
    rows = (
        "a0000000-1,Feb 01 2025 09:00:00,Loan collateral,,,-0.30000000,,,,,,,",
        "a0000001-2,Feb 01 2025 09:05:00,Loan,15000.00,-150.00,,,,,,,,",
        "a0000002-3,Mar 01 2025 09:05:00,Loan,-5000.00,,,,,,,,,",
        "a0000003-4,Mar 02 2025 09:05:00,Loan collateral,,,0.10000000,,,,,,,",
        "a0000004-5,Mar 02 2025 09:05:00,Loan collateral,,,,,,,,,,",
    )
    found = brought(book, STRIKE.format("USD"), *rows, loan_name="Line")
    assert not found.refused
    assert balances(found.after) == {"Strike": 80_000_000}
    post_event, draw_event, *_rest = found.after.loan("Line").events
    assert (post_event.kind, post_event.account) == (EventKind.POST, "Strike")
    assert draw_event.note == "fee 150.00 USD"
    assert found.files[0].unrecognised[0].line == 6
    after = import_edit(found).change(book)
    again = brought(after, STRIKE.format("USD"), *rows, loan_name="Line")
    assert (again.new, again.files[0].known) == (0, 4)


def test_a_withdrawal_that_names_its_transaction_finds_the_wallet_it_went_to() -> None:
    txid = "e5" * 32
    sent = f"91b2aa07-0003,Jan 05 2025 10:00:00,Send,,,-0.00200000,-0.00000450,98000.00,,bc1q,,{txid},rent"
    start = Book("Test", accounts=(fake.account("Strike", "1", "2024-06-01"),))
    book = brought(start, STRIKE.format("USD"), sent).after
    arrived = f"2025-01-05 10:20:00,,0.00200000,0.00200000,,{txid}"
    both = brought(book, "Date (UTC),Label,Value,Balance,Fee,Txid", arrived).after
    (pair,) = find_pairs(both).pairs
    assert (pair.out.account, pair.into.account, pair.same_transaction) == ("Strike", "Sparrow", True)
    joined = pair_edit((pair,)).change(both)
    for lines in ((STRIKE.format("USD"), sent), ("Date (UTC),Label,Value,Balance,Fee,Txid", arrived)):
        again = brought(joined, *lines)
        assert (again.new, again.files[0].known, again.refused) == (0, 1, False)


def test_a_trade_for_another_coin_at_nexo_has_its_value_in_dollars() -> None:
    (outcome,) = read(NEXO, "N1,Exchange,ETH,-1.5,BTC,0.1,$4000.50,approved / x,2024-02-11 09:00:00")
    assert isinstance(outcome, Moved)
    (entry,) = outcome.transactions
    assert (entry.kind.value, entry.value, entry.currency) == ("buy", Decimal("4000.50"), "USD")


def test_a_loan_in_another_currency_takes_no_rows() -> None:
    book = Book("Test", loans=(loan(post("2024-01-02", "1"), draw("2024-01-02", "100"), name="Dollars"),))
    row = "a0000001-2,Feb 01 2025 09:05:00,Loan,15000.00,,,,,,,,,"
    found = brought(book, STRIKE.format("EUR"), row, loan_name="Dollars")
    assert [each.reason for each in found.files[0].refused] == [
        "is in EUR, and the loan “Dollars” in USD; name another loan"
    ]


def test_a_repayment_in_bitcoin_is_a_sale_and_a_repayment_both_once() -> None:
    book = Book(
        "Test",
        accounts=(fake.account("Nexo", "1", "2024-01-01"),),
        loans=(loan(post("2024-01-02", "1"), draw("2024-01-02", "9000"), name="Line", opened_on=date(2024, 1, 1)),),
    )
    row = "NXT1,ManualRepayment,BTC,-0.05000000,xUSD,2150.00,$2150.00,approved / Repayment,2024-02-11 09:00:00"
    found = brought(book, NEXO, row, loan_name="Line")
    assert (found.new, found.accounts, found.loans) == (1, {"Nexo": 1}, {"Line": 1})
    assert balances(found.after) == {"Nexo": 95_000_000}
    assert found.after.loan("Line").events[-1].amount == Decimal("2150.00")
    again = brought(import_edit(found).change(book), NEXO, row, loan_name="Line")
    assert (again.new, again.files[0].known) == (0, 1)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("N1,Withdrawal Credit,,,,,,approved / x,2024-02-11 09:00:00", Refused),
        ("N1,Liquidation,BTC,-0.1,xUSD,4100,,approved / x,2024-02-11 09:00:00", Refused),
        ("N1,Interest,BTC,,BTC,,,approved / x,2024-02-11 09:00:00", Refused),
        ("N1,Interest,BTC,0.00000000,BTC,0.00000000,$0.00,approved / x,2024-02-11 09:00:00", Skipped),
        ("N1,Assimilation,BTC,0.1,BTC,0.1,$4000,approved / x,2024-02-11 09:00:00", Aside),
        ("N1,Exchange,NEXO,-10,ETH,0.01,$10,approved / x,2024-02-11 09:00:00", Aside),
        ("N1,Deposit,BTC,0.1,BTC,0.1,$4000,pending / x,2024-02-11 09:00:00", Skipped),
        ("N1,Deposit,BTC,0.1,BTC,0.1,$4000,no status,2024-02-11 09:00:00", Moved),
    ],
)
def test_rows_of_nexo_that_are_not_taken(row: str, kind: type[Outcome]) -> None:
    (outcome,) = read(NEXO, row)
    assert isinstance(outcome, kind)


def test_interest_on_a_loan_that_is_paid_in_bitcoin_leaves_the_account() -> None:
    (outcome,) = read(NEXO, "N1,Interest,BTC,-0.00001000,BTC,0.00001000,$0.43,approved / x,2024-02-11 09:00:00")
    assert isinstance(outcome, Moved)
    assert (outcome.transactions[0].kind.value, outcome.transactions[0].sats) == ("fee", 1_000)


def test_older_files_of_nexo_may_be_read_in_another_zone() -> None:
    sample = SAMPLES / "nexo_single.csv"
    answers = Answers(zone="UTC")
    outcomes = list(read_import(io.BytesIO(sample.read_bytes()), sample.name, answers).outcomes)
    assert isinstance(outcomes[0], Moved)
    assert f"{outcomes[0].transactions[0].at:%H:%M}" == "00:39"
