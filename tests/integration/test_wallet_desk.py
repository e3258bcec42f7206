"""Watched wallets through an open desk: one change with one undo, and a warning of collateral, stored and told."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.bootstrap import books
from app.bootstrap.desk import OpenDesk, open_desk
from app.chain.derivation import script_of
from app.domain.book import Account, Book
from app.domain.holdings import balances
from app.domain.warning_records import WarningKind
from app.services.alert_ports import JudgeRole
from app.services.pricing_settings import SOURCE_KEYS
from app.services.wallet_drafts import WalletDraft
from app.system.config_file import ConfigFile
from tests.fakes.chain import BTC, ChainView, FakeChain
from tests.fakes.esplora_server import FakeEsplora
from tests.fakes.loans import pledged
from tests.fakes.price_server import FakePriceServer

COLD, ESCROW = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"


@pytest.fixture
def chain() -> FakeChain:
    """Free coins, and collateral of which one is missing."""
    made = FakeChain()
    made.pay((script_of(COLD), 2 * BTC), (script_of(ESCROW), 9 * BTC))
    made.mine()
    return made


@pytest.fixture
def opened(tmp_path: Path, chain: FakeChain) -> Iterator[OpenDesk]:
    """A desk on a book with one loan on 10 BTC, its prices and its wallet server on loopback."""
    place, config = str(tmp_path / "book.plimsoll"), tmp_path / "config.toml"
    books.create_book(place, Book("Book", accounts=(Account("Cold"),), loans=(pledged("100000", "10"),)))
    with FakePriceServer({"USD": Decimal(70_000)}) as prices, FakeEsplora(ChainView(chain)) as server:
        lines = [f'[prices.sources.{key}]\nbase_url = "{prices.base_url(key)}"\n' for key in SOURCE_KEYS]
        lines.append(f'[wallets]\nserver = "{server.url}"\nrequests_per_second = 0\n')
        config.write_text("".join(lines), "utf-8")
        desk = open_desk(place, ConfigFile(config, required=True), role=JudgeRole.WINDOW)
        yield desk
        desk.close()


def test_a_scan_is_one_change_with_one_undo(opened: OpenDesk) -> None:
    opened.wallets.add(WalletDraft("Cold", COLD, account="Cold"))
    outcome = opened.wallets.take(opened.wallets.ask(opened.wallets.plan()))
    assert outcome.edited is not None
    assert balances(opened.desk.book) == {"Cold": 2 * BTC}
    assert opened.desk.snapshot().figures.totals.unencumbered_sats == 2 * BTC
    again = opened.desk.revert(outcome.edited)
    assert balances(opened.desk.book) == {"Cold": 0}
    opened.desk.revert(again)
    assert balances(opened.desk.book) == {"Cold": 2 * BTC}
    assert opened.wallets.take(opened.wallets.ask(opened.wallets.plan())).edited is None
    assert opened.wallets is opened.wallets


def test_missing_collateral_is_a_stored_warning(opened: OpenDesk, chain: FakeChain) -> None:
    opened.wallets.add(WalletDraft("Escrow", ESCROW, loan="Coin revolver"))
    desk = opened.desk
    assert not told(opened)
    opened.wallets.take(opened.wallets.ask(opened.wallets.plan()))
    sentences = told(opened)
    assert len(sentences) == 1
    assert "the chain holds 9.00000000 BTC, 1.00000000 BTC less than the loan records" in sentences[0]
    assert not told(opened)
    assert [one.subject for one in desk.snapshot().warnings if one.kind is WarningKind.COLLATERAL] == ["Coin revolver"]
    chain.pay((script_of(ESCROW), BTC))
    chain.mine()
    opened.wallets.take(opened.wallets.ask(opened.wallets.plan()))
    assert told(opened) == ["“Coin revolver”: the chain holds what the loan records again."]


def told(opened: OpenDesk) -> list[str]:
    """Judge a round and return what is told of collateral."""
    snapshot = opened.desk.judge(opened.desk.ask_prices())
    assert snapshot.trouble == ""
    return [one.sentence for one in snapshot.announcements if one.kind is WarningKind.COLLATERAL]
