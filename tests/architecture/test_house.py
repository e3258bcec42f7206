"""Habits of the house that no linter knows."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob("*.py"))
LONGEST = 400
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
    for lock in (ROOT / "installer").glob("requirements*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert text.count("==") >= 20
        assert "pyside6-essentials==6.11." in text
