"""Makes the environment of a source checkout and starts the program again inside it.

A person who has Python and this checkout types one command. This module then makes ``.venv`` beside the code, installs
the packages of the hashed lock, adds Qt's system libraries where it may (Debian, as root), and replaces itself with
that environment's Python. A stamp, written last, tells later starts that nothing is to be done; without it a set-up
that was interrupted begins again. An installed or frozen Plimsoll is left alone.

Standard library only, and readable by Python 3.8, so that an old Python gets a sentence instead of a SyntaxError.
What the quick start does not need is imported where it is used.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import Iterator, List, Mapping, NoReturn, Sequence, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 11)
TOO_NEW = (3, 15)
_STARTED = "PLIMSOLL_STARTED_IN"
_LOCKS = {"app": "requirements.txt", "tests": "requirements-test.txt"}
# What is published as source alone: built with the lock's own setuptools, nothing else is fetched for it.
_SOURCE_LOCK = "requirements-source.txt"
_IMPORTS = {
    "app": "PySide6 alembic keyring numpy platformdirs pyqtgraph requests socks sqlalchemy truststore urllib3",
    "tests": "hypothesis importlinter mypy pytest pytest_timeout pytestqt ruff xdist",
}
_VALUED_OPTIONS = ("--book", "--config")


class SetupError(Exception):
    """The environment cannot be made; ``str()`` is the one sentence to show."""


def enter(purpose: str, argv: Sequence[str], *, graphical: bool, root: str = ROOT) -> None:
    """Return inside an environment that has what ``purpose`` ("app" or "tests") needs, making it first if need be.

    Where this is another Python than the environment's, the program starts again there and this call does not return.
    A set-up that fails ends the program with one line and exit code 1.
    """
    if not is_checkout(root):
        return
    try:
        _enter(Checkout(root, os.environ), purpose, argv, graphical=graphical)
    except SetupError as error:
        _say(str(error))
        sys.exit(1)
    except OSError as error:
        _say(
            f"The set-up failed at {error.filename}: {error.strerror}; make it writable, or make room, and start again."
        )
        sys.exit(1)
    except KeyboardInterrupt:
        _say("The set-up was interrupted; the next start begins it again.")
        sys.exit(130)


def is_checkout(root: str) -> bool:
    """Tell whether the code runs from a source checkout: neither installed nor frozen."""
    needed = (os.path.join(root, "pyproject.toml"), os.path.join(root, "installer", _LOCKS["app"]))
    return not getattr(sys, "frozen", False) and all(map(os.path.isfile, needed))


def wants_window(argv: Sequence[str]) -> bool:
    """Tell whether these arguments name no subcommand, so that the window is wanted."""
    rest = iter(argv)
    for argument in rest:
        if argument in _VALUED_OPTIONS:
            next(rest, None)
        elif not argument.startswith("-") or argument in ("-h", "--help", "--version"):
            return False
    return True


def check_python(version: Tuple[int, int]) -> None:
    """Refuse a Python that the packages do not run on.

    Raises:
        SetupError: too old or too new.
    """
    if not OLDEST <= version < TOO_NEW:
        raise SetupError(
            f"Plimsoll needs Python 3.11 to 3.14 and this is {version[0]}.{version[1]};"
            " start it with one of those, for example: python3.12 -m app"
        )


class Checkout:
    """A source checkout and the environment that belongs to it.

    Attributes:
        root: the folder with pyproject.toml.
        venv: ``.venv`` in it, or what ``PLIMSOLL_VENV`` names.
    """

    def __init__(self, root: str, environ: Mapping[str, str]) -> None:
        self.root = root
        self.venv = os.path.abspath(environ.get("PLIMSOLL_VENV") or os.path.join(root, ".venv"))

    def python(self, platform: str = os.name) -> str:
        """Return the path of the environment's interpreter."""
        parts = ("Scripts", "python.exe") if platform == "nt" else ("bin", "python")
        return os.path.join(self.venv, *parts)

    def lock(self, purpose: str) -> str:
        """Return the path of the lock file of ``purpose``."""
        return os.path.join(self.root, "installer", _LOCKS[purpose])

    def stamp(self, purpose: str) -> str:
        """Return the path of the file that tells what was installed for ``purpose``."""
        return os.path.join(self.venv, ".plimsoll-" + purpose)

    def digest(self, version: Tuple[int, int]) -> str:
        """Return what the stamps of a finished environment hold: a hash of both locks, pyproject and the Python."""
        from hashlib import sha256  # noqa: PLC0415 - not needed where this Python is refused

        total = sha256(repr((version, sys.platform)).encode())
        locks = (*_LOCKS.values(), _SOURCE_LOCK)
        paths = [os.path.join(self.root, "installer", name) for name in locks]
        for path in (*paths, os.path.join(self.root, "pyproject.toml")):
            with open(path, "rb") as file:
                total.update(sha256(file.read()).digest())
        return total.hexdigest()

    def is_ready(self, purpose: str, version: Tuple[int, int]) -> bool:
        """Tell whether the environment has been made for these locks; what serves the tests serves the program."""
        digest = self.digest(version)
        found = (_read(self.stamp(each)) == digest for each in {purpose, "tests"})
        return any(found) and os.path.exists(self.python())

    def is_reusable(self, version: Tuple[int, int]) -> bool:
        """Tell whether a finished environment for older locks is there, made by this Python: it can be brought up."""
        stamped = any(_read(self.stamp(each)) for each in _LOCKS)
        config = _read(os.path.join(self.venv, "pyvenv.cfg"))
        lines = (line.split("=") for line in config.splitlines())
        versions = [value[1].strip() for value in lines if value[0].strip() in ("version", "version_info")]
        same = any(value.startswith(f"{version[0]}.{version[1]}.") for value in versions)
        return stamped and same and os.path.exists(self.python())


def _enter(checkout: Checkout, purpose: str, argv: Sequence[str], *, graphical: bool) -> None:
    version = sys.version_info[:2]
    check_python(version)
    inside = os.path.realpath(sys.prefix) == os.path.realpath(checkout.venv)
    if os.environ.pop(_STARTED, "") == checkout.venv:
        if inside:
            return
        raise SetupError(f"The environment in {checkout.venv} does not work; delete it and start again.")
    if not inside and sys.prefix != sys.base_prefix and _has_everything(purpose):
        return  # a developer's own environment
    ready = checkout.is_ready(purpose, version)
    if not ready:
        _prepare(checkout, purpose, version)
    if graphical:
        _ensure_system_libraries(checkout, purpose)
    if not (inside and ready):
        _start_again(checkout, purpose, argv)


def _has_everything(purpose: str) -> bool:
    from importlib.util import find_spec  # noqa: PLC0415 - only in environments of developers

    names = _IMPORTS["app"] + " " + (_IMPORTS["tests"] if purpose == "tests" else "")
    return all(find_spec(name) is not None for name in names.split())


def _start_again(checkout: Checkout, module: str, argv: Sequence[str]) -> NoReturn:
    command = [checkout.python(), "-m", module, *argv]
    os.environ[_STARTED] = checkout.venv
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is meant
    import subprocess  # noqa: PLC0415 - Windows has no exec that keeps the console

    sys.exit(subprocess.call(command))


# --- making it -------------------------------------------------------------------------------------------------------


def _prepare(checkout: Checkout, purpose: str, version: Tuple[int, int]) -> None:
    try:
        os.makedirs(checkout.venv, exist_ok=True)
        with open(os.path.join(checkout.venv, ".plimsoll-writable"), "wb"):
            pass
    except OSError as error:
        raise SetupError(
            f"{checkout.venv} cannot be written ({error.strerror}); copy the checkout to a folder of your own,"
            " or let PLIMSOLL_VENV name one."
        ) from error
    with _alone(checkout.lock("app")):
        if checkout.is_ready(purpose, version):
            return  # another start made it while this one waited
        reusable = checkout.is_reusable(version)
        if reusable:
            _say(f"Bringing the packages in {checkout.venv} up to the lock file.")
        else:
            _say(f"Setting up in {checkout.venv}: this happens once, and fetches some 110 MB.")
        for each in _LOCKS:
            _remove(checkout.stamp(each))
        base = getattr(sys, "_base_executable", None) or sys.executable
        if not reusable:
            _empty(checkout.venv)
            _run([base, "-m", "venv", "--without-pip", checkout.venv], "The environment could not be made")
        _install(checkout, base, purpose)
        with open(checkout.stamp(purpose), "w", encoding="ascii") as file:
            file.write(checkout.digest(version))


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Hold a lock on ``path`` where the system has such; two starts at once then make one environment."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield
        return
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is setting up; this one waits for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        yield


def _empty(venv: str) -> None:
    """Remove what an older or an interrupted set-up left, but nothing that is not an environment."""
    import shutil  # noqa: PLC0415 - only when setting up

    left = set(os.listdir(venv)) - {".plimsoll-writable"}
    if left and "pyvenv.cfg" not in left:
        raise SetupError(f"{venv} holds other files; delete them, or let PLIMSOLL_VENV name an empty folder.")
    for name in sorted(left, key="pyvenv.cfg".__eq__):  # the mark of an environment goes last
        path = os.path.join(venv, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def _install(checkout: Checkout, base: str, purpose: str) -> None:
    """Install the lock with uv where it is on PATH and works, else with pip."""
    import shutil  # noqa: PLC0415 - only when setting up

    python = checkout.python()
    source = os.path.join(checkout.root, "installer", _SOURCE_LOCK)
    steps = (["--only-binary", ":all:", "-r", checkout.lock(purpose)], ["--no-build-isolation", "-r", source])
    strict = ["--require-hashes", "--no-deps", "--quiet"]
    uv = shutil.which("uv")
    if uv is not None:
        fast = [uv, "pip", "install", "--python", python, "--compile-bytecode", *strict]
        if all(_capture([*fast, *step])[0] == 0 for step in steps):
            return
    pip = _pip_command(base, python)
    options = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--retries", "2"]
    for step in steps:
        code, output = _capture([*pip, "install", *options, *strict, *step])
        if code != 0:
            raise SetupError(explain_pip(output))


def _pip_command(base: str, python: str) -> List[str]:
    code, output = _capture([base, "-m", "pip", "--version"])
    if code == 0 and _version_of(output) >= (22, 3):
        return [base, "-m", "pip", "--python", python]
    code, _ = _capture([python, "-m", "ensurepip", "--upgrade"])
    if code != 0 and _apt_install(["python3-venv", "python3-pip"]):
        code, _ = _capture([python, "-m", "ensurepip", "--upgrade"])
    if code != 0:
        raise SetupError("Python's pip is missing; on Debian and Ubuntu: sudo apt-get install python3-venv python3-pip")
    return [python, "-m", "pip"]


def _version_of(pip_says: str) -> Tuple[int, ...]:
    """Return the version in ``pip 23.0.1 from …``; zero where there is none."""
    words = pip_says.split()
    numbers = words[1].split(".")[:2] if words[:1] == ["pip"] and len(words) > 1 else []
    return tuple(int(number) for number in numbers if number.isdigit()) or (0,)


def explain_pip(output: str) -> str:
    """Return in one sentence why pip failed, from what it printed."""
    offline = ("name resolution", "NewConnectionError", "NameResolutionError", "unreachable", "Connection refused")
    errors = [line[len("ERROR: ") :] for line in output.splitlines() if line.startswith("ERROR: ")]
    if any(sign in output for sign in offline) or "Max retries exceeded" in output:
        return "The packages could not be fetched: the package index does not answer. Go online and start again."
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return "The packages could not be fetched: the certificate was refused; let PIP_CERT name your firm's."
    if "No space left" in output:
        return "The packages need about 500 MB and the disk is full; make room and start again."
    if "HASHES" in output:
        return "A package is not the one that the lock file names; nothing was started. Try again on another network."
    if any("No matching distribution" in line for line in errors):
        return f"A package has no build for this machine: {errors[-1]}"
    return f"The packages could not be installed: {errors[-1] if errors else 'pip gave no reason'}"


# --- system libraries ------------------------------------------------------------------------------------------------


def _ensure_system_libraries(checkout: Checkout, purpose: str) -> None:
    """Install Qt's system libraries on Debian as root; elsewhere the window names what it misses."""
    found = os.path.join(checkout.venv, ".plimsoll-libraries")
    if os.path.exists(found):
        return
    from app.system.screen import missing_packages  # noqa: PLC0415 - only until all have been found once

    missing = missing_packages()
    if missing and _apt_install(missing):
        missing = missing_packages()
    if not missing:
        with suppress(OSError), open(found, "wb"):  # not writable where another user made it: looked for next time
            pass
    elif purpose == "tests":
        raise SetupError("The tests need system libraries; on Debian: sudo apt-get install " + " ".join(missing))


def _apt_install(packages: List[str]) -> bool:
    import shutil  # noqa: PLC0415 - only when setting up

    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    _say("Installing with apt-get, because Plimsoll needs them: " + " ".join(packages))
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    code, _ = _capture(command)
    if code != 0:  # a fresh machine has no package lists yet
        _capture(["apt-get", "update"])
        code, _ = _capture(command)
    if code != 0:
        _say("apt-get could not install them.")
    return code == 0


# --- small things ----------------------------------------------------------------------------------------------------


def _capture(command: List[str]) -> Tuple[int, str]:
    """Run ``command``; return its exit code and what it printed."""
    import subprocess  # noqa: PLC0415 - only when setting up

    environ = {key: value for key, value in os.environ.items() if key not in ("PIP_TARGET", "PIP_PREFIX", "PIP_USER")}
    environ["PIP_REQUIRE_VIRTUALENV"] = "0"
    environ.setdefault("UV_SYSTEM_CERTS", "1")  # a firm's proxy has its certificate there
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environ,
            check=False,
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode(errors="replace")


def _run(command: List[str], failure: str) -> None:
    code, output = _capture(command)
    if code != 0:
        reason = output.strip().splitlines()[-1:] or ["no reason given"]
        raise SetupError(f"{failure}: {reason[0]}")


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)


def _say(sentence: str) -> None:
    print("plimsoll: " + sentence, file=sys.stderr, flush=True)
