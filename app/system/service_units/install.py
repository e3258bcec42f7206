"""Installing, removing and looking at the watcher as a service; each system's tools are called through a runner."""

from pathlib import Path
from typing import Final, NamedTuple

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand
from app.system.service_units import launch_agent, systemd, windows_task
from app.system.service_units.running import Ran, must_run
from app.system.service_units.station import Station, configuration_folder
from app.system.service_units.texts import check_book
from app.system.service_units.unit_files import placed, remove

_BY_HAND: Final = "let plimsoll watch be started by whatever starts programs on this machine."
_UNDO: Final = "Undo it with: plimsoll watch --uninstall."
_NONE: Final = "No watcher is installed here; install one with: plimsoll watch --install."


class ServiceStatus(NamedTuple):
    """What the system knows of the watcher.

    Attributes:
        installed: whether it is to be started by itself.
        running: whether it runs now; None where that cannot be told: the book's own lease says it.
        sentence: the same for people.
    """

    installed: bool
    running: bool | None
    sentence: str


def install(station: Station, book: str, config: str = "") -> tuple[str, ...]:
    """Let the system start the watcher by itself, from now on; return one sentence for each thing done or to know.

    Doing it again brings the command up to date and starts the watcher anew.

    Args:
        station: where.
        book: the book to watch: a file, made absolute here, or a database URL without a password.
        config: the configuration file, or empty for the user's own.

    Raises:
        ServiceSetupError: the system refused; everything is as it was.
    """
    command = watch_command(station.command, book, config)
    if station.platform == "win32":
        return _install_task(station, command)
    if station.platform == "darwin":
        return _install_agent(station, command)
    if station.platform != "linux":
        raise ServiceSetupError(f"Plimsoll cannot install a watcher on {station.platform}; {_BY_HAND}")
    return _install_unit(station, command)


def uninstall(station: Station) -> tuple[str, ...]:
    """Stop the watcher and let nothing start it any more; return what was done.

    Raises:
        ServiceSetupError: the system refused.
    """
    path = unit_path(station)
    there = path.exists()
    if station.platform == "win32":
        if station.run(["schtasks", "/Query", "/TN", windows_task.TASK]).code == 0:
            station.run(["schtasks", "/End", "/TN", windows_task.TASK])
            remedy = "remove the task in the Task Scheduler."
            must_run(station.run, ["schtasks", "/Delete", "/TN", windows_task.TASK, "/F"], remedy)
            there = True
    elif station.platform == "darwin":
        station.run(["launchctl", "bootout", _agent(station)])
    elif there:
        station.run(["systemctl", "--user", "disable", "--now", systemd.UNIT])
    remove(path)
    if not there:
        return (_NONE,)
    if station.platform not in {"win32", "darwin"}:
        station.run(["systemctl", "--user", "daemon-reload"])
    return (f"The watcher was stopped and removed ({path}).", "Install it again with: plimsoll watch --install.")


def status(station: Station) -> ServiceStatus:
    """Return whether the watcher is installed, and whether the system sees it running."""
    path = unit_path(station)
    running: bool | None
    if station.platform == "win32":
        if station.run(["schtasks", "/Query", "/TN", windows_task.TASK]).code != 0:
            return ServiceStatus(installed=False, running=None, sentence=_NONE)
        # What it prints is in the user's language.
        running = None
    elif not path.exists():
        return ServiceStatus(installed=False, running=False, sentence=_NONE)
    elif station.platform == "darwin":
        running = "state = running" in station.run(["launchctl", "print", _agent(station)]).output
    else:
        running = station.run(["systemctl", "--user", "is-active", "--quiet", systemd.UNIT]).code == 0
    words = {True: "is installed and runs", False: "is installed and does not run", None: "is installed"}[running]
    return ServiceStatus(installed=True, running=running, sentence=f"The watcher {words} ({path}).")


def watch_command(command: OwnCommand, book: str, config: str = "") -> OwnCommand:
    """Return the command that watches ``book``.

    Raises:
        ServiceSetupError: the book's address holds a password.
    """
    check_book(book)
    place = book if "://" in book else str(Path(book).absolute())
    settings = ("--config", str(Path(config).absolute())) if config else ()
    return command.with_arguments("watch", "--book", place, *settings)


def unit_path(station: Station) -> Path:
    """Return the file that tells the system of the watcher."""
    if station.platform == "win32":
        local = station.environ.get("LOCALAPPDATA")
        return (Path(local) if local else station.home / "AppData" / "Local") / "Plimsoll" / "plimsoll-watch.xml"
    if station.platform == "darwin":
        return station.home / "Library" / "LaunchAgents" / f"{launch_agent.WATCH_LABEL}.plist"
    return configuration_folder(station) / "systemd" / "user" / systemd.UNIT


def _install_unit(station: Station, command: OwnCommand) -> tuple[str, ...]:
    path, run = unit_path(station), station.run
    text = systemd.unit_text(command).encode()
    new, written = not path.exists(), False
    try:
        with placed(path, text):
            written = True
            must_run(run, ["systemctl", "--user", "daemon-reload"], f"systemd does not serve this user; {_BY_HAND}")
            must_run(run, ["systemctl", "--user", "enable", systemd.UNIT], "look with: systemctl --user status.")
            # One that runs already goes on with the new command.
            must_run(run, ["systemctl", "--user", "restart", systemd.UNIT], "look with: journalctl --user.")
    except ServiceSetupError:
        if written and new:
            run(["systemctl", "--user", "disable", systemd.UNIT])
        if written:
            run(["systemctl", "--user", "daemon-reload"])
        raise
    done = f"The watcher runs now and starts with each log-in ({path})."
    lingers = run(["loginctl", "show-user", station.user, "--property=Linger"])
    if _says_yes(lingers):
        return (done, _UNDO)
    linger = "It ends when you log out; on a server let it stay with: loginctl enable-linger."
    return (done, linger, _UNDO)


def _says_yes(ran: Ran) -> bool:
    return ran.code == 0 and ran.output.strip().lower() == "linger=yes"


def _install_task(station: Station, command: OwnCommand) -> tuple[str, ...]:
    path = unit_path(station)
    xml = windows_task.task_xml(command, station.user)
    remedy = "ask whoever administers this computer whether you may make tasks."
    with placed(path, xml):
        create = ["schtasks", "/Create", "/TN", windows_task.TASK, "/XML", str(path), "/F"]
        must_run(station.run, create, remedy)
    # One that runs already would go on with the old command.
    station.run(["schtasks", "/End", "/TN", windows_task.TASK])
    runs = station.run(["schtasks", "/Run", "/TN", windows_task.TASK]).code == 0
    when = "runs now and starts with each log-on" if runs else "starts with the next log-on"
    return (f'The watcher {when} (task "{windows_task.TASK}").', _UNDO)


def _install_agent(station: Station, command: OwnCommand) -> tuple[str, ...]:
    path = unit_path(station)
    plist = launch_agent.watch_plist(command)
    with placed(path, plist):
        # An older one would keep the new one out; that there is none is no failure.
        station.run(["launchctl", "bootout", _agent(station)])
        station.run(["launchctl", "enable", _agent(station)])
        boot = ["launchctl", "bootstrap", f"gui/{station.uid}", str(path)]
        must_run(station.run, boot, f"log in to the Mac's own screen and try again, or {_BY_HAND}")
    return (f"The watcher runs now and starts with each log-in ({path}).", _UNDO)


def _agent(station: Station) -> str:
    return f"gui/{station.uid}/{launch_agent.WATCH_LABEL}"
