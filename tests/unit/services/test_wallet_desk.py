"""Watched wallets as a screen or a command talks to them, over a real book file and servers in memory."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from app.bootstrap.wallets import StoredBook
from app.chain.derivation import derive
from app.domain.book import Account, Book, EventKind, Loan, LoanEvent, Transaction, TransactionKind
from app.domain.errors import CancelledError, ChainError, ConfigError, InputError
from app.domain.holdings import balances
from app.domain.wallets import ScriptKind, Wallet, WalletKind
from app.services.desk import Edited
from app.services.edits import remove_account
from app.services.settings import Settings
from app.services.wallet_desk import ScanOutcome, WalletDesk
from app.services.wallet_drafts import WalletDraft, name_of_file, wallet_of
from app.services.wallet_ports import ChainServer, ServerChoice
from app.store.book_store import BookStore
from app.store.wallets import BookWallets
from tests.fakes.chain import BTC, ELSEWHERE, ChainView, FakeChain
from tests.fakes.chain_server import FailingServer, MemoryServer
from tests.fakes.keepers import SetClock
from tests.fakes.loans import OPENED, terms
from tests.unit.chain.test_derivation import BIP44, BIP84, KEYS
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV

SERVER, SECOND = "https://mempool.example/api", "ssl://second.example:50002"
ADDRESS = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
LENT = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"


class Scene:
    """A book file, a chain, and servers by their addresses."""

    def __init__(self, path: Path) -> None:
        self.chain = FakeChain()
        self.clock = SetClock(datetime(2026, 1, 2, tzinfo=UTC))
        loan = Loan("Loan", "Lender", "USD", OPENED, None, (terms(),))
        self.store = BookStore.create(path, Book("Book", accounts=(Account("Cold"), Account("Warm")), loans=(loan,)))
        self.book = StoredBook(self.store, Settings(wallet_server=SERVER))
        self.keeper = BookWallets(self.store.backend)
        self.servers: dict[str, MemoryServer] = {SERVER: MemoryServer(ChainView(self.chain), SERVER)}
        self.choices: list[ServerChoice] = []
        self.desk = WalletDesk(self.book, self.keeper, derive, self.connect, self.clock)

    def connect(self, choice: ServerChoice, cancelled: Callable[[], bool]) -> ChainServer:
        self.choices.append(choice)
        if cancelled():
            raise CancelledError
        if choice.url not in self.servers:
            raise ChainError("unreachable", f"{choice.url} cannot be reached.")
        return self.servers[choice.url]

    def scripts(self, text: str, branch: str, count: int = 3) -> list[str]:
        """Return the first scripts of a key."""
        return [
            one.script for one in derive(Wallet("k", "n", WalletKind.EXTENDED_KEY, (text,))).scripts(branch, 0, count)
        ]

    def scan(self, *names: str, **named: object) -> ScanOutcome:
        """Ask and take."""
        return self.desk.take(self.desk.ask(self.desk.plan(names), **named))  # type: ignore[arg-type]  # as given

    def undo(self, edited: Edited) -> None:
        """Take a change back."""
        self.book.edit("Undo", lambda _: edited.before)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path / "book.plimsoll")
    with closing(made.store):
        yield made


def vault(**changes: object) -> WalletDraft:
    """Return a draft of the usual wallet."""
    return replace(WalletDraft("Vault", BIP84, account="Cold"), **changes)  # type: ignore[arg-type]  # as given


def test_from_a_draft_to_the_books_free_bitcoin(scene: Scene) -> None:
    read = scene.desk.read(vault())
    assert read.what == "zpub (native segwit)"
    assert read.addresses[0] == ADDRESS
    scene.desk.add(vault())
    assert [(view.wallet.name, view.scanned_at) for view in scene.desk.overview()] == [("Vault", None)]
    outside = scene.scripts(BIP84, "p2wpkh/0")
    paid = scene.chain.pay((outside[0], 2 * BTC))
    scene.chain.mine()
    scene.chain.pay((ELSEWHERE, BTC // 2), (scene.scripts(BIP84, "p2wpkh/1")[0], BTC), spends=[paid.out()])
    scene.chain.pay((outside[1], 5 * BTC))
    told: list[tuple[int, str]] = []
    outcome = scene.scan(progress=lambda done, name: told.append((done, name)))
    assert (outcome.added, outcome.removed, outcome.moved, outcome.failures) == (3, 0, 3, ())
    assert outcome.edited is not None
    assert outcome.edited.label == "Scan wallet “Vault”"
    assert told[-1] == (43, "Vault")
    assert balances(scene.book.book)["Cold"] == BTC
    view = scene.desk.overview()[0]
    assert (view.confirmed_sats, view.pending_in_sats, view.pending_out_sats) == (2 * BTC, 5 * BTC, BTC)
    assert (view.server, view.tip_height, view.used_addresses, view.difference) == (SERVER, 800_001, 3, None)
    assert [point.sats for point in scene.desk.history("Vault")] == [2 * BTC]
    assert [move.height for move in scene.desk.moves("Vault")] == [None, None, 800_001]
    assert scene.servers[SERVER].closed
    again = scene.scan("Vault")
    assert (again.edited, again.added) == (None, 0)
    scene.undo(outcome.edited)
    assert balances(scene.book.book)["Cold"] == 0
    assert scene.desk.overview()[0].confirmed_sats == 2 * BTC
    difference = scene.desk.overview()[0].difference
    assert difference is not None
    assert "1.00000000 BTC more than the account records (0.00000000 BTC)" in difference.sentence
    assert scene.scan().added == 3


def test_nobody_is_asked_before_the_user_names_a_server(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.book.settings = Settings()
    with pytest.raises(InputError, match="sees all addresses of this wallet together"):
        scene.scan()
    assert scene.choices == []
    scene.servers["https://own.example/api"] = MemoryServer(ChainView(scene.chain))
    assert scene.scan(server="https://own.example/api/").failures == ()
    assert scene.choices == [ServerChoice("https://own.example/api", "", 5, "")]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"server": "mempool.example"}, "must begin with"),
        ({"server": "http://mempool.example/api"}, "plain http"),
        ({"server": "http://x.onion/api"}, "Tor alone"),
        ({"proxy": "socks5://127.0.0.1:9050"}, "socks5h"),
    ],
)
def test_addresses_that_cannot_be_asked(scene: Scene, named: dict[str, str], words: str) -> None:
    with pytest.raises((InputError, ConfigError), match=words):
        scene.scan(**named)
    assert scene.choices == []


def test_one_wallets_failure_leaves_the_others(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.desk.add(WalletDraft("Box", LENT, account="Warm"))
    scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[0], BTC))
    scene.chain.mine()
    whole = scene.scan("Vault")
    assert whole.added == 1
    scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[1], BTC))
    scene.chain.mine()
    failing = FailingServer(ChainView(scene.chain), SERVER).fail_after(3)
    scene.servers[SERVER] = failing
    outcome = scene.scan()
    assert [name for name, _ in outcome.failures] == ["Vault", "Box"]
    assert (outcome.edited, outcome.moved) == (None, 0)
    assert balances(scene.book.book)["Cold"] == BTC
    assert scene.desk.overview()[0].confirmed_sats == BTC


def test_a_second_server_has_to_tell_the_same(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[0], BTC))
    block = scene.chain.mine()
    scene.book.settings = Settings(wallet_server=SERVER, wallet_second_server=SECOND, wallet_proxy="socks5h://[::1]:9")
    scene.servers[SECOND] = MemoryServer(ChainView(scene.chain, hidden=frozenset(block.txs)), SECOND)
    outcome = scene.scan()
    assert "do not tell the same" in outcome.failures[0][1]
    assert scene.desk.overview()[0].scanned_at is None
    assert [choice.proxy for choice in scene.choices] == ["socks5h://[::1]:9"] * 2
    scene.servers[SECOND] = MemoryServer(ChainView(scene.chain), SECOND)
    assert scene.scan().added == 1


def test_a_certificate_is_remembered_for_its_own_server(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.servers[SERVER].pin = "abc"
    scene.scan()
    scene.scan()
    scene.scan(trust_new_certificate=True)
    scene.servers["https://other.example"] = MemoryServer(ChainView(scene.chain), "https://other.example")
    scene.scan(server="https://other.example")
    scene.scan()
    assert [choice.pin for choice in scene.choices] == ["", "abc", "", "", "abc"]


def test_one_connection_serves_all_wallets_and_a_server_that_is_not_there_is_asked_once(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.desk.add(WalletDraft("Box", LENT, account="Warm"))
    assert scene.scan().failures == ()
    assert len(scene.choices) == 1
    del scene.servers[SERVER]
    outcome = scene.scan()
    assert [name for name, _ in outcome.failures] == ["Vault", "Box"]
    assert len(scene.choices) == 2


def test_wallets_of_one_account_are_scanned_together_or_not_at_all(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.desk.add(WalletDraft("Change", LENT, account="Cold"))
    scene.desk.add(WalletDraft("Box", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", account="Warm"))
    assert [one.name for one in scene.desk.plan(["Change"]).wallets] == ["Vault", "Change"]
    assert [one.name for one in scene.desk.plan(["Box"]).wallets] == ["Box"]
    scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[0], BTC))
    scene.chain.mine()
    answers = scene.desk.ask(scene.desk.plan())
    partly = replace(answers, scans=answers.scans[1:], failures=(("Vault", "no"),))
    outcome = scene.desk.take(partly)
    assert [name for name, _ in outcome.failures] == ["Vault", "Change"]
    assert [view.scanned_at is None for view in scene.desk.overview()] == [True, True, False]
    assert scene.desk.take(answers).added == 1


def test_hanging_up_ends_a_scan_at_once(scene: Scene) -> None:
    scene.desk.add(vault())
    stop = Event()

    def before(_method: str) -> None:
        stop.set()
        scene.desk.hang_up()
        if scene.servers[SERVER].closed:
            raise ChainError("unreachable", "hung up")

    scene.servers[SERVER].before = before
    with pytest.raises(CancelledError):
        scene.scan(cancelled=stop.is_set)


def test_a_wallet_that_came_with_a_mistake_does_not_stand_in_the_way(scene: Scene) -> None:
    broken = Wallet("k", "Broken", WalletKind.EXTENDED_KEY, (BIP84[:-1] + "a",), account="Warm")
    scene.book.edit("Import", lambda book: replace(book, wallets=(broken,)))
    scene.desk.add(vault())
    outcome = scene.scan()
    assert [name for name, _ in outcome.failures] == ["Broken"]
    assert outcome.failures[0][1] == "key: this extended key has a mistake in it; copy it again, whole"


def test_a_stopped_scan_stores_nothing(scene: Scene) -> None:
    scene.desk.add(vault())
    with pytest.raises(CancelledError):
        scene.scan(cancelled=lambda: True)
    assert scene.desk.overview()[0].scanned_at is None


def test_wallets_that_watch_the_same_are_refused(scene: Scene) -> None:
    scene.desk.add(vault())
    for draft in (
        WalletDraft("Other", BIP84, account="Warm"),
        WalletDraft("Other", ADDRESS, loan="Loan"),
    ):
        with pytest.raises(InputError, match="watches the same addresses"):
            scene.desk.add(draft)
    late = derive(scene.book.book.wallets[0]).scripts("p2wpkh/0", 12, 13)[0]
    scene.desk.add(WalletDraft("Late", late.address, account="Warm"))
    scene.chain.pay((late.script, BTC))
    scene.chain.mine()
    with pytest.raises(InputError, match="share an address"):
        scene.scan()
    assert balances(scene.book.book) == {"Cold": 0, "Warm": 0}


def test_what_does_not_fit_the_book_is_told_and_nothing_is_stored(scene: Scene) -> None:
    scene.desk.add(vault())
    paid = scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[0], BTC))
    scene.chain.mine()
    assert scene.scan().added == 1
    spent = Transaction(scene.chain.tip.at, TransactionKind.SPEND, BTC)
    cold = scene.book.book.account("Cold")
    entries = (*cold.transactions, spent)
    scene.book.edit("Spend", lambda book: book.with_account(replace(cold, transactions=entries), replacing="Cold"))
    scene.chain.pay((ELSEWHERE, BTC - 9), spends=[paid.out()])
    scene.chain.mine()
    scene.clock.pass_time(scene.chain.tip.at - scene.clock.now())
    with pytest.raises(InputError, match="made by hand for the same bitcoin"):
        scene.scan()
    assert len(scene.desk.moves("Vault")) == 1


def test_removing_keeps_the_transactions_and_forgets_the_scan(scene: Scene) -> None:
    scene.desk.add(vault())
    scene.chain.pay((scene.scripts(BIP84, "p2wpkh/0")[0], BTC))
    scene.chain.mine()
    scene.scan()
    key = scene.book.book.wallets[0].key
    scene.desk.remove("Vault")
    assert scene.book.book.wallets == ()
    assert balances(scene.book.book)["Cold"] == BTC
    assert scene.keeper.load(key) is None
    for act in (scene.desk.remove, scene.desk.history, scene.desk.moves, lambda name: scene.desk.plan([name])):
        with pytest.raises(InputError, match="no wallet of that name"):
            act("Vault")


def test_collateral_on_the_chain_is_compared_with_the_loan(scene: Scene) -> None:
    scene.desk.add(WalletDraft("Multisig", LENT, loan="Loan"))
    scene.chain.pay((derive(scene.book.book.wallets[0]).scripts("addresses", 0, 1)[0].script, 3 * BTC))
    scene.chain.mine()
    outcome = scene.scan()
    assert (outcome.edited, outcome.added, outcome.moved) == (None, 0, 1)
    difference = scene.desk.overview()[0].difference
    assert difference is not None
    assert (difference.recorded_sats, difference.chain_sats) == (0, 3 * BTC)
    assert "3.00000000 BTC more than the loan records" in difference.sentence
    event = LoanEvent(scene.chain.tip.at, EventKind.POST, sats=3 * BTC)
    scene.book.edit("Post", lambda book: book.with_loan(replace(book.loan("Loan"), events=(event,)), replacing="Loan"))
    assert scene.desk.overview()[0].difference is None


@pytest.mark.parametrize("secret", [SEED, SEED.replace(" ", "\n"), XPRV, WIF, f"wpkh({WIF})", f"tr({XPRV}/<0;1>/*)"])
@pytest.mark.parametrize("field", ["text", "name"])
def test_a_secret_is_nowhere(scene: Scene, caplog: pytest.LogCaptureFixture, secret: str, field: str) -> None:
    caplog.set_level(logging.DEBUG)
    draft = vault(**{field: secret})
    for act in (scene.desk.read, scene.desk.add):
        with pytest.raises(InputError, match="private key or seed words") as caught:
            act(draft)
        assert secret not in f"{caught.value!r} {caught.value} {caught.value.args} {caught.value.__context__!r}"
    assert secret not in repr(draft)
    assert secret not in str(draft)
    assert secret not in caplog.text
    assert scene.store.location.path is not None
    assert not [part for part in secret.encode().split() if part in scene.store.location.path.read_bytes()]
    assert scene.choices == []


def plain(draft: WalletDraft) -> Mapping[str, object]:
    """Return what a draft was read as."""
    made = wallet_of(draft)
    return {"kind": made.kind, "sources": made.sources, "name": made.name}


def test_what_may_be_typed() -> None:
    key, descriptor = KEYS[0], f"wsh(sortedmulti(2,{KEYS[0]}/0/*,{KEYS[1]}/0/*))"
    assert plain(vault(text=f"  {key}\n"))["sources"] == (key,)
    assert plain(vault(text=f"# from the vault\n\n{descriptor[:30]}\n{descriptor[30:]}\n"))["sources"] == (descriptor,)
    assert plain(vault(text=f"{ADDRESS},{LENT}\n{ADDRESS}; {LENT}")) == {
        "kind": WalletKind.ADDRESSES,
        "sources": (ADDRESS, LENT),
        "name": "Vault",
    }
    assert plain(vault(name="  The \n vault "))["name"] == "The vault"
    assert wallet_of(vault(text=BIP44, scripts=(ScriptKind.P2PKH,))).scripts == (ScriptKind.P2PKH,)
    assert wallet_of(vault()).key != wallet_of(vault()).key
    assert name_of_file("/home/me/cold wallet.txt") == "cold wallet"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " \n# nothing\n"}, "give an extended public key"),
        ({"name": " "}, "give the wallet a name"),
        ({"text": f"{BIP84} {BIP44}"}, "several keys"),
        ({"text": f"wpkh({KEYS[0]}/0/*)\nwpkh({KEYS[0]}/1/*)"}, "several descriptors"),
        ({"text": "3" * 1_000_001}, "too long"),
    ],
)
def test_what_may_not(changes: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        wallet_of(vault(**changes))


def test_an_account_that_a_wallet_names_is_not_deleted(scene: Scene) -> None:
    scene.desk.add(vault())
    with pytest.raises(InputError, match="“Cold” is named by the watched wallet “Vault”"):
        scene.book.edit("Delete", remove_account("Cold").change)


def test_an_account_that_is_not_there_is_made_with_its_wallet_in_one_change(scene: Scene) -> None:
    draft = WalletDraft("Vault", BIP84, "Deep")
    assert scene.desk.read(draft).new_account
    edited = scene.desk.add(draft)
    assert scene.book.book.account("Deep") == Account("Deep")
    scene.undo(edited)
    assert [account.name for account in scene.book.book.accounts] == ["Cold", "Warm"]
    assert not scene.desk.read(WalletDraft("Vault", BIP84, "Cold")).new_account
    with pytest.raises(InputError, match="there is an account “Cold”"):
        scene.desk.add(WalletDraft("Vault", BIP84, "cold"))
