"""Bitstamp: ``/api/v2/ticker/btcusd/`` and ``/api/v2/ohlc/btcusd/`` (bitstamp.net/api); all figures are strings."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_seconds, parse_optional_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_list, as_object, candle, each, rows_of
from app.services.ports import Clock

KEY: Final = "bitstamp"
CURRENCIES: Final = ("USD", "EUR", "GBP")
FIRST_DAY: Final = date(2011, 8, 18)
PAGE_ROWS: Final = 1000
MAX_PAGES: Final = 20


def refine(data: object) -> FeedError | None:
    """Return Bitstamp's own error."""
    if not isinstance(data, dict) or not ("error" in data or data.get("status") == "error"):
        return None
    text = str(data.get("error") or data.get("reason") or "error")[:120]
    lowered = text.lower()
    if data.get("response_code") == "400.002" or "rate limit" in lowered:
        return FeedError("rate_limited", text)
    return FeedError("maintenance" if "maintenance" in lowered else "source_error", text)


class Bitstamp:
    """Spot prices, and history from August 2011 in pages of 1,000 days."""

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
        """Return daily rows, paging backwards until ``since``, a page that brings nothing new, or the first day."""
        rows: dict[datetime, CandleRow] = {}
        first = datetime.combine(since or FIRST_DAY, time(), UTC)
        end = self._clock.now()
        for _ in range(MAX_PAGES):
            page = self._page(currency, end)
            fresh = {row.opened_at: row for row in page if row.opened_at not in rows}
            rows.update(fresh)
            if not fresh or min(fresh) <= first:
                break
            end = min(fresh) - timedelta(days=1)
        return [row for row in rows.values() if row.opened_at >= first]

    def _page(self, currency: str, end: datetime) -> Sequence[CandleRow]:
        url = (
            f"{self._base_url}/api/v2/ohlc/btc{currency.lower()}/?step=86400&limit={PAGE_ROWS}"
            f"&end={int(end.timestamp())}&exclude_current_candle=true"
        )
        data = as_object(as_object(read_json(self._http.get(url, history=True), refine)).get("data"))
        _check_pair(data, currency)
        return rows_of(as_list(data.get("ohlc")), _row)

    def _quote(self, currency: str) -> RawQuote:
        reply = self._http.get(f"{self._base_url}/api/v2/ticker/btc{currency.lower()}/")
        data = as_object(read_json(reply, refine))
        if data.get("last") is None:
            raise FeedError("no_price", "no price in the answer")
        _check_pair(data, currency)
        return RawQuote(
            source=KEY,
            group=KEY,
            tier=Tier.VENUE,
            currency=currency,
            echo=currency,
            last=parse_optional_price(data["last"]),
            bid=parse_optional_price(data.get("bid")),
            ask=parse_optional_price(data.get("ask")),
            stated_at=parse_epoch_seconds(data.get("timestamp")),
            received_at=reply.received_at,
            received_mono=reply.received_mono,
            server_date=reply.server_date,
            age_header=reply.age_header,
        )


def _check_pair(data: Mapping[str, object], currency: str) -> None:
    pair = data.get("pair")
    if pair is not None and pair != f"BTC/{currency}":
        raise FeedError("echo_mismatch", f"{pair!r}"[:60])


def _row(item: object) -> CandleRow:
    row = as_object(item)
    prices = (row.get("open"), row.get("high"), row.get("low"), row.get("close"))
    return candle(parse_epoch_seconds(row.get("timestamp")), prices)
