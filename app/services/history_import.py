"""A price history from a file into the book: all of it in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from app.domain.candles import DailyCandle, merge, overlap_matches
from app.domain.errors import InputError
from app.domain.histories import IMPORTED, Gap, gaps_of
from app.domain.history_gates import first_doubt
from app.services.history_csv import FileDays, read_days
from app.services.ports import PriceStore

_MANY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Another stored history whose closes differ by over 2 % on many of the days that both tell."""

    source: str
    days: int
    shared: int


@dataclass(frozen=True, slots=True)
class HistoryImport:
    """What an import came to.

    Attributes:
        currency: fiat code.
        first, last: days of the file.
        days: how many days the file tells; with_lows: how many of them with an intraday low.
        added, changed: days that the book did not know, or knew with other prices.
        kept: days whose close the book knew already, with a low, which this file does not tell.
        duplicates: lines that said the same once more.
        running: the day that is still running and was left out, or None.
        gaps: missing days of the file.
        disagreements: stored histories that tell other prices; perhaps the file is in another currency.
    """

    currency: str
    first: date
    last: date
    days: int
    with_lows: int
    added: int
    changed: int
    kept: int
    duplicates: int
    running: date | None
    gaps: tuple[Gap, ...]
    disagreements: tuple[Disagreement, ...] = ()


def import_history(file: BinaryIO, name: str, currency: str, today: date, store: PriceStore) -> HistoryImport:
    """Load a CSV file's days beside the book, under the source ``imported``.

    Args:
        file: open for reading.
        name: the file's, for messages.
        currency: what its prices are in.
        today: the running UTC day.
        store: the book's prices.

    Raises:
        InputError: the file cannot be taken, and nothing was stored; the place is the file and the line.
        BookError: the book refused; nothing was stored.
    """
    read = read_days(file, name, currency, today)
    _refuse_doubtful(read.candles, read, name)
    stored = {candle.day: candle for candle in store.load_daily(IMPORTED, currency)}
    kept = {candle.day for candle in read.candles if _knows_more(stored.get(candle.day), candle)}
    news = [candle for candle in read.candles if candle.day not in kept and stored.get(candle.day) != candle]
    if stored and news:
        _refuse_doubtful(merge(tuple(stored.values()), news), read, name, stored)
    if news:
        store.save_daily(IMPORTED, currency, news)
    added = sum(candle.day not in stored for candle in news)
    return HistoryImport(
        currency=currency,
        first=read.candles[0].day,
        last=read.candles[-1].day,
        days=len(read.candles),
        with_lows=sum(candle.low is not None for candle in read.candles),
        added=added,
        changed=len(news) - added,
        kept=len(kept),
        duplicates=read.duplicates,
        running=read.running,
        gaps=gaps_of(read.candles),
        disagreements=_disagreements(read.candles, store, currency),
    )


def _disagreements(candles: Sequence[DailyCandle], store: PriceStore, currency: str) -> tuple[Disagreement, ...]:
    found = []
    for source in store.daily_sources(currency):
        if source == IMPORTED:
            continue
        known = {candle.day: candle for candle in store.load_daily(source, currency)}
        pairs = [(known[candle.day], candle) for candle in candles if candle.day in known]
        apart = sum(not overlap_matches([one], [other]) for one, other in pairs)
        if apart > len(pairs) * _MANY:
            found.append(Disagreement(source, apart, len(pairs)))
    return tuple(found)


def _knows_more(stored: DailyCandle | None, new: DailyCandle) -> bool:
    """Return whether the stored day has a low that the new one lacks, and agrees on the close."""
    return stored is not None and stored.low is not None and new.low is None and overlap_matches([stored], [new])


def _refuse_doubtful(
    candles: tuple[DailyCandle, ...],
    read: FileDays,
    name: str,
    stored: Mapping[date, DailyCandle] | None = None,
) -> None:
    doubt = first_doubt(candles)
    if doubt is None:
        return
    line = read.lines.get(doubt.day)
    place = name if line is None else f"{name}, line {line}"
    if stored is None:
        remedy = "such a move is doubtful, so correct the line or take it out"
    else:
        remedy = "which does not fit the history imported before; check the file and its currency"
    raise InputError(f"{doubt.day} {doubt.reason}; {remedy}", place)
