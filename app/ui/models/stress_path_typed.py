"""A path of one's own as it is typed or pasted: a line for each day, with a price or a fall (pure)."""

import re
from decimal import Decimal
from typing import Final

from app.domain.amounts import parse_typed_fiat, parse_typed_percent
from app.domain.errors import AmountError
from app.domain.money import EXACT
from app.risk.stress_path import PathPoint, PricePath, own_path
from app.ui.formats import MINUS, percent_text, price_text
from app.ui.models.stress_asked import days_words, typed_price

EXAMPLE: Final = "3   65k\n7   −20 %\n14  58,000"
_MOST_LINES: Final = 500
_LINE: Final = re.compile(r"\s*(?:day\s*)?(?P<day>[0-9]+(?:\.[0-9]+)?)\s*(?:[dD]\b)?\s*[\t;:, ]\s*(?P<rest>.+?)\s*")
_ONE: Final = Decimal(1)


def typed_path(text: str, price: Decimal, currency: str) -> PricePath:
    """Return the path of lines like ``3 65k`` or ``7 −20 %``: a day since now, and a price or a fall from today's.

    Raises:
        AmountError, InputError: a line that is neither, or days out of order; the sentence names the line.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        msg = "type a line for each day: the day, then a price or a fall, like 7 −20 %"
        raise AmountError(msg)
    if len(lines) > _MOST_LINES:
        msg = f"a path may have up to {_MOST_LINES} lines; leave some days out"
        raise AmountError(msg)
    points = [_point(number, line, price, currency) for number, line in enumerate(lines, start=1)]
    if all(point.day == 0 for point in points):
        msg = "name at least one day after today, like 7 −20 %"
        raise AmountError(msg)
    return own_path(points, "your own path")


def path_words(path: PricePath, price: Decimal, currency: str) -> str:
    """Return what was understood of a path."""
    deepest = EXACT.subtract(_ONE, path.lowest)
    low = price_text(EXACT.multiply(path.lowest, price), currency)
    days = days_words(int(path.days))
    fall = f"down to {low} ({MINUS}{percent_text(deepest, 1)})" if deepest > 0 else "never below today's price"
    points = len(path.points) - 1
    return f"{points} {'point' if points == 1 else 'points'} over {days}, {fall}."


def _point(number: int, line: str, price: Decimal, currency: str) -> PathPoint:
    found = _LINE.fullmatch(line)
    if found is None:
        msg = f"Line {number}, “{line.strip()[:40]}”, is no day with a price; write it like 7 −20 % or 7 56k"
        raise AmountError(msg)
    rest = found["rest"]
    try:
        if "%" in rest:
            sign = 1 if rest.startswith("+") else -1
            move = parse_typed_percent(rest.lstrip(f"-+–{MINUS} "))
            ratio = EXACT.add(_ONE, sign * move)
        else:
            found_price = typed_price(rest, price, currency)
            if found_price is None:
                found_price = parse_typed_fiat(rest, currency).amount
            ratio = EXACT.divide(found_price, price)
    except AmountError as error:
        msg = f"Line {number}: {error.problem}"
        raise AmountError(msg) from None
    if ratio <= 0:
        msg = f"Line {number}, “{line.strip()[:40]}”, leaves no price; a fall must stay below 100 %"
        raise AmountError(msg)
    return PathPoint(Decimal(found["day"]), ratio, ratio)
