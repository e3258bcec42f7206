"""Frankfurter: the European Central Bank's daily rates, ``/v1/latest`` and ``/v1/FIRST..LAST`` (frankfurter.dev).

Always asked in euros, because other bases come rounded, and crossed here exactly. The day in the answer decides how
old a rate is, not the time of receipt.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.errors import PriceError
from app.domain.feeds import FeedError, FxRate, parse_price
from app.domain.money import EXACT
from app.prices.reply import HttpFetcher, read_json
from app.prices.shape import as_object, each

KEY: Final = "frankfurter"
_PAGE: Final = timedelta(days=364)


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
        data = _in_euros(read_json(reply, refine))
        day = _day(data.get("date"))
        rates = as_object(data.get("rates"))
        usd_per_eur = parse_price(rates.get("USD"))

        def rate(currency: str) -> FxRate:
            per_eur = Decimal(1) if currency == "EUR" else parse_price(rates.get(currency))
            return FxRate(currency, EXACT.divide(per_eur, usd_per_eur), KEY, reply.received_at, day)

        return each(currencies, rate)

    def fixings(self, currency: str, first: date, last: date) -> Mapping[date, Decimal]:
        """Return units of ``currency`` for one dollar, by the day of the fixing; weekends and holidays are absent.

        Asked for a year at a time: longer ranges have been answered with one day a week.
        """
        rates: dict[date, Decimal] = {}
        start = first
        while start <= last:
            end = min(last, start + _PAGE)
            url = f"{self._base_url}/v1/{start}..{end}?base=EUR&symbols=USD,{currency}"
            data = _in_euros(read_json(self._http.get(url, history=True), refine))
            rates.update(_crossed(as_object(data.get("rates")), currency))
            start = end + timedelta(days=1)
        # An answer may begin with the last fixing before its range.
        return {day: rate for day, rate in rates.items() if day <= last}


def _in_euros(data: object) -> dict[str, object]:
    answer = as_object(data)
    if answer.get("base") != "EUR" or parse_price(answer.get("amount")) != 1:
        raise FeedError("echo_mismatch", f"{answer.get('base')!r}"[:60])
    return answer


def _crossed(days: Mapping[str, object], currency: str) -> dict[date, Decimal]:
    """Return the dollar's rate of each day whose two euro rates can be read."""
    found = {}
    for name, given in days.items():
        try:
            rates = as_object(given)
            found[_day(name)] = EXACT.divide(parse_price(rates.get(currency)), parse_price(rates.get("USD")))
        except PriceError:
            continue
    if days and not found:
        raise FeedError("unexpected_shape", "no day can be read")
    return found


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FeedError("bad_time", f"{value!r}"[:60]) from None
