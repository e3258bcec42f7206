"""Price sources without a network."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FxRate, RawQuote, Tier
from app.services.ports import Clock


class FakeSpot:
    """Implements ``ports.SpotSource``.

    Attributes:
        prices: what it says; an exception is raised.
        calls: currencies of every call.
        gate: while not set, it does not answer.
    """

    def __init__(self, key: str, clock: Clock, price: object, tier: Tier = Tier.VENUE, interval: int = 0) -> None:
        self.key = key
        self.group = key
        self.tier = tier
        self.currencies = frozenset({"USD", "CHF"} if key == "kraken" else {"USD"})
        self.min_interval_seconds = interval
        self.price = price
        self.calls: list[tuple[str, ...]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()
        self._clock = clock

    def spot(self, currencies: Sequence[str]) -> Mapping[str, RawQuote | PriceError]:
        self.calls.append(tuple(currencies))
        self.started.set()
        price = self.price
        self.gate.wait(10)
        if isinstance(price, PriceError):
            return dict.fromkeys(currencies, price)
        if isinstance(price, Exception):
            raise price
        return {currency: self._quote(currency, Decimal(str(price))) for currency in currencies}

    def _quote(self, currency: str, price: Decimal) -> RawQuote:
        return RawQuote(
            source=self.key,
            group=self.group,
            tier=self.tier,
            currency=currency,
            echo=currency,
            last=price,
            bid=None,
            ask=None,
            stated_at=self._clock.now(),
            received_at=self._clock.now(),
            received_mono=self._clock.monotonic(),
            server_date=self._clock.now(),
        )


class FakeFx:
    """Implements ``ports.FxSource``."""

    min_interval_seconds = 0

    def __init__(self, key: str, clock: Clock, per_usd: str) -> None:
        self.key = key
        self.per_usd = Decimal(per_usd)
        self._clock = clock

    def rates(self, currencies: Sequence[str]) -> Mapping[str, FxRate | PriceError]:
        return {one: FxRate(one, self.per_usd, self.key, self._clock.now()) for one in currencies}


class FakeHistory:
    """Implements ``ports.HistorySource`` with ``days`` of rows until today; ``factor`` shifts all prices."""

    history_currencies = frozenset({"USD"})

    def __init__(self, key: str, clock: Clock, days: int, error: Exception | None = None) -> None:
        self.key = key
        self.days = days
        self.error = error
        self.factor = Decimal(1)
        self.wild: dict[date, Decimal] = {}
        self.calls: list[date | None] = []
        self._clock = clock

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        self.calls.append(since)
        if self.error is not None:
            raise self.error
        today = self._clock.now().date()
        days = [today - timedelta(days=back) for back in range(self.days + 1)]
        return [self._row(day) for day in days if since is None or day >= since]

    def _row(self, day: date) -> CandleRow:
        price = self.wild.get(day, 70000 * self.factor + day.day)
        return CandleRow(datetime.combine(day, time(), UTC), 70000 * self.factor, *self._rest(price))

    def _rest(self, price: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        first = 70000 * self.factor
        return max(first, price), min(first, price), price
