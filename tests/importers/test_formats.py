"""What single formats do beyond their samples."""

import io
from decimal import Decimal

from app.bootstrap.imports import read_files
from app.domain.book import Book, TransactionKind
from app.domain.holdings import balances
from app.importers.reading import read_import
from app.services.import_ports import Answers, Asked, Lent, Moved, Outcome
from app.services.imports import import_edit, preview
from tests.fakes import loans as fake
from tests.importers.golden import SAMPLES

LEDGER = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"'


def outcomes(lines: list[str]) -> list[Outcome]:
    """Return what a file of these lines is read as."""
    return list(read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", Answers()).outcomes)


def kraken(number: int, kind: str, amount: str, fee: str = "0", subtype: str = "") -> str:
    """Return a ledger row about bitcoin."""
    day = f"2024-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    return f'"L{number}","R{number}","{day} 00:00:00","{kind}","{subtype}","currency","XXBT","{amount}","{fee}","1"'


def test_amounts_finer_than_a_satoshi_do_not_drift_below_zero() -> None:
    rewards = [kraken(number, "staking", "0.0000000149") for number in range(100)]
    # 149 satoshis came in all; rounded one by one they would be 100.
    lines = [LEDGER, *rewards, kraken(200, "withdrawal", "-0.0000014900")]
    answers = Answers()
    found = preview(Book("Test"), [read_import(io.BytesIO("\n".join(lines).encode()), "file.csv", answers)], answers)
    assert not found.refused
    assert balances(found.after) == {"Kraken": 0}
    assert found.files[0].notes.rounded == 100


def test_both_reports_of_coinbase_pro_make_one_history() -> None:
    book = Book("Test", accounts=(fake.account("Coinbase Pro", "1", "2019-01-01"),))
    paths = [SAMPLES / "coinbase_pro_account_account.csv", SAMPLES / "coinbase_pro_fills_fills.csv"]
    answers = Answers()
    both = preview(book, read_files(paths, answers), answers)
    assert both.accounts == {"Coinbase Pro": 4}  # two trades, the withdrawal, and what only the fills report has
    first = import_edit(preview(book, read_files(paths[:1], answers), answers)).change(book)
    rest = preview(first, read_files(paths[1:], answers), answers)
    assert (rest.files[0].known, rest.new) == (2, 1)


def test_money_and_bitcoin_of_one_file_may_be_written_apart() -> None:
    header = (SAMPLES / "relai_2023.csv").read_text("utf-8").splitlines()[0]
    rows = [
        "2023-09-01T08:00:00Z;Buy;0,00412345;23888,10;BTC/EUR;1.298,50;EUR;1,50;EUR;;op-1;",
        "2023-09-02T08:00:00Z;Buy;0,00412345;23888,10;BTC/EUR;1.298;EUR;1,50;EUR;;op-2;",
    ]
    read = outcomes([header.replace(",", ";"), *rows])
    values = [each.transactions[0].value for each in read if isinstance(each, Moved)]
    assert values == [Decimal("1298.50"), Decimal(1298)]


def test_a_trade_for_another_coin_at_kraken_names_it_and_its_fee() -> None:
    rows = [
        '"L1","T1","2024-01-01 00:00:00","trade","","currency","XXBT","-0.5000000000","0.0010000000","1"',
        '"L2","T1","2024-01-01 00:00:00","trade","","currency","XETH","9.2500000000","0.0100000000","1"',
    ]
    (read,) = outcomes([LEDGER, *rows])
    assert isinstance(read, Moved)
    sold, paid = read.transactions
    assert (sold.kind, sold.sats, sold.value) == (TransactionKind.SELL, 50_000_000, None)
    assert sold.note == "for 9.25 XETH fee 0.0100000000 XETH"
    assert (paid.kind, paid.sats) == (TransactionKind.FEE, 100_000)


def test_the_legs_of_a_trade_may_stand_apart() -> None:
    legs = [
        '"L1","T1","2024-01-01 00:00:00","trade","","currency","XXBT","0.5000000000","0","1"',
        '"L2","T1","2024-01-01 00:00:00","trade","","currency","ZEUR","-9000.00","0","1"',
    ]
    between = [kraken(number, "deposit", "0.1") for number in range(300)]
    read = outcomes([LEDGER, legs[0], *between, legs[1]])
    assert [each.rows for each in read if isinstance(each, Moved) and each.rows > 1] == [2]
    assert sum(each.rows for each in read) == 302
    assert not [each for each in read if isinstance(each, (Asked, Lent))]
