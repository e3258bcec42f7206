"""What may be typed after ``plimsoll policy``."""

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable
from typing import Any, Final

from app.domain.policy import LimitKind

_KINDS: Final = tuple(kind.value for kind in LimitKind)
_MEANINGS: Final = (
    "book_ltv: all debts ÷ value of all pledged bitcoin, at most; lender_share: one lender's part of all bitcoin, at"
    " most; free_btc: unencumbered bitcoin, at least; free_share: unencumbered part of all bitcoin, at least;"
    " interest_months: months of interest that the unencumbered bitcoin covers, at least"
)


def add_policy(
    commands: "_SubParsersAction[Any]", common: ArgumentParser, epilog: str, add_asked: Callable[[ArgumentParser], None]
) -> None:
    """Add the command with its verbs.

    Args:
        commands: to be added to.
        common: the options that every command has.
        epilog: the exit codes.
        add_asked: adds ``--price``, ``--at`` and ``--json``.
    """
    about = "the treasury's own limits, how the book stands to them, and the breach log"
    group = commands.add_parser("policy", parents=[common], help=about, epilog=f"{_MEANINGS}. {epilog}")
    group.set_defaults(command="policy", verb="show")
    add_asked(group)
    verbs = group.add_subparsers(title="verbs", metavar="VERB", dest="verb", parser_class=type(group))
    setting = verbs.add_parser("set", parents=[common], help="set a limit: plimsoll policy set book_ltv 50%%")
    setting.add_argument("kind", choices=_KINDS, metavar="LIMIT", help=", ".join(_KINDS))
    setting.add_argument("bound", metavar="BOUND", help="50%%, 0.5, 10 BTC, 12 months")
    clearing = verbs.add_parser("clear", parents=[common], help="take a limit out of the policy")
    clearing.add_argument("kind", choices=_KINDS, metavar="LIMIT", help=", ".join(_KINDS))
