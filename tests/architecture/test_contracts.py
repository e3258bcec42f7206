"""The import contracts hold, and each of them catches what it is for: a contract that cannot fail says nothing."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.room_libraries import is_allowed, parse_table

ROOT = Path(__file__).parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]


class Break(NamedTuple):
    """A module that must not be: the contract that it breaks, where it stands, what is in it."""

    contract: str
    module: str
    line: str


BREAKS = [
    Break("rooms", "domain/bad.py", "import app.services.ports"),
    Break("rooms", "domain/bad.py", "from app.store import engine"),
    Break("rooms", "services/bad.py", "import app.store"),
    Break("rooms", "services/bad.py", "import app.prices"),
    Break("rooms", "services/bad.py", "import app.system.clock"),
    Break("rooms", "services/bad.py", "import app.ui"),
    Break("rooms", "store/bad.py", "import app.prices"),
    Break("rooms", "prices/bad.py", "import app.store"),
    Break("rooms", "system/bad.py", "import app.store"),
    Break("rooms", "store/bad.py", "import app.ui"),
    Break("rooms", "notify/bad.py", "import app.store"),
    Break("rooms", "importers/bad.py", "import app.store"),
    Break("rooms", "chain/bad.py", "import app.prices"),
    Break("rooms", "reports/bad.py", "import app.ui"),
    Break("rooms", "store/bad.py", "def late() -> None:\n    import app.cli.main\n"),
    Break("rooms", "prices/bad.py", "import app.bootstrap"),
    Break("rooms", "ui/bad.py", "import app.cli.main"),
    Break("rooms", "cli/bad.py", "import app.ui"),
    Break("rooms", "bootstrap/bad.py", "import app.cli"),
    Break("rooms", "bootstrap/bad.py", "import app.ui"),
    Break("rooms", "utils.py", '"""A module in no room."""'),
    Break("ports", "store/bad.py", "import app.services.wording"),
    Break("ports", "importers/bad.py", "import app.services.wording"),
    Break("ports", "chain/bad.py", "import app.services.wording"),
    Break("ports", "reports/bad.py", "import app.services.wording"),
    Break("ports", "notify/bad.py", "import app.services.wording"),
    Break("ports", "prices/bad.py", "import app.services.wording"),
    Break("ports", "system/bad.py", "import app.services.wording"),
    Break("guests", "ui/bad.py", "import app.store"),
    Break("guests", "ui/bad.py", "import app.prices"),
    Break("guests", "ui/bad.py", "import app.chain"),
    Break("guests", "ui/bad.py", "import app.reports"),
    Break("guests", "ui/bad.py", "import app.bootstrap"),
    Break("guests", "ui/bad.py", "import app.bootstrap.desk"),
    Break("guests", "cli/bad.py", "import app.store"),
    Break("guests", "cli/bad.py", "import app.prices"),
    Break("guests", "cli/bad.py", "import app.system.clock"),
    Break("setup", "_environment.py", "import app.domain.money"),
    Break("setup", "system/screen.py", "import app.services.ports"),
    Break("cycles", "domain/bad/__init__.py", "import app.domain.worse"),
    Break("libraries", "domain/bad.py", "import numpy"),
    Break("libraries", "importers/bad.py", "import embit"),
    Break("libraries", "chain/bad.py", "import openpyxl"),
    Break("libraries", "reports/bad.py", "import openpyxl"),
    Break("libraries", "store/bad.py", "import xlsxwriter"),
    Break("libraries", "notify/bad.py", "import keyring"),
    Break("libraries", "domain/bad.py", "import a_package_nobody_thought_of"),
    Break("libraries", "services/bad.py", "import requests"),
    Break("libraries", "services/bad.py", "from sqlalchemy.orm import Session"),
    Break("libraries", "services/bad.py", "from PySide6.QtCore import QObject"),
    Break("libraries", "bootstrap/bad.py", "import PySide6.QtWidgets"),
    Break("libraries", "store/bad.py", "import requests"),
    Break("libraries", "prices/bad.py", "import sqlalchemy"),
    Break("libraries", "system/bad.py", "import requests"),
    Break("libraries", "ui/bad.py", "import sqlalchemy"),
    Break("libraries", "ui/bad.py", "import keyring"),
    Break("libraries", "cli/bad.py", "import PySide6"),
    Break("libraries", "cli/bad.py", "import requests"),
    Break("libraries", "domain/bad.py", "import tests.fakes"),
]


def contracts() -> dict[str, str]:
    """Return id -> name of the contracts in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["id"]: each["name"] for each in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the code."""
    tmp_path = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=ignored)
    shutil.copytree(ROOT / "tests" / "architecture", tmp_path / "tests" / "architecture", ignore=ignored)
    shutil.copy(ROOT / "tests" / "__init__.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run lint-imports over ``folder``."""
    return subprocess.run([*LINT, *options], cwd=folder, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_contracts() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(contracts())} kept, 0 broken" in done.stdout


@pytest.fixture
def house(copy: Path, bad: Break) -> Iterator[Path]:
    """Return the copy with the break in it; mend it afterwards."""
    path = copy / "app" / bad.module
    worse = copy / "app/domain/worse.py"
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{bad.line}\n", encoding="utf-8")
    if bad.contract == "cycles":
        worse.write_text("import app.domain.bad\n", encoding="utf-8")
    yield copy
    worse.unlink(missing_ok=True)
    if before is not None:
        path.write_text(before, encoding="utf-8")
    elif path.name == "__init__.py":
        shutil.rmtree(path.parent)
    else:
        path.unlink()


@pytest.mark.parametrize("bad", BREAKS, ids=lambda bad: f"{bad.contract}-{bad.module}-{bad.line.split()[-1]}")
def test_a_broken_contract_is_noticed(house: Path, bad: Break) -> None:
    done = lint(house, "--contract", bad.contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contracts()[bad.contract]} BROKEN" in done.stdout.replace("\n", " ")
    assert Path(bad.module).stem.removeprefix("__init__") in done.stdout


def test_the_copy_is_whole_again(copy: Path) -> None:
    assert lint(copy).returncode == 0


def test_every_contract_is_broken_once() -> None:
    assert {bad.contract for bad in BREAKS} == set(contracts())


def test_a_room_that_is_not_named_has_the_standard_library_alone() -> None:
    table = parse_table(["app.ui: PySide6 numpy"])
    assert is_allowed("app.domain.money", "decimal", table)
    assert is_allowed("app.ui.theme", "PySide6.QtGui", table)
    assert not is_allowed("app.uikit", "PySide6", table)
    assert not is_allowed("app.domain.money", "numpy", table)
