"""The texts of units, tasks and agents: whatever a path is called, the system reads exactly that path."""

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand
from app.system.service_units.install import watch_command
from app.system.service_units.launch_agent import watch_plist
from app.system.service_units.systemd import exec_line, unit_text
from app.system.service_units.windows_task import task_xml
from tests.unit.system.unit_oracles import systemd_words, windows_words

ODD = (
    "/home/Ännä/my books/100 % 'sure' \"quoted\".plimsoll",
    "/x/%h/%%/%n",
    "/x/$HOME/${USER}$$",
    "/x/back\\slash\\n/ends\\",
    "/x/<a>&amp;--]]>",
    "/x/книга 本 🚢",
    "/x/;semi #hash =equals",
)
NS = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
verifier = shutil.which("systemd-analyze")


def _value(unit: str, key: str) -> str:
    (line,) = [line for line in unit.splitlines() if line.startswith(f"{key}=")]
    return line.partition("=")[2]


@pytest.mark.parametrize("odd", ODD)
def test_systemd_reads_the_command_that_was_meant(odd: str) -> None:
    command = OwnCommand(("/opt/py thon", "-m", "app", "watch", "--book", odd), "/src/100 % mine")
    unit = unit_text(command)
    assert systemd_words(_value(unit, "ExecStart")) == list(command.argv)
    assert _value(unit, "WorkingDirectory") == "/src/100 %% mine"
    program = odd.replace("=", "-")
    assert systemd_words(exec_line((program, "x", odd))) == [program, "x", odd]


def test_a_program_that_nothing_can_start_is_refused() -> None:
    with pytest.raises(ServiceSetupError, match="rename that file"):
        exec_line(("/x/a=b'c", "watch"))
    assert systemd_words(exec_line(("/x/a=b", "watch"))) == ["/x/a=b", "watch"]


@given(st.lists(printable, min_size=1, max_size=4))
def test_systemd_reads_any_command_that_was_meant(argv: list[str]) -> None:
    argv[0] = argv[0].replace("=", "-")
    assert systemd_words(exec_line(tuple(argv))) == argv


def test_the_unit_is_started_again_for_ever_and_by_each_log_in() -> None:
    unit = unit_text(OwnCommand(("/opt/plimsoll", "watch")))
    assert _value(unit, "Restart") == "always"
    assert _value(unit, "StartLimitIntervalSec") == "0"
    assert _value(unit, "WantedBy") == "default.target"
    assert "WorkingDirectory" not in unit
    assert "#LoadCredential=plimsoll-heartbeat:" in unit
    assert _value(unit, "NoNewPrivileges") == "yes"
    # It mounts itself by a program with more rights.
    assert "NoNewPrivileges" not in unit_text(OwnCommand(("/opt/Plimsoll.AppImage", "watch")))


if verifier is not None and sys.platform == "linux":

    @pytest.mark.parametrize("name", ["plain", "spa ce %h 100 % ü 本", "spa ce %h 100 % $HOME 'q' \"d\" ü 本"])
    def test_systemd_itself_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
        folder = tmp_path / name
        folder.mkdir()
        program = folder / "plimsoll"
        program.write_text("#!/bin/sh\n", encoding="utf-8")
        program.chmod(0o755)
        unit = tmp_path / "plimsoll-watch.service"
        text = unit_text(OwnCommand((str(program), "watch", "--book", str(folder)), str(folder)))
        environ = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_LEVEL": "warning"}
        said = []
        for each in (text, text.replace("Restart=always", "Restart=perhaps")):
            unit.write_text(each, encoding="utf-8")
            done = subprocess.run(
                [str(verifier), "--user", "verify", "--man=no", str(unit)],
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            said.append(done.stderr)
        assert said[0] == ""
        # So that a silent verifier is not taken for a content one.
        assert "perhaps" in said[1]


@pytest.mark.parametrize("odd", [*ODD[:1], *ODD[3:], r"C:\My Books\a \"b\" c\\"])
def test_the_task_scheduler_reads_the_command_that_was_meant(odd: str) -> None:
    command = OwnCommand((r"C:\Program Files\<P>&\pythonw.exe", "-m", "app", "watch", "--book", odd), r"C:\src & co")
    data = task_xml(command, r"DESK\Ännä")
    assert data[:2] in (b"\xff\xfe", b"\xfe\xff")
    task = ET.fromstring(data)  # noqa: S314 - it is our own
    found = {name: task.findtext(f".//t:{name}", None, NS) for name in ("Command", "Arguments", "WorkingDirectory")}
    assert found["Command"] == command.argv[0]
    assert found["WorkingDirectory"] == command.folder
    assert found["Arguments"] == subprocess.list2cmdline(command.argv[1:])
    assert windows_words(found["Arguments"]) == list(command.argv[1:])


def test_the_task_runs_on_battery_without_a_limit_and_comes_back() -> None:
    task = ET.fromstring(task_xml(OwnCommand((r"C:\plimsoll.exe", "watch")), r"DESK\anna"))  # noqa: S314
    found = {element.tag.rpartition("}")[2]: element.text for element in task.iter()}
    assert found["DisallowStartIfOnBatteries"] == found["StopIfGoingOnBatteries"] == "false"
    assert found["ExecutionTimeLimit"] == "PT0S"
    assert found["MultipleInstancesPolicy"] == "IgnoreNew"
    assert found["LogonType"] == "InteractiveToken"
    assert found["RunLevel"] == "LeastPrivilege"
    assert found["Count"] == "999"
    assert {element.text for element in task.iterfind(".//t:UserId", NS)} == {r"DESK\anna"}
    assert task.find(".//t:LogonTrigger/t:Repetition/t:Interval", NS) is not None
    assert "WorkingDirectory" not in found


@pytest.mark.parametrize("path", [r"C:\%USERNAME%\plimsoll.exe", r"C:\$(Arg0)\x"])
def test_what_the_task_scheduler_would_change_is_refused(path: str) -> None:
    for command in (OwnCommand((path,)), OwnCommand(("x", path)), OwnCommand(("x",), path)):
        with pytest.raises(ServiceSetupError, match="rename that file or folder"):
            task_xml(command, "anna")
    task_xml(OwnCommand((r"C:\100 % sure.exe",)), "anna")


@pytest.mark.parametrize("odd", ODD)
def test_launchd_reads_the_command_that_was_meant(odd: str) -> None:
    command = OwnCommand(("/usr/bin/python3", "-m", "app", "watch", "--book", odd), odd)
    found = plistlib.loads(watch_plist(command))
    assert found["ProgramArguments"] == list(command.argv)
    assert found["WorkingDirectory"] == odd
    assert found["KeepAlive"] is found["RunAtLoad"] is True
    assert found["ProcessType"] == "Interactive"
    assert b"App Nap" in watch_plist(command)
    assert "WorkingDirectory" not in plistlib.loads(watch_plist(OwnCommand(("x",))))


@pytest.mark.parametrize("bad", ["/x/two\nlines", "/x/\x00", "/x/\x1b[31m", "/x/\udcff"])
def test_what_no_file_can_say_is_refused(bad: str) -> None:
    for command in (OwnCommand((bad,)), OwnCommand(("x", bad)), OwnCommand(("x",), bad)):
        for write in (unit_text, watch_plist, lambda command: task_xml(command, "anna")):
            with pytest.raises(ServiceSetupError, match="another name"):
                write(command)


@pytest.mark.parametrize("folder", ["/x/ends\\", "/x/ends "])
def test_a_folder_that_systemd_would_misread_is_refused(folder: str) -> None:
    with pytest.raises(ServiceSetupError, match="rename that folder"):
        unit_text(OwnCommand(("x",), folder))


def test_the_book_is_named_as_a_whole_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert watch_command(OwnCommand(("p",)), "a b", "c.toml").argv == (
        *("p", "watch", "--book", str(tmp_path / "a b")),
        *("--config", str(tmp_path / "c.toml")),
    )
    url = "postgresql://anna@host/books?sslmode=verify-full"
    assert watch_command(OwnCommand(("p",)), url).argv[-1] == url


@pytest.mark.parametrize(
    "url", ["postgresql://anna:s3cret@host/b", "postgresql://host/b?password=s3cret", "x://[s3cret"]
)
def test_a_password_never_gets_into_a_unit_file(url: str) -> None:
    with pytest.raises(ServiceSetupError) as caught:
        watch_command(OwnCommand(("p",)), url)
    assert "s3cret" not in str(caught.value)
