"""Opening the window at log-in: XDG's autostart folder, the Run key of Windows, or an agent of macOS."""

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import list2cmdline
from typing import Final, Protocol

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand, without_folder
from app.system.service_units.launch_agent import window_plist
from app.system.service_units.station import Station, configuration_folder, this_station
from app.system.service_units.texts import check_command
from app.system.service_units.unit_files import placed, remove

ENTRY: Final = "plimsoll.desktop"
LABEL: Final = "io.plimsoll.window"
VALUE: Final = "Plimsoll"
_MOST_SIGNS: Final = 260
_MOST_BYTES: Final = 64 * 1024
_ENTRY: Final = """\
[Desktop Entry]
Type=Application
Name=Plimsoll
Comment=How far the price of bitcoin is from your load lines
Exec={line}
{folder}Icon=plimsoll
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
"""
_OFF: Final = ("hidden=true", "x-gnome-autostart-enabled=false")


class Autostart(Protocol):
    """Whether the window opens at log-in. ``on`` and ``off`` may be called twice."""

    def on(self) -> None:
        """Let it open.

        Raises:
            ServiceSetupError: the system refused; everything is as it was.
        """
        ...

    def off(self) -> None:
        """Let it not open.

        Raises:
            ServiceSetupError: the system refused.
        """
        ...

    def is_on(self) -> bool:
        """Return whether it opens; False also where the user switched it off by the system's own settings."""
        ...


class StartFile:
    """A file in a folder that the desktop looks through at log-in.

    Args:
        path: the file.
        text: makes what is in it.
        is_off: whether a file's text says that it does not count.
    """

    def __init__(self, path: Path, text: Callable[[], bytes], is_off: Callable[[str], bool]) -> None:
        self._path = path
        self._text = text
        self._is_off = is_off

    def on(self) -> None:
        """Write the file, with the command as it is now."""
        with placed(self._path, self._text()):
            pass

    def off(self) -> None:
        """Remove the file."""
        remove(self._path)

    def is_on(self) -> bool:
        """Return whether the file is there and counts."""
        try:
            with self._path.open("rb") as file:
                return not self._is_off(file.read(_MOST_BYTES).decode(errors="replace"))
        except OSError:
            return False


class Values(Protocol):
    """The part of the registry that is used: texts under the Run key, and what the user has switched off there."""

    def get(self, name: str) -> str | None:
        """Return a command line or None."""
        ...

    def put(self, name: str, line: str) -> None:
        """Set a command line; raises OSError."""
        ...

    def remove(self, name: str) -> None:
        """Remove it, and what the user has said of it; nothing where there is none; raises OSError."""
        ...

    def refused(self, name: str) -> bool:
        """Return whether the user has switched it off in the Task Manager."""
        ...


class RunKey:
    """The Run key of the user's own part of the registry.

    Args:
        values: the registry.
        command: what is to be run.
    """

    def __init__(self, values: Values, command: OwnCommand) -> None:
        self._values = values
        self._command = command

    def on(self) -> None:
        """Set the value, with the command as it is now."""
        check_command(self._command)
        line = list2cmdline(without_folder(self._command).argv)
        if len(line) > _MOST_SIGNS:
            raise ServiceSetupError("Plimsoll lies too deep in folders for Windows' Run key; move it higher up.")
        try:
            if self._values.refused(VALUE):
                self._values.remove(VALUE)
            self._values.put(VALUE, line)
        except OSError as error:
            raise _registry_error(error) from None

    def off(self) -> None:
        """Remove the value."""
        try:
            self._values.remove(VALUE)
        except OSError as error:
            raise _registry_error(error) from None

    def is_on(self) -> bool:
        """Return whether the value is there and the user has not switched it off."""
        try:
            return self._values.get(VALUE) is not None and not self._values.refused(VALUE)
        except OSError:
            return False


def autostart(station: Station | None = None, values: Values | None = None) -> Autostart:
    """Return what switches the autostart of this system.

    Args:
        station: the user and the system; None: this process's.
        values: the registry, on Windows; None: the real one.
    """
    station = station or this_station()
    if station.platform == "win32":
        return RunKey(values or _registry(), station.command)
    if station.platform == "darwin":
        path = station.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        return StartFile(path, lambda: window_plist(LABEL, station.command), lambda _: False)
    path = configuration_folder(station) / "autostart" / ENTRY
    return StartFile(path, lambda: desktop_entry(station.command).encode(), _says_off)


def desktop_entry(command: OwnCommand) -> str:
    """Return the entry that starts ``command``, after the Desktop Entry Specification 1.5.

    Raises:
        ServiceSetupError: a path that no entry can hold.
    """
    check_command(command)
    line = " ".join(f'"{_quoted(text)}"' for text in command.argv)
    folder = f"Path={_string(command.folder)}\n" if command.folder else ""
    return _ENTRY.format(line=_string(line), folder=folder)


def _quoted(text: str) -> str:
    """Return an argument between its quotes: four signs escaped, and no field codes."""
    return "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in text).replace("%", "%%")


def _string(text: str) -> str:
    """Return a value of type string: backslashes doubled, and an outer blank kept."""
    escaped = text.replace("\\", "\\\\")
    if escaped.startswith(" "):
        escaped = f"\\s{escaped[1:]}"
    return f"{escaped[:-1]}\\s" if escaped.endswith(" ") else escaped


def _says_off(text: str) -> bool:
    lines = {line.replace(" ", "").lower() for line in text.splitlines()}
    return any(off in lines for off in _OFF)


def _registry_error(error: OSError) -> ServiceSetupError:
    words = (error.strerror or "no reason given").rstrip(".").lower()
    return ServiceSetupError(f"Windows' Run key cannot be changed ({words}); ask whoever administers this computer.")


if sys.platform == "win32":
    import winreg

    _RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
    _APPROVED: Final = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

    class Registry:
        """The real registry of this user; implements ``Values``."""

        def get(self, name: str) -> str | None:
            """Return a command line or None."""
            value = _read(_RUN, name)
            return value if isinstance(value, str) else None

        def put(self, name: str, line: str) -> None:
            """Set a command line; raises OSError."""
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _RUN, 0, winreg.KEY_SET_VALUE) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_SZ, line)

        def remove(self, name: str) -> None:
            """Remove it, and what the user has said of it."""
            for place in (_RUN, _APPROVED):
                try:
                    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place, 0, winreg.KEY_SET_VALUE) as key:
                        winreg.DeleteValue(key, name)
                except FileNotFoundError:
                    continue

        def refused(self, name: str) -> bool:
            """Return whether the user has switched it off: the first byte is odd then."""
            value = _read(_APPROVED, name)
            return isinstance(value, bytes) and bool(value[:1]) and value[0] % 2 == 1

    def _read(place: str, name: str) -> object:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
                value: object = winreg.QueryValueEx(key, name)[0]
                return value
        except FileNotFoundError:
            return None

    def _registry() -> Values:
        return Registry()

else:

    def _registry() -> Values:
        raise ServiceSetupError("Only Windows has a registry.")
