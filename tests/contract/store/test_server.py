"""What only a server can do: two changes at the very same time, another schema, no answer."""

import socket
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import create_engine

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.errors import BookError, NewerBookError, NotABookError
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.store.schema import SCHEMA_NUMBER, revision_name
from app.store.writing import BookWriter
from tests.contract.store.older_schemas import BACK_TO_FIRST
from tests.contract.store.places import ServerPlaces, server_programs

BOOK = Book("Desk")


def test_an_unknown_kind_of_database_is_told() -> None:
    with pytest.raises(BookError, match="no database Plimsoll knows"):
        BookStore.open("oracolo://127.0.0.1/desk")


def _overtaken(slow: BookStore, quick: BookStore) -> None:
    """Change the book with ``slow`` while ``quick`` changes it, too, and is done first."""
    with slow.backend.transaction() as connection:
        writer = BookWriter(connection)
        revision = writer.revision()
        quick.apply(BOOK, replace(BOOK, name="Second"))
        writer.apply(BOOK, replace(BOOK, name="First"), revision)


if server_programs() is not None:

    def test_of_two_changes_at_once_the_later_is_refused(server_places: ServerPlaces) -> None:
        place = server_places.fresh_database()
        with closing(BookStore.create(place, BOOK)) as first, closing(BookStore.open(place)) as second:
            with pytest.raises(BookError, match="changed by another program"):
                _overtaken(first, second)
            assert first.read().name == "Second"

    def test_a_database_without_a_book_is_refused(server_places: ServerPlaces) -> None:
        with pytest.raises(NotABookError, match="no book in postgresql"):
            BookStore.open(server_places.fresh_database())

    def test_a_newer_book_is_refused(server_places: ServerPlaces) -> None:
        place = server_places.fresh_database()
        BookStore.create(place, BOOK).close()
        engine = create_engine(place)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
        engine.dispose()
        with pytest.raises(NewerBookError, match="newer Plimsoll"):
            BookStore.open(place)

    def test_a_book_of_the_first_format_is_brought_up_to_date_by_a_writer_alone(server_places: ServerPlaces) -> None:
        place = server_places.fresh_database()
        BookStore.create(place, BOOK).close()
        engine = create_engine(place)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
            for statement in BACK_TO_FIRST:
                connection.exec_driver_sql(statement)
            for name in ("open", "high", "low"):
                connection.exec_driver_sql(f"ALTER TABLE daily_candle ALTER COLUMN {name} SET NOT NULL")
        day = DailyCandle.closing(date(2026, 1, 1), Decimal(3))
        with closing(BookStore.open(place, readonly=True)) as store:
            assert store.read() == BOOK
            with pytest.raises(BookError, match="null value"):
                BookPrices(store.backend).save_daily("imported", "USD", [day])
        with closing(BookStore.open(place)) as store:
            BookPrices(store.backend).save_daily("imported", "USD", [day])
            assert BookPrices(store.backend).load_daily("imported", "USD") == (day,)
        with engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == (
                revision_name(SCHEMA_NUMBER)
            )
        engine.dispose()

    def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            port = silent.getsockname()[1]
            with pytest.raises(BookError, match="Check the server") as caught:
                BookStore.open(f"postgresql+psycopg://anna:s3cret@127.0.0.1:{port}/desk")
        assert "s3cret" not in str(caught.value)
