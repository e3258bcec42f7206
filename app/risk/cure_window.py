"""How often a margin call became a forced sale within its cure period, because the price fell on: a measured table.

Closed forms are useless here. A call comes when the price is already falling fast, and a formula at 60 % volatility
says 0.002 % where one case in fifteen happened. So this is a count. It was made on one exchange's hourly prices from
April 2021 to April 2026, by imagining a loan at each day's close, called after a fall of 15 to 30 %, and watching the
lows of the hours that followed. Calls within three days of each other are one event, of which there were 51 (after
15 %) to 12 (after 30 %); the range spans those falls. That is an order of magnitude, not more.

Nor does the price cure: with a call at 70 % and a cure at 60 % it rose far enough within two days in two events of 32
at best. And once the period has run out the lender may sell wherever the price stands. A call is something to act on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.risk.model import Chance
from app.risk.series import NoModel

MEASURED: Final = "April 2021 to April 2026"
FEWEST_EVENTS: Final = 12
MOST_EVENTS: Final = 51
_CANNOT_RULE_OUT: Final = 0.06  # 3 ÷ 51: what so many events without a single case leave open, at 95 %

# Hours of the cure period; then the fall from the call's price to the sale's, the least and the greatest share.
_TABLE: Final[Mapping[int, tuple[tuple[str, float, float], ...]]] = {
    4: (
        ("0.03", 0.14, 0.25),
        ("0.05", 0.04, 0.17),
        ("0.075", 0.00, 0.05),
        ("0.1", 0.00, 0.05),
        ("0.125", 0.00, 0.05),
        ("0.15", 0.00, 0.05),
        ("0.2", 0.00, 0.00),
    ),
    12: (
        ("0.03", 0.30, 0.42),
        ("0.05", 0.17, 0.25),
        ("0.075", 0.06, 0.10),
        ("0.1", 0.04, 0.10),
        ("0.125", 0.00, 0.05),
        ("0.15", 0.00, 0.05),
        ("0.2", 0.00, 0.00),
    ),
    24: (
        ("0.03", 0.35, 0.58),
        ("0.05", 0.25, 0.50),
        ("0.075", 0.10, 0.33),
        ("0.1", 0.06, 0.25),
        ("0.125", 0.06, 0.10),
        ("0.15", 0.06, 0.10),
        ("0.2", 0.00, 0.00),
    ),
    48: (
        ("0.03", 0.40, 0.58),
        ("0.05", 0.33, 0.58),
        ("0.075", 0.20, 0.42),
        ("0.1", 0.10, 0.25),
        ("0.125", 0.08, 0.17),
        ("0.15", 0.06, 0.10),
        ("0.2", 0.02, 0.08),
    ),
    72: (
        ("0.03", 0.45, 0.58),
        ("0.05", 0.35, 0.58),
        ("0.075", 0.24, 0.50),
        ("0.1", 0.16, 0.33),
        ("0.125", 0.12, 0.33),
        ("0.15", 0.09, 0.25),
        ("0.2", 0.04, 0.17),
    ),
    168: (
        ("0.03", 0.53, 0.67),
        ("0.05", 0.45, 0.58),
        ("0.075", 0.33, 0.58),
        ("0.1", 0.24, 0.45),
        ("0.125", 0.20, 0.42),
        ("0.15", 0.18, 0.42),
        ("0.2", 0.10, 0.33),
    ),
}


@dataclass(frozen=True, slots=True)
class Range:
    """A probability known to an order of magnitude: from the least to the greatest, 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CureCell:
    """What was measured for a cure period and a distance.

    Attributes:
        hours: the measured cure period; at least as long as the one that was asked for.
        fall: the measured fall from the call's price to the sale's; at most the one that was asked for.
        low, high: the share of calls that reached the sale's line in time, 0 to 1.
        events: how many separate falls stand behind the least supported end of the range.
    """

    hours: int
    fall: Decimal
    low: float
    high: float
    events: int = FEWEST_EVENTS

    def after(self, call: Chance) -> Range:
        """Return the chance of a forced sale within the cure period if nobody acts, of a call with this chance."""
        return Range(call.low * self.low, call.high * self.high)


def sale_within(hours: int, call_ltv: Decimal, sale_ltv: Decimal) -> CureCell | NoModel:
    """Return the measured cell, or the nearest more cautious one: a longer period, a shorter distance.

    Args:
        hours: the cure period.
        call_ltv: where the margin call comes.
        sale_ltv: where collateral is sold at once.
    """
    periods = [measured for measured in _TABLE if measured >= hours]
    if hours <= 0 or not periods:
        return NoModel(f"A cure period of {hours} hours was not measured; {max(_TABLE)} hours are the longest.")
    fall = EXACT.subtract(Decimal(1), EXACT.divide(call_ltv, sale_ltv)) if sale_ltv > 0 else Decimal(0)
    cells = [cell for cell in _TABLE[periods[0]] if Decimal(cell[0]) <= fall]
    if not cells:
        return NoModel("The forced sale lies less than 3 % under the margin call: take the call for the sale.")
    measured, low, high = cells[-1]
    return CureCell(periods[0], Decimal(measured), low, max(high, _CANNOT_RULE_OUT))
