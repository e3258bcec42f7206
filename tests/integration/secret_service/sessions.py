"""Runs a few lines of Python beside a GNOME Keyring that nobody else sees."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[3]
_UNLOCKED = 'printf %s word | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" "$@"'
_NEW = 'gnome-keyring-daemon --start --components=secrets >/dev/null; exec "$0" "$@"'
_PREPARED = '''
import json, os, signal, threading
from contextlib import closing
import secretstorage
from app.system.off_thread import OffThread
from app.system.secret_store import SecretStore
from app.system.vault import Vault

said = []
say = lambda *things: said.extend(getattr(thing, "value", thing) for thing in things)
store = SecretStore()

def lock():
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.Collection(bus).lock()

def unlock():
    """Give the password as the log-in does, since nobody is there to type it."""
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session

    with closing(secretstorage.dbus_init()) as bus:
        word = format_secret(open_session(bus), b"word", "text/plain")
        path = secretstorage.Collection(bus).collection_path
        inner = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
        keyring = DBusAddressWrapper("/org/freedesktop/secrets", inner, bus)
        keyring.call("UnlockWithMasterPassword", "o(oayays)", path, word)
'''


def programs_are_there() -> bool:
    """Return whether such a session can be had."""
    return all(map(shutil.which, ("gnome-keyring-daemon", "dbus-run-session")))


def in_session(code: str, *, new: bool = False) -> tuple[list[Any], bytes]:
    """Run ``code`` on a bus with a keyring of its own.

    Args:
        code: Python; it has ``store``, ``lock``, ``unlock`` and tells by ``say``.
        new: without a collection, as after installing; else with one that is unlocked.

    Returns:
        What it said, and all that was left in the files of its home.
    """
    with tempfile.TemporaryDirectory(prefix="plimsoll-keyring-") as home:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "PYTHONPATH": str(_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
        }
        program = f"{_PREPARED}\n{code}\nprint(json.dumps(said))"
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", _NEW if new else _UNLOCKED, sys.executable, "-c", program],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        left = b"".join(path.read_bytes() for path in Path(home).rglob("*") if path.is_file())
    return json.loads(done.stdout), left
