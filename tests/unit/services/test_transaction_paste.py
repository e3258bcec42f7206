from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.book import Account, AccountKind, Book, Transaction, TransactionKind
from app.domain.errors import InputError
from app.services.transaction_paste import RefusedRow, paste_edit, read_paste

KIND = TransactionKind
BTC = 100_000_000


def book() -> Book:
    old = Transaction(datetime(2025, 3, 2, 12, tzinfo=UTC), KIND.BUY, BTC, external_id="kraken:1")
    return Book("Test", accounts=(Account("Vault"), Account("Desk", AccountKind.EXCHANGE, (old,))))


def test_rows_with_a_heading_become_transactions() -> None:
    text = (
        "Note\tDate\tKind\tBTC\tValue\tCurrency\tFee\n"
        "first\t2025-03-01 10:30\tBuy\t0,42\t30.000,50\teur\t1,5\n"
        "\n"
        "'=second\t3 Mar 2025\tsell\t−0.1 BTC\t\t\t\n"
    )
    pasted = read_paste(text, book(), "Desk")
    assert pasted.rows == (
        ("Desk", Transaction(datetime(2025, 3, 1, 10, 30, tzinfo=UTC), KIND.BUY, 42_000_000, Decimal("30000.50"), "EUR",
                             Decimal("1.5"), "first")),
        ("Desk", Transaction(datetime(2025, 3, 3, tzinfo=UTC), KIND.SELL, 10_000_000, note="=second")),
    )  # fmt: skip
    edit = paste_edit(pasted)
    assert edit.label == "Paste 2 transactions"
    assert [row.at.day for row in edit.change(book()).account("Desk").transactions] == [1, 2, 3]


def test_rows_without_a_heading_are_in_the_tables_order() -> None:
    text = "2025-03-01T10:00:00+01:00\tvault\tTransfer\t-0.50000000\t1.2\t\t\tto Desk\t\tmoved"
    ((name, row),) = read_paste(text, book(), "Desk").rows
    assert name == "Vault"
    assert row == Transaction(
        datetime(2025, 3, 1, 9, tzinfo=UTC), KIND.TRANSFER, 50_000_000, note="moved", to_account="Desk"
    )


def test_a_number_with_two_readings_is_asked_about_and_nothing_made() -> None:
    text = "Date\tBTC\n2025-03-01\t0.5\n2025-03-02\t1.205"
    asked = read_paste(text, book(), "Desk")
    assert asked.rows == ()
    assert asked.question == "“1.205” could mean two numbers. Which sign stands before the decimals?"
    assert [row.sats for _, row in read_paste(text, book(), "Desk", ".").rows] == [50_000_000, 120_500_000]
    comma = read_paste(text, book(), "Desk", ",")
    assert [row.sats for _, row in comma.rows] == [1205 * BTC]
    assert comma.refused == (
        RefusedRow(2, "“0.5” is not a number with “,” before its decimals; write digits like 1234,56"),
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("03/04/2025\tbuy\t1", "“03/04/2025” could be two days"),
        ("soon\tbuy\t1", "“soon” is no moment"),
        ("2025-03-01\tgift\t1", "“gift” is not a kind"),
        ("2025-03-01\tbuy\t", "an amount is missing"),
        ("2025-03-01\tbuy\t0", "it moves no bitcoin"),
        ("2025-03-01\tbuy\t1,2,3.4", "“1,2,3.4” is not a number"),
        ("2025-03-01\tbuy\t0.123456789", "0.123456789 BTC is finer than a satoshi"),
        ("2025-03-01\ttransfer\t1", "a transfer names no account"),
        ("2025-03-01\tbuy\t1\tNowhere", "“Nowhere” is no account of this book"),
        ("2025-03-01\tbuy\t1\t\tkraken:1", "the id “kraken:1” is in the book already"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line(cells: str, told: str) -> None:
    pasted = read_paste(f"Date\tKind\tBTC\tAccount\tId\n2025-01-01\tbuy\t1\n{cells}", book(), "Desk")
    assert len(pasted.rows) == 1
    ((line, reason),) = pasted.refused
    assert line == 3
    assert reason.startswith(told)


def test_other_halves_and_pledges_are_left_out_and_counted() -> None:
    pasted = read_paste("Date\tKind\tBTC\n2025-03-01\tTransfer in\t1\n2025-03-01\tPledged\t-1", book(), "Desk")
    assert (pasted.rows, pasted.skipped) == ((), 2)


@pytest.mark.parametrize("text", ["", "one cell", "a\nb"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="holds no rows"):
        read_paste(text, book(), "Desk")
