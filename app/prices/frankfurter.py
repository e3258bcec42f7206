"""Frankfurter: the European Central Bank's daily rates, ``/v1/latest?base=EUR&symbols=USD,…`` (frankfurter.dev).

Always asked in euros, because other bases come rounded, and crossed here exactly. The day in the answer decides how
old a rate is, not the time of receipt.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.errors import PriceError
from app.domain.feeds import FeedError, FxRate, parse_price
from app.domain.money import EXACT
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_object, each

KEY: Final = "frankfurter"


def refine(data: object) -> FeedError | None:
    """Return Frankfurter's own error."""
    if isinstance(data, dict) and "message" in data and "rates" not in data:
        text = str(data["message"])[:120]
        return FeedError("no_such_pair" if "not found" in text else "source_error", text)
    return None


class Frankfurter:
    """What a dollar is worth, once a working day."""

    key = KEY
    min_interval_seconds = 3600

    def __init__(self, http: HttpFetcher, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def rates(self, currencies: Sequence[str]) -> Mapping[str, FxRate | PriceError]:
        """Return the day's rate for each currency."""
        symbols = ",".join(["USD", *(currency for currency in currencies if currency not in ("USD", "EUR"))])
        reply = self._http.get(f"{self._base_url}/v1/latest?base=EUR&symbols={symbols}")
        data = as_object(read_json(reply, refine))
        if data.get("base") != "EUR" or parse_price(data.get("amount")) != 1:
            raise FeedError("echo_mismatch", f"{data.get('base')!r}"[:60])
        day = _day(data.get("date"))
        rates = as_object(data.get("rates"))
        usd_per_eur = parse_price(rates.get("USD"))

        def rate(currency: str) -> FxRate:
            per_eur = Decimal(1) if currency == "EUR" else parse_price(rates.get(currency))
            return FxRate(currency, EXACT.divide(per_eur, usd_per_eur), KEY, reply.received_at, day)

        return each(currencies, rate)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FeedError("bad_time", f"{value!r}"[:60]) from None
