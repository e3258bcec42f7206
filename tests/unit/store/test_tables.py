import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Dialect, Table, make_url
from sqlalchemy.schema import CreateTable

from app.store import all_tables, tables
from app.store.book_store import BookStore
from app.store.migrating import migrate_file
from app.store.schema import APPLICATION_ID, SCHEMA_NUMBER, revision_name
from tests.unit.store.sample import BOOK

# What both databases understand in the same way.
PORTABLE = {"INTEGER", "BIGINT", "TEXT", "BOOLEAN", "VARCHAR(32)"}


def _schema(path: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    # A table that a step made anew has its name in quotes.
    return [(kind, name, " ".join((sql or "").replace("\t", " ").replace('"', "").split())) for kind, name, sql in rows]


def _columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}


DIALECTS: list[Dialect] = [make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
def test_every_column_has_a_type_of_both_databases(dialect: Dialect) -> None:
    for table in all_tables.metadata.tables.values():
        for column in table.columns:
            assert column.type.compile(dialect) in PORTABLE
            assert not column.dialect_kwargs


@pytest.mark.parametrize("table", all_tables.metadata.tables.values(), ids=str)
def test_every_table_is_the_same_statement_on_both(table: Table) -> None:
    made = {" ".join(str(CreateTable(table).compile(dialect=dialect)).split()) for dialect in DIALECTS}
    assert len(made) == 1
    assert made.pop().startswith(f"CREATE TABLE {table.name} (")


def test_money_is_never_kept_as_a_float() -> None:
    kinds = {type(column.type).__name__ for table in all_tables.metadata.tables.values() for column in table.columns}
    assert kinds <= {
        "Integer", "BigInteger", "Text", "String", "Boolean", "DecimalText", "InstantText", "DayText", "WordText",
    }  # fmt: skip
    assert isinstance(tables.loan_trigger.c.latching.type, Boolean)


def test_the_steps_lead_to_the_same_tables_as_a_new_book(tmp_path: Path) -> None:
    fresh, migrated = tmp_path / "fresh", tmp_path / "migrated"
    BookStore.create(fresh, BOOK).close()
    with closing(sqlite3.connect(migrated)) as connection:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("PRAGMA user_version=0")
        connection.execute("VACUUM")
    migrate_file(migrated, 0)
    assert _schema(migrated) == _schema(fresh)
    assert _columns(migrated) == _columns(fresh)
    with closing(sqlite3.connect(migrated)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_NUMBER,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (
            revision_name(SCHEMA_NUMBER),
        )
