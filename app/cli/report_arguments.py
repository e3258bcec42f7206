"""What may be typed after ``plimsoll report``."""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from app.cli.gains_arguments import add_rules, year_typed

# The keys of ``services.reports``, which would take longer to import than a status takes.
REPORTS: Final = ("board", "loan-statement", "encumbrance", "counterparties", "gains", "rollforward")


def add_report(
    commands: "_SubParsersAction[Any]",
    common: ArgumentParser,
    epilog: str,
    add_asked: Callable[[ArgumentParser], None],
) -> None:
    """Add the command; ``add_asked`` adds what says at which price and moment."""
    about = "a report to hand in, as PDF, CSV or XLSX"
    parser = commands.add_parser("report", parents=[common], help=about, epilog=epilog)
    parser.set_defaults(command="report")
    parser.add_argument("report", choices=REPORTS, metavar="REPORT", help=", ".join(REPORTS))
    parser.add_argument(
        "--as",
        dest="form",
        choices=("pdf", "csv", "xlsx"),
        help="what to write; without it, what the name of the file says, else pdf",
    )
    parser.add_argument("--out", metavar="FILE", help="the file to write, or - for stdout (a name of its own here)")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="what a PDF is laid out for (a4)")
    asked = parser.add_argument_group("what it is about", "each report takes what concerns it")
    asked.add_argument("--year", type=year_typed, metavar="YEAR", help="a calendar year, UTC")
    asked.add_argument("--from", dest="start", type=_day, metavar="DAY", help="first day of a period, like 2026-01-01")
    asked.add_argument("--until", type=_day, metavar="DAY", help="last day of a period, itself in it")
    asked.add_argument("--loan", default="", metavar="NAME", help="the loan, where the book has several")
    add_asked(parser)
    add_rules(parser)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text[:20]}” is not a day; write it like 2026-01-31") from None
    if not date(2009, 1, 3) <= day < date(2200, 1, 1):
        raise ArgumentTypeError(f"{day} lies outside the years that can be computed (2009 to 2199)")
    return day
