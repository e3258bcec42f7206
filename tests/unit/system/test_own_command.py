"""How Plimsoll starts again, from wherever it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.system.own_command import Facts, OwnCommand, current_facts, own_command, without_folder

LINUX = Facts("linux", "/opt/venv/bin/python")
WINDOWS = Facts("win32", r"C:\venv\Scripts\python.exe", windowless=r"C:\venv\Scripts\pythonw.exe")


@pytest.mark.parametrize(
    ("facts", "argv", "folder"),
    [
        (LINUX._replace(checkout="/src/plimsoll"), ("/opt/venv/bin/python", "-m", "app"), "/src/plimsoll"),
        (LINUX._replace(script="/opt/venv/bin/plimsoll"), ("/opt/venv/bin/plimsoll",), ""),
        (LINUX, ("/opt/venv/bin/python", "-P", "-m", "app"), ""),
        (Facts("linux", "/opt/plimsoll/plimsoll", frozen=True, checkout="/x"), ("/opt/plimsoll/plimsoll",), ""),
        (Facts("linux", "/tmp/.mount/plimsoll", frozen=True, image="/a/P.AppImage"), ("/a/P.AppImage",), ""),  # noqa: S108
        (
            WINDOWS._replace(script=r"C:\venv\Scripts\plimsoll.exe"),
            (r"C:\venv\Scripts\pythonw.exe", "-P", "-m", "app"),
            "",
        ),
        (WINDOWS._replace(checkout=r"C:\src"), (r"C:\venv\Scripts\pythonw.exe", "-m", "app"), r"C:\src"),
    ],
)
def test_each_kind_of_program_starts_again(facts: Facts, argv: tuple[str, ...], folder: str) -> None:
    assert own_command(facts) == OwnCommand(argv, folder)


def test_arguments_follow() -> None:
    command = OwnCommand(("plimsoll",), "/x").with_arguments("watch", "--book", "a b")
    assert command == OwnCommand(("plimsoll", "watch", "--book", "a b"), "/x")


def test_this_process_is_a_checkout_that_can_be_started_from_its_folder() -> None:
    command = own_command(current_facts({}))
    done = subprocess.run([*command.argv, "--version"], cwd=command.folder, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Plimsoll ")


def test_without_a_folder_it_starts_from_anywhere(tmp_path: Path) -> None:
    command = without_folder(own_command(current_facts({})))
    assert command.folder == ""
    done = subprocess.run([*command.argv, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Plimsoll ")
    assert without_folder(OwnCommand(("plimsoll",))) == OwnCommand(("plimsoll",))


def test_facts_are_read_from_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("python.exe", "pythonw.exe", "plimsoll.exe"):
        (tmp_path / name).touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    facts = current_facts({}, tmp_path)
    assert facts.checkout == ""
    assert facts.windowless == str(tmp_path / "pythonw.exe")
    assert facts.script == str(tmp_path / "plimsoll.exe")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert current_facts({"APPIMAGE": "/a/P.AppImage"}, tmp_path).image == "/a/P.AppImage"
    assert current_facts({"APPIMAGE": "/a/P.AppImage"}, tmp_path).frozen
