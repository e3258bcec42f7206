"""The demo from its file to its warnings: shaped as promised, asking nobody, whole on its way out and in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.bootstrap import books
from app.bootstrap.desk import OpenDesk, open_desk
from app.domain.book import TransactionKind
from app.domain.figures import CALLED_STATES, LoanState
from app.domain.quotes import Quote
from app.domain.warning_records import LINE_KINDS, WarningRecord
from app.services.book_file import parse_book, render_book
from app.services.pricing_settings import SOURCE_KEYS
from app.system.config_file import ConfigFile
from tests.fakes.price_server import FakePriceServer


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A new demo book."""
    path = str(tmp_path / "demo.plimsoll")
    books.create_book(path, books.new_demo_book())
    return path


@pytest.fixture
def server() -> Iterator[FakePriceServer]:
    """Sources that would say another price than the recorded one, if they were asked."""
    with FakePriceServer({"USD": Decimal(50000), "EUR": Decimal(43000)}) as running:
        yield running


@pytest.fixture
def config(server: FakePriceServer, tmp_path: Path) -> ConfigFile:
    """Settings that would ask ``server``."""
    path = tmp_path / "config.toml"
    path.write_text(
        "".join(f'[prices.sources.{key}]\nbase_url = "{server.base_url(key)}"\n' for key in SOURCE_KEYS), "utf-8"
    )
    return ConfigFile(path, required=True)


@pytest.fixture
def opened(place: str, config: ConfigFile) -> Iterator[OpenDesk]:
    """A desk on the demo book."""
    desk = open_desk(place, config)
    yield desk
    desk.close()


def test_it_is_shaped_after_a_mining_treasury() -> None:
    book = books.new_demo_book()
    assert book.demo
    assert len(book.loans) >= 3
    assert len({loan.lender for loan in book.loans}) == len(book.loans)
    assert len({loan.currency for loan in book.loans}) >= 2
    assert len({loan.terms[-1].triggers for loan in book.loans}) == len(book.loans)
    entries = [entry for account in book.accounts for entry in account.transactions]
    months = {entry.at.strftime("%Y-%m") for entry in entries if entry.kind is TransactionKind.INCOME}
    assert len(months) >= 12


def test_two_loans_would_be_called_by_a_fall_and_one_is_quiet(opened: OpenDesk, server: FakePriceServer) -> None:
    shown = opened.desk.judge(opened.desk.ask_prices()).figures
    price = shown.prices["USD"]
    assert isinstance(price, Quote)
    assert (price.value, price.origin) == (Decimal(70727), "demo")
    assert all(loan.state not in CALLED_STATES for loan in shown.loans)
    falls = [loan.drop_test.state for loan in shown.loans if loan.drop_test is not None]
    assert sum(state in CALLED_STATES for state in falls) == 2
    assert LoanState.OK in falls
    assert shown.totals.unencumbered_sats > 0
    assert server.requests == []


def test_its_recorded_path_falls_by_a_tenth_in_its_last_week(opened: OpenDesk) -> None:
    candles = opened.desk.history()
    assert len(candles) >= 365
    week = Decimal(70727) / next(c.close for c in reversed(candles) if (candles[-1].day - c.day).days >= 7) - 1
    assert Decimal("-0.12") < week < Decimal("-0.08")


def test_its_warnings_open_once_and_outlive_a_restart(place: str, config: ConfigFile) -> None:
    first = judged(place, config)
    lines = [record for record in first if record.is_open and record.kind in LINE_KINDS]
    assert {record.subject for record in lines} == {"Coin revolver", "Equipment facility"}
    assert len(lines) == 2
    assert {record.id for record in judged(place, config)} == {record.id for record in first}
    assert all(record.opened_at < datetime(2026, 3, 1, tzinfo=UTC) for record in first)


def judged(place: str, config: ConfigFile) -> tuple[WarningRecord, ...]:
    """Open the book, judge one round, close it; return its warnings."""
    opened = open_desk(place, config)
    try:
        return opened.desk.judge(opened.desk.ask_prices()).warnings
    finally:
        opened.close()


def test_real_prices_come_only_when_asked_for(opened: OpenDesk, server: FakePriceServer) -> None:
    desk = opened.desk
    desk.judge(desk.ask_prices())
    assert server.requests == []
    desk.use_live_prices()
    price = desk.judge(desk.ask_prices()).figures.prices["USD"]
    assert isinstance(price, Quote)
    assert (price.value, price.origin) == (Decimal(50000), "consensus")


def test_it_goes_out_and_in_again_as_the_same_book(place: str, tmp_path: Path) -> None:
    book = books.read_book(place)
    text = render_book(book)
    assert parse_book(text) == book == books.new_demo_book()
    again = str(tmp_path / "again.plimsoll")
    books.create_book(again, parse_book(text))
    assert render_book(books.read_book(again)) == text
    assert json.loads(text)["format"] == "plimsoll-book"
