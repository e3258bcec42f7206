"""Bitfinex: ``/v2/ticker/tBTCUSD`` and ``/v2/candles/…`` (docs.bitfinex.com).

Answers are bare arrays without a time. A wrong symbol comes as HTTP 500. Candle columns are time, open, close, high,
low; one call brings the whole history.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_millis, parse_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_list, candle, each, rows_of

KEY: Final = "bitfinex"
CURRENCIES: Final = ("USD", "EUR", "GBP", "JPY")
_TICKER_FIELDS: Final = 10
_BID, _ASK, _LAST = 0, 2, 6
_COLUMNS: Final = 5
_BAD_SYMBOL: Final = 10_020
_RATE_LIMIT: Final = 11_010
_MIN_ERROR: Final = 2


def refine(data: object) -> FeedError | None:
    """Return Bitfinex's own error: an array that begins with ``error``, or an object that has one."""
    if isinstance(data, dict) and "error" in data:
        text = str(data["error"])[:120]
        return FeedError("rate_limited" if "RATE_LIMIT" in text else "maintenance", text)
    if not isinstance(data, list) or len(data) < _MIN_ERROR or data[0] != "error":
        return None
    text = " ".join(str(part) for part in data[1:3])[:120]
    if data[1] == _BAD_SYMBOL:
        return FeedError("no_such_pair", text)
    return FeedError("rate_limited" if data[1] == _RATE_LIMIT else "source_error", text)


class Bitfinex:
    """Spot prices, and the whole history in one call."""

    key = KEY
    group = KEY
    tier = Tier.VENUE
    currencies = frozenset(CURRENCIES)
    history_currencies = frozenset(CURRENCIES)
    min_interval_seconds = 0

    def __init__(self, http: HttpFetcher, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def spot(self, currencies: Sequence[str]) -> Mapping[str, RawQuote | PriceError]:
        """Return a quote for each currency, one call each."""
        return each(currencies, self._quote)

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return daily rows; the running day is among them."""
        start = "" if since is None else f"&start={int(datetime.combine(since, time(), UTC).timestamp() * 1000)}"
        url = f"{self._base_url}/v2/candles/trade:1D:tBTC{currency}/hist?limit=10000&sort=1{start}"
        return rows_of(as_list(read_json(self._http.get(url, history=True), refine)), _row)

    def _quote(self, currency: str) -> RawQuote:
        reply = self._http.get(f"{self._base_url}/v2/ticker/tBTC{currency}")
        fields = as_list(read_json(reply, refine), _TICKER_FIELDS)
        return RawQuote(
            source=KEY,
            group=KEY,
            tier=Tier.VENUE,
            currency=currency,
            echo=currency,
            last=parse_price(fields[_LAST]),
            bid=parse_price(fields[_BID]),
            ask=parse_price(fields[_ASK]),
            stated_at=None,
            received_at=reply.received_at,
            received_mono=reply.received_mono,
            server_date=reply.server_date,
            age_header=reply.age_header,
        )


def _row(item: object) -> CandleRow:
    row = as_list(item, _COLUMNS)
    return candle(parse_epoch_millis(row[0]), (row[1], row[3], row[4], row[2]))
