"""Coinbase Exchange: ``/products/BTC-USD/ticker`` and ``/candles`` (docs.cdp.coinbase.com).

The ticker's time is that of the last trade, and it has been seen to go back by hours: stamp and trade number must
never fall. Candle columns are time, low, high, open, close.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_seconds, parse_iso_utc, parse_optional_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_list, as_object, candle, each, rows_of
from app.services.ports import Clock

KEY: Final = "coinbase"
CURRENCIES: Final = ("USD", "EUR", "GBP")
FIRST_DAY: Final = date(2015, 7, 20)
PAGE_DAYS: Final = 300
MAX_PAGES: Final = 40
_COLUMNS: Final = 5


def refine(data: object) -> FeedError | None:
    """Return Coinbase's own error."""
    if not isinstance(data, dict) or "price" in data:
        return None
    message = data.get("message", data.get("errors"))
    if message is None:
        return None
    text = str(message)[:120]
    lowered = text.lower()
    if "notfound" in lowered or "not found" in lowered:
        return FeedError("no_such_pair", text)
    return FeedError("rate_limited" if "rate" in lowered and "limit" in lowered else "source_error", text)


class Coinbase:
    """Spot prices, and history from July 2015 in pages of 300 days."""

    key = KEY
    group = KEY
    tier = Tier.VENUE
    currencies = frozenset(CURRENCIES)
    history_currencies = frozenset(CURRENCIES)
    min_interval_seconds = 0

    def __init__(self, http: HttpFetcher, base_url: str, clock: Clock) -> None:
        self._http = http
        self._base_url = base_url
        self._clock = clock

    def spot(self, currencies: Sequence[str]) -> Mapping[str, RawQuote | PriceError]:
        """Return a quote for each currency, one call each."""
        return each(currencies, self._quote)

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return daily rows, newest page first, until ``since`` or an empty page."""
        rows: dict[datetime, CandleRow] = {}
        first = since or FIRST_DAY
        end = self._clock.now().date()
        for _ in range(MAX_PAGES):
            start = max(first, end - timedelta(days=PAGE_DAYS - 1))
            page = self._page(currency, start, end)
            fresh = {row.opened_at: row for row in page if row.opened_at not in rows}
            rows.update(fresh)
            if not fresh or start <= first:
                break
            end = start - timedelta(days=1)
        return list(rows.values())

    def _page(self, currency: str, start: date, end: date) -> Sequence[CandleRow]:
        window = "&".join(
            f"{name}={datetime.combine(day, time(), UTC):%Y-%m-%dT%H:%M:%SZ}"
            for name, day in (("start", start), ("end", end))
        )
        url = f"{self._base_url}/products/BTC-{currency}/candles?granularity=86400&{window}"
        return rows_of(as_list(read_json(self._http.get(url, history=True), refine)), _row)

    def _quote(self, currency: str) -> RawQuote:
        reply = self._http.get(f"{self._base_url}/products/BTC-{currency}/ticker")
        data = as_object(read_json(reply, refine))
        if data.get("price") is None:
            raise FeedError("no_price", "no price in the answer")
        number = data.get("trade_id")
        return RawQuote(
            source=KEY,
            group=KEY,
            tier=Tier.VENUE,
            currency=currency,
            echo=_echo(data, currency),
            last=parse_optional_price(data["price"]),
            bid=parse_optional_price(data.get("bid")),
            ask=parse_optional_price(data.get("ask")),
            stated_at=parse_iso_utc(data.get("time")),
            received_at=reply.received_at,
            received_mono=reply.received_mono,
            sequence=number if isinstance(number, int) and not isinstance(number, bool) else None,
            server_date=reply.server_date,
            age_header=reply.age_header,
        )


def _echo(data: Mapping[str, object], currency: str) -> str:
    """Return the currency of the product that the answer names, where it names one."""
    named = data.get("product_id")
    return named.rpartition("-")[2] if isinstance(named, str) else currency


def _row(item: object) -> CandleRow:
    row = as_list(item, _COLUMNS)
    return candle(parse_epoch_seconds(row[0]), (row[3], row[2], row[1], row[4]))
