"""What the services see of the machine: a watcher that the system runs, a window that starts at log-in."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import PlimsollError
from app.services.alert_ports import Residence
from app.system.own_command import OwnCommand
from app.system.residence import Machine
from app.system.service_units.running import Ran
from app.system.service_units.station import Station
from tests.fakes.tools import Tools


def machine(home: Path, run: Tools, config: str = "") -> Residence:
    return Machine(Station("linux", OwnCommand(("/opt/plimsoll",)), home, {}, "anna", 1000, run), config)


def test_a_watcher_comes_and_goes(tmp_path: Path) -> None:
    residence = machine(tmp_path, Tools(), str(tmp_path / "c.toml"))
    assert residence.watcher_words() == ""
    assert residence.install_watcher("postgresql://host/books")[-1] == "Undo it with: plimsoll watch --uninstall."
    unit = tmp_path / ".config/systemd/user/plimsoll-watch.service"
    wanted = f'ExecStart="/opt/plimsoll" "watch" "--book" "postgresql://host/books" "--config" "{tmp_path / "c.toml"}"'
    assert wanted in unit.read_text(encoding="utf-8").splitlines()
    assert residence.watcher_words() == f"The watcher is installed and runs ({unit})."
    assert "stopped and removed" in residence.remove_watcher()[0]
    assert residence.watcher_words() == ""


def test_a_refusal_is_one_of_the_expected_failures(tmp_path: Path) -> None:
    with pytest.raises(PlimsollError, match="no bus"):
        machine(tmp_path, Tools(daemon_reload=Ran(1, "no bus"))).install_watcher("b")


def test_the_window_starts_at_log_in_or_not(tmp_path: Path) -> None:
    residence = machine(tmp_path, Tools())
    assert not residence.starts_window()
    residence.autostart(on=True)
    assert residence.starts_window()
    residence.autostart(on=False)
    assert not residence.starts_window()


def test_this_process_has_a_machine(own_home: Path) -> None:
    assert Machine().watcher_words() == ""
    assert not Machine().starts_window()


def test_a_start_imports_none_of_it() -> None:
    code = "import sys, app.system.residence as r; r.Machine(); print([n for n in sys.modules if 'service_units' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
