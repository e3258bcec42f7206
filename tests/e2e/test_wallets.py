"""Watched wallets from outside: a book built from files and a zpub tells the right free bitcoin."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.chain.derivation import derive
from app.domain.wallets import Wallet, WalletKind
from tests.e2e.conftest import Make
from tests.e2e.made_books import account, document, draw, loan, post
from tests.fakes.chain import BTC, ELSEWHERE, ChainView, FakeChain
from tests.fakes.electrum_server import FakeElectrum
from tests.fakes.esplora_server import FakeEsplora
from tests.unit.chain.test_derivation import MULTISIG as KEYS
from tests.unit.cli.conftest import Run
from tests.unit.domain.test_private_keys import SEED, WIF, XPRV

MULTISIG = f"wsh(sortedmulti(1,{KEYS}))"

ZPUB = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
RIVER = (
    "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Tag\n"
    "2025-05-01 12:00:00,100000.00,USD,1.50000000,BTC,0,USD,Buy\n"
)


def scripts(count: int, branch: str = "p2wpkh/0") -> list[str]:
    """Return the zpub's first scripts."""
    addresses = derive(Wallet("k", "n", WalletKind.EXTENDED_KEY, (ZPUB,)))
    return [one.script for one in addresses.scripts(branch, 0, count)]


@pytest.fixture
def chain() -> FakeChain:
    """Two payments in, one out with change, and one that waits."""
    made = FakeChain()
    outside, inside = scripts(3), scripts(1, "p2wpkh/1")
    first = made.pay((outside[0], 2 * BTC))
    made.mine()
    made.pay((outside[2], BTC))
    made.mine()
    made.pay((ELSEWHERE, BTC // 2), (inside[0], 2 * BTC - BTC // 2 - 10_000), spends=[first.out()])
    made.mine()
    made.pay((outside[1], 7 * BTC))
    return made


@pytest.fixture
def server(chain: FakeChain) -> Iterator[FakeEsplora]:
    """An Esplora server on loopback."""
    with FakeEsplora(ChainView(chain)) as running:
        yield running


@pytest.fixture
def place(make: Make) -> Path:
    """A book with a loan and an empty account."""
    return make(document(loan(events=[post("10"), draw("400000")]), accounts=(account("Cold"),)))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask as fast as loopback allows."""
    path = tmp_path / "config.toml"
    path.write_text("[wallets]\nrequests_per_second = 0\n", "utf-8")
    monkeypatch.setenv("PLIMSOLL_CONFIG", str(path))


def free(run: Run, place: Path) -> str:
    """Return what ``status`` tells of free bitcoin."""
    return str(run("--book", place, "status", "--price", "70000", "--json").json["totals"]["unencumbered_btc"])


def test_a_book_built_only_from_files_and_a_zpub_tells_the_right_free_bitcoin(
    run: Run, place: Path, server: FakeEsplora, tmp_path: Path
) -> None:
    file = tmp_path / "river.csv"
    file.write_text(RIVER, "utf-8")
    assert run("--book", place, "import", file, "--account", "Exchange", "--zone", "UTC").code == 0
    assert free(run, place) == "1.50000000"
    added = run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold", "--json")
    assert added.json["first_addresses"][0] == "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
    assert free(run, place) == "1.50000000"
    done = run("--book", place, "wallet", "scan", "--server", server.url, "--json")
    assert (done.code, done.json["failures"]) == (0, [])
    assert done.json["wallets"][0]["confirmed_btc"] == "2.49990000"
    assert done.json["wallets"][0]["pending_in_btc"] == "7.00000000"
    assert free(run, place) == "3.99990000"
    again = run("--book", place, "wallet", "scan", "--server", server.url, "--json")
    assert (again.json["added"], again.json["removed"]) == (0, 0)
    assert free(run, place) == "3.99990000"


def test_an_electrum_server_tells_the_same(run: Run, place: Path, chain: FakeChain) -> None:
    run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold")
    with FakeElectrum(ChainView(chain)) as server:
        done = run("--book", place, "wallet", "scan", "--server", server.url)
    assert done.code == 0, done.err
    assert free(run, place) == "2.49990000"
    history = run("--book", place, "wallet", "history", "Vault", "--json").json
    assert [point["btc"] for point in history["balances"]] == ["2.00000000", "3.00000000", "2.49990000"]
    assert [one["btc"] for one in history["waiting"]] == ["7.00000000"]


def test_collateral_at_a_multisig_is_compared_with_the_loan(run: Run, place: Path, tmp_path: Path) -> None:
    chain = FakeChain()
    file = tmp_path / "multisig.txt"
    file.write_text(f"# exported for watching\n{MULTISIG}\n", "utf-8")
    added = run("--book", place, "wallet", "add", "Escrow", "--from-file", file, "--loan", "Loan", "--json")
    assert (added.code, added.json["what"]) == (0, "1-of-2 multisig descriptor")
    there = derive(Wallet("k", "n", WalletKind.DESCRIPTOR, (MULTISIG,))).scripts("descriptor/0", 3, 4)[0].script
    chain.pay((there, 9 * BTC))
    chain.mine()
    with FakeEsplora(ChainView(chain)) as server:
        done = run("--book", place, "wallet", "scan", "--server", server.url)
        assert done.code == 0
        assert "1.00000000 BTC less than the loan records (10.00000000 BTC)" in done.out
        listed = run("--book", place, "wallet", "list", "--json").json["wallets"][0]
        assert (listed["confirmed_btc"], listed["difference"]["recorded_btc"]) == ("9.00000000", "10.00000000")
        chain.pay((there, BTC))
        chain.mine()
        run("--book", place, "wallet", "scan", "--server", server.url)
    assert run("--book", place, "wallet", "list", "--json").json["wallets"][0]["difference"] is None
    assert free(run, place) == "0.00000000"


def test_what_a_person_reads(run: Run, place: Path, server: FakeEsplora) -> None:
    assert "No wallet is watched yet" in run("--book", place, "wallet", "list").out
    added = run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold")
    assert "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu" in added.out
    assert "The server sees all addresses of this wallet together, and your network address." in added.out
    assert "Nothing is known" in run("--book", place, "wallet", "history", "Vault").out
    done = run("--book", place, "wallet", "scan", "--server", server.url)
    assert "The server sees all addresses of this wallet together" in done.err
    assert "2.4999 BTC" in done.out
    assert "5 entries added" not in done.out
    assert "4 entries added." in done.out
    assert "waits for a block: 7 BTC" in run("--book", place, "wallet", "history", "Vault").out
    assert run("--book", place, "wallet", "remove", "Vault").code == 0
    assert free(run, place) == "2.49990000"


def test_nothing_is_asked_without_a_server_and_failures_are_told(run: Run, place: Path) -> None:
    run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold")
    done = run("--book", place, "wallet", "scan")
    assert (done.code, done.out) == (1, "")
    assert "no server is named" in done.err
    done = run("--book", place, "wallet", "scan", "--server", "http://127.0.0.1:9/api", "--json")
    assert done.code == 1
    assert "cannot be reached" in done.json["failures"][0]["problem"]
    assert "“Vault”: http://127.0.0.1:9/api cannot be reached" in done.err
    for argv in (["history", "Valt"], ["remove", "Valt"], ["scan", "Valt"]):
        done = run("--book", place, "wallet", *argv)
        assert (done.code, done.out) == (1, "" if argv[0] != "scan" else done.out)
        assert "no wallet of that name" in done.err


@pytest.mark.parametrize("option", ["--xpub", "--descriptor", "--address", "--from-file", "NAME"])
@pytest.mark.parametrize("secret", [SEED, XPRV, WIF])
def test_a_secret_is_refused_and_left_nowhere(
    run: Run, place: Path, tmp_path: Path, own_home: Path, option: str, secret: str
) -> None:
    if option == "--from-file":
        file = tmp_path / "pasted.txt"
        file.write_text(secret, "utf-8")
        argv = ["Vault", option, file]
    elif option == "NAME":
        argv = [secret, "--xpub", ZPUB]
    else:
        argv = ["Vault", option, secret]
    done = run("--book", place, "wallet", "add", *argv, "--account", "Cold")
    assert (done.code, done.out) == (1, "")
    assert "private key or seed words" in done.err
    assert "move the coins to a new wallet" in done.err
    assert secret not in done.err
    files = [each for folder in (tmp_path, own_home) for each in folder.rglob("*") if each.is_file()]
    told = [each.name for each in files if secret.encode() in each.read_bytes()]
    assert told == (["pasted.txt"] if option == "--from-file" else [])


def test_a_wallet_travels_with_the_book_file(run: Run, place: Path, tmp_path: Path) -> None:
    run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold", "--gap-limit", "50")
    file, copy = tmp_path / "out.json", tmp_path / "copy.plimsoll"
    assert run("--book", place, "book", "export", file).code == 0
    assert run("--book", copy, "book", "import", file).code == 0
    listed = run("--book", copy, "wallet", "list", "--json").json["wallets"]
    assert [(one["name"], one["gap_limit"], one["scanned_at"]) for one in listed] == [("Vault", 50, None)]
    document = file.read_text("utf-8").replace(ZPUB, XPRV)
    file.write_text(document, "utf-8")
    done = run("--book", tmp_path / "third.plimsoll", "book", "import", file)
    assert done.code == 1
    assert "private key or seed words" in done.err
    assert XPRV not in done.err


def sparrow(chain: FakeChain, *rows: tuple[int, int, int | None, str]) -> str:
    """Return Sparrow's file of some blocks' only transactions: height above the first, value, fee, label."""
    lines = ["Date (UTC),Label,Value,Balance,Fee,Txid"]
    for height, value, fee, label in rows:
        block = chain.blocks[height]
        paid = "" if fee is None else f"{fee / BTC:.8f}"
        lines.append(f"{block.at:%Y-%m-%d %H:%M:%S},{label},{value / BTC:.8f},0.00000000,{paid},{block.txs[0]}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("file_first", [True, False])
def test_a_wallets_own_file_and_its_scan_are_the_same_entries(
    run: Run, place: Path, chain: FakeChain, server: FakeEsplora, tmp_path: Path, file_first: bool
) -> None:
    file = tmp_path / "sparrow.csv"
    rows = ((3, -(BTC // 2 + 10_000), 10_000, "The notary"), (2, BTC, None, ""), (1, 2 * BTC, None, "From my brother"))
    file.write_text(sparrow(chain, *rows), "utf-8")
    run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Cold")
    bring = ("--book", place, "import", file, "--account", "Cold", "--json")
    scan = ("--book", place, "wallet", "scan", "--server", server.url, "--json")
    first, second = (bring, scan) if file_first else (scan, bring)
    assert run(*first).code == 0
    assert free(run, place) == "2.49990000"
    done = run(*second)
    assert done.code == 0, done.err
    if file_first:
        assert done.json["added"] == done.json["removed"] == 0
    assert free(run, place) == "2.49990000"


def test_an_empty_book_takes_its_account_from_the_wallet(run: Run, server: FakeEsplora, tmp_path: Path) -> None:
    place = tmp_path / "new.plimsoll"
    assert run("book", "new", "--book", place).code == 0
    quiet = run("--book", place, "wallet", "scan", "--server", server.url)
    assert "network address" not in quiet.err
    added = run("--book", place, "wallet", "add", "Vault", "--xpub", ZPUB, "--account", "Deep")
    assert (added.code, added.err) == (0, "")
    assert "Account “Deep” is new." in added.out
    assert run("--book", place, "wallet", "scan", "--server", server.url).code == 0
    assert free(run, place) == "2.49990000"
