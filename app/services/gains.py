"""Realised and unrealised gains of a book: by disposal, lot, account and year. Every figure leads to its entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from app.domain.book import Book
from app.domain.disposals import Disposal, Lot, LotHistory, LotRules, Source, amount_of, over_a_year
from app.domain.lots import lots_of
from app.domain.money import EXACT, btc_of
from app.services.day_prices import DayPrices

_Key = TypeVar("_Key", int, str)


@dataclass(frozen=True, slots=True)
class Sum:
    """Disposals added up, in hundred-millionths; those that miss a figure are counted apart and added to nothing.

    Attributes:
        sats: of all of them.
        proceeds, basis: of the complete ones; ``gain`` is their difference.
        gains, losses: those that made a gain, those that made a loss (negative).
        long_gain: the part of ``gain`` from lots held for more than a year.
        unknown: how many miss proceeds or basis.
        unknown_sats: satoshis of those.
    """

    count: int = 0
    sats: int = 0
    proceeds: int = 0
    basis: int = 0
    gains: int = 0
    losses: int = 0
    long_gain: int = 0
    unknown: int = 0
    unknown_sats: int = 0

    @property
    def is_known(self) -> bool:
        """Whether the sums say something: where every disposal misses a figure, their zero is none."""
        return not self.count or self.count > self.unknown

    @property
    def gain(self) -> int:
        """Proceeds less basis."""
        return self.proceeds - self.basis


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot that is left, with what it is worth; None where price or basis is not known."""

    lot: Lot
    value: Decimal | None
    gain: Decimal | None


@dataclass(frozen=True, slots=True)
class Gains:
    """A book's gains.

    Attributes:
        book: its name.
        year: UTC calendar year asked for, or None for all.
        history: all lots, up to the year's end.
        disposals: those of the year.
        departures: what left in the year without being disposed of.
        total: of ``disposals``.
        by_year, by_account, by_lot: their sums; years are all up to the one asked for, the others within it.
        held: what is left at the end.
        price: of one bitcoin, with its day; None where none is stored.
        price_day: the day that ``held`` is valued on, or would be.
    """

    book: str
    year: int | None
    history: LotHistory
    disposals: tuple[Disposal, ...]
    departures: tuple[Disposal, ...]
    total: Sum
    by_year: dict[int, Sum]
    by_account: dict[str, Sum]
    by_lot: dict[Source, Sum]
    held: tuple[HeldLot, ...]
    price: Decimal | None
    price_day: date | None


def gains_of(book: Book, rules: LotRules, prices: DayPrices, year: int | None, today: date) -> Gains:
    """Return a book's gains.

    Args:
        book: checked.
        rules: how lots are reckoned; their prices and rates are the caller's.
        prices: for valuing what is left.
        year: a UTC calendar year, or None for everything.
        today: lots are valued at the year's last day if that is over, else at the newest stored close.

    Raises:
        HistoryError: see ``lots_of``.
    """
    until = None if year is None else year_start(year + 1)
    history = lots_of(book, rules, until)
    disposals = tuple(one for one in history.disposals if year is None or one.at.year == year)
    departures = tuple(one for one in history.departures if year is None or one.at.year == year)
    day, price = _valued_on(prices, until, today)
    return Gains(
        book=book.name,
        year=year,
        history=history,
        disposals=disposals,
        departures=departures,
        total=sum_of(disposals),
        by_year=_grouped((one.at.year, one) for one in history.disposals),
        by_account=_grouped((one.account, one) for one in disposals),
        by_lot=_by_lot(disposals),
        held=tuple(_held(lot, price) for lot in history.held),
        price=price,
        price_day=day,
    )


def year_start(year: int) -> datetime:
    """Return the first instant of a UTC year."""
    return datetime(year, 1, 1, tzinfo=UTC)


def sum_of(disposals: Iterable[Disposal]) -> Sum:
    """Return disposals added up."""
    count = sats = proceeds = basis = gains = losses = long_gain = unknown = unknown_sats = 0
    for one in disposals:
        count += 1
        sats += one.sats
        cost = one.basis_units
        if cost is None or one.proceeds_units is None:
            unknown += 1
            unknown_sats += one.sats
            continue
        proceeds += one.proceeds_units
        basis += cost
        gain = one.proceeds_units - cost
        gains += max(gain, 0)
        losses += min(gain, 0)
        long_gain += sum(use.gain_units or 0 for use in one.uses if over_a_year(use.acquired_at, one.at))
    return Sum(count, sats, proceeds, basis, gains, losses, long_gain, unknown, unknown_sats)


def _grouped(pairs: Iterable[tuple[_Key, Disposal]]) -> dict[_Key, Sum]:
    found: dict[_Key, list[Disposal]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: sum_of(found[key]) for key in sorted(found)}


def _by_lot(disposals: Sequence[Disposal]) -> dict[Source, Sum]:
    """Return what was made of each lot: every part of a disposal counts as one of its lot's."""
    parts: dict[Source, list[Disposal]] = {}
    for one in disposals:
        for use in one.uses:
            part = one._replace(sats=use.sats, proceeds_units=use.proceeds_units, uses=(use,))
            parts.setdefault(use.source, []).append(part)
    return {source: sum_of(found) for source, found in parts.items()}


def _valued_on(prices: DayPrices, until: datetime | None, today: date) -> tuple[date | None, Decimal | None]:
    if until is not None and until.date() <= today:
        day = until.date() - timedelta(days=1)
        return day, prices.price_on(day)
    return prices.last() or (None, None)


def _held(lot: Lot, price: Decimal | None) -> HeldLot:
    value = None if price is None else EXACT.multiply(btc_of(lot.sats), price)
    basis = None if lot.basis_units is None else amount_of(lot.basis_units)
    return HeldLot(lot, value, None if value is None or basis is None else EXACT.subtract(value, basis))
