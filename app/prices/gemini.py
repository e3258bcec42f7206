"""Gemini: ``/v1/pubticker/btcusd`` and ``/v2/candles/btcusd/1day`` (docs.gemini.com).

The only time in the ticker is that of the volume figure, and the volume's names tell which pair was answered.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_millis, parse_optional_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_list, as_object, candle, each, rows_of

KEY: Final = "gemini"
CURRENCIES: Final = ("USD", "EUR", "GBP")
_COLUMNS: Final = 5
_REASONS: Final = {"RateLimit": "rate_limited", "Maintenance": "maintenance", "InvalidSymbol": "no_such_pair"}


def refine(data: object) -> FeedError | None:
    """Return Gemini's own error."""
    if not isinstance(data, dict) or data.get("result") != "error":
        return None
    reason, message = str(data.get("reason", "")), str(data.get("message", ""))
    word = "no_such_pair" if "not a valid symbol" in message else _REASONS.get(reason, "source_error")
    return FeedError(word, f"{reason} {message}"[:120].strip())


class Gemini:
    """Spot prices, and the daily history that its one fixed window holds."""

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
        """Return the window's daily rows from ``since`` on; the running day is among them."""
        url = f"{self._base_url}/v2/candles/btc{currency.lower()}/1day"
        rows = rows_of(as_list(read_json(self._http.get(url, history=True), refine)), _row)
        return [row for row in rows if since is None or row.opened_at.date() >= since]

    def _quote(self, currency: str) -> RawQuote:
        reply = self._http.get(f"{self._base_url}/v1/pubticker/btc{currency.lower()}")
        data = as_object(read_json(reply, refine))
        if data.get("last") is None:
            raise FeedError("no_price", "no price in the answer")
        volume = as_object(data.get("volume"))
        if "BTC" not in volume or currency not in volume:
            raise FeedError("echo_mismatch", ",".join(sorted(volume))[:60])
        return RawQuote(
            source=KEY,
            group=KEY,
            tier=Tier.VENUE,
            currency=currency,
            echo=currency,
            last=parse_optional_price(data["last"]),
            bid=parse_optional_price(data.get("bid")),
            ask=parse_optional_price(data.get("ask")),
            stated_at=parse_epoch_millis(volume.get("timestamp")),
            received_at=reply.received_at,
            received_mono=reply.received_mono,
            server_date=reply.server_date,
            age_header=reply.age_header,
        )


def _row(item: object) -> CandleRow:
    row = as_list(item, _COLUMNS)
    return candle(parse_epoch_millis(row[0]), (row[1], row[2], row[3], row[4]))
