"""The amount that a Lightning invoice names, in the part before its data."""

import re
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT

_PREFIX: Final = re.compile(r"lnbc(?:([0-9]{1,12})([munp]?))?", re.ASCII)
_PARTS: Final = {
    "": Decimal(1),
    "m": Decimal("1e-3"),
    "u": Decimal("1e-6"),
    "n": Decimal("1e-9"),
    "p": Decimal("1e-12"),
}


def invoice_btc(text: str) -> Decimal | None:
    """Return how many BTC an invoice asks for; None for one that leaves it open, or that is none.

    The last ``1`` ends the prefix (BOLT 11): the data after it has none.
    """
    prefix, found, _data = text.strip().casefold().removeprefix("lightning:").rpartition("1")
    read = _PREFIX.fullmatch(prefix) if found else None
    if read is None or read[1] is None:
        return None
    return EXACT.multiply(Decimal(read[1]), _PARTS[read[2]])
