"""What may be typed: every command and option, declared in one place. The commands themselves are imported later."""

import re
import sys
from argparse import SUPPRESS, Action, ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from collections.abc import Sequence
from contextlib import redirect_stderr
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Final, NoReturn

from app import __version__
from app.cli.alarm_arguments import add_alarm
from app.cli.export_arguments import add_export
from app.cli.gains_arguments import add_gains
from app.cli.import_arguments import add_import, add_labels, add_transfers
from app.cli.policy_arguments import add_policy
from app.cli.report_arguments import add_report
from app.cli.wallet_arguments import add_wallet
from app.domain.errors import AmountError
from app.domain.money import check_currency, parse_btc, parse_decimal, parse_fiat

_DESCRIPTION: Final = "How far the price of bitcoin is from the margin calls of bitcoin-backed debt."
_EXITS: Final = "Exit codes: 0 done, 1 a problem, 2 wrong usage, 3 no trustworthy price, 130 interrupted."
_LONGEST_TOLD: Final = 20
_QUOTED: Final = re.compile(rf"(['\"])(?:(?!\1).){{{_LONGEST_TOLD + 1},}}\1")
_MOST_DAYS: Final = 3650
_Commands = _SubParsersAction


class _Parser(ArgumentParser):
    """An argument parser without abbreviations, so that a later option cannot change what an old script says."""

    def __init__(self, **named: Any) -> None:
        super().__init__(allow_abbrev=False, **named)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; what is too much is named only where it is an option, for it may be anything, seed words too."""
        found, over = self.parse_known_args(args, namespace)
        if over:
            named = [word for word in over if word.startswith("-") and len(word) <= _LONGEST_TOLD]
            if len(named) < len(over):
                named.append(f"{len(over) - len(named)} without an option")
            self.error(f"unrecognized arguments: {' '.join(named)}")
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end; a long word is not repeated, for it may be a private key in the wrong place."""
        super().error(_QUOTED.sub("what stands there", message))


def parse_arguments(argv: Sequence[str]) -> Namespace:
    """Return what ``argv`` says; ``command`` names the module in this package that does it.

    Raises:
        SystemExit: wrong usage (2) or a question that has been answered (0), as argparse does it.
    """
    if not argv:
        # The commonest start: making the parser would take longer than opening the book.
        return Namespace(command="window", book=None, config=None)
    said = StringIO()
    try:
        with redirect_stderr(said):
            return _parser().parse_args(argv)
    except SystemExit:
        from app.domain.private_keys import SENTENCE, holds_private_key  # noqa: PLC0415 - for wrong usage alone

        # What argparse says repeats what was typed.
        if holds_private_key(" ".join(argv)):
            said = StringIO(f"plimsoll: error: the command line {SENTENCE}\n")
        print(said.getvalue(), end="", file=sys.stderr)
        raise


def _parser() -> ArgumentParser:
    epilog = f"Without a command it opens the window. {_EXITS}"
    parser = _Parser(prog="plimsoll", description=_DESCRIPTION, epilog=epilog)
    parser.add_argument("--version", action="version", version=f"Plimsoll {__version__}")
    _add_places(parser, None)
    parser.set_defaults(command="window")
    common = _Parser(add_help=False)
    _add_places(common, SUPPRESS)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    _add_status(commands, common)
    _add_risk(commands, common)
    _add_reserve(commands, common)
    _add_price(commands, common)
    _add_watch(commands, common)
    _add_stress(commands, common)
    _add_plan(commands, common)
    _add_book(commands, common)
    _add_history(commands, common)
    add_alarm(commands, common, _EXITS)
    add_import(commands, common, _EXITS)
    add_transfers(commands, common, _EXITS)
    add_export(commands, common, _EXITS)
    add_labels(commands, common, _EXITS)
    add_gains(commands, common, _EXITS)
    add_report(commands, common, _EXITS, _add_asked)
    add_wallet(commands, common, _EXITS)
    add_policy(commands, common, _EXITS, _add_figures)
    return parser


def _add_places(parser: ArgumentParser, default: str | None) -> None:
    """Add what may stand before and after the command; after it nothing is said by default."""
    parser.add_argument("--book", metavar="PLACE", default=default, help="the book: a file, or a database URL")
    parser.add_argument("--config", metavar="FILE", default=default, help="the configuration file (TOML)")


def _add_status(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    parser = commands.add_parser("status", parents=[common], help="the book at a price", epilog=_EXITS)
    parser.set_defaults(command="status")
    _add_figures(parser)
    parser.add_argument("--drop", type=_drop, metavar="FRACTION", help="the fall to test, like 0.10 for 10 %%")


def _add_risk(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    words = "how likely a margin call or a forced sale is"
    parser = commands.add_parser("risk", parents=[common], help=words, epilog=_EXITS)
    parser.set_defaults(command="risk")
    parser.add_argument(
        "verb",
        nargs="?",
        choices=("backtest",),
        help="backtest: what the model would have said in the past, against what came",
    )
    _add_figures(parser)
    parser.add_argument(
        "--horizon",
        action="append",
        type=_horizon,
        metavar="DAYS",
        help="days to look ahead; may be repeated (1, 7, 30 and 90 by default)",
    )


def _add_reserve(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    words = "down to which price the free bitcoin holds every loan"
    parser = commands.add_parser("reserve", parents=[common], help=words, epilog=_EXITS)
    parser.set_defaults(command="reserve")
    _add_figures(parser)
    parser.add_argument(
        "--horizon", type=_days, default=0, metavar="DAYS", help="reckon interest for so many days (none by default)"
    )


def _add_price(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    parser = commands.add_parser("price", parents=[common], help="ask the sources now", epilog=_EXITS)
    parser.set_defaults(command="price")
    parser.add_argument(
        "--currency", action="append", type=_currency, metavar="CUR", help="a currency like USD; may be repeated"
    )
    _add_json(parser)


def _add_watch(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    about = "watch a book without a window, and tell people"
    parser = commands.add_parser("watch", parents=[common], help=about, epilog=_EXITS)
    parser.set_defaults(command="watch")
    parser.add_argument("--once", action="store_true", help="one round, then stop")
    parser.add_argument("--interval", type=_seconds, metavar="S", help="seconds between two rounds")
    lasting = parser.add_mutually_exclusive_group()
    lasting.add_argument("--install", action="store_true", help="have the system run the watcher from now on")
    lasting.add_argument("--uninstall", action="store_true", help="have the system run it no longer")
    _add_json(parser)


def _add_stress(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    about = "what a fall would do to the book, in order: calls, top-ups, forced sales"
    parser = commands.add_parser("stress", parents=[common], help=about, epilog=_EXITS)
    parser.set_defaults(command="stress")
    falls = parser.add_mutually_exclusive_group(required=True)
    falls.add_argument("--drop", dest="fall", type=_drop, metavar="FRACTION", help="a fall, like 0.20 for 20 %%")
    falls.add_argument("--to-price", type=_base_price, metavar="PRICE", help="a fall to a price in the base currency")
    falls.add_argument("--episode", metavar="ID", help="a past fall, replayed from today's price")
    falls.add_argument("--list", action="store_true", help="the past falls that are known")
    parser.add_argument(
        "--days",
        type=_fall_days,
        metavar="N",
        help="how long a fall takes; 0 is at once; without it time is left out: top-ups are there at once, no call "
        "runs out and no interest accrues",
    )
    parser.add_argument(
        "--policy",
        choices=("cure", "none"),
        default="cure",
        help="cure each call from the free bitcoin (as without this), or do nothing",
    )
    _add_figures(parser)


def _add_plan(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    about = "what exactly to post, repay or sell, at which loan, and what comes of it"
    parser = commands.add_parser("plan", parents=[common], help=about, epilog=_EXITS)
    parser.set_defaults(command="plan")
    parser.add_argument("--budget-btc", type=_btc, metavar="BTC", help="bitcoin that may be used (all that is free)")
    parser.add_argument(
        "--budget-cash",
        action=_OneEach,
        type=_cash,
        metavar="CUR=AMOUNT",
        help="money that may repay loans of its currency; repeat it for each currency",
    )
    parser.add_argument("--to-ltv", type=_number, metavar="FRACTION", help="the LTV to bring every loan to, like 0.60")
    parser.add_argument("--target-price", type=_base_price, metavar="PRICE", help="the price at which that has to hold")
    parser.add_argument(
        "--objective",
        choices=("last_stand", "min_total", "cheapest"),
        help="what the budget is for: the lowest first forced sale (as without this), the least total chance, or "
        "every loan at its target at the least cost (as with a target)",
    )
    parser.add_argument("--sell-fee", type=_number, metavar="FRACTION", help="what selling costs, like 0.0025")
    parser.add_argument(
        "--sell-from",
        choices=("nothing", "free", "collateral", "both"),
        help="which bitcoin may be sold to repay (both with --sell-fee, else nothing)",
    )
    parser.add_argument("--sale-price", type=_base_price, metavar="PRICE", help="what is sold at (today's price)")
    parser.add_argument(
        "--horizon", type=_horizon, metavar="DAYS", help="reckon interest, and weigh chances, for so many days"
    )
    parser.add_argument("--sheet", action="store_true", help="print the plan as a sheet of instructions")
    _add_figures(parser)


def _add_book(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    group = commands.add_parser("book", parents=[common], help="the book itself: make, import, export, back up")
    group.set_defaults(command="book")
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True, parser_class=_Parser)
    new = verbs.add_parser("new", parents=[common], help="make an empty book where --book says")
    new.add_argument("--name", default="My book", help="the book's name")
    new.add_argument("--currency", default="USD", type=_currency, metavar="CUR", help="its base currency")
    imported = verbs.add_parser("import", parents=[common], help="make a book from a book file (JSON)")
    imported.add_argument("file", metavar="FILE")
    exported = verbs.add_parser("export", parents=[common], help="write the whole book as a book file (JSON)")
    exported.add_argument("file", metavar="FILE", help="the file to write, or - for stdout")
    verbs.add_parser("demo", parents=[common], help="make the demo book where --book says")
    verify = verbs.add_parser("verify", parents=[common], help="check every page and figure of the book")
    _add_json(verify)
    backup = verbs.add_parser("backup", parents=[common], help="copy the book, while it may be in use")
    backup.add_argument("file", metavar="FILE")
    restore = verbs.add_parser("restore", parents=[common], help="put a backup where --book says")
    restore.add_argument("file", metavar="FILE")


def _add_figures(parser: ArgumentParser) -> None:
    """Add what ``app.cli.figures_asked`` needs, and how to answer."""
    _add_asked(parser)
    _add_json(parser)


def _add_asked(parser: ArgumentParser) -> None:
    """Add what ``app.cli.figures_asked`` needs."""
    parser.add_argument(
        "--price",
        action=_OneEach,
        type=_price,
        metavar="[CUR=]VALUE",
        help="the price of one bitcoin, given by hand; repeat it for each currency",
    )
    parser.add_argument("--at", type=_moment, metavar="TIME", help="the moment to look at, like 2026-02-10T00:00:00Z")


def _add_history(commands: "_Commands[Any]", common: ArgumentParser) -> None:
    group = commands.add_parser("history", parents=[common], help="the daily prices beside the book")
    group.set_defaults(command="history")
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True, parser_class=_Parser)
    imported = verbs.add_parser("import", parents=[common], help="load daily prices from a CSV file into the book")
    imported.add_argument("file", metavar="FILE", help="columns date,close and, where known, open,high,low")
    show = verbs.add_parser("show", parents=[common], help="first and last day, count and gaps of the history")
    for parser in (imported, show):
        parser.add_argument("--currency", default="USD", type=_currency, metavar="CUR", help="what the prices are in")
        _add_json(parser)


def _add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


class _OneEach(Action):
    """Collects ``CUR=VALUE`` into a mapping; the same currency twice is a mistake."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None
    ) -> None:
        """Take one price."""
        currency, value = values
        known: dict[str, Decimal] = getattr(namespace, self.dest) or {}
        if currency in known:
            parser.error(f"argument {option_string}: {currency or 'the base currency'} is given twice")
        setattr(namespace, self.dest, {**known, currency: value})


def _price(text: str) -> tuple[str, Decimal]:
    """Return the currency (empty for the book's base) and the price."""
    name, found, number = text.rpartition("=")
    try:
        currency = check_currency(name.upper()) if found else ""
        value = parse_decimal(number)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None
    if not 0 < value < Decimal(10) ** 15:
        raise ArgumentTypeError(f"{number} is no price; it must be more than zero")
    return currency, value


def _cash(text: str) -> tuple[str, Decimal]:
    """Return the currency (empty for the book's base) and the amount."""
    name, found, number = text.rpartition("=")
    try:
        if number.startswith("-"):
            raise ArgumentTypeError(f"{number[:40]} is no budget; give 0 or more")
        return check_currency(name.upper()) if found else "", parse_fiat(number)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None


def _btc(text: str) -> int:
    if text.startswith("-"):
        raise ArgumentTypeError(f"{text[:40]} is no budget; give 0 or more")
    try:
        return parse_btc(text)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None


def _number(text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None


def _base_price(text: str) -> Decimal:
    if "=" in text:
        raise ArgumentTypeError(f"{text[:40]} names a currency; give the number alone, in the base currency")
    return _price(text)[1]


def _fall_days(text: str) -> Decimal:
    try:
        value = parse_decimal(text)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None
    if not 0 <= value <= 3_650:  # noqa: PLR2004 - ten years
        raise ArgumentTypeError(f"{text} is no time for a fall; give 0 (at once) to 3650 days")
    return value


def _currency(text: str) -> str:
    try:
        return check_currency(text.upper())
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None


def _moment(text: str) -> datetime:
    """Return a moment in UTC; a day alone stands for its 00:00, a time without a zone for UTC."""
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"“{text[:40]}” is not a time; write it like 2026-02-10T00:00:00Z") from None
    if not date(2009, 1, 3) <= at.date() < date(2200, 1, 1):
        raise ArgumentTypeError(f"{at:%Y-%m-%d} lies outside the years that can be computed (2009 to 2199)")
    return at


def _drop(text: str) -> Decimal:
    try:
        value = parse_decimal(text)
    except AmountError as error:
        raise ArgumentTypeError(error.problem) from None
    if not 0 <= value < 1:
        raise ArgumentTypeError(f"{text} is no fall; write 10 % as 0.10")
    return value


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > _MOST_DAYS:
        raise ArgumentTypeError(f"“{text[:20]}” is no number of days; write whole days up to {_MOST_DAYS}")
    return int(text)


def _horizon(text: str) -> int:
    days = _days(text)
    if not days:
        raise ArgumentTypeError("a horizon is at least one day")
    return days


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 86_400:  # noqa: PLR2004 - a day
        raise ArgumentTypeError(f"“{text[:20]}” is no interval; write whole seconds from 1 to 86400")
    return int(text)
