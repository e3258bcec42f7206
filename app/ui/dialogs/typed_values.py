"""Amounts as the fields show them for editing: plain, and never in a spelling with two readings."""

from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, btc_of, minor_digits

_GROUP: Final = 3


def typed_btc(sats: int | None) -> str:
    """Return satoshis as BTC for editing; ``1.2340``, because ``1.234`` has two readings."""
    return "" if sats is None else _one_reading(btc_of(sats))


def typed_fiat(amount: Decimal | None, currency: str) -> str:
    """Return money for editing, with at least its minor unit's decimals."""
    if amount is None:
        return ""
    digits = minor_digits(currency)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < digits:
        amount = amount.quantize(Decimal(1).scaleb(-digits), context=EXACT)
        return f"{amount:f}"
    return _one_reading(amount, digits)


def typed_percent(ratio: Decimal | None) -> str:
    """Return a ratio as per cent for editing (``66.7 %``)."""
    return "" if ratio is None else f"{_bare(EXACT.multiply(ratio, Decimal(100)))} %"


def _one_reading(value: Decimal, least: int = 0) -> str:
    text = _bare(value)
    whole, _, part = text.partition(".")
    part = part.ljust(least, "0")
    if len(part) == _GROUP:
        part += "0"
    return f"{whole}.{part}" if part else whole


def _bare(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
