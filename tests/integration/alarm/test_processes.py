"""The program itself, without a window: a new book, one mail channel, a fall of a tenth; and where secrets are not."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from app.domain.channels import Channel, ChannelKind
from app.services.rule_defaults import default_rules
from app.services.settings import Settings
from app.services.settings_toml import write_toml
from app.store.book_store import BookStore
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.mail_server import FakeMailServer
from tests.fakes.price_server import FakePriceServer
from tests.integration.alarm.scene import TLS, lent, mail_to

ROOT = Path(__file__).parents[3]
ARRIVES = 60.0


@pytest.fixture
def prices() -> Iterator[FakePriceServer]:
    with FakePriceServer({"USD": Decimal(70_000)}) as server:
        yield server


class House:
    """A user's folders, with a book, a configuration and what the environment hands over."""

    def __init__(self, folder: Path, prices: FakePriceServer, *, heartbeat: bool = False) -> None:
        self.folder = folder
        self.place = folder / "my.plimsoll"
        self.config = folder / "config.toml"
        settings = Settings(prices=replace(prices.settings(), interval_seconds=5), heartbeat=heartbeat)
        self.config.write_text(write_toml(settings), "utf-8")
        self.environ = {
            **os.environ,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "SSL_CERT_FILE": str(TLS / "authority.pem"),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "app", "--config", str(self.config), "--book", str(self.place), *words]

    def run(self, *words: str) -> str:
        """Run a command to its end; return all that it said."""
        done = subprocess.run(
            self.command(*words), env=self.environ, cwd=ROOT, check=False, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def watch(self) -> Iterator["subprocess.Popen[str]"]:
        """Run ``watch``, from its first round on."""
        process = subprocess.Popen(
            self.command("watch"), env=self.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8",
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert "$70,000" in process.stdout.readline()
            yield process
        finally:
            process.kill()
            process.communicate()

    def lend(self) -> None:
        """Put a loan into the book that a fall of a tenth from 70,000 brings to its call."""
        store = BookStore.open(self.place)
        book = store.read()
        store.apply(book, replace(book, loans=(lent(opened=datetime.now(UTC) - timedelta(days=10)),)))
        store.close()


def test_a_new_book_and_one_mail_channel_wake_somebody_with_the_window_closed(
    tmp_path: Path, prices: FakePriceServer
) -> None:
    house = House(tmp_path, prices)
    with FakeMailServer(TLS / "server.pem") as mail:
        house.environ["PLIMSOLL_SECRET_MAIL"] = mail_to(mail.port)
        house.run("book", "new")
        house.run("alarm", "add", "email", "Mail", "--internal", "--no-secret")
        house.run("alarm", "switch", "This desktop", "off")
        assert BookStore.open(house.place).read().rules == default_rules()
        house.lend()
        with house.watch() as process:
            before = time.monotonic()
            prices.prices["USD"] = Decimal(63_000)
            assert mail.arrived.wait(ARRIVES)
            assert time.monotonic() - before < ARRIVES
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
        told = mail.mails[0].message
    assert "Harbour" in told["Subject"]
    assert "to post 0.13960114 BTC or repay $5,145.00" in told.get_content()


def spellings(secret: str) -> set[bytes]:
    """Return a secret as it is, and as addresses, mail logins and web requests spell it."""
    plain = secret.encode()
    coded = {base64.b64encode(b"\0" * pad + plain)[4 * bool(pad) : -4] for pad in range(3)}
    return {plain, quote(secret).encode(), quote(secret, safe="").encode(), plain.hex().encode(), *coded}


def seen_of(pid: int) -> bytes:
    """Return what anybody may read of a process's arguments, and its owner of its environment."""
    seen = b""
    for name in ("cmdline", "environ"):
        with suppress(OSError):
            seen += Path(f"/proc/{pid}/{name}").read_bytes()
    return seen


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += [int(word) for word in (task / "children").read_text("ascii").split()]
    return found


def test_no_secret_is_found_anywhere_but_at_the_servers(tmp_path: Path, prices: FakePriceServer) -> None:
    canaries = [f"Kanary/{number:02d}+x?z&é" for number in range(12)]
    places = iter([quote(canary, safe="") for canary in canaries])
    house = House(tmp_path, prices, heartbeat=True)
    credentials = tmp_path / "given"
    credentials.mkdir()
    house.environ["CREDENTIALS_DIRECTORY"] = str(credentials)
    with (
        FakeMailServer(TLS / "server.pem", password="right") as refusing,
        FakeHookServer() as broken,
        FakeHookServer() as sound,
        FakeHookServer() as hanging,
    ):
        broken.answer(500, b"told: " + canaries[0].encode())
        gate = hanging.hang()
        addresses = {
            "refused": (ChannelKind.EMAIL, mail_to(refusing.port, password=unquote(next(places)))),
            "nobody": (ChannelKind.EMAIL, f"mailtos://me:{next(places)}@name.invalid/?to=a@example.com"),
            "nonsense": (ChannelKind.OTHER, f"nonsense://{next(places)}"),
            "forbidden": (ChannelKind.WEBHOOK, f"json://169.254.169.254/{next(places)}"),
        }
        for name, server in (("broken", broken), ("hanging", hanging), ("sound", sound)):
            path = f"{next(places)}?+Authorization={next(places)}"
            addresses[name] = (ChannelKind.WEBHOOK, server.hook(path))
        for name, (_, address) in addresses.items():
            (credentials / f"plimsoll-{name}").write_text(address, "utf-8")
        (credentials / "plimsoll-heartbeat").write_text(sound.url(next(places)), "utf-8")
        house.run("book", "new")
        house.lend()
        store = BookStore.open(house.place)
        book = store.read()
        ways = tuple(Channel(name, name.title(), kind, internal=True) for name, (kind, _) in addresses.items())
        store.apply(book, replace(book, channels=ways))
        store.close()
        watched: list[bytes] = []
        with house.watch() as process:
            prices.prices["USD"] = Decimal(59_000)
            while not (sound.requests and hanging.requests and refusing.logins):
                assert process.poll() is None
                watched += [seen_of(child) for child in children_of(process.pid)]
            gate.set()
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=30)
        said += house.run("book", "export", str(tmp_path / "exported.json"))
        said += house.run("alarm", "--json") + house.run("alarm", "channels")
    # Where the system does not tell of its processes, the rest is looked at.
    assert any(b"app.notify.child" in one for one in watched) or not Path("/proc/self/cmdline").exists()
    files = [file for file in tmp_path.rglob("*") if file.is_file() and credentials not in file.parents]
    assert {"my.plimsoll", "exported.json"} <= {file.name for file in files}
    everything = b"\n".join([said.encode(), *watched, *[file.read_bytes() for file in files]])
    found = [spelt for canary in canaries for spelt in spellings(canary) if spelt in everything]
    assert found == []
