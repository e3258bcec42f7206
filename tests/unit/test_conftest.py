"""The nets that hold for every test do catch what they are for."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import leaked_threads


@pytest.fixture(scope="module")
def serving() -> Iterator[threading.Thread]:
    """Return a thread that serves all tests of this module."""
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="serving")
    thread.start()
    yield thread
    release.set()
    thread.join()


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_serves_a_whole_module_is_no_tests_leak(serving: threading.Thread, time: str) -> None:
    assert serving.is_alive()


def test_a_thread_left_running_is_named_with_its_place() -> None:
    before = set(threading.enumerate())
    entered, release = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        release.wait()

    thread = threading.Thread(target=wait, name="left behind")
    thread.start()
    entered.wait()
    try:
        (found,) = leaked_threads(before, grace=0.01)
    finally:
        release.set()
        thread.join()
    assert found.startswith("left behind at ")
    assert Path(__file__).name in found


def test_a_thread_that_ends_in_time_is_no_leak() -> None:
    before = set(threading.enumerate())
    thread = threading.Thread(target=lambda: None)
    thread.start()
    assert leaked_threads(before) == []


def test_no_test_reaches_the_network() -> None:
    with socket.socket() as outside, pytest.raises(OSError, match="tests talk to 127"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("plimsoll.example", 443)


def test_loopback_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as near,
    ):
        assert near.getpeername()[0] == "127.0.0.1"


def test_the_home_is_the_tests_own(own_home: Path) -> None:
    assert Path.home() == own_home
    assert os.environ["XDG_CONFIG_HOME"].startswith(str(own_home))
