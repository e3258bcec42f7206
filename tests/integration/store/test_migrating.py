"""A book of an older schema is copied, checked and brought up to date; or it stays what it is."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.candles import DailyCandle
from app.domain.errors import BookError, BookNotWritableError
from app.domain.rules import Urgency
from app.domain.scenario import Scenario, ScenarioKind
from app.domain.warning_records import WarningStatus
from app.store.alarm import BookAlarm
from app.store.backup import verify
from app.store.book_store import BookStore
from app.store.lease import BookLease
from app.store.migrating import SCRIPTS, copy_before, migrate_file
from app.store.prices import BookPrices
from app.store.schema import SCHEMA_NUMBER
from tests.contract.store.alarm_samples import CHANNELS, RULES
from tests.contract.store.ledger_samples import ledger_book
from tests.contract.store.older_schemas import BACK_TO_FIRST
from tests.integration.store.statements import Interrupted, at_statement, interrupt
from tests.unit.store.sample import BOOK, digest, names_in

NUMBER = SCHEMA_NUMBER + 1
RELEASED = Path(__file__).parents[2] / "data" / "books"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{number:04d}"
down_revision = "{last:04d}"


def upgrade() -> None:
    op.add_column("loan", sa.Column("desk", sa.Text(), nullable=False, server_default="main"))
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
    {fault}
"""
FAULTS = {
    "raises": "raise ValueError",
    "no such table": 'op.execute("UPDATE nowhere SET x = 1")',
    "leaves strays": 'op.execute("UPDATE loan_event SET loan_id = 99")',
}


def _scripts(folder: Path, fault: str) -> Path:
    scripts = folder / "100% scripts"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{NUMBER:04d}_next.py").write_text(
        NEXT.format(fault=fault, number=NUMBER, last=SCHEMA_NUMBER)
    )
    return scripts


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    BookStore.create(folder / "desk", BOOK).close()
    return folder / "desk"


def test_all_steps_are_taken_and_the_copy_is_the_old_book(book_file: Path, tmp_path: Path) -> None:
    migrate_file(book_file, SCHEMA_NUMBER, target=NUMBER, scripts=_scripts(tmp_path, "pass"))
    with closing(sqlite3.connect(book_file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (NUMBER,)
        assert connection.execute("SELECT DISTINCT desk FROM loan").fetchall() == [("main",)]
        assert connection.execute("SELECT count(*) FROM txn").fetchone() == (1,)
    copy = copy_before(book_file, SCHEMA_NUMBER)
    assert verify(copy) == []
    assert BookStore.open(copy).read() == BOOK
    assert names_in(book_file.parent) == {"desk", copy.name}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_step_that_fails_leaves_the_old_book(book_file: Path, tmp_path: Path, fault: str) -> None:
    before = digest(book_file)
    with pytest.raises((BookError, ValueError)):
        migrate_file(book_file, SCHEMA_NUMBER, target=NUMBER, scripts=_scripts(tmp_path, FAULTS[fault]))
    assert digest(book_file) == before
    assert BookStore.open(book_file).read() == BOOK
    assert BookStore.open(copy_before(book_file, SCHEMA_NUMBER)).read() == BOOK


def test_a_read_only_book_is_not_migrated(book_file: Path, tmp_path: Path) -> None:
    book_file.chmod(0o444)
    before = digest(book_file)
    with pytest.raises(BookNotWritableError):
        migrate_file(book_file, SCHEMA_NUMBER, target=NUMBER, scripts=_scripts(tmp_path, "pass"))
    assert digest(book_file) == before
    assert names_in(book_file.parent) == {"desk"}


def _first_format(path: Path) -> None:
    """Make the book at ``path`` one of the first format, with two histories."""
    price = "TEXT NOT NULL"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in BACK_TO_FIRST:
            connection.execute(statement)
        connection.execute("DROP TABLE daily_candle")
        connection.execute(
            "CREATE TABLE daily_candle (source TEXT NOT NULL, currency TEXT NOT NULL, day TEXT NOT NULL,"
            f" open {price}, high {price}, low {price}, close {price},"
            " CONSTRAINT pk_daily_candle PRIMARY KEY (source, currency, day))"
        )
        for source in ("kraken", "coingecko"):
            row = (source, "USD", "2026-01-01", "2", "4", "1", "3")
            connection.execute("INSERT INTO daily_candle VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.execute("PRAGMA user_version=1")


def test_a_book_of_the_first_format_keeps_its_histories_and_learns_days_without_a_low(book_file: Path) -> None:
    _first_format(book_file)
    day = date(2026, 1, 1)
    with closing(BookStore.open(book_file)) as store:
        prices = BookPrices(store.backend)
        assert prices.load_daily("kraken", "USD") == (DailyCandle(day, Decimal(2), Decimal(4), Decimal(1), Decimal(3)),)
        assert prices.load_daily("coingecko", "USD") == (DailyCandle(day, Decimal(2), None, None, Decimal(3)),)
        prices.save_daily("imported", "USD", [DailyCandle.closing(day, Decimal("3.10"))])
        assert prices.load_daily("imported", "USD") == (DailyCandle.closing(day, Decimal("3.10")),)
        assert store.read() == BOOK
    assert verify(book_file) == []


def test_a_book_of_the_first_format_learns_to_keep_scenarios(book_file: Path) -> None:
    _first_format(book_file)
    saved = Scenario("Winter", datetime(2026, 1, 1, tzinfo=UTC), ScenarioKind.STRESS, '{"drop":"0.3"}')
    with closing(BookStore.open(book_file)) as store:
        before = store.read()
        assert before.scenarios == ()
        one = replace(before, scenarios=(saved, replace(saved, name="Summer")))
        store.apply(before, one)
        assert store.read() == one
        store.apply(one, replace(one, scenarios=one.scenarios[1:]))
        assert [scenario.name for scenario in store.read().scenarios] == ["Summer"]
    assert verify(book_file) == []


@pytest.fixture
def third_format(tmp_path: Path) -> Path:
    folder = tmp_path / "third"
    folder.mkdir()
    return Path(shutil.copyfile(RELEASED / "schema-3.book", folder / "desk"))


def test_a_book_of_the_third_format_keeps_its_warnings_and_knows_who_was_told(third_format: Path) -> None:
    with closing(BookStore.open(third_format)) as store:
        book = store.read()
        assert replace(book, scenarios=()) == BOOK
        assert [scenario.name for scenario in book.scenarios] == ["Winter"]
        found = {record.id: record for record in BookAlarm(store.backend).load(9)}
        assert {name: (one.status, one.rule, one.urgency, one.told, one.facts) for name, one in found.items()} == {
            "w1": (WarningStatus.OPEN, "lines", Urgency.CALL, 1, ""),
            "w2": (WarningStatus.ACKNOWLEDGED, "lines", Urgency.EARLY, 1, ""),
            "w3": (WarningStatus.CLOSED, "lines", Urgency.SALE, 1, ""),
            "w4": (WarningStatus.OPEN, "lines", Urgency.EARLY, 0, ""),
        }
        assert found["w1"].told_at == found["w1"].updated_at
        assert found["w4"].told_at is None
        assert found["w2"].acknowledged_at == found["w2"].opened_at
        assert BookLease(store.backend).look() is None
    assert verify(third_format) == []


def test_a_book_of_the_third_format_that_is_only_read_tells_the_same(third_format: Path) -> None:
    before = digest(third_format)
    with closing(BookStore.open(third_format, readonly=True)) as store:
        book = store.read()
        assert (book.rules, book.channels) == ((), ())
        alarm = BookAlarm(store.backend)
        read = alarm.load(9)
        assert (alarm.calls(5), alarm.outbox(), alarm.sent(5), alarm.actions()) == ((), ((), ()), (), ())
        assert alarm.deliveries_of("w1") == ()
    assert digest(third_format) == before
    with closing(BookStore.open(third_format)) as store:
        assert BookAlarm(store.backend).load(9) == read


def test_a_failure_at_any_statement_of_the_steps_leaves_the_released_book(third_format: Path) -> None:
    before = digest(third_format)
    number = 0
    while True:
        with at_statement(number, interrupt) as sent:
            try:
                migrate_file(third_format, 3)
            except Interrupted:
                assert digest(third_format) == before
                number += 1
                continue
        break
    assert number == len(sent) > 20
    assert verify(third_format) == []


@pytest.mark.parametrize("marked", [True, False])
def test_reading_leaves_a_book_of_the_first_format_as_it_is(book_file: Path, marked: bool) -> None:
    _first_format(book_file)
    if marked:
        book_file.chmod(0o444)
    before = digest(book_file)
    with closing(BookStore.open(book_file, readonly=not marked)) as store:
        assert store.readonly
        assert store.read() == BOOK
        assert len(BookPrices(store.backend).load_daily("kraken", "USD")) == 1
    assert digest(book_file) == before
    assert names_in(book_file.parent) == {"desk"}


@pytest.fixture
def fourth_format(tmp_path: Path) -> Path:
    folder = tmp_path / "fourth"
    folder.mkdir()
    return Path(shutil.copyfile(RELEASED / "schema-4.book", folder / "desk"))


def test_a_book_of_the_fourth_format_is_read_as_it_is_and_learns_to_keep_a_ledger(fourth_format: Path) -> None:
    before = digest(fourth_format)
    with closing(BookStore.open(fourth_format, readonly=True)) as store:
        old = store.read()
    assert digest(fourth_format) == before
    assert old == replace(BOOK, rules=RULES, channels=CHANNELS)
    with closing(BookStore.open(fourth_format)) as store:
        assert store.read() == old
        full = replace(ledger_book(), rules=RULES, channels=CHANNELS)
        store.apply(old, full)
        assert repr(store.read()) == repr(full)
    assert verify(fourth_format) == []
