"""What may be typed after ``plimsoll gains`` and ``plimsoll rollforward``."""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from typing import Any, Final

_FIRST_YEAR: Final = 2009
_LAST_YEAR: Final = 2198


def add_gains(commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str) -> None:
    """Add both commands."""
    about = "realised and unrealised gains, by year, account and lot"
    gains = commands.add_parser("gains", parents=[common], help=about, epilog=epilog)
    gains.set_defaults(command="gains")
    gains.add_argument("--year", type=year_typed, metavar="YEAR", help="a calendar year, UTC (all years by default)")
    add_rules(gains)
    shape = gains.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON document on stdout")
    shape.add_argument("--csv", action="store_true", help="the disposals lot by lot as CSV on stdout")
    about = "a year's bitcoin from opening to closing fair value, as ASC 350-60 asks for it"
    rolled = commands.add_parser("rollforward", parents=[common], help=about, epilog=epilog)
    rolled.set_defaults(command="rollforward")
    rolled.add_argument("--year", type=year_typed, required=True, metavar="YEAR", help="a calendar year, UTC")
    add_rules(rolled)
    rolled.add_argument("--json", action="store_true", help="one JSON document on stdout")


def add_rules(parser: ArgumentParser) -> None:
    """Add how lots are reckoned."""
    parser.add_argument(
        "--method",
        choices=("fifo", "lifo", "hifo", "average", "specific"),
        default="fifo",
        help="which lots leave first: the oldest (as without this), the newest, the dearest, all at their average, or"
        " those that were chosen at each entry",
    )
    parser.add_argument(
        "--per",
        choices=("account", "book"),
        default="book",
        help="all accounts share their lots (book, as without this), or each account has its own",
    )
    parser.add_argument(
        "--fees",
        choices=("in", "out"),
        default="in",
        help="whether fees raise the basis of what is bought and lower the proceeds of what is sold (in)",
    )
    parser.add_argument(
        "--network-fees",
        choices=("disposal", "basis"),
        default="disposal",
        help="whether bitcoin paid as a fee is disposed of at its value (disposal), or just leaves with its basis",
    )


def year_typed(text: str) -> int:
    """Return a calendar year that can be reckoned."""
    if not text.isascii() or not text.isdigit() or not _FIRST_YEAR <= int(text[:9]) <= _LAST_YEAR:
        raise ArgumentTypeError(f"“{text[:20]}” is no year that can be reckoned; write one like 2025")
    return int(text)
