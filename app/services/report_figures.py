"""How figures stand in a JSON document: text with each kind's own number of digits, rounded half-even."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any, Final

from app.domain.money import EXACT, minor_digits
from app.domain.quotes import PriceLookup, Quote

_RATIO: Final = Decimal("0.000001")


class MoneyText:
    """Writes amounts of one currency; made once for each currency because rounding is most of the work."""

    __slots__ = ("_quantum",)

    def __init__(self, currency: str) -> None:
        self._quantum = Decimal(1).scaleb(-minor_digits(currency))

    def text(self, amount: Decimal) -> str:
        """Return the amount with the decimals of the currency's minor unit."""
        return str(amount.quantize(self._quantum, ROUND_HALF_EVEN, EXACT))

    def optional(self, amount: Decimal | None) -> str | None:
        """Return the same, or None for an amount that is not known."""
        return None if amount is None else str(amount.quantize(self._quantum, ROUND_HALF_EVEN, EXACT))


@cache
def money_of(currency: str) -> MoneyText:
    """Return what writes amounts of ``currency``."""
    return MoneyText(currency)


def ratio_text(value: Decimal | None) -> str | None:
    """Return a ratio with six decimals, or None for one that is not known."""
    # With six decimals a number's text never has an exponent.
    return None if value is None else str(value.quantize(_RATIO, ROUND_HALF_EVEN, EXACT))


def plain(value: Decimal) -> str:
    """Return a decimal without an exponent, digit for digit."""
    text = str(value)
    return f"{value:f}" if "E" in text else text


def time_text(at: datetime) -> str:
    """Return a UTC time as ``2026-02-10T00:00:00Z``."""
    return at.isoformat().removesuffix("+00:00") + "Z"


def price_reports(prices: Mapping[str, PriceLookup], as_of: datetime) -> dict[str, Any]:
    """Return each currency's price, or why there is none; a missing one is None, never zero."""
    return {currency: _price(lookup, as_of) for currency, lookup in prices.items()}


def _price(lookup: PriceLookup, as_of: datetime) -> dict[str, Any]:
    money = money_of(lookup.currency)
    if isinstance(lookup, Quote):
        return {
            "value": money.text(lookup.value),
            "origin": lookup.origin,
            "age_seconds": _age(lookup, as_of),
            "sources_used": lookup.sources_used,
            "sources_asked": lookup.sources_asked,
        }
    last = lookup.last
    return {
        "value": None,
        "origin": None,
        "age_seconds": None,
        "sources_used": 0,
        "sources_asked": 0,
        "reason": lookup.reason,
        "last": None if last is None else {"value": money.text(last.value), "age_seconds": _age(last, as_of)},
    }


def _age(quote: Quote, as_of: datetime) -> int:
    return max(int((as_of - quote.at).total_seconds()), 0)
