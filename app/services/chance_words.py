"""Probabilities in words: rounded up, small ones as a bound, a band beside them."""

from decimal import ROUND_CEILING, Decimal
from typing import Final

from app.risk.results import Probability

FLOOR: Final = Decimal("0.005")
_SURE: Final = Decimal("0.9995")
_TENTHS_BELOW: Final = Decimal("0.10")
NOT_KNOWN: Final = "—"


def chance_text(value: Decimal) -> str:
    """Return a probability for a screen: ``< 0.5 %``, one decimal under 10 %, whole per cents above; rounded up."""
    if value < FLOOR:
        return "< 0.5 %"
    if value >= 1:
        return "100 %"
    if value >= _SURE:
        return "> 99.9 %"
    step = Decimal("0.1") if value < _TENTHS_BELOW else Decimal(1)
    return f"{(value * 100).quantize(step, ROUND_CEILING):f} %"


def chance_words(chance: Probability | None) -> str:
    """Return the shown probability, or a dash."""
    return NOT_KNOWN if chance is None else chance_text(chance.value)


def band_words(chance: Probability | None) -> str:
    """Return the models' band (``3.1–6.2 %``), or nothing where there is none."""
    if chance is None:
        return ""
    low, high = chance_text(chance.low), chance_text(chance.high)
    if low == high:
        return low
    return f"{low.removesuffix(' %')} to {high}"


def horizon_words(days: int) -> str:
    """Return a horizon as people say it."""
    names = {1: "a day", 7: "a week", 30: "30 days", 90: "90 days", 365: "a year"}
    return names.get(days, f"{days} days")
