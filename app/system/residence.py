"""How Plimsoll stays on this machine: a watcher run by the system, a window that starts at log-in."""

from typing import TYPE_CHECKING

# A start needs none of this; what writes unit files and runs the system's tools is imported when it is called.
# ruff: noqa: PLC0415
if TYPE_CHECKING:
    from app.system.service_units.station import Station


class Machine:
    """Implements ``alert_ports.Residence`` for the system that this runs on.

    Args:
        station: the user and the system; None: this process's.
        config: the configuration file that a watcher uses, or empty for the user's own.
    """

    def __init__(self, station: "Station | None" = None, config: str = "") -> None:
        self._station = station
        self._config = config

    def install_watcher(self, book: str) -> tuple[str, ...]:
        """Have the system run a watcher for ``book``; see ``Residence``."""
        from app.system.service_units.install import install

        return install(self._where(), book, self._config)

    def remove_watcher(self) -> tuple[str, ...]:
        """Undo that; see ``Residence``."""
        from app.system.service_units.install import uninstall

        return uninstall(self._where())

    def watcher_words(self) -> str:
        """Return in one sentence whether the system runs a watcher; empty for no."""
        from app.system.service_units.install import status

        found = status(self._where())
        return found.sentence if found.installed else ""

    def autostart(self, *, on: bool) -> None:
        """Have the window started when its user logs in, or no longer; see ``Residence``."""
        from app.system.autostart import autostart

        switch = autostart(self._where())
        if on:
            switch.on()
        else:
            switch.off()

    def starts_window(self) -> bool:
        """Return whether the window is started when its user logs in."""
        from app.system.autostart import autostart

        return autostart(self._where()).is_on()

    def _where(self) -> "Station":
        if self._station is None:
            from app.system.service_units.station import this_station

            self._station = this_station()
        return self._station
