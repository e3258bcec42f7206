"""Whether a window can be opened is known before Qt is asked."""

import ctypes

import pytest

from app.system.screen import load_library, missing_packages, screen_problem

X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}


class _Call:
    """A C function that returns what it is told to."""

    def __init__(self, result: int | None) -> None:
        self.result = result
        self.restype: object = None
        self.calls = 0

    def __call__(self, *_arguments: object) -> int | None:
        self.calls += 1
        return self.result


class Machine:
    """A machine with every library but the missing ones, and with screens that answer or do not."""

    def __init__(self, *missing: str, answers: bool = True) -> None:
        self.missing = missing
        self.xcb_connect = _Call(1)
        self.xcb_connection_has_error = _Call(0 if answers else 1)
        self.xcb_disconnect = _Call(None)
        self.wl_display_connect = _Call(1 if answers else None)
        self.wl_display_disconnect = _Call(None)

    def load(self, name: str) -> ctypes.CDLL | None:
        """Stand in for the loader of libraries."""
        if any(name.startswith(each) for each in self.missing):
            return None
        return self  # type: ignore[return-value] # it has the functions that are called


@pytest.mark.parametrize("environ", [X11, WAYLAND, X11 | WAYLAND, {"QT_QPA_PLATFORM": "xcb:option"}])
def test_a_screen_that_answers_is_no_problem(environ: dict[str, str]) -> None:
    machine = Machine()
    assert screen_problem(environ, machine.load, "linux") is None
    opened = machine.xcb_connect.calls + machine.wl_display_connect.calls
    assert machine.xcb_disconnect.calls + machine.wl_display_disconnect.calls == opened > 0


def test_no_screen_is_said_with_the_way_to_do_without() -> None:
    problem = screen_problem({}, Machine().load, "linux")
    assert problem is not None
    assert "DISPLAY" in problem
    assert "QT_QPA_PLATFORM=offscreen" in problem


@pytest.mark.parametrize(("environ", "name"), [(X11, "DISPLAY"), (WAYLAND, "WAYLAND_DISPLAY")])
def test_a_screen_that_does_not_answer_is_named(environ: dict[str, str], name: str) -> None:
    problem = screen_problem(environ, Machine(answers=False).load, "linux")
    assert problem == f"A window needs a screen and the one that {name} names does not answer."


def test_missing_libraries_are_named_as_packages() -> None:
    problem = screen_problem(X11, Machine("libEGL", "libxcb-cursor").load, "linux")
    assert problem is not None
    assert problem.endswith("sudo apt-get install libegl1 libxcb-cursor0")


def test_offscreen_needs_libraries_and_no_screen() -> None:
    offscreen = {"QT_QPA_PLATFORM": "offscreen"}
    assert screen_problem(offscreen, Machine("libxcb", "libwayland", answers=False).load, "linux") is None
    problem = screen_problem(offscreen, Machine("libglib").load, "linux")
    assert problem is not None
    assert problem.endswith("libglib2.0-0")


def test_one_way_that_works_is_enough() -> None:
    machine = Machine("libwayland")
    assert screen_problem(X11 | WAYLAND, machine.load, "linux") is None
    assert screen_problem(WAYLAND, machine.load, "linux") is not None


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_always_have_a_screen(platform: str) -> None:
    assert screen_problem({}, Machine("lib").load, platform) is None
    assert missing_packages(Machine("lib").load, platform) == []


def test_all_packages_are_named_on_an_empty_machine() -> None:
    packages = missing_packages(Machine("lib").load, "linux")
    assert packages[0] == "libglib2.0-0"
    assert len(packages) == len(set(packages)) == 11
    assert missing_packages(Machine().load, "linux") == []


def test_a_library_that_is_nowhere_is_none() -> None:
    assert load_library("libplimsoll-is-nowhere.so.0") is None
