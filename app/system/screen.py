"""Whether a window can be opened here, found out before Qt is asked: Qt aborts the whole program when it cannot.

Standard library only, and readable by old Pythons: the set-up of a source checkout uses this too.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Callable, Mapping, Optional

if TYPE_CHECKING:
    import ctypes

# What Qt's wheels expect of the system: shared library -> Debian package that brings it.
_CORE: dict[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_X11: dict[str, str] = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
_WAYLAND: dict[str, str] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
_WITHOUT_SCREEN = ("offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs")

Loader = Callable[[str], Optional["ctypes.CDLL"]]


def load_library(name: str) -> ctypes.CDLL | None:
    """Return the shared library of that file name, or None where it is missing."""
    from ctypes import CDLL  # noqa: PLC0415 - a start of a subcommand does not need it

    try:
        return CDLL(name)
    except OSError:
        return None


def missing_packages(load: Loader = load_library, platform: str = sys.platform) -> list[str]:
    """Return the Debian packages whose libraries Qt would miss here, for X11 and without a screen."""
    if not platform.startswith("linux"):
        return []
    wanted = {**_CORE, **_X11}
    return [package for library, package in wanted.items() if load(library) is None]


def screen_problem(
    environ: Mapping[str, str] = os.environ, load: Loader = load_library, platform: str = sys.platform
) -> str | None:
    """Return what a window would need that is missing here, as one sentence; None where it can be opened.

    ``QT_QPA_PLATFORM`` is honoured: with ``offscreen`` no screen is needed, only the libraries.
    """
    if not platform.startswith("linux"):
        return None
    asked = [name.split(":")[0] for name in environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    ways = asked or [
        *(["wayland"] if environ.get("WAYLAND_DISPLAY") else []),
        *(["xcb"] if environ.get("DISPLAY") else []),
    ]
    if not ways:
        return (
            "A window needs a screen and there is none: neither DISPLAY nor WAYLAND_DISPLAY is set"
            " (QT_QPA_PLATFORM=offscreen draws without one)."
        )
    problems = [_problem_with(way, load) for way in ways]
    return None if None in problems else problems[0]


def _problem_with(way: str, load: Loader) -> str | None:
    wanted, connects = _needs_of(way)
    missing = [package for library, package in wanted.items() if load(library) is None]
    if missing:
        return (
            "A window needs system libraries that are missing; on Debian and Ubuntu: sudo apt-get install "
            + " ".join(missing)
        )
    return connects(load) if connects is not None else None


def _needs_of(way: str) -> tuple[dict[str, str], Callable[[Loader], str | None] | None]:
    if way in _WITHOUT_SCREEN:
        return _CORE, None
    if way.startswith("wayland"):
        return {**_CORE, **_WAYLAND}, _wayland_problem
    return {**_CORE, **_X11}, _x11_problem


def _x11_problem(load: Loader) -> str | None:
    import ctypes  # noqa: PLC0415 - as above

    xcb = load("libxcb.so.1")
    if xcb is None:
        return "A window needs libxcb1; on Debian and Ubuntu: sudo apt-get install libxcb1"
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if failed:
        return "A window needs a screen and the one that DISPLAY names does not answer."
    return None


def _wayland_problem(load: Loader) -> str | None:
    import ctypes  # noqa: PLC0415 - as above

    wayland = load("libwayland-client.so.0")
    if wayland is None:
        return "A window needs libwayland-client0; on Debian and Ubuntu: sudo apt-get install libwayland-client0"
    wayland.wl_display_connect.restype = ctypes.c_void_p
    display = wayland.wl_display_connect(None)
    if not display:
        return "A window needs a screen and the one that WAYLAND_DISPLAY names does not answer."
    wayland.wl_display_disconnect(ctypes.c_void_p(display))
    return None
