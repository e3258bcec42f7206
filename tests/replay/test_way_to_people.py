"""From a quote to a desktop, a mail server and a web server, once.

Many times is ``python -m tests.benchmarks.alarm_latency``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.alarm_report import Figure
from tests.benchmarks.alarm_latency import RULES, WANTED, once, ways_out

LOANS = 200


def test_a_fall_reaches_desktop_mail_and_web_hook(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    with TemporaryDirectory(prefix="plm-") as folder, ways_out(Path(folder)) as ways:  # paths of sockets are short
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", ways.bus)
        taken = once(Path(folder), LOANS, ways)
        assert {name: count() for name, count in ways.arrivals.items()} == {"desktop": 1, "mail": 1, "web hook": 1}
    assert set(taken) == {"judged and stored", *WANTED}
    for name, seconds in WANTED.items():
        told = f"{LOANS} loans × {len(RULES)} rules, quote to {name}"
        figure(told, f"{taken[name] / seconds:.2f} of {seconds:.0f} s", "at most 1")
