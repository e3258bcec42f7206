"""Running the system's own tools: ``systemctl``, ``schtasks``, ``launchctl``."""

import subprocess
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from app.domain.errors import ServiceSetupError

_SECONDS: Final = 30
_NOT_FOUND: Final = 127
_NO_WINDOW: Final = 0x08000000
_MOST_WORDS: Final = 200


class Ran(NamedTuple):
    """What a tool answered: its exit code, and what it printed."""

    code: int
    output: str = ""


Runner = Callable[[Sequence[str]], Ran]


def run_tool(argv: Sequence[str], seconds: float = _SECONDS) -> Ran:
    """Run a tool of the system without a window or a question; one that is not there ends with 127."""
    try:
        done = subprocess.run(  # noqa: S603 - arguments of our own, and no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=seconds,
            creationflags=_NO_WINDOW if hasattr(subprocess, "STARTUPINFO") else 0,
        )
    except subprocess.TimeoutExpired:
        return Ran(_NOT_FOUND, f"{argv[0]} did not answer")
    except OSError as error:
        return Ran(_NOT_FOUND, f"{argv[0]}: {(error.strerror or 'cannot be started').lower()}")
    return Ran(done.returncode, done.stdout.decode(errors="replace"))


def must_run(run: Runner, argv: Sequence[str], remedy: str) -> None:
    """Run a tool that has to succeed.

    Raises:
        ServiceSetupError: it did not; with its own last words, and ``remedy``.
    """
    ran = run(argv)
    if ran.code != 0:
        raise ServiceSetupError(f"{' '.join(argv[:3])} failed ({last_words(ran)}); {remedy}")


def last_words(ran: Ran) -> str:
    """Return the last line that a tool printed, shortened and without odd signs."""
    lines = [line.strip() for line in ran.output.splitlines() if line.strip()]
    words = "".join(sign for sign in (lines or [""])[-1] if sign.isprintable())[:_MOST_WORDS].rstrip(".")
    return words or f"exit code {ran.code}"
