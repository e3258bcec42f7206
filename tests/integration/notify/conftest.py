"""Real children, real servers on loopback, and an authority whose certificates only these tests trust."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.notify.post import Post
from app.system.clock import SystemClock
from tests.fakes.hook_server import FakeHookServer

TLS = Path(__file__).parents[2] / "data" / "tls"

# The bus is Linux's.
collect_ignore = [] if sys.platform == "linux" else ["test_desktop_bus.py"]


@pytest.fixture(scope="session")
def post() -> Post:
    """A carrier that trusts the tests' authority as a company's own: the way that users have too."""
    return Post(SystemClock(), ca_file=str(TLS / "authority.pem"))


@pytest.fixture
def hooks() -> Iterator[FakeHookServer]:
    with FakeHookServer() as server:
        yield server
