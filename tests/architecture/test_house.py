"""Habits of the house that no linter knows."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob("*.py"))
LONGEST = 400
LOCKS = ("requirements.txt", "requirements-test.txt")
SOURCE = "requirements-source.txt"
SHORT = {"app/__main__.py": 60, "app/ui/main_window.py": 300}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}


def test_the_modules_were_found() -> None:
    assert "app/__main__.py" in MODULES


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_small_and_named_for_what_they_hold(module: str) -> None:
    lines = (ROOT / module).read_text(encoding="utf-8").count("\n")
    assert lines <= SHORT.get(module, LONGEST)
    assert not VAGUE & set(Path(module).with_suffix("").parts)


def test_the_lock_names_no_registry() -> None:
    locks = list((ROOT / "installer").glob("requirements*.txt"))
    assert {lock.name for lock in locks} == {*LOCKS, SOURCE}
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("==") >= (1 if lock.name == SOURCE else 20)
        assert ("pyside6-essentials==6.11." in text) == (lock.name != SOURCE)


def names_in(lines: list[str]) -> set[str]:
    """Return the packages that requirement lines name, as registries spell them."""
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {re.sub(r"[._]", "-", match.group()).lower() for match in found if match is not None}


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locks = {name: (ROOT / "installer" / name).read_text(encoding="utf-8").splitlines() for name in LOCKS}
    locked, locked_for_tests = (names_in([line for line in locks[name] if "==" in line]) for name in LOCKS)
    built = names_in((ROOT / "installer" / SOURCE).read_text(encoding="utf-8").splitlines())
    assert built == {"embit"}
    assert names_in(project["dependencies"]) <= locked | built
    assert locked < locked_for_tests
    assert "setuptools" in locked
    assert names_in(project["optional-dependencies"]["test"]) <= locked_for_tests - locked
