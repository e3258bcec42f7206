"""What the chart of replayed falls shows, before anything is drawn (pure)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT
from app.risk.episodes import Episode, Episodes
from app.risk.stress_path import PricePath
from app.ui.formats import MINUS, danger_price_text, day_text, percent_text, price_text
from app.ui.levels import Level

FIRST_SHOWN: Final = ("covid-2020-03", "may-2021", "ftx-2022-11", "yen-2024-08")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE: Final = "cycle-"
_LEAST_DAYS: Final = 14.0
_AIR: Final = 0.06
_DEEPER: Final = 0.75  # a level further below the falls would press them flat
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall as a line: days since it began, and prices in the base currency, lows included.

    Attributes:
        key: the episode's, empty for the fall that is asked for.
        own: it is asked for and no past one.
    """

    key: str
    label: str
    points: tuple[tuple[float, float], ...]
    words: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """A dotted line across: a price and its words."""

    level: Level
    price: float
    label: str


@dataclass(frozen=True, slots=True)
class Replay:
    """The whole picture.

    Attributes:
        falls: the one that is asked for last, where it is no episode.
        chosen: the key of the fall that is reckoned now; empty for one's own, None where nothing is.
        days: the right end.
        low, high: prices.
    """

    currency: str
    falls: tuple[Fall, ...]
    chosen: str | None
    levels: tuple[Crossing, ...]
    days: float
    low: float
    high: float
    subtitle: str
    description: str


def falls_of(episodes: Episodes, shown: Collection[str], price: Decimal, currency: str) -> tuple[Fall, ...]:
    """Return the falls in ``shown`` from today's ``price``, oldest first."""
    return tuple(_fall(item, price, currency) for item in episodes.items if item.key in shown)


def replay(
    falls: Sequence[Fall],
    known: int,
    price: Decimal,
    currency: str,
    *,
    asked: PricePath | None = None,
    first_call: Decimal | None = None,
    exhausted: Decimal | None = None,
) -> Replay:
    """Return the picture of past falls from today's ``price``.

    Args:
        falls: those that are shown, from ``falls_of``.
        known: how many falls there are to choose from.
        price: today's.
        currency: of the price.
        asked: the path that is reckoned now; where it is no episode it is drawn with the others.
        first_call: the price of the first margin call.
        exhausted: the price at which the free bitcoin can cure no more.
    """
    drawn = list(falls)
    own = asked is not None and not asked.key and asked.days > 0 and asked.lowest < _ONE
    if own and asked is not None:
        drawn.append(Fall("", "this fall", _points(asked, price), asked.name[:1].upper() + asked.name[1:], own=True))
    levels = _levels(currency, first_call, exhausted)
    days = max([_LEAST_DAYS, *(fall.points[-1][0] for fall in drawn)])
    prices = [value for fall in drawn for _, value in fall.points] + [float(price)]
    within = (min(prices) * _DEEPER, max(prices) * (1 + _AIR))
    reach = [level.price for level in levels if within[0] <= level.price <= within[1]]
    low, high = min([*prices, *reach]), max([*prices, *reach])
    air = (high - low) * _AIR or high * _AIR
    low, high = max(low - air, 0.0), high + air
    subtitle = f"{len(falls)} of {known} shown"
    description = f"Past falls from {price_text(price, currency)}, {subtitle}. " + " ".join(
        [fall.words.replace("\n", "; ") + "." for fall in drawn] + [f"{level.label}." for level in levels]
    )
    chosen = None if asked is None else asked.key
    return Replay(currency, tuple(drawn), chosen, levels, days, low, high, subtitle, description)


def short_label(item: Episode) -> str:
    """Return an episode in two words, by the month of its trough (``Mar 2020``)."""
    if item.key.startswith(_WHOLE):
        whole = item.peak.year == item.trough.year
        return f"all {item.trough.year}" if whole else f"{item.peak.year}–{item.trough.year % 100}"
    return f"{_MONTHS[item.trough.month - 1]} {item.trough.year}"


def menu_words(item: Episode) -> str:
    """Return an episode as a menu names it, with its depth and its days."""
    fall = percent_text(EXACT.subtract(_ONE, item.lowest), 0)
    return f"{item.name}: {MINUS}{fall} in {item.days} days{'' if item.lows else ' (closes only)'}"


def _fall(item: Episode, price: Decimal, currency: str) -> Fall:
    low = EXACT.multiply(item.lowest, price)
    end = price_text(EXACT.multiply(item.path.end, price), currency)
    fall = percent_text(EXACT.subtract(_ONE, item.lowest), 1)
    lines = [
        item.name,
        f"From {day_text(item.peak)} to {day_text(item.trough)}",
        f"Today it would end at {end}, lowest {danger_price_text(low, currency)} ({MINUS}{fall})",
    ]
    if not item.lows:
        lines.append("Closes only: lows within the day are not known")
    return Fall(item.key, short_label(item), _points(item.path, price), "\n".join(lines))


def _points(path: PricePath, price: Decimal) -> tuple[tuple[float, float], ...]:
    legs = tuple(path.legs(price))
    if not legs:
        return ((0.0, float(price)),)
    first = (float(legs[0].start_day), float(legs[0].start_price))
    return (first, *((float(leg.end_day), float(leg.end_price)) for leg in legs))


def _levels(currency: str, first_call: Decimal | None, exhausted: Decimal | None) -> tuple[Crossing, ...]:
    told: Sequence[tuple[Level, Decimal | None, str]] = (
        (Level.CALL, first_call, "first call"),
        (Level.SALE, exhausted, "reserve exhausted"),
    )
    return tuple(
        Crossing(level, float(price), f"{words} {danger_price_text(price, currency)}")
        for level, price, words in told
        if price is not None
    )
