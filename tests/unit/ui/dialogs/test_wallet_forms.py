"""The forms that watch a wallet and that say who may be asked about it."""

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.wallets import ScriptKind
from app.services.wallet_ports import DEFAULT_SERVER, PRIVACY
from app.ui.dialogs.wallet_form import WalletForm
from app.ui.models.wallets import NO_SERVER, Belongs
from app.ui.operations import wallets
from tests.fakes.desk_edits import EditedDesk
from tests.fakes.desk_fixtures import MakeDesk
from tests.unit.chain.test_derivation import BIP84
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV

FIRST = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"


@pytest.fixture
def desk(make_desk: MakeDesk) -> EditedDesk:
    return make_desk()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def form(desk: EditedDesk, parent: QWidget) -> WalletForm:
    return wallets.watch_wallet(bench=desk.bench, parent=parent, watched=lambda _name: None)


def test_what_is_pasted_shows_what_it_is_and_addresses_to_compare(form: WalletForm, qtbot: QtBot) -> None:
    assert (form.ok.isEnabled(), form.reason.text()) == (False, "▲ Paste a public key, a descriptor or addresses.")
    form.text.setPlainText(BIP84)
    assert form.reason.text() == "▲ Name is missing"
    QTest.keyClicks(form.name.editor, "Vault")
    qtbot.waitUntil(form.ok.isEnabled)
    assert form.what.text() == "zpub (native segwit)"
    assert form.addresses.text().splitlines()[0] == FIRST
    assert len(form.addresses.text().splitlines()) == 3
    assert form.scripts.isVisibleTo(form)
    form.text.setPlainText(FIRST)
    assert not form.ok.isEnabled()
    qtbot.waitUntil(form.ok.isEnabled)
    assert (form.what.text(), form.addresses.text()) == ("1 address", FIRST)
    assert not form.scripts.isVisibleTo(form)


def test_it_is_stored_as_one_edit_that_can_be_undone(desk: EditedDesk, parent: QWidget, qtbot: QtBot) -> None:
    told: list[str] = []
    form = wallets.watch_wallet(bench=desk.bench, parent=parent, watched=told.append)
    form.text.setPlainText(BIP84)
    QTest.keyClicks(form.name.editor, "Vault")
    form.scripts.choose((ScriptKind.P2TR,))
    form.gap.set_text("40")
    form.belongs.choose(Belongs(loan="Coin revolver"))
    form.look()
    qtbot.waitUntil(form.ok.isEnabled)
    with qtbot.waitSignal(form.accepted):
        form.submit()
    (wallet,) = desk.book.wallets
    assert (wallet.name, wallet.loan, wallet.account, wallet.gap_limit) == ("Vault", "Coin revolver", None, 40)
    assert wallet.scripts == (ScriptKind.P2TR,)
    assert told == ["Vault"]
    with qtbot.waitSignal(desk.live.changed):
        desk.edits.undo()
    assert desk.book.wallets == ()


@pytest.mark.parametrize("secret", [SEED, XPRV, WIF, f"{BIP84} {WIF}"])
def test_a_private_key_is_refused_loudly_and_kept_nowhere(
    form: WalletForm, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form.text.setPlainText(secret)
    assert form.text.toPlainText() == ""
    assert not form.text.document().isUndoAvailable()
    QTest.keyClick(form.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.text.toPlainText() == ""
    assert "can spend the coins" in form.refusal.text()
    assert form.refusal.isVisibleTo(form)
    assert form.source.editor.property("wrong")
    assert form.read is None
    for text in (form.refusal.text(), form.source.note.text(), form.reason.text(), caplog.text):
        assert secret not in text
    assert not form.ok.isEnabled()


def test_seed_words_typed_as_a_name_are_dropped_too(form: WalletForm) -> None:
    QTest.keyClicks(form.name.editor, SEED)
    assert "abandon" not in form.name.text
    assert form.refusal.isVisibleTo(form)


def test_what_means_no_wallet_is_told_at_its_field(form: WalletForm, qtbot: QtBot) -> None:
    QTest.keyClicks(form.name.editor, "Vault")
    form.text.setPlainText("bc1qnothing")
    qtbot.waitUntil(lambda: bool(form.source.editor.property("wrong")))
    assert not form.ok.isEnabled()
    form.text.setPlainText(BIP84)
    qtbot.waitUntil(form.ok.isEnabled)
    assert not form.source.editor.property("wrong")
    form.text.setPlainText(SEED)
    form.text.setPlainText(BIP84)
    assert form.refusal.isVisibleTo(form)
    qtbot.waitUntil(form.ok.isEnabled)
    assert not form.refusal.isVisibleTo(form)
    form.gap.set_text("0")
    form.gap.edited.emit()
    assert not form.ok.isEnabled()


def test_the_privacy_cost_and_the_server_are_told_before_anything_is_asked(
    desk: EditedDesk, form: WalletForm, parent: QWidget, qtbot: QtBot
) -> None:
    assert (form.privacy.text(), form.server.text(), form.ok.text()) == (PRIVACY, NO_SERVER, "Watch it")
    choice = wallets.choose_server(bench=desk.bench, parent=parent)
    choice.suggest.click()
    with qtbot.waitSignal(choice.accepted):
        choice.submit()
    assert desk.desk.settings.wallet_server == DEFAULT_SERVER
    qtbot.waitUntil(lambda: form.server.text() == "Asked: mempool.space.")
    assert form.ok.text() == "Watch and scan"


@pytest.mark.parametrize(
    ("server", "second", "proxy", "said"),
    [
        ("mempool.space", "", "", "must begin with https://"),
        ("http://mempool.space/api", "", "", "Server"),
        ("https://abc.onion/api", "", "", "through Tor alone"),
        ("", "https://mempool.space/api", "", "first server"),
        ("https://mempool.space/api", "", "socks5://127.0.0.1:9050", "SOCKS proxy"),
    ],
)
def test_a_server_that_cannot_be_asked_is_refused(
    desk: EditedDesk, parent: QWidget, server: str, second: str, proxy: str, said: str
) -> None:
    choice = wallets.choose_server(bench=desk.bench, parent=parent)
    choice.server.set_text(server)
    choice.second.set_text(second)
    choice.proxy.set_text(proxy)
    choice.submit()
    assert not choice.ok.isEnabled()
    assert said in choice.reason.text()
    assert desk.desk.settings.wallet_server == ""
    choice.reject()


def test_a_read_only_book_watches_nothing_new(make_desk: MakeDesk, parent: QWidget, qtbot: QtBot) -> None:
    desk = make_desk(readonly=True)
    form = wallets.watch_wallet(bench=desk.bench, parent=parent, watched=lambda _name: None)
    form.text.setPlainText(BIP84)
    QTest.keyClicks(form.name.editor, "Vault")
    qtbot.waitUntil(lambda: form.read is not None)
    assert not form.ok.isEnabled()
