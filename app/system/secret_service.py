"""The Linux desktops' Secret Service: whether its collection is locked, seen without asking the user anything.

A locked collection may answer that there is no such entry; so the lock is looked at before and after each search.
Only called on a thread of its own: every answer goes over D-Bus.
"""

from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

# Dear, and not there on other systems: imported when the Secret Service is really asked.
# ruff: noqa: PLC0415
if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_BUS_NAME: Final = "org.freedesktop.secrets"
# Linux cuts a process's name after 15 signs.
_KNOWN: Final = {
    "gnome-keyring-d": "GNOME Keyring",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "ksecretd": "KWallet",
    "keepassxc": "KeePassXC",
}


class Lock(Enum):
    """What can be told of a store without asking a person."""

    OPEN = auto()
    LOCKED = auto()
    ABSENT = auto()
    UNSEEN = auto()


def lock_state(collection: str | None) -> Lock:
    """Return whether a collection (its D-Bus path; None: the default one) is open, locked or not there at all.

    One that is not there counts as locked while any other is: some stores show theirs only when open.

    Raises:
        Exception: of secretstorage or jeepney, where the service does not answer.
    """
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            found = secretstorage.Collection(bus, collection) if collection else secretstorage.Collection(bus)
        except secretstorage.ItemNotFoundException:
            others = list(secretstorage.get_all_collections(bus))
            return Lock.LOCKED if any(other.is_locked() for other in others) else Lock.ABSENT
        return Lock.LOCKED if found.is_locked() else Lock.OPEN


def ask_to_open(collection: str | None) -> bool:
    """Let the service ask the user for the password, however long that takes; return whether it is open now.

    Raises:
        Exception: as ``lock_state``.
    """
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        found = secretstorage.Collection(bus, collection) if collection else secretstorage.Collection(bus)
        found.unlock()
        return not found.is_locked()


def service_name() -> str:
    """Return which program keeps the secrets, by its own name where it is a known one.

    Raises:
        Exception: as ``lock_state``.
    """
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        return _KNOWN.get(_process_name(bus), "the desktop's Secret Service")


def _process_name(bus: "DBusConnection") -> str:
    from jeepney import DBusAddress, new_method_call

    address = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    call = new_method_call(address, "GetConnectionUnixProcessID", "s", (_BUS_NAME,))
    answer = bus.send_and_get_reply(call).body
    if not answer or not isinstance(answer[0], int):
        return ""
    try:
        return Path(f"/proc/{answer[0]}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
