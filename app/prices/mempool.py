"""mempool.space, or a mempool of one's own: ``/api/v1/prices``.

An aggregate of other sources' medians in whole units. It repeats the last good figure, and its one time is renewed
when any currency is; −1 means that it never had a price. A wrong path answers with a web page.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.errors import PriceError
from app.domain.feeds import FeedError, RawQuote, Tier, parse_epoch_seconds, parse_price
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_object, each

KEY: Final = "mempool"
CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")


def refine(data: object) -> FeedError | None:
    """Return mempool's own error."""
    if isinstance(data, dict) and "error" in data:
        return FeedError("source_error", str(data["error"])[:120])
    return None


class Mempool:
    """Spot prices of all currencies in one call."""

    key = KEY
    group = "agg"
    tier = Tier.AGGREGATE
    currencies = frozenset(CURRENCIES)
    min_interval_seconds = 50

    def __init__(self, http: HttpFetcher, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def spot(self, currencies: Sequence[str]) -> Mapping[str, RawQuote | PriceError]:
        """Return a quote for each currency; they share one stamp."""
        reply = self._http.get(f"{self._base_url}/api/v1/prices")
        data = as_object(read_json(reply, refine))
        if not any(currency in data for currency in currencies):
            raise FeedError("no_price", "no price in the answer", server_date=reply.server_date)

        def quote(currency: str) -> RawQuote:
            return RawQuote(
                source=KEY,
                group="agg",
                tier=Tier.AGGREGATE,
                currency=currency,
                echo=currency,
                last=parse_price(data.get(currency)),
                bid=None,
                ask=None,
                stated_at=parse_epoch_seconds(data.get("time")),
                received_at=reply.received_at,
                received_mono=reply.received_mono,
                server_date=reply.server_date,
                age_header=reply.age_header,
            )

        return each(currencies, quote)
