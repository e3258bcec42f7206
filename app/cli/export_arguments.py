"""What may be typed after ``plimsoll export``."""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from datetime import date
from typing import Any, Final

_TARGETS: Final = ("koinly", "cointracker", "ghostfolio", "beancount", "hledger", "plimsoll", "plimsoll-loans")


def add_export(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add the command."""
    about = "the ledger for a tax program, a journal, or a spreadsheet"
    parser = commands.add_parser("export", parents=[common], help=about, epilog=epilog)
    parser.set_defaults(command="export_ledger")
    parser.add_argument("file", metavar="FILE", help="the file to write, or - for stdout")
    parser.add_argument("--to", choices=_TARGETS, required=True, help="the format")
    parser.add_argument(
        "--account", action="append", metavar="NAME", help="an account; may be repeated (all without it)"
    )
    parser.add_argument(
        "--from", type=_day, dest="day_from", default=None, metavar="DAY", help="from this day on, UTC: 2025-01-01"
    )
    parser.add_argument(
        "--until", type=_day, dest="day_until", default=None, metavar="DAY", help="until this day, it included, UTC"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2025-01-01") or not 2009 <= day.year < 2200:  # noqa: PLR2004 - bitcoin's years
        raise ArgumentTypeError(f"“{text[:20]}” is no day; write it like 2025-01-01")
    return day
