"""Daily prices: fetched once from the source with the longest history, then extended."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.candles import DailyCandle, Normalised, merge, normalise, overlap_matches
from app.domain.errors import PlimsollError
from app.domain.histories import ENOUGH, ShownHistory, shown_history
from app.services.ports import Clock, HistorySource, PriceStore

log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What an update came to.

    Attributes:
        currency: fiat code.
        source: whose history it is, or empty.
        candles: oldest first.
        problems: one clause per source that did not help.
    """

    currency: str
    source: str
    candles: tuple[DailyCandle, ...]
    problems: tuple[str, ...] = ()


def stored_history(store: PriceStore, currency: str) -> ShownHistory:
    """Return the history that counts among those that are stored; asks nobody."""
    return shown_history(_all_stored(store, currency))


def _all_stored(store: PriceStore, currency: str) -> dict[str, tuple[DailyCandle, ...]]:
    try:
        keys = store.daily_sources(currency)
    except (PlimsollError, OSError) as error:
        log.warning("stored histories cannot be read: %s", type(error).__name__)
        return {}
    return {key: _stored(store, key, currency) for key in keys}


def _stored(store: PriceStore, key: str, currency: str) -> tuple[DailyCandle, ...]:
    try:
        return store.load_daily(key, currency)
    except (PlimsollError, OSError) as error:
        log.warning("%s: stored history cannot be read: %s", key, type(error).__name__)
        return ()


class PriceHistory:
    """The stored histories, one per source and currency; the longest one is shown."""

    def __init__(self, sources: Sequence[HistorySource], store: PriceStore, clock: Clock) -> None:
        self._sources = tuple(sources)
        self._store = store
        self._clock = clock

    def refresh(self, currency: str) -> HistoryReport:
        """Fetch what is missing, from the first source that gives at least two years, else from all in turn."""
        problems: list[str] = []
        for source in self._in_order(currency):
            try:
                candles = self._extend(source, currency)
            except PlimsollError as error:
                problems.append(f"{source.key}: {error}")
                continue
            except Exception as error:  # noqa: BLE001 - a source's answer may break anything; the next one is asked
                log.warning("%s: unexpected %s in the history", source.key, type(error).__name__)
                problems.append(f"{source.key}: unexpected_shape")
                continue
            if candles and candles[-1].day - candles[0].day >= ENOUGH:
                return self._report(currency, {source.key: candles}, problems)
        return self._report(currency, {}, problems)

    def _report(
        self, currency: str, fresh: Mapping[str, tuple[DailyCandle, ...]], problems: Sequence[str]
    ) -> HistoryReport:
        """Return the history that counts; ``fresh`` stands for what a full disk could not keep."""
        shown = shown_history({**_all_stored(self._store, currency), **fresh})
        return HistoryReport(currency, shown.source, shown.candles, tuple(problems))

    def _in_order(self, currency: str) -> list[HistorySource]:
        """Return the sources, those whose histories are stored already first: one history comes from one source."""
        able = [source for source in self._sources if currency in source.history_currencies]
        days = {source.key: len(_stored(self._store, source.key, currency)) for source in able}
        return sorted(able, key=lambda source: -days[source.key])

    def _extend(self, source: HistorySource, currency: str) -> tuple[DailyCandle, ...]:
        stored = _stored(self._store, source.key, currency)
        since = stored[-1].day - OVERLAP if stored else None
        fresh = self._fetch(source, currency, since)
        if not overlap_matches(stored, fresh.candles):
            log.warning("%s: its %s history changed; fetching it whole", source.key, currency)
            stored, fresh = (), self._fetch(source, currency, None)
        merged = merge(stored, fresh.candles)
        known = dict.fromkeys(stored)
        news = tuple(candle for candle in merged if candle not in known)
        if news:
            self._save(source.key, currency, news)
        return merged

    def _fetch(self, source: HistorySource, currency: str, since: date | None) -> Normalised:
        rows = source.daily(currency, since)
        result = normalise(rows, self._clock.now())
        if result.suspects:
            second = self._second_opinion(source, currency, result.suspects[0].day)
            result = normalise(rows, self._clock.now(), second)
        if result.refused or result.suspects:
            log.warning("%s: %d rows refused, %d doubted", source.key, result.refused, len(result.suspects))
        return result

    def _second_opinion(self, first: HistorySource, currency: str, since: date) -> Mapping[date, DailyCandle]:
        """Return another source's candles of the days in doubt; its own doubtful days count here."""
        for source in self._sources:
            if source.key == first.key or currency not in source.history_currencies:
                continue
            try:
                other = normalise(source.daily(currency, since), self._clock.now())
            except PlimsollError:
                continue
            if other.candles or other.suspects:
                return {candle.day: candle for candle in (*other.candles, *other.suspects)}
        return {}

    def _save(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
        try:
            self._store.save_daily(source, currency, candles)
        except (PlimsollError, OSError) as error:
            log.warning("%s: the history could not be kept: %s", source, type(error).__name__)
