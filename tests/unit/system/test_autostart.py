"""The window at log-in: on, off, twice the same, and what the user's own switch says."""

import plistlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ServiceSetupError
from app.system.autostart import RunKey, autostart, desktop_entry
from app.system.own_command import OwnCommand
from app.system.service_units.station import Station
from tests.fakes.tools import Tools
from tests.unit.system.unit_oracles import desktop_string, desktop_words, windows_words

printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
COMMAND = OwnCommand(("/opt/py thon", "-m", "app"), "/src/100 % mine")


def station(platform: str, home: Path) -> Station:
    return Station(platform, COMMAND, home, {}, "anna", 1000, Tools())


class FakeValues:
    """A registry that can be closed to us."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.off: set[str] = set()
        self.closed = False

    def _check(self) -> None:
        if self.closed:
            raise PermissionError(5, "Access is denied.")

    def get(self, name: str) -> str | None:
        self._check()
        return self.texts.get(name)

    def put(self, name: str, line: str) -> None:
        self._check()
        self.texts[name] = line

    def remove(self, name: str) -> None:
        self._check()
        self.texts.pop(name, None)
        self.off.discard(name)

    def refused(self, name: str) -> bool:
        return name in self.off


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("linux", ".config/autostart/plimsoll.desktop"),
        ("darwin", "Library/LaunchAgents/io.plimsoll.window.plist"),
    ],
)
def test_a_file_switches_it_on_and_off_and_twice_is_once(platform: str, file: str, tmp_path: Path) -> None:
    switch = autostart(station(platform, tmp_path))
    assert not switch.is_on()
    switch.off()
    switch.on()
    first = (tmp_path / file).read_bytes()
    switch.on()
    assert switch.is_on()
    assert (tmp_path / file).read_bytes() == first
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / file]
    switch.off()
    switch.off()
    assert not switch.is_on()
    assert not (tmp_path / file).exists()


def test_the_run_key_switches_it_on_and_off(tmp_path: Path) -> None:
    values = FakeValues()
    switch = autostart(station("win32", tmp_path), values)
    assert not switch.is_on()
    switch.off()
    switch.on()
    switch.on()
    assert switch.is_on()
    words = windows_words(values.texts["Plimsoll"])
    assert words[:2] == ["/opt/py thon", "-c"]
    assert "sys.path[0]='/src/100 % mine'" in words[2]
    values.off.add("Plimsoll")
    assert not switch.is_on()
    switch.on()
    assert switch.is_on()
    switch.off()
    assert values.texts == {}


def test_a_registry_that_is_closed_is_named() -> None:
    values = FakeValues()
    values.closed = True
    switch = RunKey(values, COMMAND)
    assert not switch.is_on()
    for change in (switch.on, switch.off):
        with pytest.raises(ServiceSetupError, match=r"cannot be changed \(access is denied\); ask"):
            change()


def test_a_command_that_is_too_long_for_windows_is_refused() -> None:
    values = FakeValues()
    with pytest.raises(ServiceSetupError, match="move it higher up"):
        RunKey(values, OwnCommand(("C:\\" + "x" * 260,))).on()
    assert values.texts == {}


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "Hidden = True"])
def test_what_the_desktops_own_settings_switched_off_is_off(line: str, tmp_path: Path) -> None:
    switch = autostart(station("linux", tmp_path))
    switch.on()
    path = tmp_path / ".config/autostart/plimsoll.desktop"
    path.write_text(path.read_text(encoding="utf-8").replace("X-GNOME-Autostart-enabled=true", line), encoding="utf-8")
    assert not switch.is_on()
    switch.on()
    assert switch.is_on()


def _value(entry: str, key: str) -> str:
    (line,) = [line for line in entry.split("\n") if line.startswith(f"{key}=")]
    return line.partition("=")[2]


@given(st.lists(printable, min_size=1, max_size=4), printable)
def test_the_desktop_reads_any_command_that_was_meant(argv: list[str], folder: str) -> None:
    entry = desktop_entry(OwnCommand(tuple(argv), folder))
    assert desktop_words(_value(entry, "Exec")) == argv
    assert desktop_string(_value(entry, "Path")) == folder


def test_macos_reads_the_command_that_was_meant(tmp_path: Path) -> None:
    autostart(station("darwin", tmp_path)).on()
    found = plistlib.loads((tmp_path / "Library/LaunchAgents/io.plimsoll.window.plist").read_bytes())
    assert found["ProgramArguments"] == list(COMMAND.argv)
    assert found["WorkingDirectory"] == COMMAND.folder
    assert found["RunAtLoad"] is True
    assert "KeepAlive" not in found


def test_a_name_that_no_entry_can_hold_is_refused(tmp_path: Path) -> None:
    place = station("linux", tmp_path)._replace(command=OwnCommand(("/x\n/y",)))
    with pytest.raises(ServiceSetupError, match="control character"):
        autostart(place).on()
    assert list(tmp_path.rglob("*")) == []
