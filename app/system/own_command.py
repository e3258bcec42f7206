"""How this Plimsoll is started again: from a source checkout, as installed, or frozen into one program."""

import os
import sys
from collections.abc import Iterable, Mapping
from ntpath import basename as windows_basename
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).resolve().parents[2]


class Facts(NamedTuple):
    """What is known of the running program.

    Attributes:
        platform: as ``sys.platform``.
        executable: as ``sys.executable``: the interpreter, or the frozen program itself.
        frozen: whether it is a frozen program.
        image: the AppImage that the frozen program came out of, or empty; its own path goes away with it.
        checkout: the folder of the source checkout, or empty where it is installed.
        script: the installed start script, or empty.
        windowless: the interpreter that opens no console (Windows), or empty.
    """

    platform: str
    executable: str
    frozen: bool = False
    image: str = ""
    checkout: str = ""
    script: str = ""
    windowless: str = ""


class OwnCommand(NamedTuple):
    """A command line.

    Attributes:
        argv: the program and its first arguments.
        folder: the working directory that it needs, or empty.
    """

    argv: tuple[str, ...]
    folder: str = ""

    def with_arguments(self, *arguments: str) -> "OwnCommand":
        """Return the same command with more arguments."""
        return self._replace(argv=(*self.argv, *arguments))


def own_command(facts: Facts) -> OwnCommand:
    """Return what starts Plimsoll in the background, to be followed by its own arguments.

    On Windows it opens no console: its standard streams lead nowhere then.
    """
    if facts.frozen:
        return OwnCommand((facts.image or facts.executable,))
    if facts.checkout:
        return OwnCommand((facts.windowless or facts.executable, "-m", "app"), facts.checkout)
    if facts.script and not facts.windowless:
        return OwnCommand((facts.script,))
    # -P: a folder named app where it happens to start is not ours.
    return OwnCommand((facts.windowless or facts.executable, "-P", "-m", "app"))


def without_folder(command: OwnCommand) -> OwnCommand:
    """Return the command for places that cannot say a working directory.

    Args:
        command: of a checkout, with ``-m app`` in it, or any that needs no folder.
    """
    if not command.folder:
        return command
    module = command.argv.index("-m")
    code = f"import sys;sys.path[0]={command.folder!r};from app.__main__ import main;main()"
    return OwnCommand((*command.argv[:module], "-c", code, *command.argv[module + 2 :]))


def current_facts(environ: Mapping[str, str] = os.environ, root: Path = _ROOT) -> Facts:
    """Return the facts of this process."""
    executable = sys.executable
    frozen = bool(getattr(sys, "frozen", False))
    beside = Path(executable).parent
    return Facts(
        sys.platform,
        executable,
        frozen,
        environ.get("APPIMAGE", "") if frozen else "",
        str(root) if not frozen and _is_checkout(root) else "",
        _first_file(beside / name for name in ("plimsoll", "plimsoll.exe")),
        _first_file([beside / "pythonw.exe"]) if windows_basename(executable).lower().startswith("python") else "",
    )


def _is_checkout(root: Path) -> bool:
    return (root / "pyproject.toml").is_file() and (root / "installer").is_dir()


def _first_file(paths: Iterable[Path]) -> str:
    return next((str(path) for path in paths if path.is_file()), "")
