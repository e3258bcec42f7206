"""Secrets that a server's administrator hands over: environment variables and systemd credentials."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.services.alert_ports import SecretState

PREFIX: Final = "PLIMSOLL_SECRET_"
FOLDER: Final = "CREDENTIALS_DIRECTORY"
FILE_PREFIX: Final = "plimsoll-"
MOST_BYTES: Final = 64 * 1024
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


def variable_name(name: str) -> str:
    """Return the environment variable of a secret: ``PLIMSOLL_SECRET_`` and the name, its odd signs as ``_``."""
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", name.upper())


def from_environment(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the secret that the environment holds, None where it holds none; an empty one does not count."""
    return environ.get(variable_name(name)) or None


def from_systemd(name: str, environ: Mapping[str, str]) -> str | SecretState | None:
    """Return the secret in systemd's credential ``plimsoll-<name>``, without the line end that ``echo`` leaves.

    Returns:
        The secret; None where there is no such credential; UNAVAILABLE where it is there and cannot be read.
    """
    folder = environ.get(FOLDER)
    if not folder or not _FILE_NAME.fullmatch(name):
        return None
    try:
        with Path(folder, FILE_PREFIX + name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        text = data.decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return SecretState.UNAVAILABLE
    if len(data) > MOST_BYTES:
        return SecretState.UNAVAILABLE
    return text.rstrip("\r\n") or None


def given_places(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return in words which of these places hold a secret now."""
    places = []
    if any(name.startswith(PREFIX) and value for name, value in environ.items()):
        places.append("environment variables")
    folder = environ.get(FOLDER)
    try:
        if folder and any(Path(folder).glob(f"{FILE_PREFIX}*")):
            places.append("systemd credentials")
    except OSError:
        pass  # a folder that cannot be listed holds nothing for us
    return tuple(places)
