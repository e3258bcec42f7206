"""What a person types as the price a plan has to hold: a price, or a fall from today's."""

from decimal import Decimal
from typing import Final

from app.domain.amounts import parse_typed_fiat, parse_typed_percent
from app.domain.errors import AmountError
from app.domain.money import EXACT

_MINUS: Final = "-−–"


def parse_target(text: str, today: Decimal, currency: str) -> Decimal:
    """Return the price meant by ``text``: ``56 582``, ``−20 %`` (a fall from ``today``), or ``20 %``.

    Raises:
        AmountError: neither a price nor a fall, a fall of everything, or a price above today's.
    """
    body = text.strip()
    if body.endswith("%"):
        fall = parse_typed_percent(body.lstrip(_MINUS).strip())
        if fall >= 1:
            msg = f"“{body}” leaves no price; write a fall below 100 %"
            raise AmountError(msg)
        return EXACT.multiply(today, EXACT.subtract(Decimal(1), fall))
    if body[:1] in _MINUS:
        msg = f"“{body}” is not a price; write a fall like −20 %, or the price itself"
        raise AmountError(msg)
    price = parse_typed_fiat(body, currency).amount
    if not price:
        msg = "the price must lie above zero; write a fall like −20 %, or the price itself"
        raise AmountError(msg)
    if price > today:
        msg = f"“{body}” lies above today's price; a plan holds at today's price or a lower one"
        raise AmountError(msg)
    return price
