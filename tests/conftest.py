"""What holds for every test: no screen, no network but loopback, no one's real settings, no thread left behind."""

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in ("PLIMSOLL_BOOK", "PLIMSOLL_CONFIG", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
    os.environ.pop(_name, None)

# No deadlines: a slow machine is no fault. Examples are the same in each run, so that a red test stays red.
settings.register_profile(
    "plimsoll", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("plimsoll")

_ROOT = str(Path(__file__).parents[1])
_GRACE_SECONDS = 3.0
_LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::")  # noqa: S104 - addresses to compare with, none is bound

_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo


def _is_local(host: object) -> bool:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    return text.startswith(_LOCAL)


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        message = f"A test went to {address[0]}: tests talk to 127.0.0.1 only."
        raise OSError(message)
    _connect(self, address)


def _guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    numeric = str(host).replace(".", "").isdigit()
    if not numeric and not _is_local(host):
        raise socket.gaierror(socket.EAI_NONAME, f"{host}: tests look up no names but localhost")
    return _getaddrinfo(host, *rest, **named)


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """Let no test reach the network: addresses but loopback are refused as if the cable were out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded_connect)
        patch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_home() -> Iterator[Path]:
    """Give the tests a home of their own, so that nobody's book, settings or keyring is touched."""
    with (
        tempfile.TemporaryDirectory(prefix="plimsoll-tests-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, folder)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(Path(folder, name.lower())))
        runtime = Path(folder, "runtime")
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield Path(folder)


_THREADS = pytest.StashKey[set[threading.Thread]]()
_SHARED = pytest.StashKey[set[threading.Thread]]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which threads were there before the test and its fixtures."""
    item.stash[_THREADS] = set(threading.enumerate())


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Remember threads of fixtures that outlive a test (a server for a module): those are no test's leak."""
    before = set(threading.enumerate())
    value = yield
    if fixturedef.scope != "function":
        shared = request.session.stash.setdefault(_SHARED, set())
        shared |= set(threading.enumerate()) - before
    return value


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Fail a test, after all its fixtures are torn down, that left a thread running."""
    yield
    shared = item.session.stash.setdefault(_SHARED, set())
    left = leaked_threads(item.stash[_THREADS] | shared)
    if left:
        pytest.fail("threads left running: " + ", ".join(left), pytrace=False)


def leaked_threads(before: set[threading.Thread], grace: float = _GRACE_SECONDS) -> list[str]:
    """Return the names, and where they stand, of threads that are not in ``before`` and do not end within ``grace``.

    Threads that Qt started and Python only saw pass by do not count; Qt's own pool is waited for.
    """
    left = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(grace)
        if thread.is_alive():
            left.append(f"{thread.name}{_position(thread)}")
    return sorted(left) + _busy_qt_pool(grace)


def _position(thread: threading.Thread) -> str:
    """Return where in our own code the thread stands, or else where it waits."""
    newest = frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None and not frame.f_code.co_filename.startswith(_ROOT):
        frame = frame.f_back
    frame = frame or newest
    return f" at {frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""


def _busy_qt_pool(grace: float) -> list[str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return []
    pool = core.QThreadPool.globalInstance()
    if pool.activeThreadCount() == 0 or pool.waitForDone(int(grace * 1000)):
        return []
    return ["a task in Qt's global thread pool"]
