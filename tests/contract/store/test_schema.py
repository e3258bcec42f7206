"""The steps of the schema make the tables that a new book has, on every database."""

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect

from app.domain.book import Book
from app.store import all_tables
from app.store.book_store import BookStore
from app.store.migrating import upgrade
from tests.contract.store.places import Places


def _engine(place: str) -> Engine:
    return create_engine(place if "://" in place else f"sqlite:///{Path(place)}")


def _described(engine: Engine) -> dict[str, Any]:
    found = inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)],
            found.get_pk_constraint(table),
            sorted(found.get_foreign_keys(table), key=str),
            sorted(found.get_indexes(table), key=str),
            sorted(found.get_unique_constraints(table), key=str),
        )
        for table in sorted(found.get_table_names())
    }


def test_the_steps_and_a_new_book_make_the_same_tables(places: Places) -> None:
    fresh, stepped = places.fresh(), places.fresh()
    with closing(BookStore.create(fresh, Book("Desk"))):
        pass
    made, climbed = _engine(fresh), _engine(stepped)
    with climbed.begin() as connection:
        upgrade(connection)
    assert _described(climbed) == _described(made)
    assert set(_described(made)) == set(all_tables.metadata.tables)
    made.dispose()
    climbed.dispose()
