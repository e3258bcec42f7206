"""CoinGecko, keyless: ``/api/v3/simple/price`` and ``/coins/bitcoin/market_chart`` (docs.coingecko.com).

An aggregate: a check and a fallback, never a market of its own. Data provided by CoinGecko. Free answers are kept
for a minute, so asking more often brings nothing. ``error`` is a text in one answer and an object in another.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_millis, parse_epoch_seconds, parse_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import MAX_ROWS, as_list, as_object, each
from app.services.ports import Clock

KEY: Final = "coingecko"
CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
FREE_DAYS: Final = 365
_CODES: Final = {429: "rate_limited", 10002: "unauthorized", 10005: "unauthorized", 10010: "unauthorized",
                 10011: "unauthorized", 10012: "history_limit", 1020: "forbidden"}  # fmt: skip


def refine(data: object) -> FeedError | None:
    """Return CoinGecko's own error in any of its three forms."""
    if not isinstance(data, dict):
        return None
    error = data.get("error")
    status = data.get("status", error.get("status") if isinstance(error, dict) else None)
    if isinstance(status, dict) and "error_code" in status:
        code = status["error_code"]
        word = _CODES.get(code, "source_error") if isinstance(code, int) else "source_error"
        return FeedError(word, f"{code} {status.get('error_message', '')}"[:120])
    if isinstance(error, str):
        return FeedError("not_found" if "not" in error.lower() else "source_error", error[:120])
    return None if error is None else FeedError("source_error", f"{error}"[:120])


class CoinGecko:
    """Spot prices of all currencies in one call, and 365 days of daily prices."""

    key = KEY
    group = "agg"
    tier = Tier.AGGREGATE
    currencies = frozenset(CURRENCIES)
    history_currencies = frozenset(CURRENCIES)
    min_interval_seconds = 50

    def __init__(self, http: HttpFetcher, base_url: str, clock: Clock) -> None:
        self._http = http
        self._base_url = base_url
        self._clock = clock

    def spot(self, currencies: Sequence[str]) -> Mapping[str, RawQuote | PriceError]:
        """Return a quote for each currency; they share one stamp, which must be there."""
        wanted = ",".join(currency.lower() for currency in currencies)
        url = f"{self._base_url}/api/v3/simple/price?ids=bitcoin&vs_currencies={wanted}&include_last_updated_at=true"
        reply = self._http.get(url)
        data = as_object(read_json(reply, refine))
        prices = as_object(data.get("bitcoin", {}))
        if not any(currency.lower() in prices for currency in currencies):
            raise FeedError("no_price", "no bitcoin in the answer", server_date=reply.server_date)
        stamp = parse_epoch_seconds(prices.get("last_updated_at"))

        def quote(currency: str) -> RawQuote:
            return RawQuote(
                source=KEY,
                group="agg",
                tier=Tier.AGGREGATE,
                currency=currency,
                echo=currency,
                last=parse_price(prices.get(currency.lower())),
                bid=None,
                ask=None,
                stated_at=stamp,
                received_at=reply.received_at,
                received_mono=reply.received_mono,
                server_date=reply.server_date,
                age_header=reply.age_header,
            )

        return each(currencies, quote)

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return daily rows of at most 365 days, made of the prices at midnight UTC.

        The last point is "now" and belongs to no day's end. A row has no high and no low: they are not told.
        """
        days = FREE_DAYS
        if since is not None:
            days = min(FREE_DAYS, max(2, (self._clock.now().date() - since).days + 1))
        url = (
            f"{self._base_url}/api/v3/coins/bitcoin/market_chart"
            f"?vs_currency={currency.lower()}&days={days}&interval=daily"
        )
        data = as_object(read_json(self._http.get(url, history=True), refine))
        points = as_list(data.get("prices"))
        if len(points) > MAX_ROWS:
            raise FeedError("too_large", f"{len(points)} rows")
        return midnight_rows(points)


def midnight_rows(points: Sequence[object]) -> list[CandleRow]:
    """Return one row per day whose two midnights are both there."""
    midnights: dict[datetime, Decimal] = {}
    for point in points:
        try:
            at, price = as_list(point, 2)[:2]
            opened, value = parse_epoch_millis(at), parse_price(price)
        except PriceError:
            continue
        if opened == datetime(opened.year, opened.month, opened.day, tzinfo=UTC):
            midnights[opened] = value
    rows = []
    for opened, first in sorted(midnights.items()):
        last = midnights.get(opened + timedelta(days=1))
        if last is not None:
            rows.append(CandleRow(opened, first, None, None, last))
    return rows
