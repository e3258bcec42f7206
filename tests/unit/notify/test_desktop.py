"""The desktop's notifications where no desktop is: what programs are started with."""

import json
import subprocess

import pytest

from app.domain.deliveries import DeliveryFault
from app.notify.desktop import Runner, show
from app.notify.orders import SHOW, Order

HOSTILE = 'Bank"; display dialog "x" & $(calc) `calc` <b>B</b>'
ORDER = Order(SHOW, id="m-1", subject=HOSTILE + "\r\nsecond", text="-e text\n$env:PATH", urgency="call", seconds=3.0)


class Programs:
    """Remembers what was started."""

    def __init__(self, code: int | None = 0) -> None:
        self.code = code
        self.commands: list[list[str]] = []
        self.given = b""

    def run(self, command: list[str], given: bytes, seconds: float) -> int | None:
        assert seconds == 3.0
        self.commands.append(command)
        self.given = given
        return self.code


def test_macos_gets_the_words_as_arguments_of_a_fixed_script() -> None:
    programs = Programs()
    assert show(ORDER, "darwin", programs.run) is None
    command = programs.commands[0]
    end = command.index("--")
    assert command[0] == "osascript"
    assert command[end + 1 :] == [f"{HOSTILE} second", "-e text\n$env:PATH", "Sosumi"]
    assert not any("Bank" in part for part in command[:end])


def test_windows_gets_the_words_by_standard_input() -> None:
    programs = Programs()
    assert show(ORDER, "win32", programs.run) is None
    assert not any("Bank" in part for part in programs.commands[0])
    assert json.loads(programs.given) == {"subject": f"{HOSTILE} second", "text": "-e text\n$env:PATH", "loud": True}


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@pytest.mark.parametrize("code", [1, None])
def test_a_desktop_that_cannot_show_is_none(platform: str, code: int | None) -> None:
    assert show(ORDER, platform, Programs(code).run) is DeliveryFault.NO_DESKTOP


def _raising(error: Exception) -> Runner:
    def run(command: list[str], given: bytes, seconds: float) -> int | None:
        raise error

    return run


def test_a_program_that_hangs_or_cannot_start_has_a_word() -> None:
    assert show(ORDER, "darwin", _raising(subprocess.TimeoutExpired("x", 3))) is DeliveryFault.TIMEOUT
    assert show(ORDER, "win32", _raising(PermissionError())) is DeliveryFault.NO_DESKTOP


@pytest.mark.parametrize(
    ("name", "value"), [("DBUS_SESSION_BUS_ADDRESS", ""), ("DBUS_SESSION_BUS_ADDRESS", "tcp:host=localhost,port=1")]
)
def test_no_bus_that_can_be_used_is_no_desktop(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert show(ORDER, "linux") is DeliveryFault.NO_DESKTOP


def test_long_words_are_cut() -> None:
    programs = Programs()
    show(ORDER._replace(subject="s" * 5000, text="t" * 5000), "win32", programs.run)
    told = json.loads(programs.given)
    assert (len(told["subject"]), len(told["text"])) == (200, 1000)
