"""Values that several reports hold: what bitcoin and debts are worth in the book's currency, or why nobody knows."""

from decimal import Decimal

from app.domain.money import EXACT, btc_of
from app.domain.portfolio import BookFigures
from app.domain.quotes import Quote
from app.services.report_ports import Missing


def worth(sats: int, figures: BookFigures) -> Decimal | Missing:
    """Return what bitcoin is worth in the book's currency; nothing is worth nothing at any price."""
    if not sats:
        return Decimal(0)
    lookup = figures.prices[figures.totals.currency]
    if not isinstance(lookup, Quote):
        return Missing(f"no price in {lookup.currency}")
    return EXACT.multiply(btc_of(sats), lookup.value)


def in_base(amount: Decimal, currency: str, figures: BookFigures) -> Decimal | Missing:
    """Return an amount in the book's currency, at the rate between the two prices of bitcoin."""
    base = figures.totals.currency
    if currency == base or not amount:
        return amount
    own, other = figures.prices[base], figures.prices[currency]
    if not isinstance(own, Quote):
        return Missing(f"no price in {own.currency}")
    if not isinstance(other, Quote):
        return Missing(f"no price in {other.currency}")
    return EXACT.divide(EXACT.multiply(amount, own.value), other.value)


def share(part: int, whole: int) -> Decimal | None:
    """Return a part of a whole; None of nothing."""
    return EXACT.divide(Decimal(part), Decimal(whole)) if whole else None


def added(values: "list[Decimal | Missing]") -> Decimal | Missing:
    """Return a sum; one that is not known makes it unknown."""
    total = Decimal(0)
    for value in values:
        if isinstance(value, Missing):
            return value
        total = EXACT.add(total, value)
    return total


def warning_of(figures: BookFigures) -> str:
    """Return that values are missing for want of a price, or nothing."""
    lookup = figures.prices[figures.totals.currency]
    if isinstance(lookup, Quote):
        return ""
    return f"No price to rely on in {lookup.currency}: {lookup.reason}. Values are left out."
