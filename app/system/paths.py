"""Where Plimsoll's files lie on each system, and what the environment says instead."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Paths(NamedTuple):
    """The folders and files of one user.

    Attributes:
        config: the configuration file.
        book: the book that is opened when none is named.
        log: the log file.
    """

    config: Path
    book: Path
    log: Path


def user_paths(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> Paths:
    """Return the places that the system's own rules give: XDG, ``~/Library`` or ``%APPDATA%``."""
    home = home or Path.home()
    if platform == "win32":
        roaming = _folder(environ, "APPDATA", home / "AppData" / "Roaming") / "Plimsoll"
        local = _folder(environ, "LOCALAPPDATA", home / "AppData" / "Local") / "Plimsoll"
        return Paths(roaming / "config.toml", roaming / "book.plimsoll", local / "Logs" / "plimsoll.log")
    if platform == "darwin":
        library = home / "Library"
        support = library / "Application Support" / "Plimsoll"
        return Paths(support / "config.toml", support / "book.plimsoll", library / "Logs" / "Plimsoll" / "plimsoll.log")
    config = _folder(environ, "XDG_CONFIG_HOME", home / ".config") / "plimsoll"
    data = _folder(environ, "XDG_DATA_HOME", home / ".local" / "share") / "plimsoll"
    state = _folder(environ, "XDG_STATE_HOME", home / ".local" / "state") / "plimsoll"
    return Paths(config / "config.toml", data / "book.plimsoll", state / "plimsoll.log")


def named_book(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the book that ``PLIMSOLL_BOOK`` names, or None."""
    return environ.get("PLIMSOLL_BOOK") or None


def named_config(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the configuration file that ``PLIMSOLL_CONFIG`` names, or None."""
    name = environ.get("PLIMSOLL_CONFIG")
    return Path(name) if name else None


def _folder(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """Return the folder of an environment variable; one that is empty or relative does not count."""
    value = environ.get(name, "")
    path = Path(value)
    return path if value and (path.is_absolute() or value[1:3] in (":\\", ":/")) else default
