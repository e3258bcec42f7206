"""How long it takes from a new quote until people are reached: 200 loans × 6 rules, all of it real but the prices.

``python -m tests.benchmarks.alarm_latency [--times 100] [--loans 200]``. Each time a new book file, a watch that has
seen a calm price, and then one that threatens every loan at once. Taken is the time until a desktop on a real bus
shows it, and until a mail server and a web server on loopback have the whole message. Linux, for its bus.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from app.domain.channels import Channel, ChannelKind
from app.domain.rules import Due, Fall, Rule, RuleKind
from app.notify.post import Post
from app.services.channel_forms import address_of
from app.system.clock import SystemClock
from tests.fakes.alarm_scene import CALM, NEAR, Watch, watch, watched_book
from tests.fakes.carriers import MemorySecrets
from tests.fakes.hook_server import FakeHookServer
from tests.fakes.mail_server import FakeMailServer
from tests.fakes.notification_server import FakeNotificationServer, SessionBus

RULES: Final = (
    Rule("ltv-58", RuleKind.LTV, Decimal("0.58")),
    Rule("contract-warning", RuleKind.LTV),
    Rule("headroom-15", RuleKind.HEADROOM, Decimal("0.15")),
    Rule("fall-of-a-fifth", RuleKind.DROP, Decimal("0.20"), fall=Fall.FIXED),
    Rule("matures-soon", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY),
    Rule("balance-old", RuleKind.BALANCE_AGE, Decimal(3650)),
)
CHANNELS: Final = (
    Channel("desk", "Desktop", ChannelKind.DESKTOP),
    Channel("mail", "Mail", ChannelKind.EMAIL, internal=True),
    Channel("hook", "Web hook", ChannelKind.WEBHOOK, internal=True),
)
WANTED: Final = {"desktop": 2.0, "mail": 5.0, "web hook": 5.0}
_PATIENCE: Final = 60.0
_TLS: Final = Path(__file__).parents[1] / "data" / "tls"


def wait_for(arrived: Mapping[str, Callable[[], int]], before: Mapping[str, int], began: float) -> dict[str, float]:
    """Return after how many seconds each of these had counted on; looks every two milliseconds."""
    found: dict[str, float] = {}
    while len(found) < len(arrived):
        now = time.perf_counter() - began
        found |= {name: now for name, count in arrived.items() if name not in found and count() > before[name]}
        if now > _PATIENCE:
            raise TimeoutError(f"only {', '.join(found) or 'nothing'} arrived")
        time.sleep(0.002)  # noqa: TID251 - three servers in threads of their own; nothing to wait for in common
    return found


def quantile(taken: list[float], share: float) -> float:
    """Return the smallest of the values that at least this share of them does not exceed."""
    return sorted(taken)[max(0, -(-int(share * 1000) * len(taken) // 1000) - 1)]


class Ways(NamedTuple):
    """Where messages go: the desktop's bus, the addresses, and how many each server has."""

    bus: str
    secrets: MemorySecrets
    arrivals: Mapping[str, Callable[[], int]]


@contextmanager
def ways_out(folder: Path) -> Iterator[Ways]:
    """Run a bus with a desktop, a mail server and a web server; whoever uses it names the bus to its children."""
    with (
        SessionBus(folder) as bus,
        FakeNotificationServer(bus) as desktop,
        FakeMailServer(_TLS / "server.pem") as mail,
        FakeHookServer() as hooks,
    ):
        fields = {
            "server": "localhost",
            "port": str(mail.port),
            "security": "STARTTLS",
            "user": "",
            "password": "",
            "from": "me@example.com",
            "to": "she@example.com",
        }
        secrets = MemorySecrets({"mail": address_of(ChannelKind.EMAIL, fields), "hook": hooks.hook()})
        arrivals: dict[str, Callable[[], int]] = {
            "desktop": lambda: len(desktop.shown),
            "mail": lambda: len(mail.mails),
            "web hook": lambda: len(hooks.requests),
        }
        yield Ways(bus.address, secrets, arrivals)


def once(folder: Path, loans: int, ways: Ways) -> dict[str, float]:
    """Watch a new book once, and return the seconds until each server had its first message, and until judged."""
    clock = SystemClock()
    post = Post(clock, ca_file=str(_TLS / "authority.pem"))
    with watch(folder / "book.plimsoll", watched_book(loans, RULES, CHANNELS), clock, ways.secrets, post) as scene:
        settle(scene)
        before = {name: count() for name, count in ways.arrivals.items()}
        began = time.perf_counter()
        news = scene.tick(NEAR).announcements
        judged = time.perf_counter() - began
        assert len(news) >= loans
        return {"judged and stored": judged, **wait_for(ways.arrivals, before, began)}


def settle(scene: Watch) -> None:
    """Let a watch see a calm price, and start its way out."""
    assert not scene.tick(CALM).announcements
    scene.room.start()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="From a quote to the people.")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--loans", type=int, default=200)
    options = parser.parse_args()
    taken: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="plm-") as folder, ways_out(Path(folder)) as ways:
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = ways.bus
        for number in range(options.times):
            own = Path(folder, str(number))
            own.mkdir()
            for name, seconds in once(own, options.loans, ways).items():
                taken.setdefault(name, []).append(seconds)
    print(f"{options.loans} loans × {len(RULES)} rules, {options.times} times; seconds")
    for name, values in taken.items():
        wanted = f"(at most {WANTED[name]})" if name in WANTED else ""
        middle, high = quantile(values, 0.5), quantile(values, 0.99)
        print(f"  {name:<18} median {middle:.2f}  p99 {high:.2f}  longest {max(values):.2f} {wanted}")


if __name__ == "__main__":
    main()
