"""The last good prices and the daily history, kept in the book's database so that a restart does not lose them.

A record that cannot be read back is as good as none: it is never a zero.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.quotes import LastGood
from app.store.backend import Backend, Row
from app.store.instants import instant_text

_LOAD_LAST: Final = (
    "SELECT currency, value, low, high, sources, sources_asked, at, origin FROM last_price WHERE currency = :currency"
)
_SAVE_LAST: Final = (
    "INSERT INTO last_price (currency, value, low, high, sources, sources_asked, at, origin)"
    " VALUES (:currency, :value, :low, :high, :sources, :sources_asked, :at, :origin)"
    " ON CONFLICT (currency) DO UPDATE SET value = excluded.value, low = excluded.low, high = excluded.high,"
    " sources = excluded.sources, sources_asked = excluded.sources_asked, at = excluded.at, origin = excluded.origin"
)
_LOAD_DAILY: Final = (
    "SELECT day, open, high, low, close FROM daily_candle WHERE source = :source AND currency = :currency ORDER BY day"
)
_DAILY_SOURCES: Final = (
    "SELECT source FROM daily_candle WHERE currency = :currency GROUP BY source ORDER BY count(*) DESC, source"
)
_SAVE_DAILY: Final = (
    "INSERT INTO daily_candle (source, currency, day, open, high, low, close)"
    " VALUES (:source, :currency, :day, :open, :high, :low, :close)"
    " ON CONFLICT (source, currency, day) DO UPDATE SET"
    " open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close"
)


class BookPrices:
    """Keeps prices beside the book; safe to use from several threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def load_last_good(self, currency: str) -> LastGood | None:
        """Return the last price that was agreed on, or None.

        Raises:
            BookError: the database cannot be read.
        """
        rows = self._backend.query(_LOAD_LAST, {"currency": currency})
        return _last_good(rows[0]) if rows else None

    def save_last_good(self, last: LastGood) -> None:
        """Keep ``last`` as its currency's last good price.

        Raises:
            BookError: the database refused.
        """
        row = {
            "currency": last.currency,
            "value": str(last.value),
            "low": str(last.low),
            "high": str(last.high),
            "sources": json.dumps(last.sources),
            "sources_asked": last.sources_asked,
            "at": instant_text(last.at),
            "origin": last.origin,
        }
        self._backend.execute([(_SAVE_LAST, [row])])

    def daily_sources(self, currency: str) -> tuple[str, ...]:
        """Return whose histories are stored, the one with the most days first.

        Raises:
            BookError: the database cannot be read.
        """
        return tuple(row[0] for row in self._backend.query(_DAILY_SOURCES, {"currency": currency}))

    def load_daily(self, source: str, currency: str) -> tuple[DailyCandle, ...]:
        """Return a source's stored history, oldest first; empty where there is none.

        Raises:
            BookError: the database cannot be read.
        """
        rows = self._backend.query(_LOAD_DAILY, {"source": source, "currency": currency})
        candles = map(_candle, rows)
        return tuple(candle for candle in candles if candle is not None)

    def save_daily(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
        """Keep ``candles``, replacing stored ones of the same days.

        Raises:
            BookError: the database refused; nothing was kept.
        """
        rows = [
            {
                "source": source,
                "currency": currency,
                "day": candle.day.isoformat(),
                "open": _text(candle.open),
                "high": _text(candle.high),
                "low": _text(candle.low),
                "close": str(candle.close),
            }
            for candle in candles
        ]
        if rows:
            self._backend.execute([(_SAVE_DAILY, rows)])


def _text(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _price(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value <= 0:
        msg = "not a price"
        raise ValueError(msg)
    return value


def _last_good(row: Row) -> LastGood | None:
    try:
        currency, value, low, high, sources, asked, at, origin = row
        names = json.loads(sources)
        moment = datetime.fromisoformat(at)
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names) or moment.tzinfo is None:
            return None
        return LastGood(currency, _price(value), _price(low), _price(high), tuple(names), int(asked), moment, origin)
    except (ValueError, TypeError, ArithmeticError):
        return None


def _candle(row: Row) -> DailyCandle | None:
    try:
        day, *known, close = row
        first, high, low = (None if text is None else _price(text) for text in known)
        return DailyCandle(date.fromisoformat(day), first, high, low, _price(close))
    except (ValueError, TypeError, ArithmeticError):
        return None
