"""Installing the watcher: the file as a whole, the right tools, one sentence each, and nothing left by a refusal."""

import plistlib
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand
from app.system.service_units.install import ServiceStatus, install, status, uninstall, unit_path
from app.system.service_units.running import Ran, last_words, run_tool
from app.system.service_units.station import Station, this_station
from tests.fakes.tools import Tools
from tests.unit.system.unit_oracles import systemd_words

UNDO = "Undo it with: plimsoll watch --uninstall."
NONE = "No watcher is installed here; install one with: plimsoll watch --install."
LINGER = "It ends when you log out; on a server let it stay with: loginctl enable-linger."
TASK = 'The watcher runs now and starts with each log-on (task "Plimsoll watch").'


def station(platform: str, home: Path, run: Tools) -> Station:
    command = OwnCommand(("/opt/py thon", "-m", "app"), "/src")
    environ = {"LOCALAPPDATA": str(home / "Local")}
    return Station(platform, command, home, environ, r"DESK\anna", 1000, run)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_systemd_gets_the_unit_and_starts_it(tmp_path: Path) -> None:
    run = Tools(linger=Ran(0, "Linger=no\n"))
    place = station("linux", tmp_path, run)
    path = tmp_path / ".config/systemd/user/plimsoll-watch.service"
    assert install(place, str(tmp_path / "my book")) == (
        f"The watcher runs now and starts with each log-in ({path}).",
        LINGER,
        UNDO,
    )
    assert files(tmp_path) == {".config/systemd/user/plimsoll-watch.service"}
    (line,) = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    words = systemd_words(line.partition("=")[2])
    assert words == ["/opt/py thon", "-m", "app", "watch", "--book", str(tmp_path / "my book")]
    assert run.calls == [
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "enable", "plimsoll-watch.service"],
        ["systemctl", "--user", "restart", "plimsoll-watch.service"],
        ["loginctl", "show-user", r"DESK\anna", "--property=Linger"],
    ]


def test_lingering_is_only_spoken_of_where_it_is_off(tmp_path: Path) -> None:
    place = station("linux", tmp_path, Tools(linger=Ran(0, "Linger=yes\n")))
    assert LINGER not in install(place, "b")
    assert LINGER in install(place._replace(run=Tools(linger=Ran(1))), "b")


def test_xdgs_folder_is_used_where_it_is_named(tmp_path: Path) -> None:
    place = station("linux", tmp_path, Tools())
    assert unit_path(place._replace(environ={"XDG_CONFIG_HOME": "relative"})).is_relative_to(tmp_path / ".config")
    named = unit_path(place._replace(environ={"XDG_CONFIG_HOME": str(tmp_path / "mine")}))
    assert named == tmp_path / "mine/systemd/user/plimsoll-watch.service"


@pytest.mark.parametrize("step", ["daemon_reload", "enable", "restart"])
@pytest.mark.parametrize("before", [None, "# mine\n"])
def test_a_refusal_of_systemd_leaves_everything_as_it_was(step: str, before: str | None, tmp_path: Path) -> None:
    run = Tools(**{step: Ran(1, "first\nFailed to connect to bus: No medium found\n")})
    place = station("linux", tmp_path, run)
    path = unit_path(place)
    if before is not None:
        path.parent.mkdir(parents=True)
        path.write_text(before, encoding="utf-8")
    with pytest.raises(ServiceSetupError) as caught:
        install(place, "b")
    sentence = str(caught.value)
    assert f"{step.replace('_', '-')} failed (Failed to connect to bus: No medium found); " in sentence
    assert sentence.endswith(".")
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == before
    assert files(tmp_path) == (set() if before is None else {str(path.relative_to(tmp_path))})
    undone = [["systemctl", "--user", "disable", "plimsoll-watch.service"]] if before is None else []
    assert run.calls[-1 - len(undone) :] == [*undone, ["systemctl", "--user", "daemon-reload"]]


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    run = Tools()
    (tmp_path / ".config").write_text("a file", encoding="utf-8")
    with pytest.raises(ServiceSetupError, match="check its rights") as caught:
        install(station("linux", tmp_path, run), "b")
    assert str(tmp_path / ".config") in str(caught.value)
    assert run.calls == []


if sys.platform != "win32":

    def test_a_folder_without_write_rights_is_named(tmp_path: Path) -> None:
        place = station("linux", tmp_path, Tools())
        unit_path(place).parent.mkdir(parents=True)
        unit_path(place).parent.chmod(0o500)
        with pytest.raises(ServiceSetupError, match="check its rights"):
            install(place, "b")
        unit_path(place).parent.chmod(0o700)


def test_systemds_unit_is_looked_at_and_taken_away(tmp_path: Path) -> None:
    run = Tools()
    place = station("linux", tmp_path, run)
    path = unit_path(place)
    assert status(place) == ServiceStatus(installed=False, running=False, sentence=NONE)
    assert uninstall(place) == (NONE,)
    assert run.calls == []
    install(place, "b")
    assert status(place) == (True, True, f"The watcher is installed and runs ({path}).")
    still = place._replace(run=Tools(is_active=Ran(3)))
    assert status(still) == (True, False, f"The watcher is installed and does not run ({path}).")
    del run.calls[:]
    assert uninstall(place) == (
        f"The watcher was stopped and removed ({path}).",
        "Install it again with: plimsoll watch --install.",
    )
    assert run.calls == [
        ["systemctl", "--user", "disable", "--now", "plimsoll-watch.service"],
        ["systemctl", "--user", "daemon-reload"],
    ]
    assert files(tmp_path) == set()


def test_windows_gets_the_task_and_runs_it(tmp_path: Path) -> None:
    run = Tools()
    place = station("win32", tmp_path, run)
    path = tmp_path / "Local/Plimsoll/plimsoll-watch.xml"
    assert install(place, "postgresql://host/books") == (TASK, UNDO)
    task = ET.fromstring(path.read_bytes())  # noqa: S314 - it is our own
    texts = [element.text for element in task.iter()]
    assert "-m app watch --book postgresql://host/books" in texts
    assert run.calls == [
        ["schtasks", "/Create", "/TN", "Plimsoll watch", "/XML", str(path), "/F"],
        ["schtasks", "/End", "/TN", "Plimsoll watch"],
        ["schtasks", "/Run", "/TN", "Plimsoll watch"],
    ]
    assert status(place) == (True, None, f"The watcher is installed ({path}).")
    del run.calls[:]
    assert uninstall(place)[0] == f"The watcher was stopped and removed ({path})."
    assert run.calls[-1] == ["schtasks", "/Delete", "/TN", "Plimsoll watch", "/F"]
    assert files(tmp_path) == set()


def test_a_refusal_of_windows_leaves_no_file(tmp_path: Path) -> None:
    place = station("win32", tmp_path, Tools(create=Ran(1, "FEHLER: Zugriff verweigert\r\n")))
    with pytest.raises(ServiceSetupError, match=r"\(FEHLER: Zugriff verweigert\); ask whoever administers"):
        install(place, "b")
    assert files(tmp_path) == set()
    gone = place._replace(run=Tools(query=Ran(1)))
    assert status(gone) == (False, None, NONE)
    assert uninstall(gone) == (NONE,)
    with pytest.raises(ServiceSetupError, match="remove the task"):
        uninstall(place._replace(run=Tools(delete=Ran(1))))
    later = install(place._replace(run=Tools(run=Ran(1))), "b")
    assert later[0] == 'The watcher starts with the next log-on (task "Plimsoll watch").'


def test_macos_gets_the_agent_in_place_of_an_older_one(tmp_path: Path) -> None:
    run = Tools(bootout=Ran(3, "No such process"))
    place = station("darwin", tmp_path, run)
    path = tmp_path / "Library/LaunchAgents/io.plimsoll.watch.plist"
    assert install(place, "postgresql://h/b")[0] == f"The watcher runs now and starts with each log-in ({path})."
    assert plistlib.loads(path.read_bytes())["ProgramArguments"][-1] == "postgresql://h/b"
    assert run.calls == [
        ["launchctl", "bootout", "gui/1000/io.plimsoll.watch"],
        ["launchctl", "enable", "gui/1000/io.plimsoll.watch"],
        ["launchctl", "bootstrap", "gui/1000", str(path)],
    ]
    run.answers["print"] = Ran(0, "io.plimsoll.watch = {\n\tstate = running\n}")
    assert status(place)[:2] == (True, True)
    run.answers["print"] = Ran(113, "Could not find service")
    assert status(place)[:2] == (True, False)
    uninstall(place)
    assert files(tmp_path) == set()
    assert status(place)[:2] == (False, False)


def test_a_refusal_of_macos_leaves_no_file(tmp_path: Path) -> None:
    place = station("darwin", tmp_path, Tools(bootstrap=Ran(5, "Bootstrap failed: 5: Input/output error")))
    with pytest.raises(ServiceSetupError, match="log in to the Mac's own screen"):
        install(place, "b")
    assert files(tmp_path) == set()


def test_other_systems_are_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ServiceSetupError, match="cannot install a watcher on freebsd14"):
        install(station("freebsd14", tmp_path, Tools()), "b")


def test_tools_are_run_without_a_shell_and_a_missing_one_says_so() -> None:
    ran = run_tool([sys.executable, "-c", "import sys; print('$HOME ü'); sys.exit(4)"])
    assert (ran.code, ran.output.strip()) == (4, "$HOME ü")
    gone = run_tool(["plimsoll-no-such-tool"])
    assert gone.code == 127
    assert last_words(gone) == "plimsoll-no-such-tool: no such file or directory"
    assert last_words(Ran(5)) == "exit code 5"
    assert last_words(Ran(1, "a\nb\x1b[31m" + "c" * 300)) == ("b[31m" + "c" * 300)[:200]
    hanging = run_tool(
        [sys.executable, "-c", "input()" if sys.platform == "win32" else "import signal; signal.pause()"], 0.2
    )
    assert hanging == Ran(127, f"{sys.executable} did not answer")


def test_this_machine_is_a_station() -> None:
    run = Tools()
    found = this_station(run, {})
    assert found.platform == sys.platform
    assert found.command.argv
    assert found.user
    assert run.calls == []
