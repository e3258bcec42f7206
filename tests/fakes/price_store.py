"""A price store in memory; can be told to fail as a full disk does."""

from collections.abc import Callable, Sequence

from app.domain.candles import DailyCandle, merge
from app.domain.errors import BookNotWritableError
from app.domain.quotes import LastGood


class FakePriceStore:
    """Implements ``ports.PriceStore``; survives a restart when it is handed to the next service."""

    def __init__(self) -> None:
        self.last_good: dict[str, LastGood] = {}
        self.daily: dict[tuple[str, str], tuple[DailyCandle, ...]] = {}
        self.saved_candles = 0
        self.full = False

    def load_last_good(self, currency: str) -> LastGood | None:
        return self.last_good.get(currency)

    def save_last_good(self, last: LastGood) -> None:
        self._check()
        self.last_good[last.currency] = last

    def daily_sources(self, currency: str) -> tuple[str, ...]:
        return tuple(sorted((key for key, named in self.daily if named == currency), key=self._count(currency)))

    def _count(self, currency: str) -> Callable[[str], int]:
        return lambda key: -len(self.daily[key, currency])

    def load_daily(self, source: str, currency: str) -> tuple[DailyCandle, ...]:
        return self.daily.get((source, currency), ())

    def save_daily(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
        self._check()
        self.saved_candles += len(candles)
        self.daily[source, currency] = merge(self.load_daily(source, currency), candles)

    def _check(self) -> None:
        if self.full:
            raise BookNotWritableError("the disk is full; free some space")
