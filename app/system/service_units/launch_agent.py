"""Property lists for macOS, after launchd.plist(5): the watcher, and the window at log-in."""

import plistlib
from typing import Any, Final

from app.system.own_command import OwnCommand
from app.system.service_units.texts import check_command

WATCH_LABEL: Final = "io.plimsoll.watch"
_NOTE: Final = b"""<!--
Written by Plimsoll, whose command "watch" with the option "uninstall" removes it.
An agent of launchd is not put to sleep by App Nap, which looks at applications with windows. As "Interactive" its
timers are not slowed down either, as those of background agents are; LegacyTimers keeps them from being gathered.
-->
"""


def watch_plist(command: OwnCommand) -> bytes:
    """Return the agent that keeps ``command`` running while the user is logged in.

    Raises:
        ServiceSetupError: a path that no property list can hold.
    """
    settings: dict[str, Any] = {
        "KeepAlive": True,
        "ThrottleInterval": 5,
        "ProcessType": "Interactive",
        "LegacyTimers": True,
        "Umask": 0o077,
    }
    return _noted(_plist(WATCH_LABEL, command, settings))


def window_plist(label: str, command: OwnCommand) -> bytes:
    """Return the agent that starts ``command`` once at log-in, in a session with a screen only.

    Raises:
        ServiceSetupError: a path that no property list can hold.
    """
    return _plist(label, command, {"LimitLoadToSessionType": "Aqua", "ProcessType": "Interactive"})


def _plist(label: str, command: OwnCommand, settings: dict[str, Any]) -> bytes:
    check_command(command)
    content: dict[str, Any] = {"Label": label, "ProgramArguments": list(command.argv), "RunAtLoad": True, **settings}
    if command.folder:
        content["WorkingDirectory"] = command.folder
    return plistlib.dumps(content)


def _noted(plist: bytes) -> bytes:
    head, tag, rest = plist.partition(b"<plist")
    return head + _NOTE + tag + rest
