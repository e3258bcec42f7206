"""A desktop on a session bus of its own: a real ``dbus-daemon``, and a server that remembers what it was to show."""

import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from jeepney import (
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


class Shown(NamedTuple):
    """One notification as the server got it."""

    app: str
    replaces: int
    icon: str
    summary: str
    body: str
    actions: list[str]
    hints: dict[str, tuple[str, Any]]
    expires: int


class SessionBus:
    """A session bus; use it as a context manager.

    Attributes:
        address: for ``DBUS_SESSION_BUS_ADDRESS``.
    """

    def __init__(self, folder: Path) -> None:
        socket = folder / "bus"
        self.address = f"unix:path={socket}"
        self._config = folder / "bus.conf"
        self._config.write_text(_CONFIG.format(socket=socket), encoding="utf-8")

    def __enter__(self) -> Self:
        command = ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address"]
        self._daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._daemon.stdout is not None
        assert self._daemon.stdout.readline()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._daemon.terminate()
        self._daemon.communicate(timeout=5)


class FakeNotificationServer:
    """Shows notifications on a bus; use it as a context manager.

    Attributes:
        shown: all of them, in order.
        refuses: answers with an error.
        silent: answers nothing.
    """

    def __init__(self, bus: SessionBus, abilities: tuple[str, ...] = ("body",)) -> None:
        self.shown: list[Shown] = []
        self.refuses = False
        self.silent = False
        self._abilities = list(abilities)
        self._over = threading.Event()
        self._connection = open_dbus_connection(bus.address)
        self._connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"), timeout=5)
        self._thread = threading.Thread(target=self._serve, name="notification-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(5)
        self._connection.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                self._answer(self._connection.receive(timeout=0.05))

    def _answer(self, message: Any) -> None:
        if message.header.message_type is not MessageType.method_call or self.silent:
            return
        if message.header.fields[HeaderFields.member] == "GetCapabilities":
            self._connection.send(new_method_return(message, "as", (self._abilities,)))
        elif self.refuses:
            self._connection.send(
                new_error(message, "org.freedesktop.Notifications.Error.ExcessNotificationGeneration")
            )
        else:
            self.shown.append(Shown(*message.body))
            self._connection.send(new_method_return(message, "u", (len(self.shown),)))
