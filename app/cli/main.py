"""The command line: takes the arguments, starts the command, turns every failure into a line and an exit code."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from app.cli.arguments import parse_arguments
from app.cli.outcome import FAILED, INTERRUPTED, SUCCESS, abandon_output, complain, flush
from app.domain.errors import CancelledError, PlimsollError


def main(argv: Sequence[str], keep: Callable[[object], None] | None = None) -> int:
    """Start what ``argv`` names, the window when it names no command; return the exit code.

    Args:
        argv: without the program's name.
        keep: takes what a command would leave behind in memory; freeing it is a fifth of a large book's ``status``.
    """
    try:
        arguments = parse_arguments(argv)
    except SystemExit as stop:  # argparse has said why, or has shown the help
        return stop.code if isinstance(stop.code, int) else SUCCESS
    try:
        arguments.keep = keep or _let_go
        arguments.alone = keep is not None
        code = _start(arguments)
        flush()
    except PlimsollError as error:
        complain(str(error))
        return FAILED
    except (KeyboardInterrupt, CancelledError):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone away.
        abandon_output()
        return SUCCESS
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback reaches a user
        return _own_up(error)
    return code


def run() -> NoReturn:
    """Start with the arguments of this process, and end it."""
    kept: list[object] = []
    code = main(sys.argv[1:], kept.append)
    if kept:
        # Only memory is left, and the system takes that back faster than we could.
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(code)
    sys.exit(code)


def _let_go(thing: object) -> None:
    """Keep nothing: the default for callers that live on."""


def _start(arguments: Namespace) -> int:
    command: str = arguments.command
    if arguments.alone and command in ("window", "status", "book"):
        # A short life that makes very many objects and no rubbish: the collector would only look at them again.
        # A window's life is long, but what it makes before its first paint stays; it lets the collector work then.
        gc.disable()
    module = import_module(f"app.cli.{command}")
    code: int = module.start(arguments)
    return code


def _own_up(error: Exception) -> int:
    from app.bootstrap.books import log_fault  # noqa: PLC0415 - only a fault needs it

    file = log_fault(error)
    where = f"details are in {file}" if file is not None else "its details could not be written down"
    complain(f"This is a fault in Plimsoll: {type(error).__name__}; {where}.")
    return FAILED
