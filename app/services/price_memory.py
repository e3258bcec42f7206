"""Prices that need not outlive the process: for asking without a book, or on one that may not be written."""

from collections.abc import Sequence
from datetime import date

from app.domain.candles import DailyCandle
from app.domain.quotes import LastGood
from app.services.ports import PriceStore


class PriceMemory:
    """Keeps prices in memory, reading through to ``behind`` where there is one; implements ``ports.PriceStore``."""

    def __init__(self, behind: PriceStore | None = None) -> None:
        self._behind = behind
        self._last: dict[str, LastGood] = {}
        self._daily: dict[tuple[str, str], dict[date, DailyCandle]] = {}

    def load_last_good(self, currency: str) -> LastGood | None:
        """Return the last price that was agreed on, or None."""
        found = self._last.get(currency)
        return found or (self._behind.load_last_good(currency) if self._behind is not None else None)

    def save_last_good(self, last: LastGood) -> None:
        """Keep it in memory."""
        self._last[last.currency] = last

    def daily_sources(self, currency: str) -> tuple[str, ...]:
        """Return whose histories are known, the one with the most days first."""
        stored = self._behind.daily_sources(currency) if self._behind is not None else ()
        keys = dict.fromkeys((*stored, *(key for key, named in self._daily if named == currency)))
        return tuple(sorted(keys, key=lambda key: -len(self.load_daily(key, currency))))

    def load_daily(self, source: str, currency: str) -> tuple[DailyCandle, ...]:
        """Return a source's history, oldest first."""
        stored = self._behind.load_daily(source, currency) if self._behind is not None else ()
        days = {candle.day: candle for candle in stored} | self._daily.get((source, currency), {})
        return tuple(days[day] for day in sorted(days))

    def save_daily(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
        """Keep it in memory."""
        self._daily.setdefault((source, currency), {}).update((candle.day, candle) for candle in candles)
