"""This program and others on this machine."""

import os
import platform
import sys


def host_name() -> str:
    """Return this machine's name, or empty."""
    return platform.node()


def own_process() -> int:
    """Return this program's number."""
    return os.getpid()


def user_name() -> str:
    """Return who works here, as the system calls them, or empty."""
    import getpass  # noqa: PLC0415 - a module of some weight

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def process_runs(host: str, pid: int) -> bool | None:
    """Return whether that program runs; None where it cannot be told (another machine, Windows).

    A number that was given out again counts as running: the caller then waits for its pulse to fail.
    """
    if host != host_name() or pid <= 0 or sys.platform == "win32":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
