"""Bitcoin's price in a currency with too few markets of its own: the dollar price times a dollar rate (pure).

A live rate comes first, then the central bank's fixing of the last working day, which makes the result ``thin`` and
its lowest representative lower by a haircut: the rate may have moved since.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from app.domain.candles import CandleRow
from app.domain.consensus import base_band, deviation
from app.domain.feeds import FxRate
from app.domain.money import EXACT
from app.domain.quotes import Consensus, PriceStatus, SourceVerdict, Verdict

MIN_VENUES: Final = 2
LIVE_RATE_SECONDS: Final = 300
FIXING_LIMIT: Final = timedelta(days=5)
WORKDAY_HAIRCUT: Final = Decimal("0.005")
HOLIDAY_HAIRCUT: Final = Decimal("0.015")
MAX_RATE_GAP: Final = Decimal("0.05")
_FIXING_TIME: Final = time(15, 0, tzinfo=UTC)
_SATURDAY: Final = 5
_CENT_OF_CENTS: Final = Decimal("0.0001")
# Units per dollar outside of which a rate was surely turned upside down.
_SANE: Final = {
    "EUR": (Decimal("0.62"), Decimal("1.43")),
    "GBP": (Decimal("0.45"), Decimal("1.10")),
    "CHF": (Decimal("0.50"), Decimal("1.60")),
    "JPY": (Decimal(60), Decimal(300)),
    "CAD": (Decimal("0.80"), Decimal("2.20")),
    "AUD": (Decimal("0.80"), Decimal("2.50")),
}
_ANY: Final = (Decimal("0.0001"), Decimal(10_000_000))


@dataclass(frozen=True, slots=True)
class Cross:
    """A rate that may be used: units per dollar, how to name it, and how far it may be out of date."""

    per_usd: Decimal
    label: str
    haircut: Decimal


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_fixing_day(day: date) -> bool:
    """Return whether the central bank fixes rates on ``day`` (a TARGET day)."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    sunday = easter(day.year)
    return day not in (sunday - timedelta(days=2), sunday + timedelta(days=1))


def fixing_is_valid(day: date, now: datetime) -> bool:
    """Return whether the fixing of ``day`` still stands: until a day after the next one is due, five days at most."""
    following = day + timedelta(days=1)
    while not is_fixing_day(following):
        following += timedelta(days=1)
    due = datetime.combine(following, _FIXING_TIME)
    made = datetime.combine(day, time(), UTC)
    return made <= now <= due + timedelta(days=1) and now - made <= FIXING_LIMIT + timedelta(days=1)


def is_sane(rate: FxRate) -> bool:
    """Return whether a rate can be true at all; one that was turned upside down is not."""
    low, high = _SANE.get(rate.currency, _ANY)
    return low <= rate.per_usd <= high


def choose_rate(rates: Iterable[FxRate], now: datetime) -> Cross | None:
    """Return the rate to cross with: a live one, else a valid fixing; None where there is none or they contradict."""
    sane = [rate for rate in rates if is_sane(rate)]
    live = [rate for rate in sane if rate.day is None and abs((now - rate.at).total_seconds()) <= LIVE_RATE_SECONDS]
    fixed = [rate for rate in sane if rate.day is not None and fixing_is_valid(rate.day, now)]
    if live and fixed and deviation(live[0].per_usd, fixed[0].per_usd) > MAX_RATE_GAP:
        return None
    if live:
        return Cross(live[0].per_usd, f"via USD, {live[0].source} rate", Decimal(0))
    if fixed:
        haircut = WORKDAY_HAIRCUT if is_fixing_day(now.date()) else HOLIDAY_HAIRCUT
        return Cross(fixed[0].per_usd, f"via USD, ECB of {fixed[0].day:%a %d %b}", haircut)
    return None


def crossed_rows(rows: Iterable[CandleRow], currency: str, fixings: Mapping[date, Decimal]) -> list[CandleRow]:
    """Return dollar rows in ``currency``, each at the fixing of its day or of the last working day before it.

    High and low are the dollar's, at the same rate: how the rate moved within the day is not in them. A day whose last
    fixing is over five days old, or whose rate cannot be true, is left out.

    Args:
        rows: in dollars.
        currency: fiat code.
        fixings: units of it for one dollar, by the day of the fixing, which stands before that day ends.
    """
    low, high = _SANE.get(currency, _ANY)
    days = sorted(day for day, rate in fixings.items() if low <= rate <= high)
    crossed_ones = []
    for row in rows:
        day = row.opened_at.date()
        at = bisect_right(days, day) - 1
        if at < 0 or day - days[at] > FIXING_LIMIT:
            continue
        rate = fixings[days[at]]
        first, top, bottom = (None if price is None else _times(price, rate) for price in (row.open, row.high, row.low))
        crossed_ones.append(CandleRow(row.opened_at, first, top, bottom, _times(row.close, rate)))
    return crossed_ones


def has_own_market(direct: Consensus, aggregates: str = "agg") -> bool:
    """Return whether at least two markets of its own were admitted."""
    groups = {
        row.group
        for row in direct.sources
        if row.group != aggregates and row.price is not None and row.verdict in (Verdict.USED, Verdict.OUTLIER)
    }
    return len(groups) >= MIN_VENUES


def crossed(direct: Consensus, usd: Consensus, rate: Cross) -> Consensus:
    """Return the price by way of the dollar, checked against what few direct prices there are.

    Args:
        direct: the currency's own round.
        usd: the dollar's round.
        rate: the rate to cross with.

    Returns:
        ``direct`` unchanged where the dollar has no agreed price. Where the direct prices contradict the crossed one,
        ``disagree`` with all of them, so that none raises or clears an alarm alone.
    """
    if usd.value is None or usd.status not in (PriceStatus.OK, PriceStatus.THIN):
        return direct
    value = _times(usd.value, rate.per_usd)
    prices = sorted(_times(price, rate.per_usd) for price in usd.representatives)
    status = usd.status
    if rate.haircut:
        status = PriceStatus.THIN
        prices = sorted([*prices, _times(prices[0], EXACT.subtract(Decimal(1), rate.haircut))])
    band = EXACT.add(base_band(direct.currency), rate.haircut)
    agreeing = sum(deviation(price, value) <= band for price in direct.representatives)
    # The crossed price is one opinion more: it stands if a strict majority, itself included, is with it.
    if 2 * (agreeing + 1) <= len(direct.representatives) + 1 and direct.representatives:
        both = tuple(sorted([*direct.representatives, value]))
        return replace(
            direct,
            status=PriceStatus.DISAGREE,
            value=None,
            low=both[0],
            high=both[-1],
            origin="fx",
            representatives=both,
            note=f"{rate.label}: {value} contradicts the direct price",
        )
    return Consensus(
        currency=direct.currency,
        status=status,
        value=value,
        low=prices[0],
        high=prices[-1],
        at=usd.at,
        origin="fx",
        sources=_rows(direct, usd, rate, value, band),
        representatives=tuple(prices),
        note="; ".join(note for note in (rate.label, usd.note) if note),
    )


def _times(price: Decimal, per_usd: Decimal) -> Decimal:
    return EXACT.multiply(price, per_usd).quantize(_CENT_OF_CENTS, ROUND_HALF_EVEN, EXACT)


def _rows(
    direct: Consensus,
    usd: Consensus,
    rate: Cross,
    value: Decimal,
    band: Decimal,
) -> tuple[SourceVerdict, ...]:
    """Return the direct row of each source that has one, checked against ``value``, else its dollar row crossed."""
    own = {row.name: row for row in direct.sources if row.price is not None}
    rows = []
    for row in usd.sources:
        mine = own.get(row.name)
        if mine is None or mine.price is None:
            price = None if row.price is None else _times(row.price, rate.per_usd)
            rows.append(replace(row, price=price, reason=row.reason or rate.label))
        elif mine.verdict is Verdict.USED and deviation(mine.price, value) > band:
            rows.append(replace(mine, verdict=Verdict.OUTLIER, reason="outside_band"))
        else:
            rows.append(mine)
    return tuple(rows)
