"""Secrets that a server's administrator hands over: environment variables and systemd credentials."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.services.alert_ports import SECRET_FILE, SECRET_VARIABLE, SecretState, given_names

FOLDER: Final = "CREDENTIALS_DIRECTORY"
MOST_BYTES: Final = 64 * 1024
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


def from_environment(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the secret that the environment holds, None where it holds none; an empty one does not count."""
    return environ.get(given_names(name)[0]) or None


def from_systemd(name: str, environ: Mapping[str, str]) -> str | SecretState | None:
    """Return the secret in systemd's credential ``plimsoll-<name>``, without the line end that ``echo`` leaves.

    Returns:
        The secret; None where there is no such credential; UNAVAILABLE where it is there and cannot be read.
    """
    folder = environ.get(FOLDER)
    if not folder or not _FILE_NAME.fullmatch(name):
        return None
    try:
        with Path(folder, given_names(name)[1]).open("rb") as file:
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
    if any(name.startswith(SECRET_VARIABLE) and value for name, value in environ.items()):
        places.append("environment variables")
    folder = environ.get(FOLDER)
    try:
        if folder and any(Path(folder).glob(f"{SECRET_FILE}*")):
            places.append("systemd credentials")
    except OSError:
        pass  # a folder that cannot be listed holds nothing for us
    return tuple(places)
