"""Forty ways to spell an address that is nobody's business, tried for real against a port that listens."""

import json
import subprocess
import sys
from pathlib import Path

from tests.fakes.hook_server import FakeHookServer

ROOT = Path(__file__).parents[3]
LOOPBACK = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "2130706433",
    "0x7f000001",
    "0x7F.0x0.0x0.0x1",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0x0.1",
    "00000177.1",
    "127.255.255.254",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "::1",
    "[::1]",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "[::ffff:127.0.0.1]",
    "0:0:0:0:0:ffff:7f00:0001",
    "\uff10x7f000001",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
)
OTHERS = (
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.16689662",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::127.0.0.1",
    "2002:7f00:1::",
    "fd00:ec2::254",
    "10.0.0.1",
    "192.168.0.1",
    "172.16.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",  # noqa: S104 - to connect to, none is bound
    "0",
    "::",
    "fe80::1",
    "224.0.0.1",
    "255.255.255.255",
)


def _outcomes(hosts: tuple[str, ...], port: int, *, internal: bool) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.integration.notify.spelled_addresses"]
    given = json.dumps({"hosts": hosts, "port": port, "internal": internal}).encode()
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, cwd=ROOT, timeout=60)
    outcomes: dict[str, str] = json.loads(done.stdout)
    return outcomes


def test_no_spelling_gets_through(hooks: FakeHookServer) -> None:
    outcomes = _outcomes(LOOPBACK + OTHERS, hooks.port, internal=False)
    assert len(outcomes) > 40
    assert set(outcomes.values()) <= {"forbidden", "no name"}
    assert outcomes["datagram"] == "forbidden"
    # The rule is what stops them: not a resolver that does not know such spellings.
    assert list(outcomes.values()).count("forbidden") >= 35


def test_the_own_machine_is_reached_by_channels_that_say_so_and_clouds_are_not(hooks: FakeHookServer) -> None:
    outcomes = _outcomes(("127.0.0.1", "2130706433", *OTHERS[:6]), hooks.port, internal=True)
    assert outcomes.pop("127.0.0.1") == outcomes.pop("2130706433") == outcomes.pop("datagram") == "connected"
    assert set(outcomes.values()) <= {"forbidden", "no name"}
