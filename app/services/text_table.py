"""Pages for a terminal: columns that line up, prices with their age, and names joined into a sentence."""

from collections.abc import Iterable, Sequence
from typing import Final

from app.domain.portfolio import BookFigures
from app.domain.quotes import Quote
from app.services.wording import age, money

NOTHING: Final = "–"
MOST_ROWS: Final = 200
_MOST_NAMES: Final = 5
_NAME_WIDTH: Final = 24


def table_lines(rows: Sequence[Sequence[str]], left: Iterable[int] = (0, 1)) -> list[str]:
    """Return rows as lines; the columns in ``left`` stand at the left, the others at the right."""
    at_left = frozenset(left)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in at_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def short_name(name: str) -> str:
    """Return a name that fits its column."""
    return name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 1]}…"


def joined(names: Iterable[str]) -> str:
    """Return names as people list them; of many the first five and how many more."""
    items = list(names)
    if len(items) > _MOST_NAMES:
        items = [*items[:_MOST_NAMES], f"{len(items) - _MOST_NAMES} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def price_lines(figures: BookFigures) -> list[str]:
    """Return a line for each currency: its price, where it comes from and how old it is, or why there is none."""
    lines = []
    for currency, lookup in figures.prices.items():
        if not isinstance(lookup, Quote):
            known = "" if lookup.last is None else f"; not judged by: {money(lookup.last.value, currency)}"
            lines.append(f"BTC in {currency}: no price ({lookup.reason}{known})")
            continue
        seconds = max(int((figures.as_of - lookup.at).total_seconds()), 0)
        lines.append(f"BTC {money(lookup.value, currency)}, {_origin(lookup)}, {age(seconds)} old")
    return lines


def _origin(quote: Quote) -> str:
    if quote.origin == "manual":
        return "given by hand"
    if quote.origin == "demo":
        return "a recorded demo price"
    if quote.sources_asked:
        return f"{quote.origin}, {quote.sources_used} of {quote.sources_asked} sources"
    return quote.origin
