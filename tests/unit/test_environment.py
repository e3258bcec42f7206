"""The set-up of a source checkout: quick when nothing is to be done, and one sentence when it cannot be."""

import ast
import errno
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import _environment
from app._environment import Checkout, SetupError

ROOT = Path(__file__).parents[2]
VERSION = sys.version_info[:2]
OLD_PYTHON_READS = (
    "app/__init__.py",
    "app/__main__.py",
    "app/_environment.py",
    "app/system/__init__.py",
    "app/system/screen.py",
    "tests/__init__.py",
    "tests/__main__.py",
)
STUB = '''"""Tells where it runs."""

import sys


def run():
    print(sys.prefix, *sys.argv[1:])
    sys.exit(7)
'''


LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-source.txt")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return an empty checkout."""
    root = tmp_path / "checkout"
    (root / "installer").mkdir(parents=True)
    locks = (f"installer/{name}" for name in LOCKS)
    for name in ("pyproject.toml", *locks):
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    return Checkout(str(root), {})


def finish(checkout: Checkout, purpose: str) -> None:
    """Make it look as if the environment had been made."""
    for path in (Path(checkout.python()), Path(checkout.stamp(purpose))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(checkout.digest(VERSION), encoding="ascii")
    config = f"home = /usr/bin\nversion = {VERSION[0]}.{VERSION[1]}.2\n"
    Path(checkout.venv, "pyvenv.cfg").write_text(config, encoding="utf-8")


@pytest.mark.parametrize("module", OLD_PYTHON_READS)
def test_an_old_python_can_read_what_refuses_it(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"), feature_version=(3, 8))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize(("version", "fits"), [((3, 8), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)])
def test_pythons_that_the_packages_run_on(version: tuple[int, int], *, fits: bool) -> None:
    if fits:
        _environment.check_python(version)
        return
    with pytest.raises(SetupError, match=rf"3\.11 to 3\.14 and this is {version[0]}\.{version[1]};"):
        _environment.check_python(version)


@pytest.mark.parametrize(
    ("argv", "wants"),
    [
        ([], True),
        (["--book", "status"], True),
        (["--book", "desk.plimsoll", "--config", "x.toml", "--verbose"], True),
        (["status"], False),
        (["--book", "desk.plimsoll", "status"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_no_subcommand_means_the_window(argv: list[str], *, wants: bool) -> None:
    assert _environment.wants_window(argv) is wants


def test_an_installed_program_is_left_alone(tmp_path: Path) -> None:
    _environment.enter("app", [], graphical=True, root=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_frozen_program_is_left_alone(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _environment.is_checkout(checkout.root)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not _environment.is_checkout(checkout.root)


def test_where_the_environment_lies(checkout: Checkout, tmp_path: Path) -> None:
    assert Path(checkout.venv) == Path(checkout.root, ".venv")
    assert Path(checkout.python("posix")) == Path(checkout.venv, "bin", "python")
    assert Path(checkout.python("nt")) == Path(checkout.venv, "Scripts", "python.exe")
    other = Checkout(checkout.root, {"PLIMSOLL_VENV": str(tmp_path / "else")})
    assert Path(other.venv) == tmp_path / "else"


def test_a_finished_environment_is_ready_until_something_changes(checkout: Checkout) -> None:
    assert not checkout.is_ready("app", VERSION)
    finish(checkout, "app")
    assert checkout.is_ready("app", VERSION)
    assert not checkout.is_ready("tests", VERSION)
    assert not checkout.is_ready("app", (VERSION[0], VERSION[1] + 1))
    for name in LOCKS:
        lock = Path(checkout.root, "installer", name)
        before = lock.read_bytes()
        lock.write_text("changed", encoding="utf-8")
        assert not checkout.is_ready("app", VERSION)
        lock.write_bytes(before)
    assert checkout.is_ready("app", VERSION)


def test_what_serves_the_tests_serves_the_program(checkout: Checkout) -> None:
    finish(checkout, "tests")
    assert checkout.is_ready("app", VERSION)


def test_an_environment_whose_python_is_gone_is_not_ready(checkout: Checkout) -> None:
    finish(checkout, "app")
    Path(checkout.python()).unlink()
    assert not checkout.is_ready("app", VERSION)
    assert not checkout.is_reusable(VERSION)


def test_only_a_finished_environment_of_this_python_is_brought_up(checkout: Checkout) -> None:
    finish(checkout, "app")
    assert checkout.is_reusable(VERSION)
    assert not checkout.is_reusable((VERSION[0], VERSION[1] + 1))
    Path(checkout.stamp("app")).unlink()
    assert not checkout.is_reusable(VERSION)


def test_a_folder_that_is_no_environment_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(SetupError, match="holds other files"):
        _environment._empty(str(tmp_path))
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "dear"


def test_what_an_interrupted_set_up_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for name in ("lib/half.py", "pyvenv.cfg", "python"):
        (tmp_path / name).touch()
    _environment._empty(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("WARNING: Retrying … NewConnectionError('…: [Errno 101] Network is unreachable')", "Go online"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("… CERTIFICATE_VERIFY_FAILED …", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one"),
        ("ERROR: No matching distribution found for x==1", "no build for this machine: No matching"),
        ("ERROR: something new", "could not be installed: something new"),
        ("", "no reason"),
    ],
)
def test_a_failed_installation_is_one_sentence(printed: str, sentence: str) -> None:
    explained = _environment.explain_pip(printed)
    assert sentence in explained
    assert "\n" not in explained


def test_the_version_that_pip_tells() -> None:
    assert _environment._version_of("pip 23.0.1 from /usr/lib/python3/dist-packages/pip (python 3.11)") == (23, 0)
    assert _environment._version_of("No module named pip") == (0,)


class Restarted(Exception):  # noqa: N818 - not an error
    """Stands in for the process that is replaced."""


def test_a_second_start_goes_straight_to_the_environment(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []

    def restart(command: list[str]) -> None:
        commands.append(command)
        raise Restarted

    finish(checkout, "app")
    monkeypatch.setattr(os, "execv", lambda _path, command: restart(command))
    monkeypatch.setattr(subprocess, "call", restart)  # Windows has no exec
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.delenv("PLIMSOLL_VENV", raising=False)
    monkeypatch.setenv(_environment._STARTED, "")
    with pytest.raises(Restarted):
        _environment.enter("app", ["status"], graphical=False, root=checkout.root)
    assert commands == [[checkout.python(), "-m", "app", "status"]]
    assert capsys.readouterr().err == ""


def test_an_environment_that_does_not_work_is_not_started_for_ever(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finish(checkout, "app")
    monkeypatch.delenv("PLIMSOLL_VENV", raising=False)
    monkeypatch.setenv(_environment._STARTED, checkout.venv)
    with pytest.raises(SystemExit, match="1"):
        _environment.enter("app", [], graphical=False, root=checkout.root)
    assert "does not work; delete it" in capsys.readouterr().err


def test_a_checkout_that_cannot_be_written(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(checkout.venv).write_text("a file in the way", encoding="utf-8")
    monkeypatch.delenv("PLIMSOLL_VENV", raising=False)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    with pytest.raises(SystemExit, match="1"):
        _environment.enter("app", [], graphical=False, root=checkout.root)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "PLIMSOLL_VENV" in said


def test_a_full_disk_is_one_line(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "half.whl")

    monkeypatch.delenv("PLIMSOLL_VENV", raising=False)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(_environment, "_install", full)
    monkeypatch.setattr(_environment, "_run", lambda *_arguments: None)
    with pytest.raises(SystemExit, match="1"):
        _environment.enter("app", [], graphical=False, root=checkout.root)
    _, sentence = capsys.readouterr().err.splitlines()
    assert "half.whl: No space left on device" in sentence
    assert not checkout.is_ready("app", VERSION)


# --- whole set-ups, with a wheel of our own in the place of the packages ----------------------------------------------


BACKEND = """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "plimsoll_source-1.0-py3-none-any.whl"
    about = "plimsoll_source-1.0.dist-info"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("plimsoll_built.py", "")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\\nName: plimsoll-source\\nVersion: 1.0\\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name
"""


class Fresh:
    """A copy of the start of Plimsoll in a folder of its own, with a lock of one small package."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "plimsoll"
        self.wheels = folder / "wheels"
        self.venv = self.root / ".venv"
        for name in ("app/__init__.py", "app/__main__.py", "app/_environment.py", "app/system/screen.py"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "app/cli").mkdir()
        (self.root / "app/cli/main.py").write_text(STUB, encoding="utf-8")
        (self.root / "pyproject.toml").touch()
        (self.root / "installer").mkdir()
        self.lock(self.wheel())
        self.lock_source(self.source())

    def wheel(self) -> str:
        """Make the package; return the hash of its file."""
        self.wheels.mkdir()
        path = self.wheels / "plimsoll_probe-1.0-py3-none-any.whl"
        metadata = "plimsoll_probe-1.0.dist-info"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("plimsoll_probe.py", "")
            archive.writestr(f"{metadata}/METADATA", "Metadata-Version: 2.1\nName: plimsoll-probe\nVersion: 1.0\n")
            archive.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{metadata}/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def source(self) -> str:
        """Make a package that is published as source alone; return the hash of its file."""
        path = self.wheels / "plimsoll_source-1.0.tar.gz"
        files = {
            "PKG-INFO": "Metadata-Version: 2.1\nName: plimsoll-source\nVersion: 1.0\n",
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": BACKEND,
        }
        with tarfile.open(path, "w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(f"plimsoll_source-1.0/{name}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def lock_source(self, digest: str) -> None:
        """Write the lock of what is built here."""
        line = f"plimsoll-source==1.0 --hash=sha256:{digest}\n"
        (self.root / "installer" / "requirements-source.txt").write_text(line, encoding="utf-8")

    def lock(self, digest: str) -> None:
        """Write the lock files."""
        for name in ("requirements.txt", "requirements-test.txt"):
            line = f"plimsoll-probe==1.0 --hash=sha256:{digest}\n"
            (self.root / "installer" / name).write_text(line, encoding="utf-8")

    def start(self, *argv: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Start it as a person would, from outside any environment."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PLIMSOLL_"))}
        environ = kept | {
            "PATH": os.defpath,  # without uv
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }
        python = getattr(sys, "_base_executable", sys.executable)
        return subprocess.run(
            [python, "-m", "app", *argv],
            cwd=self.root,
            env={key: value for key, value in (environ | changes).items() if value},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    """Return a checkout that nobody has started yet."""
    return Fresh(tmp_path)


def test_first_second_and_interrupted_start(fresh: Fresh) -> None:
    first = fresh.start("status", "--json")
    assert first.stdout == f"{fresh.venv} status --json\n"
    assert first.returncode == 7
    assert first.stderr.startswith("plimsoll: Setting up in ")
    assert len(list(fresh.venv.rglob("plimsoll_probe.py"))) == 1
    assert len(list(fresh.venv.rglob("plimsoll_built.py"))) == 1

    second = fresh.start("status")
    assert (second.returncode, second.stderr) == (7, "")

    (fresh.venv / ".plimsoll-app").unlink()  # as if it had been interrupted
    for installed in fresh.venv.rglob("plimsoll_probe.py"):
        installed.unlink()
    third = fresh.start("status")
    assert third.returncode == 7
    assert "Setting up in" in third.stderr
    assert len(list(fresh.venv.rglob("plimsoll_probe.py"))) == 1


def test_offline_is_one_line_and_the_next_start_begins_again(fresh: Fresh) -> None:
    offline = fresh.start("status", PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert offline.returncode == 1
    setting_up, sentence = offline.stderr.splitlines()
    assert "Setting up" in setting_up
    assert sentence.endswith("Go online and start again.")
    assert fresh.start("status").returncode == 7


def test_a_package_that_is_not_the_locked_one_is_not_installed(fresh: Fresh) -> None:
    fresh.lock("0" * 64)
    refused = fresh.start("status")
    assert refused.returncode == 1
    assert "is not the one that the lock file names" in refused.stderr
    assert not list(fresh.venv.rglob("plimsoll_probe.py"))


def test_a_source_that_is_not_the_locked_one_is_not_built(fresh: Fresh) -> None:
    fresh.lock_source("0" * 64)
    refused = fresh.start("status")
    assert refused.returncode == 1
    assert "is not the one that the lock file names" in refused.stderr
    assert not list(fresh.venv.rglob("plimsoll_built.py"))


def test_two_starts_at_once_make_one_environment(fresh: Fresh) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(fresh.start, ["status", "status"]))
    assert [each.returncode for each in done] == [7, 7]
    said = "".join(each.stderr for each in done)
    assert said.count("Setting up in") == 1
