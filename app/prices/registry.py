"""Makes the sources that the settings switch on. Cheap to import: requests is loaded when sources are made."""

from functools import partial
from typing import TYPE_CHECKING

from app.services.ports import Clock, FxSource, HistorySource, SpotSource
from app.services.price_sources import PriceSources
from app.services.pricing_settings import PriceSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.prices.http import HttpClient, HttpLimits
    from app.prices.reply import HttpFetcher

AGGREGATES = "agg"
_GROUPS = {"coingecko": AGGREGATES, "mempool": AGGREGATES}
_SPOT_ORDER = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool")
# The longest history first, then those that need more pages or end sooner.
_HISTORY_ORDER = ("bitfinex", "bitstamp", "coinbase", "kraken", "gemini", "coingecko")
# Those with two years and more; from their dollar prices others are derived.
_LONG_HISTORIES = ("bitfinex", "bitstamp", "coinbase")


def build_http(
    clock: Clock,
    version: str,
    limits: "HttpLimits | None" = None,
    ca_file: str | None = None,
) -> "HttpClient":
    """Return the client that all sources share."""
    from app.prices.http import HttpClient  # noqa: PLC0415 - requests costs time at start

    return HttpClient(clock, version=version, limits=limits, ca_file=ca_file)


def build_sources(settings: PriceSettings, http: "HttpFetcher", clock: Clock) -> PriceSources:
    """Return the sources that ``settings`` switch on; the caller keeps ``http`` and closes it."""
    from app.prices.bitfinex import Bitfinex  # noqa: PLC0415 - read when prices are first asked for
    from app.prices.bitstamp import Bitstamp  # noqa: PLC0415
    from app.prices.coinbase import Coinbase  # noqa: PLC0415
    from app.prices.coingecko import CoinGecko  # noqa: PLC0415
    from app.prices.crossed import CrossedHistory  # noqa: PLC0415
    from app.prices.frankfurter import Frankfurter  # noqa: PLC0415
    from app.prices.gemini import Gemini  # noqa: PLC0415
    from app.prices.kraken import Kraken, KrakenFx  # noqa: PLC0415
    from app.prices.mempool import Mempool  # noqa: PLC0415

    spots: dict[str, Callable[[str], SpotSource]] = {
        "kraken": partial(Kraken, http),
        "coinbase": lambda url: Coinbase(http, url, clock),
        "bitstamp": lambda url: Bitstamp(http, url, clock),
        "bitfinex": partial(Bitfinex, http),
        "gemini": partial(Gemini, http),
        "coingecko": lambda url: CoinGecko(http, url, clock),
        "mempool": partial(Mempool, http),
    }
    on = {key: one.base_url for key, one in settings.sources.items() if one.enabled}
    made: dict[str, SpotSource] = {key: spots[key](on[key]) for key in _SPOT_ORDER if key in on}
    fx: list[FxSource] = []
    kraken = made.get("kraken")
    if isinstance(kraken, Kraken):
        fx.append(KrakenFx(kraken))
    told = {key: _as_history(made[key]) for key in _HISTORY_ORDER if key in made}
    history = [one for one in told.values() if one is not None]
    if "frankfurter" in on:
        bank = Frankfurter(http, on["frankfurter"])
        fx.append(bank)
        dollars = [told.get(key) for key in _LONG_HISTORIES]
        history += [CrossedHistory(one, bank) for one in dollars if one is not None]
    return PriceSources(
        spot=tuple(made.values()),
        fx=tuple(fx),
        history=tuple(history),
        off=tuple((key, _GROUPS.get(key, key)) for key in _SPOT_ORDER if key not in on),
    )


def _as_history(source: SpotSource) -> HistorySource | None:
    return source if hasattr(source, "daily") else None  # type: ignore[return-value]  # checked by the attribute


def source_builder(
    clock: Clock,
    version: str,
    limits: "HttpLimits | None" = None,
    ca_file: str | None = None,
) -> "Callable[[PriceSettings], PriceSources]":
    """Return what ``PricingService`` wants as ``build``: sources over a client of their own, closed with them."""

    def build(settings: PriceSettings) -> PriceSources:
        http = build_http(clock, version, limits, ca_file)
        sources = build_sources(settings, http, clock)
        return PriceSources(
            sources.spot,
            sources.fx,
            sources.history,
            sources.off,
            http.forget_connections,
            http.close,
        )

    return build
