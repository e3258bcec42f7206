"""The card of watched wallets: scans with progress, stopped scans, failures, ages and differences."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.collateral import ChainDifference
from app.domain.errors import CancelledError
from app.domain.wallets import Wallet, WalletKind
from app.services.settings import Settings
from app.services.wallet_drafts import WalletDraft
from app.services.wallet_holdings import WalletView
from app.services.wallet_ports import ChainServer, ServerChoice
from app.ui.dialogs.wallet_server import WalletServerForm
from app.ui.formats import Display
from app.ui.models.wallets import host_of, wallet_text
from app.ui.views.wallets_card import WalletsCard
from tests.fakes.chain import BTC, ChainView, FakeChain
from tests.fakes.chain_server import MemoryServer
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk
from tests.fakes.wallet_desks import MemoryScans, wallet_desk
from tests.unit.chain.test_derivation import BIP84

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
SERVER = "https://mempool.example/api"
Connect = Callable[[ServerChoice, Callable[[], bool]], ChainServer]


class HashableServer(MemoryServer):
    """A server that can be kept in a set."""

    __hash__ = object.__hash__


@pytest.fixture
def desk(make_desk: MakeDesk) -> EditedDesk:
    made = make_desk()
    made.desk.change_settings(replace(made.desk.settings, wallet_server=SERVER))
    made.live.take(made.desk.snapshot())
    return made


def card_of(desk: EditedDesk, qtbot: QtBot, connect: Connect | None = None) -> WalletsCard:
    """Return a card over a watched wallet and a server in memory."""
    desk.wallets = wallet_desk(desk.desk, MemoryScans(), *([] if connect is None else [connect]))
    desk.wallets.add(WalletDraft("Vault", BIP84, account="Cold storage"))
    desk.live.take(desk.desk.snapshot())
    card = WalletsCard(desk.bench)
    qtbot.addWidget(card)
    card.refresh(desk.live.snapshot)
    card.show()
    qtbot.waitUntil(lambda: len(card.items) == 1)
    desk.live.changed.connect(lambda change: card.refresh(change.snapshot))
    return card


def paid_server(desk: EditedDesk) -> HashableServer:
    chain = FakeChain()
    (first, *_rest) = desk.wallets._first(desk.book.wallets[0])
    chain.pay((first.script, 2 * BTC))
    chain.mine()
    return HashableServer(ChainView(chain), SERVER)


def test_nothing_watched_says_what_watching_is(desk: EditedDesk, qtbot: QtBot) -> None:
    card = WalletsCard(desk.bench)
    qtbot.addWidget(card)
    card.refresh(desk.live.snapshot)
    card.show()
    assert (card.empty.isVisible(), card.area.isVisible(), card.scan_all.isVisible()) == (True, False, False)
    assert "never spend" in card.empty.text()


def test_a_scan_enters_what_the_chain_tells_as_one_edit(desk: EditedDesk, qtbot: QtBot) -> None:
    servers: list[HashableServer] = []
    card = card_of(desk, qtbot, lambda _choice, _cancelled: servers[0])
    assert (card.items[0].amount.text(), card.items[0].age.text()) == ("—", "not scanned yet")
    servers.append(paid_server(desk))
    before = desk.book
    card.scan_all.click()
    assert card.stop.isVisible()
    assert not card.scan_all.isVisible()
    qtbot.waitUntil(lambda: card.items[0].amount.text() == "2\u202fBTC")
    assert "block 800,001 · mempool.example" in card.items[0].age.text()
    assert (card.stop.isVisible(), card.progress.isVisible()) == (False, False)
    assert sum(len(account.transactions) for account in desk.book.accounts) == 1 + sum(
        len(account.transactions) for account in before.accounts
    )
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.undo()
    assert desk.book.accounts == before.accounts


def test_a_scan_that_is_stopped_stores_nothing(desk: EditedDesk, qtbot: QtBot) -> None:
    asked, stopped = Event(), Event()

    def connect(_choice: ServerChoice, cancelled: Callable[[], bool]) -> ChainServer:
        asked.set()
        stopped.wait(5)
        assert cancelled()
        raise CancelledError

    card = card_of(desk, qtbot, connect)
    before = desk.book
    card.items[0].scan.click()
    qtbot.waitUntil(asked.is_set)
    card.stop.click()
    stopped.set()
    assert (card.stop.isVisible(), card.scan_all.isVisible()) == (False, True)
    qtbot.waitUntil(lambda: not desk.tasks.under_way)
    assert desk.book is before
    assert card.items[0].age.text() == "not scanned yet"
    assert not card.trouble.isVisible()


def test_a_failure_is_told_with_the_wallets_name_and_changes_nothing(desk: EditedDesk, qtbot: QtBot) -> None:
    card = card_of(desk, qtbot)
    before = desk.book
    card.scan_all.click()
    qtbot.waitUntil(card.trouble.isVisible)
    assert card.trouble.text().startswith("▲ Vault: https://mempool.example/api cannot be reached")
    assert desk.book is before
    assert card.scan_all.isVisible()


def test_nobody_is_asked_before_a_server_is_chosen(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    assert desk.desk.settings.wallet_server == Settings().wallet_server == ""
    card = card_of(desk, qtbot)
    card.scan_all.click()
    assert not card.scanner.busy
    (form,) = [one for one in card.findChildren(WalletServerForm) if one.isVisible()]
    form.reject()
    QApplication.processEvents()
    assert not card.scanner.busy


def test_a_removed_wallet_goes_and_can_be_brought_back(desk: EditedDesk, qtbot: QtBot) -> None:
    card = card_of(desk, qtbot)
    card.items[0].remove.click()
    qtbot.waitUntil(lambda: card.items == [])
    assert desk.book.wallets == ()
    desk.edits.undo()
    qtbot.waitUntil(lambda: len(card.items) == 1)


def view(**changes: object) -> WalletView:
    wallet = Wallet("k", "Escrow", WalletKind.ADDRESSES, ("bc1qa", "bc1qb"), loan="Coin revolver")
    made = WalletView(wallet, NOW - timedelta(minutes=3), SERVER, 870_123, 2 * BTC, 0, 0, 2, None)
    return replace(made, **changes)  # type: ignore[arg-type]  # which fields depends on the test


def test_a_wallet_in_words() -> None:
    text = wallet_text(view(), NOW, Display())
    assert (text.amount, text.about) == ("2\u202fBTC", "collateral of Coin revolver · 2 addresses")
    assert text.age == "scanned 3\u202fmin ago · block 870,123 · mempool.example"
    assert (text.pending, text.difference) == ("", "")
    waiting = wallet_text(view(pending_in_sats=BTC, pending_out_sats=BTC // 4), NOW, Display())
    assert waiting.pending == "1\u202fBTC on its way in, not counted; 0.25\u202fBTC on its way out, no longer free"
    never = wallet_text(view(scanned_at=None), NOW, Display())
    assert (never.amount, never.age) == ("—", "not scanned yet")


def test_hidden_amounts_are_in_no_word_of_a_wallet() -> None:
    sentence = "“Coin revolver”: the chain holds 2.00000000 BTC, 1.50000000 BTC less than the loan records."
    different = ChainDifference("Coin revolver", ("Escrow",), 350_000_000, 2 * BTC, 0, sentence)
    shown = wallet_text(view(difference=different, pending_in_sats=BTC), NOW, Display())
    assert shown.difference == sentence
    hidden = wallet_text(view(difference=different, pending_in_sats=BTC), NOW, Display(hidden=True))
    for text in (hidden.amount, hidden.difference, hidden.pending, hidden.sentence):
        assert "2.0" not in text
        assert "1.5" not in text


@pytest.mark.parametrize(
    ("server", "host"),
    [(SERVER, "mempool.example"), ("ssl://electrum.example:50002", "electrum.example"), ("memory", "memory")],
)
def test_a_server_is_named_by_its_host(server: str, host: str) -> None:
    assert host_of(server) == host
