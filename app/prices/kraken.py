"""Kraken: prices in seven currencies and the dollar's rates, each in one call.

``/0/public/Ticker`` and ``/0/public/OHLC`` (docs.kraken.com). Errors come with HTTP 200. The ticker has no time and
its last trade can be hours old, so only the book counts. Answers use Kraken's own pair names.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, FxRate, RawQuote, Tier, parse_epoch_seconds, parse_price
from app.domain.money import EXACT
from app.prices.reply import HttpFetcher, HttpReply, read_json
from app.prices.shape import as_list, as_object, candle, each, rows_of

KEY: Final = "kraken"
CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
# Currency: the pair asked for, and whether it is quoted in dollars (EURUSD) or per dollar (USDJPY).
FX_PAIRS: Final = {
    "EUR": ("EURUSD", True),
    "GBP": ("GBPUSD", True),
    "AUD": ("AUDUSD", True),
    "CHF": ("USDCHF", False),
    "JPY": ("USDJPY", False),
    "CAD": ("USDCAD", False),
}
_COLUMNS: Final = 5
_REASONS: Final = (
    ("unknown asset pair", "no_such_pair"),
    ("rate limit", "rate_limited"),
    ("too many requests", "rate_limited"),
    ("lockout", "rate_limited"),
    ("unavailable", "maintenance"),
    ("busy", "maintenance"),
)


def refine(data: object) -> FeedError | None:
    """Return Kraken's own error, which it sends with HTTP 200."""
    errors = data.get("error") if isinstance(data, dict) else None
    if not errors:
        return None
    text = str(errors[0] if isinstance(errors, list) else errors)[:120]
    lowered = text.lower()
    reason = next((word for part, word in _REASONS if part in lowered), "source_error")
    return FeedError(reason, text)


def aliases(pair: str) -> frozenset[str]:
    """Return the names under which Kraken may answer for ``XBTUSD`` or ``USDJPY``."""
    base, quote = pair[:3], pair[3:]
    modern = "BTC" if base == "XBT" else base
    old_base = f"X{base}" if base == "XBT" else f"Z{base}"
    return frozenset({pair, f"{old_base}Z{quote}", f"{base}/{quote}", f"{modern}/{quote}", f"{modern}{quote}"})


def _book(result: Mapping[str, object], pair: str) -> tuple[Decimal, Decimal, dict[str, object]]:
    names = aliases(pair)
    entry = next((value for name, value in result.items() if name in names), None)
    if entry is None:
        raise FeedError("echo_mismatch" if result else "no_price", f"no {pair} in the answer")
    fields = as_object(entry)
    bid = parse_price(as_list(fields.get("b"), 1)[0])
    ask = parse_price(as_list(fields.get("a"), 1)[0])
    return bid, ask, fields


class Kraken:
    """Spot prices, dollar rates and 720 days of history."""

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
        """Return the middle of the book's quote for each currency, in one call."""
        pairs = {currency: f"XBT{currency}" for currency in currencies}
        try:
            result, reply = self._ticker(list(pairs.values()))
        except FeedError as error:
            if error.reason != "no_such_pair" or len(pairs) == 1:
                raise
            # One pair that was removed fails the whole call: ask for each on its own.
            return each(currencies, lambda currency: self._quote(*self._ticker([pairs[currency]]), currency))
        return each(currencies, lambda currency: self._quote(result, reply, currency))

    def rates(self, currencies: Sequence[str]) -> Mapping[str, FxRate | PriceError]:
        """Return what a dollar is worth in each currency, from the middle of Kraken's own books."""
        known = [currency for currency in currencies if currency in FX_PAIRS]
        if not known:
            return {currency: FeedError("no_such_pair", currency) for currency in currencies}
        result, reply = self._ticker([FX_PAIRS[currency][0] for currency in known])
        return each(currencies, lambda currency: _rate(result, reply, currency))

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return up to 720 daily rows; the last one is always unfinished and left out."""
        start = "" if since is None else f"&since={int(datetime.combine(since, time(), UTC).timestamp()) - 86_400}"
        url = f"{self._base_url}/0/public/OHLC?pair=XBT{currency}&interval=1440{start}"
        result = as_object(as_object(read_json(self._http.get(url, history=True), refine)).get("result"))
        names = [name for name in result if name != "last"]
        if len(names) != 1 or names[0] not in aliases(f"XBT{currency}"):
            raise FeedError("echo_mismatch", f"no XBT{currency} in the answer")
        return rows_of(as_list(result[names[0]])[:-1], _row)

    def _ticker(self, pairs: Sequence[str]) -> tuple[dict[str, object], HttpReply]:
        reply = self._http.get(f"{self._base_url}/0/public/Ticker?pair={','.join(pairs)}")
        data = as_object(read_json(reply, refine))
        return as_object(data.get("result")), reply

    def _quote(self, result: Mapping[str, object], reply: HttpReply, currency: str) -> RawQuote:
        bid, ask, fields = _book(result, f"XBT{currency}")
        return RawQuote(
            source=KEY,
            group=KEY,
            tier=Tier.VENUE,
            currency=currency,
            echo=currency,
            last=parse_price(as_list(fields.get("c"), 1)[0]),
            bid=bid,
            ask=ask,
            stated_at=None,
            received_at=reply.received_at,
            received_mono=reply.received_mono,
            server_date=reply.server_date,
            age_header=reply.age_header,
        )


class KrakenFx:
    """The dollar's rates on Kraken, as a source of its own: one bad pair cannot blank bitcoin's price."""

    key = KEY
    min_interval_seconds = 0

    def __init__(self, kraken: Kraken) -> None:
        self._kraken = kraken

    def rates(self, currencies: Sequence[str]) -> Mapping[str, FxRate | PriceError]:
        """Return what a dollar is worth in each currency."""
        return self._kraken.rates(currencies)


def _rate(result: Mapping[str, object], reply: HttpReply, currency: str) -> FxRate:
    if currency not in FX_PAIRS:
        raise FeedError("no_such_pair", currency)
    pair, in_dollars = FX_PAIRS[currency]
    bid, ask, _ = _book(result, pair)
    if bid > ask:
        raise FeedError("crossed_or_bad_book", pair)
    middle = EXACT.divide(EXACT.add(bid, ask), Decimal(2))
    per_usd = EXACT.divide(Decimal(1), middle) if in_dollars else middle
    return FxRate(currency, per_usd, KEY, reply.received_at)


def _row(item: object) -> CandleRow:
    row = as_list(item, _COLUMNS)
    return candle(parse_epoch_seconds(row[0]), (row[1], row[2], row[3], row[4]))
