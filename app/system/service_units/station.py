"""Where a service is installed: this system, this user, and the tools that are run for it."""

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.system.own_command import OwnCommand, current_facts, own_command
from app.system.service_units.running import Runner, run_tool


class Station(NamedTuple):
    r"""One user's place on one system.

    Attributes:
        platform: as ``sys.platform``.
        command: what starts Plimsoll.
        home: the user's own folder.
        environ: environment variables.
        user: ``DOMAIN\name`` on Windows, else the user's name.
        uid: the user's number; 0 on Windows.
        run: runs a tool of the system.
    """

    platform: str
    command: OwnCommand
    home: Path
    environ: Mapping[str, str]
    user: str
    uid: int
    run: Runner


def this_station(run: Runner = run_tool, environ: Mapping[str, str] = os.environ) -> Station:
    """Return the user and the system that this process runs for."""
    user = getpass.getuser()
    domain = environ.get("USERDOMAIN", "")
    if sys.platform == "win32":
        user, uid = f"{domain}\\{user}" if domain else user, 0
    else:
        uid = os.getuid()
    return Station(sys.platform, own_command(current_facts()), Path.home(), environ, user, uid, run)


def configuration_folder(station: Station) -> Path:
    """Return the folder of the user's settings by XDG's rule: one that is empty or relative does not count."""
    named = station.environ.get("XDG_CONFIG_HOME", "")
    return Path(named) if named and Path(named).is_absolute() else station.home / ".config"
