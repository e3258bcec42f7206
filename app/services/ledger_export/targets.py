"""Which programs a ledger can be exported to."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from app.services.ledger_export import beancount, cointracker, ghostfolio, hledger, koinly, plimsoll
from app.services.ledger_export.slice import Slice


class Target(NamedTuple):
    """A format.

    Attributes:
        name: for people.
        lines: yields the text, each record with its line end.
    """

    name: str
    lines: Callable[[Slice], Iterator[str]]


TARGETS: Final = {
    "koinly": Target("Koinly, universal CSV", koinly.lines),
    "cointracker": Target("CoinTracker CSV", cointracker.lines),
    "ghostfolio": Target("Ghostfolio CSV", ghostfolio.lines),
    "beancount": Target("Beancount journal", beancount.lines),
    "hledger": Target("hledger journal", hledger.lines),
    "plimsoll": Target("Plimsoll CSV of transactions", plimsoll.lines),
    "plimsoll-loans": Target("Plimsoll CSV of loan events", plimsoll.loan_lines),
}
