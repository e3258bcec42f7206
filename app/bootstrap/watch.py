"""What the watcher's command is handed."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.services.alert_ports import Residence
from app.system.clock import SystemClock
from app.system.logs import start_log, stop_log
from app.system.paths import user_paths
from app.system.residence import Machine

__all__ = ["SystemClock", "kept_log", "residence"]


@contextmanager
def kept_log() -> Iterator[None]:
    """Write the log file meanwhile; what is grave goes to stderr, too."""
    start_log(user_paths().log)
    try:
        yield
    finally:
        stop_log()


def residence(config: str | None) -> Residence:
    """Return how Plimsoll stays on this machine; a watcher of its own would use ``config``."""
    return Machine(config=config or "")
