"""One book, its falling price, its two programs, and the servers that outlive every kill."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Self

from app.domain.channels import Channel, ChannelKind
from app.services.settings import Settings
from app.services.settings_toml import write_toml
from app.store.book_store import BookStore
from tests.e2e.made_books import document, draw, loan, post
from tests.fakes.hook_server import FakeHookServer, HookRequest
from tests.fakes.price_server import FakePriceServer
from tests.kill.hurried import AT_STATEMENT, AUDIT, BEGAN, SEED, HurriedClock

ROOT: Final = Path(__file__).parents[2]
LOANS: Final = 24
LEVELS: Final = (("MARGIN CALL", Decimal("0.75")), ("FORCED SALE", Decimal("0.85")))
FIRST: Final = Decimal(58000)
WAYS: Final = ("hook",)
STEP: Final = Decimal("0.988")
# The line after it would tell of another one who judges; the last line of one that was killed may be cut.
PRICE: Final = re.compile(rb"BTC \$([0-9,]+\.[0-9]+)[^\n]*\n(?!  another)(?=[^\n]*\n)")


def debt(number: int) -> Decimal:
    """Return what a loan on 10 BTC owes: each reaches its levels at other prices."""
    return Decimal(400_000 - 5_000 * number)


class Receiver(FakeHookServer):
    """Counts messages, and may end who sends one before it hears that it arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.arrivals: Counter[str] = Counter()
        self.held = threading.Event()
        self.go_on = threading.Event()

    def hold(self) -> None:
        """Answer nothing from now on."""
        self.arrived.clear()
        self.go_on.clear()
        self.held.set()

    def release(self) -> None:
        """Answer again; who waits is hung up on."""
        self.held.clear()
        self.go_on.set()

    def take(self, request: HookRequest) -> "tuple[int, bytes, dict[str, str]] | None":
        """Note a message; hold its answer back where somebody is to be killed before it."""
        told = json.loads(request.body)
        number = request.headers["webhook-id"]
        self.texts[number] = f"{told.get('title', '')}\n{told.get('message', '')}"
        self.arrivals[number] += 1
        if self.held.is_set():
            self.arrived.set()
            self.go_on.wait(10)
            return None
        self.arrived.set()
        return 200, b"", {}


@dataclass
class Program:
    """A running watcher or window, and what it has said."""

    kind: str
    process: "subprocess.Popen[bytes]"
    said: bytearray = field(default_factory=bytearray)

    def hear(self, seconds: float, wanted: bytes | None = None) -> bool:
        """Read what it says, at most so long or until ``wanted`` is among it; return whether it is."""
        end = time.monotonic() + seconds
        assert self.process.stdout is not None
        place = self.process.stdout.fileno()
        before = len(self.said)
        while True:
            if wanted is not None and wanted in self.said[before:]:
                return True
            left = end - time.monotonic()
            if left <= 0 or not select.select([place], [], [], left)[0]:
                return False
            read = os.read(place, 65536)
            if not read:
                return False
            self.said += read

    def kill(self) -> bool:
        """Kill it; return whether it was still running."""
        self.process.send_signal(signal.SIGKILL)
        rest, _ = self.process.communicate()
        self.said += rest
        return self.process.returncode == -signal.SIGKILL


class Scene:
    """Use it as a context manager: everything that it started has ended afterwards."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.rng = Random(seed)
        self.place = folder / "book.plimsoll"
        self.config = folder / "c.toml"
        self.audit = folder / "audit"
        self.log = folder / "errors.log"
        self.began = time.time()
        self.clock = HurriedClock(self.began)
        self.price = FIRST
        self.prices = FakePriceServer({"USD": FIRST}, self.clock.now)
        self.hook = Receiver()
        self.running: dict[str, Program] = {}
        self.over: list[Program] = []

    def __enter__(self) -> Self:
        self.prices.__enter__()
        self.hook.__enter__()
        sources = replace(self.prices.settings(interval_seconds=5))
        self.config.write_text(write_toml(Settings(prices=sources)), "utf-8")
        loans = [loan(f"Loan {number:02}", [post("10"), draw(str(debt(number)))]) for number in range(LOANS)]
        source = self.folder / "book.json"
        source.write_text(json.dumps(document(*loans, name="Book 0")), "utf-8")
        subprocess.run(
            [sys.executable, "-m", "app", "--config", str(self.config), "book", "import", str(source),
             "--book", str(self.place)],
            cwd=ROOT, env=self._environment(0), check=True, capture_output=True,
        )  # fmt: skip
        store = BookStore.open(self.place)
        book = store.read()
        ways = tuple([Channel(key, key, ChannelKind.WEBHOOK, internal=True) for key in WAYS])
        store.apply(book, replace(book, channels=ways))
        store.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hook.go_on.set()
        for name in [*self.running]:
            self.kill(name)
        self.hook.__exit__(kind, error, trace)
        self.prices.__exit__(kind, error, trace)

    def start(self, name: str, at_statement: int | None = None) -> Program:
        """Start ``watch`` or ``window``; with a number it kills itself there."""
        with self.log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.kill.hurried", name,
                 "--book", str(self.place), "--config", str(self.config)],
                cwd=ROOT, env=self._environment(self.rng.getrandbits(32), at_statement),
                stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        self.running[name] = Program(name, process)
        return self.running[name]

    def kill(self, name: str) -> bool:
        """Kill one; return whether it was running."""
        program = self.running.pop(name)
        self.over.append(program)
        return program.kill()

    def fall(self) -> None:
        """Let the price fall by a step, down to where the last loan is sold."""
        lowest = debt(LOANS - 1) / 10 / LEVELS[-1][1] * Decimal("0.995")
        self.price = max(lowest, self.price * STEP).quantize(Decimal("0.01"))
        self.prices.prices["USD"] = self.price

    def said(self, kind: str) -> bytes:
        """Return everything that programs of a kind have said."""
        return b"".join([bytes(one.said) for one in (*self.over, *self.running.values()) if one.kind == kind])

    def judged(self) -> list[Decimal]:
        """Return the prices by which a watcher said that it had judged, not those that it only looked on."""
        return [Decimal(found.decode().replace(",", "")) for found in PRICE.findall(self.said("watch"))]

    def _environment(self, seed: int, at_statement: int | None = None) -> dict[str, str]:
        own = {
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            BEGAN: repr(self.began),
            AUDIT: str(self.audit),
            SEED: str(seed),
            AT_STATEMENT: "" if at_statement is None else str(at_statement),
        }
        ways = {f"PLIMSOLL_SECRET_{key.upper()}": self.hook.hook(key) for key in WAYS}
        return {**os.environ, **own, **ways}
