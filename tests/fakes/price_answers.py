"""The shapes in which the eight sources answer, with settable figures (pure)."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

DAY_SECONDS = 86_400
KRAKEN_NAMES = {
    "XBTUSD": "XXBTZUSD",
    "XBTEUR": "XXBTZEUR",
    "XBTGBP": "XXBTZGBP",
    "XBTJPY": "XXBTZJPY",
    "XBTCAD": "XXBTZCAD",
    "XBTCHF": "XBTCHF",
    "XBTAUD": "XBTAUD",
    "EURUSD": "ZEURZUSD",
    "GBPUSD": "ZGBPZUSD",
    "USDJPY": "ZUSDZJPY",
    "USDCAD": "ZUSDZCAD",
    "USDCHF": "USDCHF",
    "AUDUSD": "AUDUSD",
}
# Units per dollar, used where no prices in both currencies say otherwise.
PER_USD = {
    "EUR": Decimal("0.8584"),
    "GBP": Decimal("0.7435"),
    "CHF": Decimal("0.8050"),
    "JPY": Decimal("147.20"),
    "CAD": Decimal("1.3850"),
    "AUD": Decimal("1.5432"),
}
NOT_FOUND = (404, b'{"message":"NotFound"}')


class Market:
    """What the world looks like: prices per currency, the time, and the daily history."""

    def __init__(self, prices: Mapping[str, Decimal], now: datetime, days: int = 900) -> None:
        self.prices = prices
        self.now = now
        self.days = days

    def book(self, currency: str) -> tuple[Decimal, Decimal, Decimal]:
        """Return bid, last, ask; the middle is the price, and the spread changes from minute to minute."""
        price = self.prices[currency]
        half = price * Decimal("0.00001") * (1 + int(self.now.timestamp()) // 60 % 7)
        return price - half, price, price + half

    def per_usd(self, currency: str) -> Decimal:
        """Return the dollar's rate that the prices imply."""
        if currency in self.prices and "USD" in self.prices:
            return self.prices[currency] / self.prices["USD"]
        return PER_USD[currency]

    def candles(self, currency: str) -> list[tuple[int, Decimal, Decimal, Decimal, Decimal]]:
        """Return (opening second, open, high, low, close), oldest first, the running day last."""
        price = self.prices[currency]
        today = datetime(self.now.year, self.now.month, self.now.day, tzinfo=UTC)
        rows = []
        for back in range(self.days, -1, -1):
            opened = int((today - timedelta(days=back)).timestamp())
            first, last = self._midnight(price, opened), self._midnight(price, opened + DAY_SECONDS)
            top, bottom = max(first, last) * Decimal("1.01"), min(first, last) * Decimal("0.99")
            rows.append((opened, first, top, bottom, last))
        return rows

    @staticmethod
    def _midnight(price: Decimal, second: int) -> Decimal:
        """Return a price that depends on the day alone, so that pages and later answers agree."""
        return (price * (Decimal("0.95") + Decimal(second // DAY_SECONDS % 11) / 100)).quantize(Decimal("0.01"))


def _num(value: Decimal) -> str:
    """Return a JSON number; dumps would make a float of it."""
    return format(value, "f")


def _raw(text: str) -> tuple[int, bytes]:
    return 200, text.encode()


def _json(data: object) -> tuple[int, bytes]:
    return 200, json.dumps(data).encode()


def answer(source: str, target: str, market: Market) -> tuple[int, bytes]:
    """Return status and body of one request, ``target`` being its path and query without the source's prefix."""
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        return _ANSWERS[source](unquote(parts.path), query, market)
    except KeyError:
        return NOT_FOUND


def _kraken(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    if path == "/0/public/Ticker":
        result = {}
        for pair in query["pair"].split(","):
            if pair not in KRAKEN_NAMES or (pair.startswith("XBT") and pair[3:] not in market.prices):
                return _json({"error": ["EQuery:Unknown asset pair"]})
            bid, last, ask = _kraken_book(pair, market)
            result[KRAKEN_NAMES[pair]] = {
                "a": [_num(ask), "1", "1.000"],
                "b": [_num(bid), "3", "3.000"],
                "c": [_num(last), "0.00150000"],
                "v": ["612.48", "1893.11"],
                "t": [21034, 62011],
                "o": _num(last),
            }
        return _json({"error": [], "result": result})
    if path == "/0/public/OHLC":
        pair = query["pair"]
        rows = [
            [second, *(_num(price) for price in prices), _num(prices[0]), "2328.75", 15270]
            for second, *prices in market.candles(pair[3:])[-720:]
            if second > int(query.get("since", "0"))
        ]
        return _json({"error": [], "result": {KRAKEN_NAMES[pair]: rows, "last": rows[-2][0] if rows[1:] else 0}})
    return NOT_FOUND


def _kraken_book(pair: str, market: Market) -> tuple[Decimal, Decimal, Decimal]:
    if pair.startswith("XBT"):
        return market.book(pair[3:])
    foreign = pair.replace("USD", "", 1) if pair.startswith("USD") else pair[:3]
    rate = market.per_usd(foreign)
    middle = rate if pair.startswith("USD") else 1 / rate
    return middle * Decimal("0.99999"), middle, middle * Decimal("1.00001")


def _coinbase(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    _, _, product, kind = path.split("/")
    currency = product.removeprefix("BTC-")
    bid, last, ask = market.book(currency)
    if kind == "ticker":
        stamp = f"{market.now - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S.%fZ}"
        number = int(market.now.timestamp() * 10)
        body = {"ask": _num(ask), "bid": _num(bid), "price": _num(last), "size": "0.00281", "volume": "5123.4"}
        return _json({**body, "trade_id": number, "time": stamp})
    start, end = (datetime.fromisoformat(query[name]).timestamp() for name in ("start", "end"))
    if (end - start) / DAY_SECONDS > 300:
        return 400, b'{"message":"granularity too small for the requested time range. Count exceeds 300"}'
    rows = [row for row in reversed(market.candles(currency)) if start <= row[0] <= end]
    return _raw(f"[{','.join(f'[{t},{_num(lo)},{_num(h)},{_num(o)},{_num(c)},689.1]' for t, o, h, lo, c in rows)}]")


def _bitstamp(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    _, _, _, kind, pair, tail = path.split("/")
    currency = pair.removeprefix("btc").upper()
    if tail:
        return NOT_FOUND
    bid, last, ask = market.book(currency)
    if kind == "ticker":
        stamp = str(int(market.now.timestamp()) - 2)
        figures = {"last": _num(last), "bid": _num(bid), "ask": _num(ask), "high": _num(last), "low": _num(last)}
        return _json({"timestamp": stamp, "open": _num(last), **figures, "volume": "1203.1", "vwap": _num(last)})
    rows = [row for row in market.candles(currency)[:-1] if row[0] <= int(query["end"])][-int(query["limit"]) :]
    names = ("open", "high", "low", "close")
    ohlc = [
        {"timestamp": str(second), **dict(zip(names, map(_num, prices), strict=True)), "volume": "2328.7"}
        for second, *prices in rows
    ]
    return _json({"data": {"pair": f"BTC/{currency}", "ohlc": ohlc}})


def _bitfinex(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    if path.startswith("/v2/ticker/tBTC"):
        currency = path.removeprefix("/v2/ticker/tBTC")
        if currency not in market.prices:
            return 500, b'["error",10020,"symbol: invalid"]'
        bid, last, ask = map(_num, market.book(currency))
        return _raw(f"[{bid},8.1,{ask},4.55,-734,-0.00864,{last},412.3,{last},{last}]")
    currency = path.removeprefix("/v2/candles/trade:1D:tBTC").removesuffix("/hist")
    rows = [row for row in market.candles(currency) if row[0] * 1000 >= int(query.get("start", "0"))]
    if query.get("sort") != "1":
        rows.reverse()
    return _raw(
        f"[{','.join(f'[{t * 1000},{_num(o)},{_num(c)},{_num(h)},{_num(lo)},689.1]' for t, o, h, lo, c in rows)}]",
    )


def _gemini(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    del query
    if path.startswith("/v1/pubticker/btc"):
        currency = path.removeprefix("/v1/pubticker/btc").upper()
        bid, last, ask = map(_num, market.book(currency))
        volume = {"BTC": "312.4", currency: "26311873.1", "timestamp": int(market.now.timestamp() * 1000) - 30_500}
        return _json({"bid": bid, "ask": ask, "last": last, "volume": volume})
    currency = path.removeprefix("/v2/candles/btc").removesuffix("/1day").upper()
    rows = reversed(market.candles(currency)[-365:])
    return _raw(
        f"[{','.join(f'[{t * 1000},{_num(o)},{_num(h)},{_num(lo)},{_num(c)},54.8]' for t, o, h, lo, c in rows)}]",
    )


def _coingecko(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    if path == "/api/v3/simple/price":
        wanted = [one for one in query["vs_currencies"].split(",") if one.upper() in market.prices]
        fields = [f'"{one}":{_num(market.prices[one.upper()])}' for one in wanted]
        if query.get("include_last_updated_at") == "true":
            fields.append(f'"last_updated_at":{int(market.now.timestamp()) - 42}')
        return _raw(f'{{"bitcoin":{{{",".join(fields)}}}}}')
    if path == "/api/v3/coins/bitcoin/market_chart":
        if int(query["days"]) > 365:
            body = {"error": {"status": {"error_code": 10012, "error_message": "past 365 days only"}}}
            return 401, json.dumps(body).encode()
        rows = market.candles(query["vs_currency"].upper())[-int(query["days"]) :]
        points = [f"[{second * 1000},{_num(first)}]" for second, first, *_ in rows]
        points.append(f"[{int(market.now.timestamp()) * 1000},{_num(rows[-1][4])}]")
        return _raw(f'{{"prices":[{",".join(points)}],"market_caps":[],"total_volumes":[]}}')
    return NOT_FOUND


def _mempool(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    del query
    if path != "/api/v1/prices":
        return 200, b"<!doctype html><html><head><title>mempool</title></head></html>"
    prices = {currency: int(price) for currency, price in market.prices.items()}
    return _json({"time": int(market.now.timestamp()) - 131, **prices})


def _frankfurter(path: str, query: dict[str, str], market: Market) -> tuple[int, bytes]:
    if query.get("base") != "EUR":
        return 404, b'{"message":"not found"}'
    symbols = query["symbols"].split(",")
    rates = [f'"{one}":{_num(_per_eur(one, market))}' for one in symbols]
    if ".." in path:
        first, last = (date.fromisoformat(day) for day in path.removeprefix("/v1/").split(".."))
        days = [
            first + timedelta(days=more) for more in range((min(last, last_fixing(market.now.date())) - first).days + 1)
        ]
        told = [f'"{day}":{{{",".join(rates)}}}' for day in days if day.weekday() < 5]
        ends = f'"start_date":"{first}","end_date":"{last}"'
        return _raw(f'{{"amount":1.0,"base":"EUR",{ends},"rates":{{{",".join(told)}}}}}')
    if path != "/v1/latest":
        return 404, b'{"message":"not found"}'
    day = last_fixing(market.now.date()).isoformat()
    return _raw(f'{{"amount":1.0,"base":"EUR","date":"{day}","rates":{{{",".join(rates)}}}}}')


def _per_eur(currency: str, market: Market) -> Decimal:
    per_usd = Decimal(1) if currency == "USD" else market.per_usd(currency)
    return (per_usd / market.per_usd("EUR")).quantize(Decimal("0.00001"))


def last_fixing(today: date) -> date:
    """Return the last weekday before ``today``."""
    day = today - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


_ANSWERS = {
    "kraken": _kraken,
    "coinbase": _coinbase,
    "bitstamp": _bitstamp,
    "bitfinex": _bitfinex,
    "gemini": _gemini,
    "coingecko": _coingecko,
    "mempool": _mempool,
    "frankfurter": _frankfurter,
}
