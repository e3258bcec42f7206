"""Notifications over D-Bus (freedesktop.org, Desktop Notifications 1.2)."""

import html
import os
from pathlib import Path
from typing import Any, Final

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from app.domain.deliveries import DeliveryFault

_SERVER: Final = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_CRITICAL: Final = 2
_NORMAL: Final = 1
_NEVER: Final = 0
_SERVERS_CHOICE: Final = -1


def show_on_bus(subject: str, text: str, *, loud: bool, seconds: float) -> DeliveryFault | None:
    """Show a notification; return why it was not shown, or None.

    Args:
        subject: one line; never markup.
        text: shown literally, whether the server renders markup or not.
        loud: stays until it is dismissed, over everything else.
        seconds: how long each answer is waited for.

    Raises:
        TimeoutError: the server does not answer.
        OSError: the connection broke.
    """
    address = _bus()
    if address is None:
        return DeliveryFault.NO_DESKTOP
    try:
        with open_dbus_connection(address, auth_timeout=seconds) as connection:
            abilities = _call(connection, "GetCapabilities", "", (), seconds)
            if abilities is None:
                return DeliveryFault.NO_DESKTOP
            body = html.escape(text, quote=False) if "body-markup" in abilities[0] else text
            hints = {"urgency": ("y", _CRITICAL if loud else _NORMAL), "desktop-entry": ("s", "plimsoll")}
            wait = _NEVER if loud else _SERVERS_CHOICE
            arguments: tuple[Any, ...] = ("Plimsoll", 0, "", subject, body, [], hints, wait)
            shown = _call(connection, "Notify", "susssasa{sv}i", arguments, seconds)
    except (ValueError, RuntimeError):  # no address that can be used, or no leave to speak on that bus
        return DeliveryFault.NO_DESKTOP
    return None if shown else DeliveryFault.NO_DESKTOP


def _bus() -> str | None:
    """Return the session bus's address; a service started outside the desktop finds it where systemd puts it."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    socket = Path(runtime, "bus") if runtime else None
    return f"unix:path={socket}" if socket is not None and socket.is_socket() else None


def _call(
    connection: DBusConnection, method: str, signature: str, arguments: tuple[Any, ...], seconds: float
) -> tuple[Any, ...] | None:
    """Return what a method returned, or None where it failed."""
    reply = connection.send_and_get_reply(
        new_method_call(_SERVER, method, signature or None, arguments), timeout=seconds
    )
    return reply.body if reply.header.message_type is MessageType.method_return else None
